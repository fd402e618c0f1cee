"""Events of a model that somebody looks for, page by page, from either end."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from sqlalchemy import ColumnElement, select

from airflow_provider_registry.errors import InvalidInputError
from airflow_provider_registry.event_types import EventType
from airflow_provider_registry.messages import shown
from airflow_provider_registry.names import check_alias, check_model_name, fold
from airflow_provider_registry.registry.aliases.tables import AliasRow
from airflow_provider_registry.registry.core import Core
from airflow_provider_registry.registry.database.model_row import no_model
from airflow_provider_registry.registry.models.tables import ModelNameRow, ModelRow
from airflow_provider_registry.registry.named import each_item
from airflow_provider_registry.registry.record.queries import event_of, select_events
from airflow_provider_registry.registry.record.tables import EventRow
from airflow_provider_registry.registry.record.views import Event

# How many events one page goes through for those that are wanted: no index has a model's events by type or version.
MOST_PASSED = 10_000


@dataclass(frozen=True, slots=True)
class FoundEvents:
    """Some events of a model, and where to go on.

    Attributes:
        next: the place to begin at for those that follow; None where nothing is left in that direction. There may be
            more to come where a page has fewer events than it was asked for, or none.
    """

    events: tuple[Event, ...]
    next: int | None

    def __iter__(self) -> Iterator[Event]:
        return iter(self.events)

    def __len__(self) -> int:
        return len(self.events)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for; all of it must hold, and what is None is not asked."""

    types: Collection[EventType]
    version: int | None
    alias: str | None


def read_types(given: object) -> tuple[EventType, ...]:
    """Types of events, each once; none for None.

    Raises:
        InvalidInputError: there is no such type.
    """
    if given is None:
        return ()
    each = (given,) if isinstance(given, str) else each_item(given, "types of events", len(EventType))
    return tuple(dict.fromkeys(map(_type, each)))


def find_events(
    core: Core, model_name: str, wanted: Wanted, first: int | None, newest_first: bool, limit: int
) -> FoundEvents:
    """See `Registry.find_events`."""
    model_id, head = _model(core, model_name)
    begin = min(first or head, head) if newest_first else first or 1
    end = begin - MOST_PASSED if newest_first else begin + MOST_PASSED  # the first place that is not looked at
    low, high = (end + 1, begin) if newest_first else (begin, end - 1)
    statement = select_events().where(EventRow.model_id == model_id, EventRow.seq.between(low, high))
    statement = statement.where(*_conditions(model_id, wanted))
    statement = statement.order_by(EventRow.seq.desc() if newest_first else EventRow.seq).limit(limit)
    events = tuple(event_of(row) for row in core.rows(statement))
    if len(events) == limit:
        end = events[-1].seq + (-1 if newest_first else 1)
    return FoundEvents(events, end if 1 <= end <= head else None)


def _model(core: Core, name: str) -> tuple[int, int]:
    statement = select(ModelRow.id, ModelRow.head_seq).join(ModelNameRow, ModelNameRow.model_id == ModelRow.id)
    row = core.first(statement.where(ModelNameRow.folded == fold(check_model_name(name))))
    if row is None:
        raise no_model(name)
    return row["id"], row["head_seq"]


def _conditions(model_id: int, wanted: Wanted) -> Iterator[ColumnElement[bool]]:
    if wanted.types:
        yield EventRow.type.in_(sorted(wanted.types))
    if wanted.version is not None:
        yield EventRow.version == wanted.version
    if wanted.alias is not None:
        named = select(AliasRow.name).where(
            AliasRow.model_id == model_id, AliasRow.folded == fold(check_alias(wanted.alias))
        )
        yield EventRow.alias == named.scalar_subquery()


def _type(given: object) -> EventType:
    try:
        return EventType(given if isinstance(given, str) else "")
    except ValueError:
        raise InvalidInputError(
            f"There are no events of the type {shown(given, 60)}: they are {', '.join(EventType)}."
        ) from None
