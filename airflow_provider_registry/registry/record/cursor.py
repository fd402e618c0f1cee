"""The cursor of the record: how far a reader is, and which places before that were still empty.

Places in the record (`EventRow.id`) are taken before commit, so a reader can see number 7 while 6 is not committed
yet. Waiting until no older transaction runs on the server would let any foreign one hold the record up. Instead the
cursor keeps the empty places, each with the transaction number below which every transaction must have ended before
the place is known to stay empty: one handed out after the place was found empty. An act locks its model's row before it
takes a place, so its transaction had a lower number by then. (The snapshot's `xmax` would not do: it is one past the
highest number that has *ended*, and an act under way may have a higher one.) A foreign transaction delays only that
forgetting.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from airflow_provider_registry.errors import InvalidCursorError
from airflow_provider_registry.messages import shown

_FORM = re.compile(r"([0-9]{1,18})((?:;[0-9]{1,18}-[0-9]{1,18}@[0-9]{1,20})*)")  # places that fit into a bigint

_MOST = 10**18 - 1
# More than transactions that fail leave behind while one lasts; each is a condition of the statement.
_MOST_GAPS = 10_000


@dataclass(frozen=True, slots=True)
class Gap:
    """Empty places, first and last included, and the transaction number that decides when they are given up."""

    first: int
    last: int
    until: int


@dataclass(frozen=True, slots=True)
class Cursor:
    """A reader's place in the record of all models.

    Attributes:
        high: the highest place read.
        gaps: places below it that were empty.
    """

    high: int = 0
    gaps: tuple[Gap, ...] = ()

    @classmethod
    def parse(cls, text: str | int) -> Cursor:
        """Read a cursor; 0 is the beginning.

        Raises:
            InvalidCursorError: this is no cursor of the record.
        """
        match = _FORM.fullmatch(str(text)) if isinstance(text, str) or 0 <= _whole(text) <= _MOST else None
        if match is None or match[2].count(";") > _MOST_GAPS:
            raise InvalidCursorError(
                f"{shown(text)} is no cursor of the record: give 0, or the cursor of an earlier page."
            )
        gaps = [re.split("[-@]", part) for part in match[2].split(";")[1:]]
        return cls(int(match[1]), tuple(Gap(int(first), int(last), int(until)) for first, last, until in gaps))

    def __str__(self) -> str:
        return ";".join([str(self.high), *(f"{gap.first}-{gap.last}@{gap.until}" for gap in self.gaps)])

    def advance(
        self,
        found: Sequence[int],
        xmin: int,
        next_number: Callable[[], int],
        *,
        complete: bool,
        in_order: bool = False,
    ) -> Cursor:
        """The cursor after a page.

        Parameters:
            found: the places that the page holds, in order: above `high`, or in a gap.
            xmin: every transaction below has ended, in the snapshot that the page was read in.
            next_number: gives a transaction number that is higher than all handed out before; asked only where
                places are newly found empty.
            complete: the page was not cut by its limit.
            in_order: what was read is always committed in the order of its places, so that no new gaps can fill.
        """
        seen = self.high if complete else found[-1]
        old = [gap for gap in self.gaps if gap.last > seen or gap.until > xmin]
        looked = max(self.high, found[-1] if found else 0)
        empty = looked - self.high - sum(place > self.high for place in found)
        new = [Gap(self.high + 1, looked, next_number())] if empty and not in_order else []
        return Cursor(looked, tuple(_without([*old, *new], found)))


def _whole(given: object) -> int:
    return given if isinstance(given, int) and not isinstance(given, bool) else -1


def _without(gaps: Iterable[Gap], found: Sequence[int]) -> list[Gap]:
    left: list[Gap] = []
    for gap in gaps:
        first = gap.first
        for place in (place for place in found if gap.first <= place <= gap.last):
            if place > first:
                left.append(Gap(first, place - 1, gap.until))
            first = place + 1
        if first <= gap.last:
            left.append(Gap(first, gap.last, gap.until))
    return left
