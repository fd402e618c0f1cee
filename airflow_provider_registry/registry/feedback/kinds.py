"""The kinds of feedback."""

from __future__ import annotations

from enum import StrEnum


class FeedbackKind(StrEnum):
    """What somebody says of a prediction."""

    RATING = "rating"
    FLAG = "flag"
    CORRECTION = "correction"
    COMMENT = "comment"
