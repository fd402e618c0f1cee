"""Inputs: the datasets that a version was trained on."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from itertools import islice
from typing import Any

from airflow_provider_registry.canonical import sha256_of
from airflow_provider_registry.errors import InvalidInputError, TooLargeError
from airflow_provider_registry.messages import shown
from airflow_provider_registry.names import ENTRIES_PER_VERSION, check_key
from airflow_provider_registry.registry.versions.rendered import is_many, plain, read_rendered, read_text

URI_LENGTH = 4_000
_KEYS = ("name", "uri", "digest", "rows")
_LISTED = ", ".join(_KEYS)
_MAX_ROWS = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Input:
    """A dataset that a version was trained on.

    Attributes:
        name: what people call it.
        uri: where it lies, '' where none was said.
        digest: what identifies its content, in any form (`sha256:…`, a snapshot id), '' where none was said.
        rows: how many rows it has, None where that is not known.
    """

    name: str
    uri: str = ""
    digest: str = ""
    rows: int | None = None

    def as_mapping(self) -> dict[str, Any]:
        """The input as a JSON-able mapping."""
        return asdict(self)


def inputs_digest(inputs: Iterable[Input]) -> str:
    """The sha256 of inputs, in their order, by which the record holds them."""
    return sha256_of([[item.name, item.uri, item.digest, item.rows] for item in inputs])


def read_inputs(given: object) -> tuple[Input, ...]:
    """Read the inputs of a registration, in the order given.

    Parameters:
        given: None; one input or an iterable of them, each an `Input`, a mapping with the keys name and optionally
            uri, digest and rows, or a text that is its name (a text with `://` is its uri too); or the text of a
            list, as a template renders it.

    Raises:
        InvalidInputError: naming the input and what is wrong with it.
        TooLargeError: for too many inputs, or a uri of more than `URI_LENGTH` characters.
    """
    if given is None:
        return ()
    value = read_rendered("inputs", given)
    if isinstance(value, Mapping | Input):
        value = [value]
    if not is_many(value):
        raise InvalidInputError(f"Inputs are a list of names, or of mappings with {_LISTED}, not {shown(value)}.")
    found = tuple(_read(item) for item in islice(value, ENTRIES_PER_VERSION + 1))
    if len(found) > ENTRIES_PER_VERSION:
        raise TooLargeError(f"There are {len(found):,} inputs or more; at most {ENTRIES_PER_VERSION:,} are kept.")
    return found


def _read(item: object) -> Input:
    if isinstance(item, str):
        item = {"name": item, "uri": item if "://" in item else None}
    if isinstance(item, Input):
        item = item.as_mapping()
    if not isinstance(item, Mapping) or not item.get("name") or set(item) - set(_KEYS):
        raise InvalidInputError(f"An input is a name, or a mapping with {_LISTED}; this one is {shown(item)}.")
    name = check_key("input", read_text("input name", item["name"]))
    digest = _optional(f"digest of the input {name!r}", item.get("digest"))
    return Input(
        name,
        _uri(name, item.get("uri")),
        check_key(f"digest of the input {name!r}", digest) if digest else "",
        _rows(name, item.get("rows")),
    )


def _uri(name: str, given: object) -> str:
    uri = _optional(f"uri of the input {name!r}", given)
    if len(uri) > URI_LENGTH:
        raise TooLargeError(f"The uri of the input {name!r} has more than {URI_LENGTH:,} characters.")
    return uri


def _optional(kind: str, given: object) -> str:
    return "" if given is None else read_text(kind, given)


def _rows(name: str, given: object) -> int | None:
    rows = plain(given)
    if rows is None:
        return None
    if isinstance(rows, str) and re.fullmatch(r"[0-9]{1,19}", rows.strip()):
        rows = int(rows)
    if isinstance(rows, bool) or not isinstance(rows, int) or not 0 <= rows <= _MAX_ROWS:
        raise InvalidInputError(f"The rows of the input {name!r} are {shown(given)}: give a whole number, or None.")
    return rows
