"""What the tests' Airflow has imported before it forks: our package, which is half of what a task costs.

Airflow imports its administrator's `airflow_local_settings` in all of its processes. Tasks are forked from the
scheduler's workers, and files are parsed in forks of the Dag processor. That all this imports without having been
imported before is what `tests/test_parse_time.py` says, and `airflow dags test`, which has a process of its own.
"""

from __future__ import annotations

import sys
from importlib import import_module
from pkgutil import iter_modules

# What Airflow is to take over from here.
__all__: list[str] = []

PACKAGES = ("decorators", "hooks", "notifications", "operators", "sensors", "triggers")


def _preload() -> None:
    import_module("airflow.dag_processing.dagbag")
    import_module("airflow.sdk.definitions.decorators")
    import_module("airflow_provider_registry.registry")
    for package in PACKAGES:
        found = import_module(f"airflow_provider_registry.{package}")
        for module in iter_modules(found.__path__, f"{found.__name__}."):
            import_module(module.name)


if sys.argv[1:2] in (["scheduler"], ["dag-processor"]):
    _preload()
