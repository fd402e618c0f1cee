"""A Dag file is parsed again and again: what it imports of ours must cost next to nothing (rule 13)."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import airflow_provider_registry

# What stands at the top of Dag files.
MODULES = [
    "airflow_provider_registry.assets.model",
    "airflow_provider_registry.decorators.model_gate",
    "airflow_provider_registry.decorators.model_version",
    "airflow_provider_registry.hooks.model_registry",
    "airflow_provider_registry.hooks.signer",
    "airflow_provider_registry.hooks.signing",
    "airflow_provider_registry.notifications.model_registry",
    "airflow_provider_registry.notifications.webhook",
    "airflow_provider_registry.operators.approve",
    "airflow_provider_registry.operators.branch",
    "airflow_provider_registry.operators.deployment",
    "airflow_provider_registry.operators.download",
    "airflow_provider_registry.operators.metrics",
    "airflow_provider_registry.operators.promote",
    "airflow_provider_registry.operators.register",
    "airflow_provider_registry.operators.retention",
    "airflow_provider_registry.operators.review",
    "airflow_provider_registry.operators.rollback",
    "airflow_provider_registry.operators.feedback",
    "airflow_provider_registry.operators.scan",
    "airflow_provider_registry.operators.route",
    "airflow_provider_registry.operators.validate",
    "airflow_provider_registry.sensors.alias",
    "airflow_provider_registry.sensors.approval",
    "airflow_provider_registry.sensors.metric",
    "airflow_provider_registry.sensors.deployment",
]
# Airflow itself imports these everywhere: provider info for all, the plugin in each of its components.
EVERYWHERE = ["airflow_provider_registry.get_provider_info", "airflow_provider_registry.plugin"]

HEAVY = [
    *("alembic", "boto3", "botocore", "jsonschema", "lark", "model_signing", "picklescan", "psycopg", "rfc8785"),
    *("fastapi", "rich", "sqlalchemy", "tenacity"),
]
OURS = ["airflow_provider_registry.registry", "airflow_provider_registry.artifacts"]

PROGRAM = """
import importlib, json, sys
import airflow.sdk
from airflow.sdk import BaseHook, BaseOperator, BaseSensorOperator, DAG, PokeReturnValue, dag, task
{before}
before = set(sys.modules)
for name in {modules!r}:
    importlib.import_module(name)
json.dump(sorted(set(sys.modules) - before), sys.stdout)
"""

# What every Dag file has that uses `@task`, and operators with links.
TASKFLOW = """
from airflow.providers.standard.operators.python import PythonOperator
from airflow.sdk import BaseOperatorLink
"""
# What every Dag file has that asks people.
ASKING = "from airflow.providers.standard.operators.hitl import ApprovalOperator"

# What every Dag file has that branches.
BRANCHING = "\nfrom airflow.providers.standard.operators.branch import BaseBranchOperator"


def loaded(modules, before=""):
    """What importing modules loads in a fresh interpreter, beyond what `airflow.sdk` has loaded already."""
    program = PROGRAM.format(modules=modules, before=before)
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, env=_environment()
    )
    return json.loads(done.stdout.splitlines()[-1])


def _environment():
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def under(names, packages):
    return [name for name in names if any(name == package or name.startswith(f"{package}.") for package in packages)]


@pytest.mark.parametrize("modules", [MODULES, EVERYWHERE], ids=["dag-file", "everywhere"])
def test_nothing_heavy_is_loaded(modules):
    assert under(loaded(modules), HEAVY + OURS) == []


def test_a_dag_file_loads_nothing_but_ours_and_the_operators_of_airflow_that_ours_are():
    names = loaded(MODULES, before=TASKFLOW + ASKING + BRANCHING)
    assert [name for name in names if not name.startswith("airflow_provider_registry")] == []


def test_beyond_ours_and_the_human_in_the_loop_operator_fewer_than_twenty_modules_are_loaded():
    names = [name for name in loaded(MODULES, before=ASKING) if not name.startswith("airflow_provider_registry")]
    assert len(names) < 20, names
    assert {name.partition(".")[0] for name in names} <= {"airflow"}


def test_the_triggers_load_nothing_heavy_either():
    names = loaded(
        [f"airflow_provider_registry.triggers.{name}" for name in ("alias", "approval", "metric", "request", "review")]
    )
    assert under(names, HEAVY + OURS) == []


def test_every_module_of_operators_sensors_and_decorators_is_among_them():
    root = Path(airflow_provider_registry.__file__).parent
    loaded_names = set(loaded(MODULES))
    for folder in ("operators", "sensors", "decorators"):
        for file in (root / folder).glob("*.py"):
            name = f"airflow_provider_registry.{folder}" + ("" if file.stem == "__init__" else f".{file.stem}")
            assert name in loaded_names
