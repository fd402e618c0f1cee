"""Artifacts: manifests of files and folders, and the stores that keep them. Knows no database and no Airflow."""
