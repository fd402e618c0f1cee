"""Rows of CSV and Parquet files, streamed, by the fields that they are read for."""

from __future__ import annotations

import sys
from datetime import UTC, datetime

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from airflow_provider_registry.errors import ArtifactPathMissingError, InvalidInputError, MissingExtraError
from airflow_provider_registry.registry.rows_from_files import read_rows

FIELDS = ("kind", "value", "subject")
NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)


def write(folder, text, name="rows.csv"):
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


class TestCsv:
    def test_columns_that_are_fields_are_read_and_the_others_left_out(self, tmp_path):
        path = write(tmp_path, "value,note,subject\n4,x,p-1\n\n2.5,,\n")
        rows = read_rows(path, fields=FIELDS)
        expected = [{"value": "4", "subject": "p-1"}, {"value": "2.5", "subject": ""}]
        assert (list(rows), list(rows)) == (expected, expected)

    def test_a_field_is_read_from_the_column_that_is_named(self, tmp_path):
        path = write(tmp_path, "stars,value,subject\n4,x,p-1\n")
        for columns in ({"value": "stars"}, '{"value": "stars"}'):
            assert list(read_rows(path, fields=FIELDS, columns=columns)) == [{"value": "4", "subject": "p-1"}]

    def test_the_mark_that_excel_writes_and_lines_within_cells_are_understood(self, tmp_path):
        path = write(tmp_path, '\ufeffvalue,subject\r\n"two\r\nlines, and ""more""",p\r\n')
        assert list(read_rows(path, fields=FIELDS)) == [{"value": 'two\r\nlines, and "more"', "subject": "p"}]

    @pytest.mark.parametrize(
        ("text", "message"),
        [
            ("value,subject\n4\n", r"Row 1 of rows.csv \(line 2\) has 1 cells; its first line has 2"),
            ("value\n4,5\n", "has 2 cells"),
            (b"value\n\xff\n", "rows.csv is no CSV in UTF-8"),
            (f"value\n{'x' * 1_100_000}\n", "field larger than field limit"),
        ],
    )
    def test_what_cannot_be_read_is_named(self, tmp_path, text, message):
        rows = read_rows(write(tmp_path, text), fields=FIELDS) if isinstance(text, str) else None
        with pytest.raises(InvalidInputError, match=message):
            list(rows or read_rows(write(tmp_path, text), fields=FIELDS))


class TestParquet:
    def test_values_are_what_they_are(self, tmp_path):
        table = pa.table({"stars": [4, None], "subject": ["p-1", "p-2"], "at": [NOON, NOON], "big": [{"a": [1]}, None]})
        pq.write_table(table, tmp_path / "rows.parquet")
        rows = read_rows(tmp_path / "rows.parquet", fields=("value", "at", "big"), columns={"value": "stars"})
        expected = [{"value": 4, "at": NOON, "big": {"a": [1]}}, {"value": None, "at": NOON, "big": None}]
        assert (list(rows), list(rows)) == (expected, expected)

    def test_what_is_no_parquet_is_named(self, tmp_path):
        with pytest.raises(InvalidInputError, match="rows.parquet is no Parquet file"):
            read_rows(write(tmp_path, "value\n4\n", "rows.parquet"), fields=FIELDS)

    def test_without_pyarrow_the_extra_is_named(self, tmp_path, monkeypatch):
        monkeypatch.setitem(sys.modules, "pyarrow", None)
        with pytest.raises(MissingExtraError, match="airflow-provider-registry\\[parquet\\]"):
            read_rows(write(tmp_path, "", "rows.parquet"), fields=FIELDS)


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"value": "points"}, "has no column points; it has 'stars', 'who'"),
        ({"worth": "stars"}, "columns names worth; the fields are kind, value, subject"),
        ({"value": 3}, "columns has 3 for value"),
        (None, "has none of the columns kind, value, subject; it has 'stars', 'who'"),
    ],
)
def test_columns_that_are_not_there_are_named(tmp_path, columns, message):
    with pytest.raises(InvalidInputError, match=message):
        read_rows(write(tmp_path, "stars,who\n4,eva\n"), fields=FIELDS, columns=columns)


def test_a_file_that_is_not_there_or_of_another_kind_is_named(tmp_path):
    with pytest.raises(ArtifactPathMissingError, match="There is no file .*nowhere.csv"):
        read_rows(tmp_path / "nowhere.csv", fields=FIELDS)
    with pytest.raises(InvalidInputError, match="neither .csv nor .parquet"):
        read_rows(write(tmp_path, "", "rows.xlsx"), fields=FIELDS)
