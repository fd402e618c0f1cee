"""What could come next in a filter that somebody is writing."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from lark.exceptions import UnexpectedInput
from sqlalchemy import Connection, select

from airflow_provider_registry.registry.aliases.tables import AliasRow
from airflow_provider_registry.registry.core import Core
from airflow_provider_registry.registry.models.tables import ModelRow
from airflow_provider_registry.registry.search.bounded import read_bounded
from airflow_provider_registry.registry.search.fields import Subject
from airflow_provider_registry.registry.search.likeness import like
from airflow_provider_registry.registry.search.parse import accepted, read_text
from airflow_provider_registry.registry.search.values import Kind, written_operators

MOST = 20

_CLOSED = re.compile(r"(?:'[^']*'|\"[^\"]*\"|`[^`]*`|[^'\"`])*")
_WORD = re.compile(r"[^\s()\[\],=<>!]*\Z")
_FIELD = r"([^\W\d]\w*)(?:\.(?:[\w./:-]+|`[^`]*`|\"[^\"]*\"))?(?:\[[^\]]*\])?"
_COMPARED = re.compile(rf"{_FIELD}\s*(?:not\s+)?(?:[!<>]?=|[<>]|i?like|in\s*\([^()]*)\s*\Z", re.IGNORECASE)
_NAMED = re.compile(rf"{_FIELD}\s*(?:not\s+)?\Z", re.IGNORECASE)


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
        terminals = accepted(before)
    except UnexpectedInput:
        return Completions(start, ())
    found = (each for each in _words(core, subject, before, word, terminals) if _goes_on(word, each))
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


def _words(core: Core, subject: Subject, before: str, word: str, terminals: Collection[str]) -> Iterator[str]:
    if "NAME" in terminals:
        yield from (*subject.plain, *(f"{name}." for name in subject.keyed), "not")
    if "IS" in terminals and (named := _NAMED.search(before)):
        yield from written_operators(_kind(subject, named[1]))
    elif "LIKE" in terminals:
        yield from ("like", "ilike", "in")
    if "_NULL" in terminals:
        yield from ("null", "not null") if "NOT" in terminals else ("null",)
    if "TEXT" in terminals and (compared := _COMPARED.search(before)):
        yield from _values(core, subject, compared[1].lower(), word)
    yield from (joint for joint, terminal in (("and", "_AND"), ("or", "_OR")) if terminal in terminals)


def _kind(subject: Subject, name: str) -> Kind:
    target = subject.plain.get(name.lower())
    if target is not None:
        return target.kind
    return Kind.NUMBER if name.lower() in ("metrics", "metric") else Kind.TEXT


def _values(core: Core, subject: Subject, name: str, word: str) -> Iterable[str]:
    if _kind(subject, name) is Kind.TRUTH:
        return ("true", "false")
    columns: dict[str, Any] = {"team": ModelRow.team, "alias": AliasRow.name, "name": ModelRow.name}
    if name not in columns:
        return ()
    found = read_bounded(core, partial(_known, column=columns[name], begin=word.lstrip("'\"").replace("''", "'")))
    quote = word[:1] if word[:1] in ("'", '"') else "'"
    return [f"{quote}{value.replace(quote, quote * 2)}{quote}" for value in found]


def _known(connection: Connection, column: Any, begin: str) -> list[str]:
    pattern = re.sub(r"([\\%_])", r"\\\1", begin) + "%"
    matching = like(column, pattern, connection.dialect.name, fold=True)
    statement = select(column).distinct().where(column.is_not(None), matching).order_by(column).limit(MOST)
    return [row[0] for row in connection.execute(statement)]
