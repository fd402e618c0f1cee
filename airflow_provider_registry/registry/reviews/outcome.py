"""What people say of a version that they looked at again."""

from __future__ import annotations

from enum import StrEnum

from airflow_provider_registry.errors import InvalidInputError
from airflow_provider_registry.messages import shown


class ReviewOutcome(StrEnum):
    """What a review came to. None of them moves the alias: they say what people want."""

    KEEP = "keep"
    REPLACE = "replace"
    RETIRE = "retire"


def read_outcome(given: object) -> ReviewOutcome:
    """The outcome that a text spells.

    Raises:
        InvalidInputError: it spells none.
    """
    try:
        return ReviewOutcome(given if isinstance(given, str) else "")
    except ValueError:
        raise InvalidInputError(f"The outcome is {shown(given)}: give {', '.join(ReviewOutcome)}.") from None
