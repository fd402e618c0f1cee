"""What people write on a command line, as the kernel takes it."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from airflow_provider_registry.cli.output import note
from airflow_provider_registry.errors import InvalidInputError
from airflow_provider_registry.registry.policies.durations import read_duration

PREFIX = "models:/"


def named_version(model: str, version: str | None) -> tuple[str, str | None]:
    """Which version is meant, and the model where it is not said by a reference.

    Parameters:
        model: its name; or a reference, alone.
        version: a number, `@alias`, or a reference.
    """
    if model.startswith(PREFIX):
        if version is not None:
            raise InvalidInputError(f"{model!r} names a version already: leave {version!r} out.")
        return model, None
    if version is None:
        raise InvalidInputError(
            f"Which version of {model!r}? Add its number or @alias, or write {PREFIX}{model}/<number>."
        )
    return of_model(model, version), model


def of_model(model: str, version: str) -> str:
    """A version of a model: `@production` becomes the reference that it is short for."""
    return f"{PREFIX}{model}{version}" if version.startswith("@") else version


def pairs(kind: str, given: Sequence[str] | None) -> dict[str, str]:
    """`name=value` texts as a mapping; each name once."""
    found: dict[str, str] = {}
    for text in given or ():
        name, value = _pair(kind, text)
        if name in found:
            raise InvalidInputError(f"The {kind} {name!r} stands twice: give it once.")
        found[name] = value
    return found


def metrics(given: Sequence[str] | None, file: str | None) -> list[Mapping[str, Any]]:
    """Metrics as `name=value` texts, and those in a JSON file, which may also say phase, dataset and slice."""
    found: list[Mapping[str, Any]] = [
        dict(zip(("name", "value"), _pair("metric", text), strict=True)) for text in given or ()
    ]
    said = [] if file is None else json_file(file)
    if isinstance(said, Mapping):
        return [*found, *({"name": name, "value": value} for name, value in said.items())]
    if not isinstance(said, list):
        raise InvalidInputError(f"{file} holds no metrics: write a JSON object of names and numbers, or a list.")
    return [*found, *said]


def inputs(given: Sequence[str] | None) -> list[Mapping[str, Any]]:
    """Inputs as `name` or `name=uri` texts."""
    found: list[Mapping[str, Any]] = []
    for text in given or ():
        name, _, uri = text.partition("=")
        found.append({"name": name, "uri": uri or (name if "://" in name else None)})
    return found


def json_file(path: str) -> Any:
    """The JSON value in a file; `-` is standard input.

    Raises:
        InvalidInputError: it is not JSON; with the line and the column.
    """
    try:
        return json.loads(_read(path))
    except (ValueError, RecursionError) as error:
        where = "Standard input" if path == "-" else path
        raise InvalidInputError(f"{where} is not JSON: {error}.") from None


def text_file(path: str) -> str:
    """The text in a file; `-` is standard input.

    Raises:
        InvalidInputError: it is not UTF-8.
    """
    try:
        return _read(path)
    except ValueError as error:
        where = "Standard input" if path == "-" else path
        raise InvalidInputError(f"{where} is not UTF-8: {error}.") from None


def moment(text: str) -> datetime:
    """A time in ISO 8601; without a zone it is UTC, and that is said."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise InvalidInputError(f"{text!r} is no time: write ISO 8601 such as 2026-03-03T12:00+01:00.") from None
    if at.tzinfo is None:
        at = at.replace(tzinfo=UTC)
        note(f"{text} has no time zone and is taken as UTC: {at.isoformat()}.")
    return at


def duration(option: str, text: str) -> timedelta:
    """A duration such as `36h` or `7d`."""
    try:
        return read_duration(text)
    except ValueError as error:
        raise InvalidInputError(f"{option} {error}.") from None


def _read(path: str) -> str:
    return sys.stdin.read() if path == "-" else Path(path).read_text(encoding="utf-8")


def _pair(kind: str, text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name.strip():
        raise InvalidInputError(f"{text!r} is no {kind}: write name=value.")
    return name.strip(), value


def identity(given: str | None) -> str | None:
    """Who must have signed: the text itself, or what stands in the PEM file that it names."""
    if given is None or given.lstrip().startswith("{") or not os.path.isfile(given):
        return given
    try:
        with open(given, encoding="utf-8") as stream:
            return stream.read(100_000)
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInputError(f"{given} cannot be read: {error}.") from error
