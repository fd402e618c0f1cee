"""The way to a value in a file: as steps, and as people and the readers of policies spell it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

Steps = tuple[str | int, ...]
"""The way to a value: keys and places in lists."""


def spelt(steps: Steps) -> str:
    """The way to a value as people read it: `models.churn.aliases.production.gates[0]`."""
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps).removeprefix(".")


def resolve(value: Any, path: str) -> Steps:
    """The steps of a path that a reader of policies gave, such as `$.gates[1].metric`, as far as they are there.

    Keys may hold dots and brackets, so what is there decides where one ends.
    """
    return tuple(_resolve(value, path.removeprefix("$")))


def _resolve(value: Any, rest: str) -> Iterator[str | int]:
    while rest:
        step, rest = _step(value, rest)
        if step is None:
            return
        yield step
        value = value[step]


def _step(value: Any, rest: str) -> tuple[str | int | None, str]:
    if isinstance(value, Mapping) and rest.startswith("."):
        keys = [key for key in value if rest[1:].startswith(key) and rest[1 + len(key) :][:1] in ("", ".", "[")]
        if keys:
            key = max(keys, key=len)
            return key, rest[1 + len(key) :]
    if isinstance(value, list) and rest.startswith("["):
        index, _, after = rest[1:].partition("]")
        if index.isdigit() and int(index) < len(value):
            return int(index), after
    return None, ""
