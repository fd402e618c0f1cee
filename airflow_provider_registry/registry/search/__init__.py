"""Search: MLflow's filter grammar over versions and models."""
