"""The commands of `airflow model-registry`."""

import logging

# Airflow 3.2 imports Alembic while it loads a command, and what that logs then goes among what the command prints.
logging.getLogger("alembic.runtime.plugins").setLevel(logging.WARNING)
