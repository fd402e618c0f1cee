"""What commands print: tables for people, JSON and YAML for programs, and notes beside them on stderr.

Airflow's own commands turn every value into text. In JSON and YAML, numbers stay numbers here, and times are ISO 8601.
"""

from __future__ import annotations

import json
import re
import sys
from argparse import Namespace
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from enum import Enum
from typing import Any, TypeVar

from airflow_provider_registry.registry.caller import Producer

T = TypeVar("T")
Line = Mapping[str, Any]
"""What a person sees of one thing: a name for each column, in order."""

# Text of whoever registered something must not move the cursor, or turn the direction, of whoever reads it.
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def show(
    args: Namespace, items: Iterable[T], line: Callable[[T], Line], data: Callable[[T], Any] = lambda item: item
) -> None:
    """Print things as `-o` says: one line each for people, all that is known of them for programs.

    Parameters:
        line: what a person sees of one.
        data: what a program sees of one, where that is more than its attributes.
    """
    if args.output in ("json", "yaml"):
        _print_data(args.output, [plain_data(data(item)) for item in items])
    else:
        _print_lines(args.output, [line(item) for item in items])


def show_one(args: Namespace, item: T, details: Callable[[T], Line]) -> None:
    """Print one thing: for people a property a line, as `airflow dags details` does; a list of one for programs."""
    if args.output in ("json", "yaml"):
        _print_data(args.output, [plain_data(item)])
    else:
        properties = details(item).items()
        _print_lines(args.output, [{"property_name": name, "property_value": value} for name, value in properties])


def note(text: str) -> None:
    """Say something to a person on stderr, where it is in no program's way."""
    sys.stderr.write(f"{clean(text)}\n")


def plain_data(value: Any) -> Any:
    """A value as JSON has it: objects by their attributes, times in ISO 8601."""
    match value:
        case Enum():
            return value.value
        case datetime() | date():
            return value.isoformat()
        case Producer():
            return value.as_mapping()  # without persons
        case _ if is_dataclass(value) and not isinstance(value, type):
            return {field.name: plain_data(getattr(value, field.name)) for field in fields(value)}
        case Mapping():
            return {str(plain_data(key)): plain_data(item) for key, item in value.items()}
        case frozenset() | set():
            return sorted(map(plain_data, value))
        case list() | tuple():
            return [plain_data(item) for item in value]
        case None | bool() | int() | float() | str():
            return value
        case _:
            return str(value)


def cell(value: Any) -> str:
    """A value as a person reads it: times to the second, in UTC; `name=value` for mappings; nothing for None."""
    match value:
        case None:
            return ""
        case Enum():
            return str(value.value)
        case datetime():
            return when(value)
        case Mapping():
            return ", ".join(f"{cell(name)}={cell(item)}" for name, item in value.items())
        case frozenset() | set():
            return ", ".join(sorted(map(cell, value)))
        case list() | tuple():
            return ", ".join(map(cell, value))
        case _:
            return clean(str(value))


def when(at: datetime) -> str:
    """A time as the record's sentences write it."""
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def counted(number: int, word: str) -> str:
    """A number of things in words: `1 event`, `3 events`."""
    return f"{number} {word}" if number == 1 else f"{number:,} {word}s"


def clean(text: str) -> str:
    """The text without what would steer a terminal."""
    return _CONTROL.sub("\N{REPLACEMENT CHARACTER}", text)


def _print_data(output: str, data: Any) -> None:
    if output == "yaml":
        import yaml

        sys.stdout.write(yaml.safe_dump(data, sort_keys=False, allow_unicode=True))
    else:
        sys.stdout.write(f"{json.dumps(data, indent=2 if sys.stdout.isatty() else None)}\n")


def _print_lines(output: str, lines: Sequence[Line]) -> None:
    from airflow.cli.simple_table import AirflowConsole

    # Not print_as: it reads `[…]` in a value as markup, and its plain form takes a digest such as 12e45 for a number.
    console = AirflowConsole(markup=False, emoji=False)
    cells = [{name: cell(value) for name, value in line.items()} for line in lines]
    if output == "table" or not cells:
        console.print_as_table(cells)
    else:
        _print_plain(cells)


def _print_plain(lines: list[dict[str, str]]) -> None:
    from rich.cells import cell_len

    rows = [list(lines[0]), *(list(line.values()) for line in lines)]
    rows = [
        [" ".join(text.split()) for text in row] for row in rows
    ]  # a line is a line, for those who read it with awk
    widths = [max(map(cell_len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        padded = (text + " " * (width - cell_len(text)) for text, width in zip(row, widths, strict=True))
        sys.stdout.write("  ".join(padded).rstrip() + "\n")
