"""The Python environment that a version was made in."""

from __future__ import annotations

import platform
from copy import deepcopy
from functools import cache
from importlib.metadata import distributions
from typing import Any


def capture_environment() -> dict[str, Any]:
    """The interpreter and the installed distributions of this process, read once.

    Returns:
        `{"interpreter": {"implementation", "version", "platform"}, "distributions": [{"name", "version"}, …]}`,
        the distributions sorted by name regardless of case.
    """
    return deepcopy(_captured())


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
