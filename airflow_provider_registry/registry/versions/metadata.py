"""Metadata, and the JSON Schema 2020-12 that a model may ask of it.

No `$ref` is ever fetched: references resolve inside the schema itself and among the JSON Schema drafts that ship
with jsonschema, and a schema that leads elsewhere is refused when it is given, not when a registration needs it.
`format` is an annotation, as 2020-12 has it by default, so that a schema means the same whatever is installed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema_specifications import REGISTRY  # type: ignore[import-untyped]  # it ships types, but no py.typed
from referencing import Resource
from referencing.exceptions import Unresolvable
from referencing.jsonschema import DRAFT202012

from airflow_provider_registry.canonical import canonical_json
from airflow_provider_registry.errors import InvalidInputError, InvalidMetadataError, InvalidSchemaError, TooLargeError
from airflow_provider_registry.names import TEXT_BYTES
from airflow_provider_registry.registry.versions.json_value import json_value
from airflow_provider_registry.registry.versions.rendered import read_mapping

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_MESSAGE_LENGTH = 300


def read_metadata(given: object) -> dict[str, Any]:
    """Read the metadata of a registration.

    Parameters:
        given: None, a mapping of texts to JSON values, or the text of one.

    Returns:
        a copy made of JSON's own types.

    Raises:
        InvalidMetadataError: with every path that holds what JSON cannot, or the text `None`.
        TooLargeError: where the canonical JSON has more than `TEXT_BYTES` bytes.
    """
    return _read("metadata", given, InvalidMetadataError, refuse_none_text=True)


def check_metadata(metadata: Mapping[str, Any], schema: Mapping[str, Any] | None) -> None:
    """Check metadata against a model's schema; without a schema everything holds.

    Raises:
        InvalidMetadataError: with every violation and its path, in `violations` and in the message.
        InvalidSchemaError: where the schema itself cannot be used.
    """
    if schema is None:
        return
    violations = metadata_violations(metadata, schema)
    if violations:
        count = "1 place" if len(violations) == 1 else f"{len(violations)} places"
        listed = "; ".join(f"{path}: {message}" for path, message in violations)
        raise InvalidMetadataError(f"The metadata breaks the model's schema in {count}: {listed}.", violations)


def metadata_violations(metadata: Mapping[str, Any], schema: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """Every violation as (path, message), sorted by path.

    Raises:
        InvalidSchemaError: where the schema leads elsewhere or into itself without end.
    """
    return _violations(Draft202012Validator(dict(schema), registry=REGISTRY), metadata)


def check_schema(given: object) -> dict[str, Any]:
    """Read a `metadata_schema`.

    Parameters:
        given: a mapping that is JSON Schema 2020-12, or the text of one.

    Returns:
        a copy made of JSON's own types.

    Raises:
        InvalidSchemaError: with every place that is not JSON Schema, or a `$ref` that leads outside.
        TooLargeError: where the canonical JSON has more than `TEXT_BYTES` bytes.
    """
    if given is None:
        raise InvalidSchemaError("The metadata_schema is None: give a mapping, {} for one that allows everything.")
    schema = _read("metadata_schema", given, InvalidSchemaError)
    if schema.get("$schema", _DIALECT) not in (_DIALECT, f"{_DIALECT}#"):
        raise InvalidSchemaError(f"The metadata_schema says $schema {schema['$schema']!r}; write {_DIALECT!r}.")
    violations = _violations(_META, schema) or _unresolved(schema)
    if violations:
        listed = "; ".join(f"{path}: {message}" for path, message in violations)
        raise InvalidSchemaError(f"The metadata_schema is not JSON Schema 2020-12: {listed}.")
    metadata_violations({}, schema)  # finds a schema that refers to itself without end
    return schema


# With a format checker, so that an invalid regular expression in `pattern` is found here and not at a registration.
_META = Draft202012Validator(
    Draft202012Validator.META_SCHEMA, registry=REGISTRY, format_checker=Draft202012Validator.FORMAT_CHECKER
)


def _read(
    kind: str, given: object, error: type[InvalidInputError], *, refuse_none_text: bool = False
) -> dict[str, Any]:
    value, problems = json_value(read_mapping(kind, given, error), refuse_none_text=refuse_none_text)
    if problems:
        raise error(f"The {kind} cannot be kept as JSON: {'; '.join(problems)}.")
    size = len(canonical_json(value))
    if size > TEXT_BYTES:
        raise TooLargeError(f"The {kind} has {size:,} bytes of JSON; at most {TEXT_BYTES:,} are kept.")
    found: dict[str, Any] = value
    return found


def _violations(validator: Draft202012Validator, value: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    try:
        return tuple(sorted((error.json_path, _short(error.message)) for error in validator.iter_errors(dict(value))))
    except Unresolvable as error:
        raise InvalidSchemaError(f"The metadata_schema refers to {error.ref!r}, which is not in it.") from error
    except RecursionError:
        raise InvalidSchemaError("The metadata_schema refers to itself without end, or is nested too deep.") from None


def _short(message: str) -> str:
    return message if len(message) <= _MESSAGE_LENGTH else f"{message[: _MESSAGE_LENGTH - 1]}…"


def _unresolved(schema: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    resource = DRAFT202012.create_resource(schema)
    return tuple(_unresolved_in(resource, REGISTRY.resolver_with_root(resource)))


def _unresolved_in(resource: Resource[Any], resolver: Any) -> Iterator[tuple[str, str]]:
    contents = resource.contents
    for key in ("$ref", "$dynamicRef"):
        reference = contents.get(key) if isinstance(contents, Mapping) else None
        if reference is None:
            continue
        try:
            resolver.lookup(reference)
        except Unresolvable:
            yield "$", f"{key} {reference!r} leads outside the schema, and nothing is fetched; put it under $defs"
    for inner in resource.subresources():
        yield from _unresolved_in(inner, resolver.in_subresource(inner))
