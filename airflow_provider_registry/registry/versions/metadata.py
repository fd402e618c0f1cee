"""Metadata, and the JSON Schema 2020-12 that a model may ask of it.

No `$ref` is ever fetched: references resolve inside the schema itself and among the JSON Schema drafts that ship
with jsonschema, and a schema that leads elsewhere is refused when it is given, not when a registration needs it.
`format` is an annotation, as 2020-12 has it by default, so that a schema means the same whatever is installed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker
from jsonschema_specifications import REGISTRY  # type: ignore[import-untyped]  # it ships types, but no py.typed
from referencing import Resource
from referencing.exceptions import Unresolvable
from referencing.jsonschema import DRAFT202012, UnknownDialect

from airflow_provider_registry.canonical import canonical_json
from airflow_provider_registry.errors import InvalidInputError, InvalidMetadataError, InvalidSchemaError, TooLargeError
from airflow_provider_registry.messages import shown
from airflow_provider_registry.names import TEXT_BYTES
from airflow_provider_registry.registry.versions.bounded_schema import (
    SCHEMA_STEPS,
    STEPS,
    UnboundedSchemaError,
    check_pattern,
    violations_of,
)
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
    return read_json("metadata", given, InvalidMetadataError, refuse_none_text=True)


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
    return _violations(schema, metadata)


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
    schema = read_json("metadata_schema", given, InvalidSchemaError)
    if schema.get("$schema", _DIALECT) not in (_DIALECT, f"{_DIALECT}#"):
        raise InvalidSchemaError(f"The metadata_schema says $schema {shown(schema['$schema'])}; write {_DIALECT!r}.")
    violations = _violations(Draft202012Validator.META_SCHEMA, schema, _FORMATS) or _unresolved(schema)
    if violations:
        listed = "; ".join(f"{path}: {message}" for path, message in violations)
        raise InvalidSchemaError(f"The metadata_schema is not JSON Schema 2020-12: {listed}.")
    if _asks(schema, "patternProperties") and _asks(schema, "unevaluatedProperties"):
        raise InvalidSchemaError(
            "The metadata_schema has patternProperties and unevaluatedProperties, which are not answered together: use "
            "additionalProperties instead of the latter."
        )
    metadata_violations({}, schema)  # finds a schema that refers to itself without end
    return schema


# So that an invalid regular expression in `pattern` is found here and not at a registration.
_FORMATS = FormatChecker(())
_FORMATS.checks("regex", raises=ValueError)(check_pattern)


def read_json(
    kind: str, given: object, error: type[InvalidInputError], *, refuse_none_text: bool = False
) -> dict[str, Any]:
    """A mapping that can be kept as JSON, given as one or as text that spells one.

    Raises:
        InvalidInputError: the class given, with every path that holds what JSON cannot.
        TooLargeError: where the canonical JSON has more than `TEXT_BYTES` bytes.
    """
    value, problems = json_value(read_mapping(kind, given, error), refuse_none_text=refuse_none_text)
    if problems:
        raise error(f"The {kind} cannot be kept as JSON: {'; '.join(problems)}.")
    size = len(canonical_json(value))
    if size > TEXT_BYTES:
        raise TooLargeError(f"The {kind} has {size:,} bytes of JSON; at most {TEXT_BYTES:,} are kept.")
    found: dict[str, Any] = value
    return found


def _violations(
    schema: Mapping[str, Any], value: Mapping[str, Any], formats: FormatChecker | None = None
) -> tuple[tuple[str, str], ...]:
    try:
        found = violations_of(dict(schema), dict(value), formats, SCHEMA_STEPS if formats else STEPS)
        return tuple(sorted((_short(error.json_path), _short(error.message)) for error in found))
    except UnboundedSchemaError as error:
        raise InvalidSchemaError(f"The metadata_schema {error}.") from None
    except Unresolvable as error:
        raise InvalidSchemaError(f"The metadata_schema refers to {shown(error.ref)}, which is not in it.") from error
    except RecursionError:
        raise InvalidSchemaError("The metadata_schema refers to itself without end, or is nested too deep.") from None


def _wrong(schema: Mapping[str, Any] | bool) -> bool:
    return isinstance(schema, Mapping) and bool(_violations(Draft202012Validator.META_SCHEMA, schema, _FORMATS))


def _asks(schema: Any, keyword: str) -> bool:
    if isinstance(schema, Mapping):
        return keyword in schema or any(_asks(inner, keyword) for inner in schema.values())
    return isinstance(schema, list) and any(_asks(inner, keyword) for inner in schema)


def _short(message: str) -> str:
    return message if len(message) <= _MESSAGE_LENGTH else f"{message[: _MESSAGE_LENGTH - 1]}…"


def _unresolved(schema: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    try:
        resource = DRAFT202012.create_resource(schema)
        return tuple(_unresolved_in(resource, REGISTRY.resolver_with_root(resource)))
    except (UnknownDialect, ValueError) as error:  # another $schema within, or what is no URI
        return (("$", f"cannot be followed: {shown(error)}"),)


def _unresolved_in(resource: Resource[Any], resolver: Any) -> Iterator[tuple[str, str]]:
    contents = resource.contents
    for key in ("$ref", "$dynamicRef"):
        reference = contents.get(key) if isinstance(contents, Mapping) else None
        if reference is None:
            continue
        try:
            found = resolver.lookup(reference).contents
        except Unresolvable:
            yield "$", f"{key} {shown(reference)} leads outside the schema, and nothing is fetched; put it under $defs"
            continue
        # It may lead to what stands where no schema does, such as in `default`, and was not looked at.
        if not isinstance(found, Mapping | bool) or (found and _wrong(found)):
            yield "$", f"{key} {shown(reference)} leads to what is no schema"
    for inner in resource.subresources():
        yield from _unresolved_in(inner, resolver.in_subresource(inner))
