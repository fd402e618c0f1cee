"""Running a search: the ids of one page, and where the next one begins."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, func, literal_column, select

from airflow_provider_registry.names import fold
from airflow_provider_registry.registry.core import Core
from airflow_provider_registry.registry.limits import check_whole
from airflow_provider_registry.registry.models.tables import ModelNameRow
from airflow_provider_registry.registry.search.bounded import read_bounded
from airflow_provider_registry.registry.search.conditions import Conditions, values_asked_for
from airflow_provider_registry.registry.search.fields import Subject
from airflow_provider_registry.registry.search.order import Segment, pick, read_order, segments, select_segment
from airflow_provider_registry.registry.search.parse import parse_filter, parse_order
from airflow_provider_registry.registry.search.tokens import read_token, search_digest, write_token

MAX_PAGE = 1_000

# How many results one page goes through to pick those that lack a value: in about the time that a page takes anyway.
MOST_PASSED = 10_000

# So many results are sorted in about the time in which a page is found among many more.
FEW = 5_000


@dataclass(frozen=True, slots=True)
class Search:
    """One search, read and checked.

    Attributes:
        condition: what results must satisfy; None where the filter says nothing.
        digest: what its page tokens are bound to.
        after: where the page before ended; None for the first page.
    """

    subject: Subject
    condition: Any
    segments: Sequence[Segment]
    digest: str
    after: Sequence[Any] | None

    @classmethod
    def read(cls, core: Core, subject: Subject, filter: object, order_by: object, token: object = None) -> Search:
        """Read a filter, an ordering, and the token of a page.

        Raises:
            InvalidFilterError: either cannot be read, or does not fit the fields.
            InvalidCursorError: the token is not of this search.
        """
        dialect = core.engine.dialect.name
        source, node = parse_filter(filter)
        order_source, terms = parse_order(order_by)
        present = values_asked_for(subject, source, node) if node else []
        if not terms:
            order_source, terms = parse_order(subject.default_order(present))
        keys = read_order(subject, terms, order_source, dialect)
        sections = segments(subject, keys, present)
        digest = search_digest(subject.plural, source.text, order_source.text)
        after = None if token is None else read_token(token, digest, [key.sorting.kind for key in sections[0].keys])
        conditions = Conditions(
            subject,
            source,
            dialect,
            first=keys[0] if keys and keys[0].target in present else None,
            below=after[0] if after and not keys else None,
            models_of=partial(_models_of, core),
            few=partial(_few, core),
        )
        return cls(subject, conditions.of(node) if node else None, sections, digest, after)

    def page(self, core: Core, page_size: object) -> tuple[list[int], str | None]:
        """The ids of the page in order, and the token of the next page; None on the last one.

        Raises:
            InvalidInputError: the page size is out of bounds.
            SearchTimeoutError: it took longer than it may.
        """
        size = check_whole("page_size", page_size, MAX_PAGE)
        return read_bounded(core, lambda connection: self._page(connection, size, self.after))

    def _page(self, connection: Connection, size: int, after: Sequence[Any] | None) -> tuple[list[int], str | None]:
        found: list[tuple[int, list[Any]]] = []
        passed: list[Any] | None = None
        for segment in self.segments[_segment_of(after) :]:
            rest = None if after is None else after[len(segment.absent) :]
            rows = connection.execute(self._statement(segment, rest, size + 1 - len(found))).mappings().all()
            found += [(row["id"], _values(segment, row)) for row in rows if row.get("picked", True)]
            passed = _passed(segment, rows)
            after = None
            if len(found) > size or passed is not None:
                break
        end = found[size - 1][1] if len(found) > size else passed
        return [id for id, _ in found[:size]], None if end is None else write_token(self.digest, end)

    def _statement(self, segment: Segment, after: Sequence[Any] | None, limit: int) -> Select[Any]:
        statement = select_segment(self.subject, segment, self.condition, after)
        return pick(segment, statement, MOST_PASSED, limit) if segment.picked else statement.limit(limit)


def _models_of(core: Core, names: Sequence[str]) -> list[int]:
    """The ids of the models that have or had one of these names."""
    folded = sorted({fold(name) for name in names})
    rows = core.rows(select(ModelNameRow.model_id).where(ModelNameRow.folded.in_(folded)).distinct())
    return sorted(row["model_id"] for row in rows)


def _few(core: Core, listed: Select[Any]) -> list[int] | None:
    """The ids that a statement finds; None where they are more than a few."""
    first = listed.limit(literal_column(str(FEW + 1))).subquery()
    id: Any = first.c.version_id
    gathered = func.json_group_array(id) if core.engine.dialect.name == "sqlite" else func.array_agg(id)
    # In one value, which is not sent where they are many.
    found = core.first(select(gathered.label("ids")).having(func.count(id) <= FEW))
    if found is None:
        return None
    return json.loads(found["ids"]) if isinstance(found["ids"], str) else found["ids"] or []


def _segment_of(values: Sequence[Any] | None) -> int:
    """The segment in which a page ended: as many as there are absent values before the first that is there."""
    return next((place for place, value in enumerate(values or ()) if value is not None), 0)


def _passed(segment: Segment, rows: Sequence[RowMapping]) -> list[Any] | None:
    """Where a page ends that went through as many results as it may; None where it did not."""
    return _values(segment, rows[-1]) if segment.picked and rows and rows[-1]["place"] == MOST_PASSED else None


def _values(segment: Segment, row: RowMapping) -> list[Any]:
    return [None] * len(segment.absent) + [row[f"k{place}"] for place in range(len(segment.keys))]
