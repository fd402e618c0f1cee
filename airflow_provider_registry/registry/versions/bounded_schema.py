"""JSON Schema 2020-12 with an end: what a schema asks of metadata is answered in bounds, or refused.

jsonschema follows a schema wherever it leads. A few lines of `anyOf` within `anyOf` lead it through billions of
answers, `uniqueItems` compares each with each, and a regular expression such as `^(a+)+$` goes through all the ways
there are to split a text. So steps are counted here, and regular expressions have a time limit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextvars import ContextVar
from itertools import islice
from typing import Any

import attrs
import regex
from jsonschema import Draft202012Validator, FormatChecker, ValidationError
from jsonschema.validators import extend
from jsonschema_specifications import REGISTRY  # type: ignore[import-untyped]  # it ships types, but no py.typed

from airflow_provider_registry.canonical import canonical_json
from airflow_provider_registry.messages import shown

# Some seconds where a schema leads deep; metadata that people read take a few hundred.
STEPS = 50_000
# What JSON Schema asks of a schema leads nowhere deep: 15,000 schemas within one, in some seconds.
SCHEMA_STEPS = 2_000_000
VIOLATIONS = 100
# For one text. Expressions that people mean take microseconds.
SECONDS = 1.0
PATTERN_LENGTH = 1_000

# What is wrong with a value quotes it, and what is quoted is spelt out first: so many bytes are a step.
_BYTES = 500

_Keyword = Callable[[Any, Any, Any, Any], Iterable[ValidationError] | None]


class UnboundedSchemaError(Exception):
    """Answering what the schema asks would take too long, or cannot be done."""


def violations_of(
    schema: Mapping[str, Any], value: Any, format_checker: FormatChecker | None = None, steps: int = STEPS
) -> list[ValidationError]:
    """What a schema finds wrong with a value: at most `VIOLATIONS`.

    Parameters:
        value: of JSON's own types, not nested too deep for recursion.
        steps: how many it may take to find out.

    Raises:
        UnboundedSchemaError: where finding out took more steps, or an expression more than `SECONDS`.
        Unresolvable: of `referencing`, where the schema leads elsewhere.
        RecursionError: where it leads into itself.
    """
    validator = _Bounded(schema, registry=REGISTRY, format_checker=format_checker)
    token = _work.set(_Work(value, steps))
    try:
        return list(islice(validator.iter_errors(value), VIOLATIONS))
    finally:
        _work.reset(token)


def check_pattern(pattern: object) -> bool:
    """Whether a regular expression can be used; what is no text is none, and somebody else's to find.

    Raises:
        ValueError: it cannot.
    """
    if isinstance(pattern, str):
        if len(pattern) > PATTERN_LENGTH:
            raise ValueError(f"has more than {PATTERN_LENGTH:,} characters")
        try:
            regex.compile(pattern)
        except (regex.error, RecursionError, OverflowError) as error:
            raise ValueError(str(error)) from None
    return True


class _Work:
    """The steps that are left for looking at one value, and the sizes of what is in it."""

    def __init__(self, value: Any, steps: int) -> None:
        self._most = self._left = steps
        self._sizes: dict[int, int] = {}
        self._measure(value)

    def take(self, steps: int) -> None:
        self._left -= steps
        if self._left < 0:
            raise UnboundedSchemaError(f"leads through more than {self._most:,} steps: simplify it")

    def look_at(self, value: Any, asked: Any) -> None:
        size = len(value) if isinstance(value, str) else self._sizes.get(id(value), 0)
        # Alternatives, names and allowed values are gone through.
        self.take(1 + size // _BYTES + (len(asked) if isinstance(asked, list | dict) else 0))

    def _measure(self, value: Any) -> int:
        if isinstance(value, dict):
            size = sum(len(key) + self._measure(item) for key, item in value.items())
        elif isinstance(value, list):
            size = sum(map(self._measure, value))
        else:
            return len(value) if isinstance(value, str) else 8
        self._sizes[id(value)] = size
        return size


_work: ContextVar[_Work] = ContextVar("work")


def _counted(keyword: _Keyword) -> _Keyword:
    def run(validator: Any, asked: Any, value: Any, schema: Any) -> Iterable[ValidationError] | None:
        _work.get().look_at(value, asked)
        return keyword(validator, asked, value, schema)

    return run


def _found(pattern: str, text: str) -> bool:
    _work.get().take(1)
    try:
        return regex.search(pattern, text, timeout=SECONDS) is not None
    except TimeoutError:
        raise UnboundedSchemaError(
            f"has the pattern {shown(pattern)}, which takes too long on {shown(text)}: simplify it"
        ) from None
    except (regex.error, RecursionError, MemoryError) as error:
        raise UnboundedSchemaError(f"has the pattern {shown(pattern)}, which cannot be used: {error}") from None


def _pattern(validator: Any, pattern: str, value: Any, schema: Any) -> Iterator[ValidationError]:
    if isinstance(value, str) and not _found(pattern, value):
        yield ValidationError(f"{shown(value)} does not match {shown(pattern)}")


def _pattern_properties(validator: Any, asked: Any, value: Any, schema: Any) -> Iterator[ValidationError]:
    for pattern, inner in asked.items() if isinstance(value, dict) else ():
        for name, item in value.items():
            if _found(pattern, name):
                yield from validator.descend(item, inner, path=name, schema_path=pattern)


def _additional_properties(validator: Any, asked: Any, value: Any, schema: Any) -> Iterator[ValidationError]:
    known, patterns = schema.get("properties", {}), schema.get("patternProperties", {})
    for name in value if isinstance(value, dict) else ():
        if name in known or any(_found(pattern, name) for pattern in patterns):
            continue
        if asked is False:
            yield ValidationError(f"the property {shown(name)} is not allowed")
        else:
            yield from validator.descend(value[name], asked, path=name)


def _unique_items(validator: Any, asked: Any, value: Any, schema: Any) -> Iterator[ValidationError]:
    if asked and isinstance(value, list) and len({canonical_json(item) for item in value}) < len(value):
        yield ValidationError("has the same item twice")


_OWN: Mapping[str, _Keyword] = {
    "pattern": _pattern,
    "patternProperties": _pattern_properties,
    "additionalProperties": _additional_properties,
    "uniqueItems": _unique_items,
}
_Bounded: Any = extend(  # type: ignore[no-untyped-call]  # it has no annotations
    Draft202012Validator,
    {name: _counted(keyword) for name, keyword in {**Draft202012Validator.VALIDATORS, **_OWN}.items()},
)


def _evolve(validator: Any, **changes: Any) -> Any:
    """The same validator of another schema; jsonschema's own is, of one that says `$schema`, without bounds."""
    return attrs.evolve(validator, **changes)


_Bounded.evolve = _evolve
