"""Erasing what is private in feedback; the record holds afterwards as before (rule 9)."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, and_, bindparam, select, update

from airflow_provider_registry.canonical import sha256_of
from airflow_provider_registry.errors import InvalidInputError, NotFoundError
from airflow_provider_registry.event_types import EventType
from airflow_provider_registry.messages import shown
from airflow_provider_registry.names import check_text
from airflow_provider_registry.registry.caller import Asked
from airflow_provider_registry.registry.core import Core
from airflow_provider_registry.registry.database.act import Act
from airflow_provider_registry.registry.feedback.tables import FeedbackRow
from airflow_provider_registry.registry.record.tables import EventRow
from airflow_provider_registry.registry.versions.acts import locked_version
from airflow_provider_registry.registry.versions.tables import VersionRow

# An event names each row that it erased, and holds the model's lock meanwhile.
ROWS_PER_ACT = 10_000
_ID = re.compile(r"([0-9]{1,18})\.([0-9]{1,9})")


@dataclass(frozen=True, slots=True)
class Which:
    """Which feedback is meant, by exactly one of these.

    Attributes:
        place: the event that brought it, and its place there.
    """

    place: tuple[int, int] | None = None
    subject: str | None = None
    source: str | None = None

    @classmethod
    def read(cls, feedback_id: object, subject: object, source: object) -> Which:
        """Read what a caller gave.

        Raises:
            InvalidInputError: it is not exactly one of the three, or no id.
        """
        if sum(given is not None for given in (feedback_id, subject, source)) != 1:
            raise InvalidInputError("Which feedback? Give one of feedback_id, subject and source, and not two.")
        if feedback_id is not None:
            return cls(place=_place(feedback_id))
        for what, given in (("subject", subject), ("source", source)):
            if given is not None and not (isinstance(given, str) and check_text(what, given)):
                raise InvalidInputError(f"The {what} is {shown(given)}: give the text that was recorded.")
        return cls(subject=subject, source=source)  # type: ignore[arg-type]  # looked at just now

    @property
    def condition(self) -> ColumnElement[bool]:
        """As a condition on `FeedbackRow` and its event."""
        if self.place is not None:
            return and_(EventRow.seq == self.place[0], FeedbackRow.position == self.place[1])
        if self.subject is not None:
            return FeedbackRow.subject == self.subject
        return FeedbackRow.source == self.source


def erase_feedback(core: Core, model_name: str, number: int | None, which: Which, reason: str, key: str | None) -> int:
    """Erase what is private; see `Registry.erase_feedback`."""
    if not check_text("reason", reason).strip():
        raise InvalidInputError("Erasing needs a reason, which stays in the record: name no person in it.")
    erased = 0
    while True:
        done = _erase_some(core, model_name, number, which, reason, key)
        erased += done
        if done < ROWS_PER_ACT:
            return erased


def _erase_some(core: Core, model_name: str, number: int | None, which: Which, reason: str, key: str | None) -> int:
    found: list[RowMapping] = []

    def fingerprint(act: Act) -> str:
        """Of the rows, and not of who is erased: a digest of a name would let a guess confirm it."""
        found[:] = _find(act, number, which)
        return sha256_of(["erase", [[row["seq"], row["position"]] for row in found]])

    def work(act: Act) -> int:
        if not found:
            act.idle = True
            return 0
        _empty(act, found)
        payload = {"rows": len(found), "erased": _places(found)}
        act.record(EventType.VERSION_FEEDBACK_ERASED, payload, version=number, private={"reason": reason})
        return len(found)

    asked = Asked("erase_feedback", model_name, key=key)
    return core.acts.run(asked, work, lambda act, event: 0, fingerprint=fingerprint)


def _find(act: Act, number: int | None, which: Which) -> Sequence[RowMapping]:
    """The rows that are meant and have anything private left."""
    mine = [VersionRow.model_id == act.model["id"]]
    if number is not None:
        mine.append(VersionRow.id == locked_version(act, number)["id"])
    statement = (
        select(FeedbackRow.event_id, FeedbackRow.position, FeedbackRow.private_key, EventRow.seq)
        .join(VersionRow, VersionRow.id == FeedbackRow.version_id)
        .join(EventRow, EventRow.id == FeedbackRow.event_id)
        .where(*mine, which.condition)
        .order_by(FeedbackRow.event_id, FeedbackRow.position)
    )
    rows = act.connection.execute(statement.limit(ROWS_PER_ACT)).mappings().all()
    if which.place is not None and not rows:
        event, position = which.place
        raise NotFoundError(f"There is no feedback {event}.{position} of {act.model['name']!r} there.")
    return [row for row in rows if row["private_key"] is not None]


def _empty(act: Act, found: Sequence[RowMapping]) -> None:
    mine = (FeedbackRow.event_id == bindparam("event"), FeedbackRow.position == bindparam("place"))
    table: Any = FeedbackRow.__table__  # the class would take a list of rows for an update by primary key
    emptied = update(table).where(*mine).values(dict.fromkeys(PRIVATE))
    act.connection.execute(emptied, [{"event": row["event_id"], "place": row["position"]} for row in found])


def _places(found: Sequence[RowMapping]) -> Mapping[str, list[int]]:
    """The places of the rows, by their event."""
    places: defaultdict[str, list[int]] = defaultdict(list)
    for row in found:
        places[str(row["seq"])].append(row["position"])
    return dict(places)


def _place(given: object) -> tuple[int, int]:
    found = _ID.fullmatch(given.strip()) if isinstance(given, str) else None
    if found is None:
        raise InvalidInputError(
            f"{shown(given)} is no id of feedback: give one that registry.feedback shows, as '17.1'."
        )
    return int(found[1]), int(found[2])


# The columns that are emptied: the free text, the persons, and the key that a guess would be tried with.
PRIVATE: tuple[Any, ...] = ("subject", "source", "text", "private_key")
