"""The registry's methods on feedback."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from functools import reduce
from typing import Any

from airflow_provider_registry.errors import InvalidInputError
from airflow_provider_registry.messages import shown
from airflow_provider_registry.names import check_text
from airflow_provider_registry.references import read_version
from airflow_provider_registry.registry.core import Core
from airflow_provider_registry.registry.database.prepared import Row
from airflow_provider_registry.registry.feedback.acts import record_batch
from airflow_provider_registry.registry.feedback.batches import batches_of
from airflow_provider_registry.registry.feedback.erase import Which, erase_feedback
from airflow_provider_registry.registry.feedback.pages import Question, read_page
from airflow_provider_registry.registry.feedback.said import SaidFeedback, read_kind
from airflow_provider_registry.registry.feedback.summary import Asked, summarise
from airflow_provider_registry.registry.feedback.views import FeedbackPage, FeedbackSummary, RecordedFeedback
from airflow_provider_registry.registry.limits import check_whole
from airflow_provider_registry.registry.models.queries import find_model
from airflow_provider_registry.registry.moments import read_moment
from airflow_provider_registry.registry.policies.durations import read_duration
from airflow_provider_registry.registry.versions.queries import find_version

_PAGE = 1_000


class FeedbackMethods:
    """What a `Registry` does with feedback.

    Wherever a version is named, `reference` is `models:/churn/3`, `models:/churn@production`, the mapping that a
    registration returned, or a number where `model_name` is given too.
    """

    _core: Core

    def record_feedback(
        self,
        reference: object,
        *,
        kind: str,
        value: Any,
        subject: str | int | None = None,
        source: str | int | None = None,
        at: datetime | str | None = None,
        model_name: str | None = None,
        key: str | None = None,
    ) -> RecordedFeedback:
        """Keep what somebody said of a version, beside it.

        Subject, source, comments and corrections may be personal: they can be erased, and the record still verifies.

        Parameters:
            kind: `rating`, `flag`, `correction` or `comment`.
            value: a finite number of a rating; a name of a flag, of at most 255 characters on one line; JSON of a
                correction, what it should have been, where text that is JSON means what it spells; text of a comment.
                Of the last two, 10,000 characters.
            subject: what it is about, such as the id of a prediction; at most 255 characters.
            source: who or what said it; at most 255 characters.
            at: when it was said, with a time zone; by default, now.
            key: makes the act the same as another of the same key, and tells apart two of one task.

        Raises:
            InvalidInputError: one of them cannot be kept.
            VersionNotFoundError, ModelNotFoundError, AliasNotFoundError: there is no such version.
        """
        row = {"kind": kind, "value": value, "subject": subject, "source": source, "at": at}
        said = SaidFeedback.read(row)
        return record_batch(self._core, self._version(reference, model_name), [said], _key(key))

    def record_feedback_batch(
        self,
        reference: object,
        rows: Iterable[Mapping[str, Any]],
        *,
        kind: str | None = None,
        source: str | None = None,
        model_name: str | None = None,
        key: str | None = None,
    ) -> RecordedFeedback:
        """Keep many pieces of feedback on a version: one act and one event for each 10,000 rows.

        Rows are read as they are written, whatever their number. What can be read twice, such as a list or
        `read_rows(path)`, is checked as a whole first: a bad row leaves nothing half recorded. The same rows again with
        the same key are found batch by batch, and not recorded again.

        Parameters:
            rows: mappings with kind and value, and optionally subject, source and at, as in `record_feedback`.
            kind: of the rows that do not say theirs.
            source: likewise.
            key: makes the acts the same as others of the same key, and tells apart two of one task.

        Raises:
            InvalidFeedbackError: naming bad rows by their number; its `problems` has up to 100 of them.
            VersionNotFoundError, ModelNotFoundError, AliasNotFoundError: there is no such version.
        """
        checked = _key(key)
        version = self._version(reference, model_name)
        batches = enumerate(batches_of(rows, {"kind": kind, "source": source}))
        done = (record_batch(self._core, version, batch, checked, number) for number, batch in batches)
        return reduce(RecordedFeedback.and_then, done)

    def feedback(
        self,
        reference: object,
        *,
        kind: str | None = None,
        subject: str | None = None,
        since: datetime | str | None = None,
        until: datetime | str | None = None,
        model_name: str | None = None,
        page_size: int = 100,
        page_token: str | None = None,
    ) -> FeedbackPage:
        """Feedback on a version, newest first.

        Parameters:
            kind: of this alone.
            subject: what was said of this alone.
            since: said at this moment or later.
            until: said before.
            page_size: 1 to 1,000.
            page_token: `next_page_token` of the page before, of the same question.

        Raises:
            InvalidInputError: one of them is not what it must be.
            InvalidCursorError: the token is not of this question.
            VersionNotFoundError, ModelNotFoundError, AliasNotFoundError: there is no such version.
        """
        if subject is not None:
            check_text("subject", subject)
        of_kind = None if kind is None else read_kind(kind)
        question = Question(self._version(reference, model_name)["id"], of_kind, subject, *_span(since, until))
        return read_page(self._core, question, check_whole("page_size", page_size, _PAGE), page_token)

    def feedback_summary(
        self,
        named: object,
        *,
        since: datetime | str | None = None,
        until: datetime | str | None = None,
        every: timedelta | str | None = None,
        model_name: str | None = None,
    ) -> list[FeedbackSummary]:
        """Feedback in numbers, by version and time: how many of each kind, the ratings, how often which flag.

        Parameters:
            named: a version; or a model by its name, for all of its versions.
            since: said at this moment or later.
            until: said before.
            every: cut into spans of this length, such as `1d` or `1h`, that begin at a multiple of it since 1970 in
                UTC; spans without feedback are left out. By default one span of all the time.

        Raises:
            InvalidInputError: one of them is not what it must be.
            TooLargeError: there are too many spans and flags for one answer.
            VersionNotFoundError, ModelNotFoundError, AliasNotFoundError: there is no such version or model.
        """
        times, spans = _span(since, until), _every(every)
        model, version = self._scope(named, model_name)
        return summarise(self._core, Asked(model["id"], None if version is None else version["id"], *times, spans))

    def erase_feedback(
        self,
        named: object,
        feedback_id: str | None = None,
        *,
        subject: str | None = None,
        source: str | None = None,
        reason: str,
        model_name: str | None = None,
        key: str | None = None,
    ) -> int:
        """Erase subject, source, comment and correction of feedback, for good; ratings, flags and times stay.

        The record still verifies, and an event of its own says that this was done, and to which rows. Without the key
        that went too, the digest in the record confirms no guess.

        Parameters:
            named: a version; or a model by its name, for all of its versions.
            feedback_id: of one row, as `feedback` shows it.
            subject: everything that was said of this.
            source: everything that this said.
            reason: why; it stays in the record, so name no person.

        Returns:
            how many rows were emptied; 0 where nothing was left to erase.

        Raises:
            NotFoundError: there is no feedback of this id.
            InvalidInputError: none or several are given, or no reason.
        """
        which = Which.read(feedback_id, subject, source)
        model, version = self._scope(named, model_name)
        number = None if version is None else version["version"]
        return erase_feedback(self._core, model["name"], number, which, reason, _key(key))

    def _version(self, reference: object, model_name: str | None) -> Row:
        return find_version(self._core, read_version(reference, model_name))

    def _scope(self, named: object, model_name: str | None) -> tuple[Row, Row | None]:
        """The model, and the version where one is named."""
        if model_name is None and isinstance(named, str) and not named.startswith("models:/"):
            return find_model(self._core, named), None
        version = self._version(named, model_name)
        return {"id": version["model_id"], "name": version["model_name"]}, version


def _key(key: str | None) -> str | None:
    return key if key is None else check_text("key", key)


def _span(since: object, until: object) -> tuple[datetime | None, datetime | None]:
    begin = None if since is None else read_moment("since", since)
    end = None if until is None else read_moment("until", until)
    if begin is not None and end is not None and begin >= end:
        raise InvalidInputError(f"There is no time from {shown(since)} to before {shown(until)}.")
    return begin, end


def _every(given: timedelta | str | None) -> timedelta | None:
    try:
        return None if given is None else read_duration(given)
    except ValueError as error:
        raise InvalidInputError(f"every {error}.") from None
