"""Values as Airflow's templates leave them: text that spells a mapping, a list or a scalar.

A template such as `{{ ti.xcom_pull('train')['metrics'] }}` arrives as the text of a Python or JSON literal, and one
whose upstream task gave nothing arrives as the text `None`. The first is read, the second is refused by name.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Iterable, Mapping
from typing import Any

from airflow_provider_registry.errors import InvalidInputError
from airflow_provider_registry.messages import shown

_CHECK = "a template rendered nothing. Check the upstream task"


def read_rendered(kind: str, given: object, error: type[InvalidInputError] = InvalidInputError) -> Any:
    """The value itself, or what a text spells as JSON or as a Python literal.

    Parameters:
        kind: what the value is, in the plural, for the message: `metrics`.
        given: any value; everything but text is returned as it is.
        error: the class to raise.

    Raises:
        InvalidInputError: where the text is empty, is `None`, or spells neither JSON nor a Python literal.
    """
    if not isinstance(given, str):
        return given
    if given.strip() in ("", "None", "null"):
        raise error(f"The {kind} are the text {shown(given)}: {_CHECK}.")
    try:
        return json.loads(given)
    except (ValueError, RecursionError):
        return _read_literal(kind, given, error)


def read_mapping(kind: str, given: object, error: type[InvalidInputError] = InvalidInputError) -> Mapping[Any, Any]:
    """A mapping, given as one or as text that spells one; an empty one for None.

    Raises:
        InvalidInputError: where it is anything else.
    """
    if given is None:
        return {}
    value = read_rendered(kind, given, error)
    if not isinstance(value, Mapping):
        raise error(f"The {kind} must be a mapping of names to values, not {shown(given)}.")
    return value


def read_text(kind: str, value: object, error: type[InvalidInputError] = InvalidInputError) -> str:
    """A text that can be stored.

    Raises:
        InvalidInputError: where it is no text, is the text `None`, or holds what PostgreSQL cannot store.
    """
    if not isinstance(value, str):
        raise error(f"The {kind} must be text, not {shown(value)}: write it in quotes.")
    if value == "None":
        raise error(f"The {kind} is the text 'None': {_CHECK}.")
    # PostgreSQL refuses both in the middle of a transaction, with a message that names no field.
    if "\x00" in value or any("\ud800" <= char <= "\udfff" for char in value):
        raise error(f"The {kind} holds a NUL or half of a surrogate pair, which no database stores: {shown(value)}.")
    return str(value)


def is_unsaid(value: object) -> bool:
    """Whether a cell of a file, or a keyword, was left empty."""
    return value is None or (isinstance(value, str) and not value)


def is_many(value: object) -> bool:
    """Whether a value is a list, or whatever else holds items: no text, and no array without dimensions."""
    if isinstance(value, str | bytes) or not isinstance(value, Iterable):
        return False
    return getattr(value, "shape", None) != ()


def plain(value: object) -> object:
    """A numpy scalar, or any array without dimensions, as the Python value it holds; everything else as it is."""
    item = getattr(value, "item", None)
    if callable(item) and getattr(value, "shape", None) == ():
        return item()
    return value


def _read_literal(kind: str, given: str, error: type[InvalidInputError]) -> Any:
    try:
        return ast.literal_eval(given.strip())
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        hint = "; convert numpy values with float() first" if "np." in given or "array(" in given else ""
        raise error(
            f"The {kind} are a text that is neither JSON nor a Python literal: {shown(given)}. Pass the upstream "
            f"task's output itself, or render it with `| tojson`{hint}."
        ) from None
