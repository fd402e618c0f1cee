"""What could come next in a filter that somebody is writing."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from lark.exceptions import UnexpectedInput
from sqlalchemy import Connection, select

from airflow_provider_registry.errors import InvalidFilterError
from airflow_provider_registry.registry.aliases.tables import AliasRow
from airflow_provider_registry.registry.core import Core
from airflow_provider_registry.registry.models.tables import ModelRow
from airflow_provider_registry.registry.search.bounded import read_bounded
from airflow_provider_registry.registry.search.fields import Subject
from airflow_provider_registry.registry.search.likeness import like
from airflow_provider_registry.registry.search.parse import begun, read_text
from airflow_provider_registry.registry.search.targets import Target
from airflow_provider_registry.registry.search.values import Kind, written_operators

MOST = 20

_CLOSED = re.compile(r"(?:'[^']*'|\"[^\"]*\"|`[^`]*`|[^'\"`])*")
_WORD = re.compile(r"[^\s()\[\],=<>!]*\Z")


@dataclass(frozen=True, slots=True)
class Completions:
    """What could stand at the end of a filter.

    Attributes:
        start: offset of the word that each of them would take the place of; the text's length where none is begun.
        words: fields, comparisons, values or conjunctions; at most twenty.
    """

    start: int
    words: tuple[str, ...]


def complete(core: Core, subject: Subject, text: object) -> Completions:
    """See `Registry.complete_filter`."""
    source = read_text(text, "filter")
    start = _begin_of_word(source.text)
    before, word = source.text[:start], source.text[start:]
    try:
        field, terminals = begun(before)
        target = subject.target(field, source) if field else None
    except (UnexpectedInput, InvalidFilterError):
        return Completions(start, ())
    found = (each for each in _words(core, subject, target, word, terminals) if _goes_on(word, each))
    return Completions(start, tuple(found)[:MOST])


def _begin_of_word(text: str) -> int:
    closed = _CLOSED.match(text)
    assert closed is not None, "it matches the empty text"
    if closed.end() < len(text):
        return closed.end()  # a quote is open, and what it holds may have spaces
    word = _WORD.search(text)
    assert word is not None, "likewise"
    return word.start()


def _goes_on(word: str, each: str) -> bool:
    return each.lower().startswith(word.lower()) and each.lower() != word.lower()


def _words(core: Core, subject: Subject, target: Target | None, word: str, terminals: Collection[str]) -> Iterator[str]:
    if "NAME" in terminals:
        yield from (*subject.plain, *(f"{name}." for name in subject.keyed), "not")
    if "IS" in terminals and target:
        yield from written_operators(target.kind)
    elif "LIKE" in terminals:
        yield from ("like", "ilike", "in")
    if "_NULL" in terminals:
        yield from ("null", "not null") if "NOT" in terminals else ("null",)
    if "TEXT" in terminals and target:
        yield from _values(core, subject, target, word)
    yield from (joint for joint, terminal in (("and", "_AND"), ("or", "_OR")) if terminal in terminals)


def _values(core: Core, subject: Subject, target: Target, word: str) -> Iterable[str]:
    if target.kind is Kind.TRUTH:
        return ("true", "false")
    columns: dict[str, Any] = {"team": ModelRow.team, "alias": AliasRow.name, "name": ModelRow.name}
    column = next((column for name, column in columns.items() if subject.plain[name] is target), None)
    if column is None:
        return ()
    found = read_bounded(core, partial(_known, column=column, begin=word.lstrip("'\"").replace("''", "'")))
    quote = word[:1] if word[:1] in ("'", '"') else "'"
    return [f"{quote}{value.replace(quote, quote * 2)}{quote}" for value in found]


def _known(connection: Connection, column: Any, begin: str) -> list[str]:
    pattern = re.sub(r"([\\%_])", r"\\\1", begin) + "%"
    matching = like(column, pattern, connection.dialect.name, fold=True)
    statement = select(column).distinct().where(column.is_not(None), matching).order_by(column).limit(MOST)
    return [row[0] for row in connection.execute(statement)]
