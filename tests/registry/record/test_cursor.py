"""The cursor, against every order in which transactions may take places, commit and roll back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_registry.errors import InvalidCursorError
from airflow_provider_registry.registry.record.cursor import Cursor, Gap


class Server:
    """What PostgreSQL does with sequences and transactions, in a few lines.

    Attributes:
        places: each place, with the transaction that took it.
        running: transactions that have a number and have not ended.
        visible: places that were committed.
        ended: the highest transaction that has ended; a snapshot knows of none above it.
    """

    def __init__(self) -> None:
        self.places: dict[int, int] = {}
        self.running: set[int] = set()
        self.visible: set[int] = set()
        self.next = 100
        self.ended = 99

    def begin(self) -> int:
        self.running.add(self.next)
        self.next += 1
        return self.next - 1

    def append(self, transaction: int) -> None:
        self.places[len(self.places) + 1] = transaction

    def end(self, transaction: int, *, commit: bool) -> None:
        self.running.discard(transaction)
        self.ended = max(self.ended, transaction)
        if commit:
            self.visible |= {place for place, owner in self.places.items() if owner == transaction}

    def page(self, cursor: Cursor, limit: int) -> tuple[list[int], Cursor]:
        wanted = [
            place
            for place in sorted(self.visible)
            if place > cursor.high or any(gap.first <= place <= gap.last for gap in cursor.gaps)
        ]
        found = wanted[:limit]
        xmin = min([*self.running, self.ended + 1])
        return found, Cursor.parse(str(cursor.advance(found, xmin, self.take_number, complete=len(found) < limit)))

    def take_number(self) -> int:
        """A transaction that does nothing but have a number."""
        number = self.begin()
        self.end(number, commit=True)
        return number


STEPS = st.lists(
    st.one_of(
        st.just(("begin", 0)),
        st.just(("foreign", 0)),
        *(st.tuples(st.just(act), st.integers(0, 5)) for act in ("append", "commit", "roll back")),
        st.tuples(st.just("read"), st.integers(1, 4)),
    ),
    max_size=60,
)


@given(STEPS)
def test_no_event_is_ever_skipped_or_read_twice(steps):
    server, cursor, read, acting = Server(), Cursor(), list[int](), list[int]()
    for step, number in steps:
        chosen = acting[number % len(acting)] if acting else None
        if step == "begin":
            acting.append(server.begin())
        elif step == "foreign":
            server.begin()  # never ends
        elif step == "read":
            found, cursor = server.page(cursor, number)
            read += found
        elif chosen is not None and step == "append":
            server.append(chosen)
        elif chosen is not None:
            acting.remove(chosen)
            server.end(chosen, commit=step == "commit")
    for transaction in acting:
        server.end(transaction, commit=True)
    while True:
        found, cursor = server.page(cursor, 3)
        read += found
        if not found:
            break
    assert sorted(server.visible) == sorted(read)


@given(STEPS)
def test_gaps_are_forgotten_once_nobody_can_fill_them(steps):
    server, cursor, acting = Server(), Cursor(), list[int]()
    for step, number in steps:
        if step == "begin":
            acting.append(server.begin())
        elif acting and step == "append":
            server.append(acting[number % len(acting)])
        elif acting and step in ("commit", "roll back"):
            server.end(acting.pop(number % len(acting)), commit=step == "commit")
        elif step == "read":
            _, cursor = server.page(cursor, 100)
    for transaction in acting:
        server.end(transaction, commit=False)
    for _ in range(2):
        _, cursor = server.page(cursor, 100)
    assert cursor.gaps == ()


def test_a_page_that_was_cut_gives_up_no_gap_that_it_did_not_look_into():
    cursor = Cursor(10, (Gap(2, 3, 100), Gap(7, 9, 100)))
    after = cursor.advance([2], xmin=200, next_number=lambda: 300, complete=False)
    assert after == Cursor(10, (Gap(3, 3, 100), Gap(7, 9, 100)))


def test_a_reader_of_one_model_makes_no_gaps_and_keeps_those_that_it_was_given():
    cursor = Cursor(10, (Gap(7, 9, 100),))
    assert cursor.advance([20], xmin=50, next_number=lambda: 300, complete=True, in_order=True) == Cursor(
        20, (Gap(7, 9, 100),)
    )
    assert cursor.advance([8], xmin=50, next_number=lambda: 300, complete=True, in_order=True).high == 10
    assert Cursor().advance([20], xmin=50, next_number=lambda: 300, complete=True, in_order=True) == Cursor(20)


@pytest.mark.parametrize(
    "bad", ["", "x", "-1", "1;", "1;2", "1;2-3", 1.5, None, "9" * 19, f"1;2-3@{'9' * 30}", "\u0661"]
)
def test_what_is_no_cursor_is_refused(bad):
    with pytest.raises(InvalidCursorError, match="no cursor"):
        Cursor.parse(bad)


@given(st.builds(Cursor, st.integers(0, 10**17), st.lists(st.builds(Gap, *[st.integers(1, 10**17)] * 3)).map(tuple)))
def test_a_cursor_is_read_back_as_it_was_written(cursor):
    assert Cursor.parse(str(cursor)) == cursor
