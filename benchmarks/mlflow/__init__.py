"""MLflow, in an environment of its own, as what the registry is compared with."""
