"""A JSON value, made of JSON's own types, with every path that could not be one."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from airflow_provider_registry.errors import InvalidInputError
from airflow_provider_registry.messages import shown
from airflow_provider_registry.registry.versions.rendered import plain, read_text

# Deep enough for any document that a person reads, and far from Python's limit for recursion.
MAX_DEPTH = 64
# What a double reaches, which schemas compare with.
_MAX_DIGITS = 300
BEYOND = 10**_MAX_DIGITS
TOO_MANY_DIGITS = f"is a whole number of more than {_MAX_DIGITS:,} digits: write it as text"


def json_value(given: object, *, refuse_none_text: bool = False) -> tuple[Any, list[str]]:
    """A copy of a value made of dict, list, text, int, float, bool and None.

    Parameters:
        given: a JSON value, in which tuples are lists and numpy scalars the numbers they hold.
        refuse_none_text: whether a text that is `None` is a problem, as where a template may have rendered it.

    Returns:
        the copy, and what was wrong with it: sentences that begin with a path (`$.owner: …`).
    """
    problems: list[str] = []
    return _Reader(problems, refuse_none_text).read(given, "$", 0), problems


class _Reader:
    def __init__(self, problems: list[str], refuse_none_text: bool) -> None:
        self._problems = problems
        self._refuse_none_text = refuse_none_text

    def read(self, given: object, path: str, depth: int) -> Any:
        value = plain(given)
        if depth > MAX_DEPTH:
            return self._problem(path, f"is nested more than {MAX_DEPTH} deep")
        if isinstance(value, Mapping):
            return self._mapping(value, path, depth)
        if isinstance(value, list | tuple):
            return [self.read(item, f"{path}[{index}]", depth + 1) for index, item in enumerate(value)]
        if isinstance(value, str):
            return self._text(value, path)
        return self._scalar(value, path)

    def _scalar(self, value: object, path: str) -> Any:
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, int):
            return int(value) if abs(value) < BEYOND else self._problem(path, TOO_MANY_DIGITS)
        if isinstance(value, float):
            return float(value) if math.isfinite(value) else self._problem(path, f"{value} is not a finite number")
        return self._problem(path, f"{shown(value)} is of the type {type(value).__name__}, which JSON has no form for")

    def _mapping(self, value: Mapping[object, object], path: str, depth: int) -> dict[str, Any]:
        found = {}
        for key, item in value.items():
            if not isinstance(key, str):
                self._problem(path, f"the key {shown(key)} is not text")
                continue
            name = self._text(key, path, "key")
            found[name] = self.read(item, f"{path}.{key}", depth + 1)
        return found

    def _text(self, value: str, path: str, what: str = "value") -> Any:
        if value == "None" and not self._refuse_none_text:
            return value
        try:
            return read_text(what, value)
        except InvalidInputError as error:
            return self._problem(path, str(error).removesuffix("."))

    def _problem(self, path: str, message: str) -> None:
        self._problems.append(f"{path}: {message}")
