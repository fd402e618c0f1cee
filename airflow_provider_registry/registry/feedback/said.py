"""Feedback as a caller says it, row by row."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from airflow_provider_registry.canonical import canonical_json
from airflow_provider_registry.errors import InvalidInputError, TooLargeError
from airflow_provider_registry.messages import shown
from airflow_provider_registry.names import check_key
from airflow_provider_registry.registry.feedback.kinds import FeedbackKind
from airflow_provider_registry.registry.moments import read_moment
from airflow_provider_registry.registry.versions.json_value import json_value
from airflow_provider_registry.registry.versions.metrics import read_metric_value
from airflow_provider_registry.registry.versions.rendered import is_unsaid, plain, read_text

FIELDS = ("kind", "value", "subject", "source", "at")
# Of a comment, and of a correction as JSON: a note on one prediction, not a document.
TEXT_LENGTH = 10_000
PERSON_LENGTH = 255


@dataclass(frozen=True, slots=True)
class SaidFeedback:
    """One row.

    Attributes:
        rating: of the kind rating alone.
        flag: of the kind flag alone.
        text: the comment, or the correction as JSON; free text.
        subject: what it is about, such as the id of a prediction; may be personal.
        source: who or what said it; may be personal.
        at: when; None for the time at which it is recorded.
    """

    kind: FeedbackKind
    rating: float | None = None
    flag: str | None = None
    text: str | None = None
    subject: str | None = None
    source: str | None = None
    at: datetime | None = None

    @classmethod
    def read(cls, given: Mapping[str, Any]) -> SaidFeedback:
        """Read a row, of which `kind` and `value` are needed.

        Parameters:
            given: the keys of `FIELDS`; what is None or empty was not said, but for the value.

        Raises:
            InvalidInputError: a key is unknown, or a value is not what it must be.
            TooLargeError: a text is longer than is kept.
        """
        if unknown := sorted(map(str, set(given) - set(FIELDS))):
            raise InvalidInputError(f"A row of feedback has no {', '.join(unknown)}; it has {', '.join(FIELDS)}.")
        kind = read_kind(given.get("kind"))
        at = given.get("at")
        return cls(
            kind,
            **_read_value(kind, plain(given.get("value"))),
            subject=_who("subject", given.get("subject")),
            source=_who("source", given.get("source")),
            at=None if is_unsaid(at) else read_moment("The time of feedback (at)", at),
        )

    @property
    def private(self) -> bytes:
        """What may be erased, as it enters the keyed digest; empty where there is nothing."""
        return private_bytes(self.subject, self.source, self.text)


def read_kind(given: object) -> FeedbackKind:
    """The kind that a text names.

    Raises:
        InvalidInputError: there is no such kind.
    """
    try:
        return FeedbackKind(given if isinstance(given, str) else "")
    except ValueError:
        raise InvalidInputError(f"There is no feedback of the kind {shown(given)}: it is {_KINDS}.") from None


def private_bytes(subject: str | None, source: str | None, text: str | None) -> bytes:
    """The private part of a row, as it enters the keyed digest; empty where there is nothing in it."""
    said = (subject, source, text)
    return b"" if said == (None, None, None) else canonical_json(said)


def value_of(kind: FeedbackKind, rating: float | None, flag: str | None, text: str | None) -> Any:
    """The value from where it is kept; None once erased."""
    match kind:
        case FeedbackKind.RATING:
            return rating
        case FeedbackKind.FLAG:
            return flag
        case FeedbackKind.CORRECTION:
            return None if text is None else json.loads(text)
        case FeedbackKind.COMMENT:
            return text


def _read_value(kind: FeedbackKind, value: object) -> dict[str, Any]:
    """The value, by the column that keeps it."""
    if is_unsaid(value):
        raise InvalidInputError(f"The {kind} has no value.")
    match kind:
        case FeedbackKind.RATING:
            return {"rating": _rating(value)}
        case FeedbackKind.FLAG:
            return {"flag": check_key("flag", read_text("name of the flag", value))}
        case FeedbackKind.CORRECTION:
            return {"text": _short("correction", _correction(value))}
        case FeedbackKind.COMMENT:
            return {"text": _short("comment", read_text("comment", value))}


def _rating(value: object) -> float:
    try:
        return read_metric_value("rating", value)
    except InvalidInputError:
        raise InvalidInputError(f"The rating is {shown(value)}, which is not a finite number.") from None


def _correction(value: object) -> str:
    """The JSON of a correction. Text that is JSON means what it spells, as files and templates have it."""
    found, problems = json_value(_spelled(value) if isinstance(value, str) else value, refuse_none_text=True)
    if problems:
        raise InvalidInputError(f"The correction cannot be kept as JSON: {'; '.join(problems[:_PROBLEMS])}.")
    return json.dumps(found, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"))


def _spelled(text: str) -> Any:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return text
    return text if isinstance(found, float) and not math.isfinite(found) else found


def _short(what: str, text: str) -> str:
    if len(text) > TEXT_LENGTH:
        raise TooLargeError(f"The {what} has {len(text):,} characters; at most {TEXT_LENGTH:,} are kept.")
    return text


def _who(what: str, given: object) -> str | None:
    """A subject or a source; ids are often whole numbers."""
    value = plain(given)
    if is_unsaid(value):
        return None
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < _LARGEST_ID:
        value = str(value)
    text = read_text(what, value)
    if len(text) > PERSON_LENGTH:
        raise TooLargeError(
            f"The {what} {shown(text, 40)} has {len(text)} characters; at most {PERSON_LENGTH} are kept."
        )
    return text


_KINDS = ", ".join(FeedbackKind)
_PROBLEMS = 3
_LARGEST_ID = 10**PERSON_LENGTH
