"""The commands of `airflow model-registry`."""
