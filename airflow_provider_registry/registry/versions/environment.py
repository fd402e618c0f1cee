"""The Python environment that a version was made in."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from importlib.metadata import distributions
from typing import Any

from airflow_provider_registry.canonical import sha256_of
from airflow_provider_registry.errors import InvalidInputError
from airflow_provider_registry.registry.versions.metadata import read_json


@dataclass(frozen=True, slots=True)
class Environment:
    """A Python environment.

    Attributes:
        digest: sha256 of the canonical body.
        body: JSON, not to be changed.
    """

    digest: str
    body: Mapping[str, Any]


def capture_environment() -> dict[str, Any]:
    """The interpreter and the installed distributions of this process, read once.

    Returns:
        `{"interpreter": {"implementation", "version", "platform"}, "distributions": [{"name", "version"}, …]}`,
        the distributions sorted by name regardless of case.
    """
    return deepcopy(_captured())


def read_environment(given: object) -> Environment | None:
    """The environment that a caller means; see `Registry.register_version`.

    Raises:
        InvalidInputError: it is none that can be kept as JSON.
    """
    if given is True:
        return _this_environment()
    if given is None or given is False:
        return None
    body = read_json("environment", given, InvalidInputError)
    return Environment(sha256_of(body), body) if body else None


@cache
def _this_environment() -> Environment:
    return Environment(sha256_of(_captured()), _captured())


@cache
def _captured() -> dict[str, Any]:
    return {
        "interpreter": {
            "implementation": platform.python_implementation(),
            "version": platform.python_version(),
            "platform": platform.platform(),
        },
        "distributions": _distributions(),
    }


def _distributions() -> list[dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for distribution in distributions():
        # A folder left by a broken installation has no name; of two on sys.path the first is the one imported.
        name = distribution.metadata["Name"]
        if name:
            found.setdefault(name.lower(), {"name": name, "version": distribution.version or ""})
    return [found[key] for key in sorted(found)]
