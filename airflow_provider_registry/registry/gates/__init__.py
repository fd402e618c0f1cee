"""Gates: the checks of a policy, and the reports of their outcome."""
