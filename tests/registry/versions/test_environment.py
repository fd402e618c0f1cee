"""The Python environment that a version was made in."""

from __future__ import annotations

import json
import platform
from importlib.metadata import version

from airflow_provider_registry.registry.versions.environment import capture_environment


def test_the_interpreter_and_the_distributions_are_named() -> None:
    environment = capture_environment()
    assert environment["interpreter"]["version"] == platform.python_version()
    assert {"name": "pytest", "version": version("pytest")} in environment["distributions"]
    assert json.loads(json.dumps(environment)) == environment


def test_distributions_are_sorted_and_stand_once() -> None:
    names = [item["name"].lower() for item in capture_environment()["distributions"]]
    assert sorted(set(names)) == names


def test_what_a_caller_does_to_the_result_is_not_seen_by_the_next() -> None:
    capture_environment()["distributions"].clear()
    assert capture_environment()["distributions"]
