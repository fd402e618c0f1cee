"""Each column of each table, and each row, made another one: the record's check finds it and names it."""

from __future__ import annotations

import re

import pytest

from airflow_provider_registry.registry.database.tables import metadata
from tests.faults.how_long import LONG
from tests.faults.tampered.conftest import Tampered
from tests.faults.tampered.edits import Edit, cells, insertions, removals, spread
from tests.faults.tampered.verdicts import (
    LOOSE_INSERTIONS,
    LOOSE_ROWS,
    NAMED,
    NUMBERS,
    UNVOUCHED,
    columns,
)

# Edits of each column, and of the rows of each table.
FEW = 100 if LONG else 1


def test_every_column_is_vouched_for_or_it_is_said_why_not(on_sqlite):
    assert [] == [
        sentence
        for table, column in columns()
        if f"{table}.{column}" not in UNVOUCHED
        for sentence in _unnamed(on_sqlite, _of_each_kind(on_sqlite, table, column))
    ]


def test_what_is_said_not_to_be_vouched_for_is_not(on_sqlite):
    """Else the list is too long, and somebody trusts less than could be trusted."""
    assert [] == [name for name in UNVOUCHED if _is_found(on_sqlite, name)]
    known = {f"{table}.{column}" for table, column in columns()}
    assert set() == (UNVOUCHED.keys() | NUMBERS.keys()) - known


def test_no_row_is_taken_away_unseen(on_sqlite):
    for table in NAMED:
        edits = removals(on_sqlite.before[table], table)
        assert [] == _unnamed(on_sqlite, spread(on_sqlite.before, edits, FEW))


def test_no_row_is_added_unseen(on_sqlite):
    for table in NAMED.keys() - LOOSE_INSERTIONS.keys():
        edits = insertions(on_sqlite.before, table)
        assert [] == _unnamed(on_sqlite, spread(on_sqlite.before, edits, FEW))


def test_every_table_has_a_verdict():
    assert set(metadata.tables) == NAMED.keys() | LOOSE_ROWS.keys()


@pytest.mark.postgres
def test_it_is_found_on_postgresql_too(on_postgresql):
    for table in NAMED:
        edits = [
            edit
            for column in metadata.tables[table].columns
            if f"{table}.{column.name}" not in UNVOUCHED.keys() | NUMBERS.keys()
            for edit in cells(on_postgresql.before, table, column.name)
            if edit.kind != "broken"
        ]
        assert [] == _unnamed(on_postgresql, spread(on_postgresql.before, edits, FEW))


def _of_each_kind(tampered: Tampered, table: str, column: str) -> list[Edit]:
    """Of the edits of a column: a change, and of one column in three another kind; many more in a soak."""
    edits = list(cells(tampered.before, table, column))
    changes = [edit for edit in edits if edit.kind in ("changed", "filled")]
    others = [edit for edit in edits if edit.kind not in ("changed", "filled")]
    few = 0 if len(column) % 3 and not LONG else FEW
    return spread(tampered.before, changes, FEW) + spread(tampered.before, others, few)


def _unnamed(tampered: Tampered, edits: list[Edit]) -> list[str]:
    """Sentences on the edits that were not found, or were found and not named."""
    sentences = []
    for edit in edits:
        found = tampered.found(edit)
        if found is None and f"{edit.table}.{edit.column}" not in NUMBERS:
            sentences.append(f"{edit}: not found")
        elif found is not None and not isinstance(found, str) and not re.search(NAMED[edit.table], str(found)):
            sentences.append(f"{edit}: not named: {found}")
    return sentences


def _is_found(tampered: Tampered, name: str) -> bool:
    """Whether every change of a column is found; of an empty table none is, and none is missed."""
    table, _, column = name.partition(".")
    edits = spread(tampered.before, cells(tampered.before, table, column), 30)
    return bool(edits) and all(tampered.found(edit) is not None for edit in edits)
