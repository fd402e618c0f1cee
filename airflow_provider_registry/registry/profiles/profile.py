"""The form of a profile: `profile.schema.json`, and what no schema can say of its numbers."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from itertools import islice, pairwise
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match

from airflow_provider_registry.errors import InvalidProfileError
from airflow_provider_registry.registry import profiles
from airflow_provider_registry.registry.versions.metadata import read_json

_VIOLATIONS = 100
_LONGEST = 300


def profile_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of a profile, as the package ships it."""
    text = files(profiles).joinpath("profile.schema.json").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text)
    return found


def read_profile(given: object) -> dict[str, Any]:
    """A profile, made of JSON's own types.

    Parameters:
        given: a mapping, or the text of one, as a template renders it.

    Raises:
        InvalidProfileError: it is none; with every place that is wrong, up to 100.
        TooLargeError: it has more than 1 MiB of JSON.
    """
    profile = read_json("profile", {} if given is None else given, InvalidProfileError)
    violations = tuple(islice(_broken_schema(profile), _VIOLATIONS)) or tuple(
        islice(_broken_sums(profile), _VIOLATIONS)
    )
    if violations:
        listed = "; ".join(f"{path}: {message}" for path, message in violations)
        raise InvalidProfileError(f"This is no profile: {listed}.", violations)
    return profile


def _broken_schema(profile: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for error in _validator().iter_errors(profile):
        cause = best_match([error])
        assert cause is not None
        message = cause.message if len(cause.message) <= _LONGEST else f"{cause.message[: _LONGEST - 1]}…"
        yield cause.json_path, message


def _broken_sums(profile: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, column in profile["columns"].items():
        path = f"$.columns.{name}"
        if column["type"] == "categorical":
            yield from _of_sum(path, column, sum(column["categories"].values()) + column.get("other", 0))
        elif "histogram" in column:
            yield from _of_histogram(f"{path}.histogram", column, column["histogram"])
        else:
            yield from _of_quantiles(f"{path}.quantiles", column["quantiles"])


def _of_sum(path: str, column: Mapping[str, Any], counted: int) -> Iterator[tuple[str, str]]:
    if counted != column["count"]:
        yield path, f"the counts are {counted} together, and count is {column['count']}"


def _of_histogram(path: str, column: Mapping[str, Any], said: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    edges, counts = said["edges"], said["counts"]
    if len(counts) != len(edges) - 1:
        yield path, f"{len(edges)} edges have {len(edges) - 1} counts between them, not {len(counts)}"
    if any(low >= high for low, high in pairwise(edges)):
        yield f"{path}.edges", "each must be greater than the one before"
    yield from _of_sum(path, column, sum(counts) + said.get("below", 0) + said.get("above", 0))


def _of_quantiles(path: str, said: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    probabilities, values = said["probabilities"], said["values"]
    if len(probabilities) != len(values):
        yield path, f"there are {len(probabilities)} probabilities and {len(values)} values"
    if any(low >= high for low, high in pairwise(probabilities)):
        yield f"{path}.probabilities", "each must be greater than the one before"
    if any(low > high for low, high in pairwise(values)):
        yield f"{path}.values", "none may be less than the one before"


@cache
def _validator() -> Draft202012Validator:
    return Draft202012Validator(profile_schema())
