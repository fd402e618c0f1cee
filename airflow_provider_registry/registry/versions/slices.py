"""Slices: the part of a dataset that a metric was measured on, such as `age=60+,country=NO`."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from airflow_provider_registry.errors import InvalidMetricError
from airflow_provider_registry.messages import shown
from airflow_provider_registry.names import KEY_LENGTH
from airflow_provider_registry.registry.versions.rendered import plain, read_text

_NOT_IN_PART = re.compile(r"[,=\x00-\x1f\x7f]")
_FORM = "write country=NO,age=60+ or the mapping {'country': 'NO', 'age': '60+'}"


def normalise_slice(given: object) -> str:
    """A slice in its one canonical form: `key=value` sorted by key and joined by `,`.

    Parameters:
        given: that form in any order, or a mapping of keys to texts or numbers; None, '' and {} are no slice.

    Returns:
        the canonical text, '' for no slice, since it is part of a unique key.

    Raises:
        InvalidMetricError: where a key or value is empty, holds `,`, `=` or control characters, or stands twice.
    """
    if given is None or given == "":
        return ""
    pairs = _from_mapping(given) if isinstance(given, Mapping) else _from_text(given)
    if len(dict(pairs)) != len(pairs):
        raise InvalidMetricError(f"The slice {shown(given)} names a key twice.")
    text = ",".join(f"{key}={value}" for key, value in sorted(pairs))
    if len(text) > KEY_LENGTH:
        raise InvalidMetricError(f"The slice {shown(given)} has {len(text)} characters; at most {KEY_LENGTH} are kept.")
    return text


def _from_text(given: object) -> list[tuple[str, str]]:
    pairs = []
    for part in read_text("slice", given, InvalidMetricError).split(","):
        key, equals, value = part.partition("=")
        if not equals:
            raise InvalidMetricError(f"The slice {shown(given)} has the part {shown(part)} without '=': {_FORM}.")
        pairs.append((_part(key, given), _part(value, given)))
    return pairs


def _from_mapping(given: Mapping[object, object]) -> list[tuple[str, str]]:
    return [(_part(key, given), _part(_value(value, given), given)) for key, value in given.items()]


def _value(value: object, given: object) -> object:
    value = plain(value)
    if isinstance(value, bool):
        # YAML 1.1 reads an unquoted NO, the country, as false.
        raise InvalidMetricError(f"The slice {shown(given)} has the value {value}: write it in quotes, as text.")
    return json.dumps(value) if isinstance(value, int | float) else value


def _part(part: object, given: object) -> str:
    text = read_text(f"part {shown(part)} of the slice {shown(given)}", part, InvalidMetricError).strip()
    if not text or text == "None" or _NOT_IN_PART.search(text):
        raise InvalidMetricError(
            f"The slice {shown(given)} has the part {shown(part)}: keys and values are not empty, not 'None', and have "
            f"no ',', '=' or control characters in them; {_FORM}."
        )
    return text
