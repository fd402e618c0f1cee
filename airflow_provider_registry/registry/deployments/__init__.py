"""Deployments: which version a target should run and which it does, as deploying systems and monitors report it."""
