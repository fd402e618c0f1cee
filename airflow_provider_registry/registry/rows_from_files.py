"""Rows from files: CSV, or Parquet by the extra `parquet`. They are streamed, and may be read again."""

from __future__ import annotations

import csv
import os
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from airflow_provider_registry.errors import ArtifactPathMissingError, InvalidInputError, MissingExtraError
from airflow_provider_registry.messages import shown
from airflow_provider_registry.names import TEXT_BYTES
from airflow_provider_registry.registry.versions.rendered import read_mapping

if TYPE_CHECKING:
    from pyarrow.parquet import ParquetFile

_ROWS = 10_000


@dataclass(frozen=True, slots=True)
class FileRows:
    """The rows of a file, read anew each time that they are iterated over.

    Attributes:
        columns: which column of the file has which field.
    """

    path: Path
    columns: Mapping[str, str]

    def __iter__(self) -> Iterator[dict[str, Any]]:
        rows = _parquet_rows if self.path.suffix.lower() == ".parquet" else _csv_rows
        return rows(self.path, self.columns)


def read_rows(
    path: str | os.PathLike[str], *, fields: Collection[str], columns: Mapping[str, str] | str | None = None
) -> FileRows:
    """The rows of a CSV or Parquet file on this host, as mappings of fields to values.

    Columns that no field is read from are left out. What CSV holds is text, and an empty cell is one.

    Parameters:
        path: ends with `.csv` or `.parquet`.
        fields: what rows may have.
        columns: which column has which field, where their names are not the same: `{"value": "stars"}`.

    Raises:
        ArtifactPathMissingError: it is not on this host.
        InvalidInputError: it is no such file, has none of the fields or not a column that was named, or holds what
            cannot be read.
        MissingExtraError: pyarrow is not installed.
    """
    file = Path(path)
    if file.suffix.lower() not in (".csv", ".parquet"):
        raise InvalidInputError(f"{shown(str(path))} is neither .csv nor .parquet.")
    if not file.is_file():
        raise ArtifactPathMissingError(f"There is no file {str(path)!r} on {os.uname().nodename}.", str(path))
    there = _parquet_columns(file) if file.suffix.lower() == ".parquet" else _csv_columns(file)
    named = _named(columns, fields)
    if missing := sorted({column for column in named.values() if column not in there}):
        raise InvalidInputError(f"{file.name} has no column {', '.join(missing)}; it has {_listed(there)}.")
    same = {field: field for field in fields if field in there and field not in named}
    if not (found := {**same, **named}):
        raise InvalidInputError(
            f"{file.name} has none of the columns {', '.join(fields)}; it has {_listed(there)}. Name those that it has "
            "with columns=."
        )
    return FileRows(file, found)


def _named(columns: object, fields: Collection[str]) -> dict[str, str]:
    named = dict(read_mapping("columns", columns))
    if unknown := sorted(str(field) for field in named if field not in fields):
        raise InvalidInputError(f"columns names {', '.join(unknown)}; the fields are {', '.join(fields)}.")
    for field, column in named.items():
        if not isinstance(column, str):
            raise InvalidInputError(f"columns has {shown(column)} for {field}: write the name of a column.")
    return named


def _csv_columns(path: Path) -> list[str]:
    with _csv(path) as lines:
        return next(lines, [])


def _csv_rows(path: Path, columns: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    with _csv(path) as lines:
        header: list[str] = next(lines, [])
        places = {field: header.index(column) for field, column in columns.items()}
        for number, line in enumerate(filter(None, lines), 1):
            if len(line) != len(header):
                raise InvalidInputError(
                    f"Row {number} of {path.name} (line {lines.line_num}) has {len(line)} cells; its first line has "
                    f"{len(header)}."
                )
            yield {field: line[place] for field, place in places.items()}


@contextmanager
def _csv(path: Path) -> Iterator[Any]:  # csv names no type of its readers
    """The lines of a CSV file, each a list of its cells."""
    csv.field_size_limit(TEXT_BYTES)
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            yield csv.reader(file)
    except (csv.Error, UnicodeDecodeError) as error:
        raise InvalidInputError(f"{path.name} is no CSV in UTF-8: {error}.") from None


def _parquet_columns(path: Path) -> list[str]:
    with _parquet(path) as file:
        return list(file.schema_arrow.names)


def _parquet_rows(path: Path, columns: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    with _parquet(path) as file:
        for batch in file.iter_batches(batch_size=_ROWS, columns=sorted(set(columns.values()))):
            for row in batch.to_pylist():
                yield {field: row[column] for field, column in columns.items()}


def _parquet(path: Path) -> ParquetFile:
    try:
        from pyarrow import ArrowInvalid
        from pyarrow.parquet import ParquetFile
    except ModuleNotFoundError as error:
        raise MissingExtraError(
            "Parquet needs pyarrow: install airflow-provider-registry[parquet], or write CSV."
        ) from error
    try:
        return ParquetFile(path)
    except ArrowInvalid as error:
        raise InvalidInputError(f"{path.name} is no Parquet file: {error}.") from None


def _listed(columns: list[str]) -> str:
    return ", ".join(shown(column, 40) for column in columns[:20]) or "none"
