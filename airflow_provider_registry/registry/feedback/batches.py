"""Many rows of feedback, checked and cut into batches."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from airflow_provider_registry.errors import InvalidFeedbackError, InvalidInputError
from airflow_provider_registry.messages import shown
from airflow_provider_registry.registry.feedback.said import SaidFeedback
from airflow_provider_registry.registry.versions.rendered import is_many, is_unsaid, read_rendered

# An act holds its model's lock while it writes its rows: well under a second for so many.
ROWS_PER_ACT = 10_000
_PROBLEMS = 100
_SPELT = 10  # of them in the message, which is a line of a log


def batches_of(given: object, defaults: Mapping[str, Any]) -> Iterator[list[SaidFeedback]]:
    """The rows, in batches.

    What can be read twice is checked as a whole before its first batch is given, so that a bad row leaves nothing
    half recorded. Of what can be read only once, such as a generator, each batch is checked before it is given.

    Parameters:
        given: an iterable of mappings, or text that spells a list of them.
        defaults: what rows say that do not say it themselves.

    Raises:
        InvalidFeedbackError: with every bad row by its number, up to `_PROBLEMS`; or there are no rows at all.
    """
    rows = read_rendered("rows of feedback", given)
    if isinstance(rows, Mapping) or not is_many(rows):
        raise InvalidFeedbackError(f"The rows of feedback must be a list of mappings, not {shown(given)}.")
    if iter(rows) is not rows:
        for _ in _checked(enumerate(rows, 1), defaults):
            pass
    numbered = enumerate(rows, 1)
    batches = iter(lambda: list(_checked(islice(numbered, ROWS_PER_ACT), defaults)), [])
    first = next(batches, None)
    if first is None:
        raise InvalidFeedbackError("There is no feedback to record: there are no rows.")
    yield first
    yield from batches


def _checked(numbered: Iterable[tuple[int, object]], defaults: Mapping[str, Any]) -> Iterator[SaidFeedback]:
    """The rows; what is wrong with any of them is raised after the last."""
    problems: list[tuple[int, str]] = []
    wrong = 0
    for number, row in numbered:
        try:
            yield _read(row, defaults)
        except InvalidInputError as error:
            wrong += 1
            if wrong <= _PROBLEMS:
                problems.append((number, str(error)))
    if problems:
        spelt = problems[:_SPELT]
        named = "; ".join(f"row {number}: {message.removesuffix('.')}" for number, message in spelt)
        more = f"; and {wrong - len(spelt):,} more" if wrong > len(spelt) else ""
        raise InvalidFeedbackError(f"The feedback cannot be recorded: {named}{more}.", problems)


def _read(row: object, defaults: Mapping[str, Any]) -> SaidFeedback:
    if not isinstance(row, Mapping):
        raise InvalidInputError(f"It is {shown(row)}: write a mapping.")
    return SaidFeedback.read({**defaults, **{key: value for key, value in row.items() if not is_unsaid(value)}})
