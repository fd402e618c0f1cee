"""References to versions, in MLflow's form: `models:/churn/3`, `models:/churn@production`.

The form is MLflow's (https://mlflow.org/docs/latest/ml/model-registry/), read everywhere that a version is named.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from airflow_provider_registry.errors import InvalidReferenceError
from airflow_provider_registry.messages import shown
from airflow_provider_registry.names import NAME_LENGTH, check_alias, check_model_name

_FORM = "write models:/<model>/<number> or models:/<model>@<alias>"
MAX_VERSION = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Reference:
    """A version by number, or by the alias that points at it: exactly one of the two is set."""

    model_name: str
    version: int | None = None
    alias: str | None = None

    def __str__(self) -> str:
        return f"models:/{self.model_name}" + (f"@{self.alias}" if self.alias else f"/{self.version}")


def parse_reference(text: object) -> Reference:
    """Read a reference.

    Raises:
        InvalidReferenceError: where the text is not of the form.
        InvalidNameError: where the model or the alias in it is not a name.
    """
    if not isinstance(text, str) or not text.startswith("models:/"):
        raise InvalidReferenceError(f"{shown(text)} is not a reference: {_FORM}.")
    # Who serves a model resolves one text again and again. Longer ones name nothing.
    return _read_again(text) if len(text) <= _LONGEST else _read_text(text)


def _read_text(text: str) -> Reference:
    body = text.removeprefix("models:/")
    if "@" in body:
        name, _, alias = body.rpartition("@")
        return Reference(check_model_name(name), alias=check_alias(alias))
    name, slash, number = body.rpartition("/")
    if not slash:
        raise InvalidReferenceError(f"{shown(text)} names a model but no version: {_FORM}.")
    if not re.fullmatch(r"[0-9]+", number):
        hint = " ('latest' is not an alias: search for the newest version)" if number.lower() == "latest" else ""
        raise InvalidReferenceError(f"{shown(text)} ends with {shown(number)}, not a version number{hint}: {_FORM}.")
    return Reference(check_model_name(name), version=_positive(_spelled(number), text))


_LONGEST = len("models:/@") + 2 * NAME_LENGTH
_read_again = lru_cache(1_000)(_read_text)


def read_version(value: object, model_name: str | None = None) -> Reference:
    """Read any form in which a version may be named.

    Parameters:
        value: a number, its digits, a reference, or the mapping that a registration returned.
        model_name: the model, needed for a bare number; where the value names a model itself, both must agree.

    Raises:
        InvalidReferenceError: where the value names no version, or a version of another model.
    """
    found = _read(value, model_name)
    if model_name is not None and found.model_name.casefold() != model_name.casefold():
        raise InvalidReferenceError(f"{shown(value)} is a version of {found.model_name!r}, not of {shown(model_name)}.")
    return found


def _read(value: object, model_name: str | None) -> Reference:
    if isinstance(value, str) and value.startswith("models:/"):
        return parse_reference(value)
    if isinstance(value, Mapping):
        return _read_mapping(value)
    number = _number(value)
    if number is None:
        raise InvalidReferenceError(f"{shown(value)} names no version: give a number, or {_FORM}.")
    if model_name is None:
        raise InvalidReferenceError(f"Version {number} of which model? Give model_name too, or {_FORM}.")
    return Reference(check_model_name(model_name), version=_positive(number, value))


def _read_mapping(value: Mapping[object, object]) -> Reference:
    name, number = value.get("model_name"), _number(value.get("version"))
    if name is None or number is None:
        raise InvalidReferenceError(
            f"A mapping that names a version has the keys model_name and version, as a registration returns; "
            f"this one has {sorted(map(str, value))}."
        )
    return Reference(check_model_name(name), version=_positive(number, value))


def _number(value: object) -> int | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    if isinstance(value, str) and re.fullmatch(r"[0-9]+", value.strip()):
        return _spelled(value.strip())
    return None


def _spelled(digits: str) -> int:
    """The number that digits spell; of so many that Python would not read them, one that is too large as well."""
    digits = digits.lstrip("0")
    return int(digits or "0") if len(digits) <= len(str(MAX_VERSION)) else MAX_VERSION + 1


def _positive(number: int, value: object) -> int:
    if not 1 <= number <= MAX_VERSION:
        raise InvalidReferenceError(f"{shown(value)}: version numbers begin with 1 and end with {MAX_VERSION}.")
    return number
