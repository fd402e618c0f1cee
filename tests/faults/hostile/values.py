"""What somebody may pass who means no good, or whose template, notebook or file went wrong: each value with a name."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from decimal import Decimal
from enum import IntEnum, StrEnum
from fractions import Fraction
from pathlib import Path, PurePosixPath
from typing import Any
from uuid import UUID

import numpy as np

MIB = 1024 * 1024
DEEP = 10_000


class Colour(StrEnum):
    """Text that is no plain `str`."""

    RED = "red"


class Rank(IntEnum):
    """A number that is no plain `int`."""

    FIRST = 1


class Loud:
    """An object whose representation would clear a terminal, and fill it."""

    def __repr__(self) -> str:
        return "\x1b[2J\x07\r\n\u202e" + "loud " * 100_000


class Silent:
    """An object that does not say what it is."""

    def __repr__(self) -> str:
        raise RuntimeError("no")

    def __str__(self) -> str:
        raise RuntimeError("no")


class NoFloat:
    """A number that is none once it is asked."""

    def __float__(self) -> float:
        raise RuntimeError("no")


class Nowhere(tzinfo):
    """A time zone that does not know its own offset."""

    def utcoffset(self, at: datetime | None) -> timedelta | None:
        return None

    def dst(self, at: datetime | None) -> timedelta | None:
        return None

    def tzname(self, at: datetime | None) -> str | None:
        return None


def deep_list(depth: int = DEEP) -> Any:
    """Lists in lists."""
    value: Any = []
    for _ in range(depth):
        value = [value]
    return value


def deep_mapping(depth: int = DEEP, key: str = "a") -> Any:
    """Mappings in mappings."""
    value: Any = {}
    for _ in range(depth):
        value = {key: value}
    return value


def own_list() -> list[Any]:
    """A list that holds itself."""
    value: list[Any] = []
    value.append(value)
    return value


def own_mapping() -> dict[str, Any]:
    """A mapping that holds itself."""
    value: dict[str, Any] = {}
    value["a"] = value
    return value


def endless(item: object) -> Callable[[], Iterator[Any]]:
    """An iterable that never ends."""
    return lambda: itertools.repeat(item)


# Short ones, of which a name, a path, a query, a page and a log line are made.
LINES: dict[str, str] = {
    "nothing": "",
    "space": " ",
    "None": "None",
    "null": "null",
    "true": "true",
    "latest": "latest",
    "zero": "0",
    "negative": "-1",
    "whole as a decimal": "1.0",
    "underscored": "1_000",
    "Arabic digit": "٣",
    "superscript": "²",
    "up": "../../../../tmp/escaped",
    "absolute": "/etc/passwd",
    "dots": "..",
    "dot": ".",
    "within": "a/../b",
    "backslash": "..\\..\\escaped",
    "home": "~root/.ssh",
    "variable": "$HOME/%PATH%",
    "device": "CON",
    "option": "--help",
    "format": "%s%n%(x)s{0.__class__}{}",
    "template": "{{ 7 * 7 }}{% raw %}",
    "SQL": "'; DROP TABLE registry_model; --",
    "SQL that holds": "' OR '1'='1",
    "LIKE": "%_\\%",
    "HTML": "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "Markdown": "[x](javascript:alert(1)) ![x](file:///etc/passwd)",
    "rich markup": "[bold red]x[/]",
    "NUL": "\x00",
    "NUL within": "a\x00b",
    "newline": "churn\nINFO all is well",
    "carriage return": "a\rb",
    "tab": "a\tb",
    "escape": "\x1b[2J\x1b[31mred\x07",
    "title of a terminal": "\x1b]0;owned\x07",
    "C1": "a\x9b2Jb",
    "next line": "a\x85b",
    "line separator": "a\u2028b\u2029c",
    "right to left": "a\u202egpj.exe",
    "isolate": "a\u2066b\u2069",
    "zero width": "chu\u200brn",
    "byte order mark": "\ufeffchurn",
    "soft hyphen": "chu\u00adrn",
    "Cyrillic": "\u0441\u04bburn",
    "full width": "\uff43\uff48urn",
    "ligature": "ﬀ",
    "sharp s": "ß",
    "dotted I": "İ",
    "dotless i": "\u0131",
    "Kelvin": "\u212a",
    "long s": "\u017f",
    "composed": "é",
    "decomposed": "e\u0301",
    "many marks": "e" + "\u0301" * 300,
    "high half": "a\ud800",
    "low half": "\udcffa",
    "last code point": "\U0010ffff",
    "no character": "\uffff",
    "emoji": "👩‍👩‍👧",
    "just too long": "a" * 256,
    "hexadecimal": "0" * 64,
    "S3 without more": "s3://",
    "S3 upward": "s3://bucket/../../x",
    "file URI": "file:///etc/passwd",
    "file URI of a host": "file://host/../../etc/passwd",
    "file URI with escapes": "file:///%2e%2e/%00",
    "metadata service": "http://169.254.169.254/latest",
    "reference upward": "models:/../../etc/1",
    "reference of nothing": "models:/",
    "reference at nothing": "models:/@",
    "reference to zero": "models:/churn/0",
    "reference beyond": "models:/churn/99999999999999999999",
    "bad IPv6": "http://[::1",
}

LARGE: dict[str, str] = {
    "1 MiB": "x" * MIB,
    "1 MiB of two bytes": "é" * MIB,
    "1 MiB of escapes": "\x1b" * MIB,
    "1 MiB of newlines": "\n" * MIB,
    "1 MiB of spaces": " " * MIB,
    "1 MiB of slashes": "/" * MIB,
    "1 MiB of digits": "9" * MIB,
    "many digits": "9" * 5_000,
    "many parts": "a/" * 5_000 + "a",
    "many open brackets": "[" * 50_000,
    "many open parentheses": "(" * 50_000,
    "many brackets": "[" * 50_000 + "]" * 50_000,
    "many mappings": '{"a":' * 50_000 + "1" + "}" * 50_000,
    "many minuses": "-" * 50_000 + "1",
    "many quotes": "'" * 50_001,
    "reference with many digits": "models:/churn/" + "9" * 5_000,
    "reference with many parts": "models:/" + "a/" * 5_000 + "1",
    "large S3": "s3://bucket/" + "k" * MIB,
    "long path": "/" + "d/" * 5_000,
}

NUMBERS: dict[str, Any] = {
    "True": True,
    "False": False,
    "zero number": 0,
    "minus one": -1,
    "minus zero": -0.0,
    "half": 0.5,
    "NaN": float("nan"),
    "infinity": float("inf"),
    "minus infinity": float("-inf"),
    "tiniest": 5e-324,
    "largest": 1.7976931348623157e308,
    "beyond 31 bits": 2**31,
    "beyond a double": 2**53 + 1,
    "beyond 63 bits": 2**63,
    "below 63 bits": -(2**63) - 1,
    "beyond 64 bits": 2**64,
    "beyond floats": 10**400,
    "beyond text": 10**5_000,
    "Decimal": Decimal("0.1"),
    "Decimal NaN": Decimal("NaN"),
    "Decimal sNaN": Decimal("sNaN"),
    "Decimal beyond": Decimal("1e999999"),
    "Fraction": Fraction(1, 3),
    "Fraction beyond": Fraction(10**400),
    "complex": 1 + 2j,
    "numpy whole": np.int64(7),
    "numpy unsigned": np.uint64(2**64 - 1),
    "numpy half": np.float16(0.5),
    "numpy NaN": np.float64("nan"),
    "numpy long": np.longdouble("1e4000"),
    "numpy bool": np.bool_(True),
    "numpy text": np.str_("churn"),
    "numpy bytes": np.bytes_(b"churn"),
    "numpy time": np.datetime64("2026-03-03"),
    "numpy array": np.arange(3.0),
    "numpy array without dimensions": np.array(0.5),
    "numpy objects": np.array(None),
    "enum number": Rank.FIRST,
    "enum text": Colour.RED,
}

TIMES: dict[str, Any] = {
    "naive": datetime(2026, 3, 3),  # noqa: DTZ001  # what is refused
    "first moment": datetime.min.replace(tzinfo=UTC),
    "before the first moment": datetime.min.replace(tzinfo=timezone(timedelta(hours=23))),
    "last moment": datetime.max.replace(tzinfo=UTC),
    "after the last moment": datetime.max.replace(tzinfo=timezone(timedelta(hours=-23))),
    "odd zone": datetime(2026, 3, 3, tzinfo=timezone(timedelta(seconds=1))),
    "zone without an offset": datetime(2026, 3, 3, tzinfo=Nowhere()),
    "date": date(2026, 3, 3),
    "time of day": time(12, tzinfo=UTC),
    "year 0": "0000-01-01T00:00:00Z",
    "year 10000": "10000-01-01T00:00:00Z",
    "day 31 of February": "2026-02-31T00:00:00Z",
    "ISO before the first": "0001-01-01T00:00:00+23:59",
    "longest": timedelta.max,
    "shortest": timedelta.min,
    "less than nothing": timedelta(microseconds=-1),
    "a microsecond": timedelta(microseconds=1),
}

_STRUCTURES: dict[str, Callable[[], Any]] = {
    "None itself": lambda: None,
    "list": list,
    "mapping": dict,
    "tuple": tuple,
    "set": lambda: {1},
    "bytes": lambda: b"\x00\xff",
    "large bytes": lambda: b"\xff" * MIB,
    "object": object,
    "loud object": Loud,
    "loud in a mapping": lambda: {"a": Loud()},
    "silent object": Silent,
    "silent in a mapping": lambda: {"name": Silent(), "value": Silent()},
    "not a float": NoFloat,
    "class": lambda: Loud,
    "function": lambda: len,
    "exception": lambda: ValueError("x" * MIB),
    "path": lambda: Path("/etc/passwd"),
    "pure path": lambda: PurePosixPath("a") / ".." / "b",
    "UUID": lambda: UUID(int=1),
    "range": lambda: range(3),
    "slice": lambda: slice(1),
    "deep list": deep_list,
    "deep mapping": deep_mapping,
    "list of itself": own_list,
    "mapping of itself": own_mapping,
    "None as a key": lambda: {None: 1},
    "number as a key": lambda: {1: 2},
    "tuple as a key": lambda: {(1, 2): 3},
    "NUL as a key": lambda: {"\x00": 1, "a": "\x00"},
    "half a pair as a key": lambda: {"\ud800": "\udcff"},
    "escape as a key": lambda: {"\x1b[2J": "\x1b[2J"},
    "large key": lambda: {"k" * MIB: 1},
    "large value": lambda: {"k": "v" * (2 * MIB)},
    "many keys": lambda: {f"k{number}": number for number in range(20_000)},
    "NaN within": lambda: {"a": float("nan")},
    "infinity within": lambda: {"a": float("inf"), "b": float("-inf")},
    "beyond text within": lambda: {"a": 10**5_000},
    "beyond 63 bits within": lambda: {"a": 2**63},
    "Decimal within": lambda: {"a": Decimal("sNaN")},
    "date within": lambda: {"a": date.min},
    "array within": lambda: {"a": np.arange(3)},
    "empty key": lambda: {"": ""},
    "version of another type": lambda: {"model_name": 1, "version": "x"},
    "version beyond": lambda: {"model_name": "churn", "version": 10**5_000},
    "version mapping with a loud key": lambda: {Loud(): 1},
    "list of mappings": lambda: [{"name": "a", "value": 1, "slice": deep_mapping()}],
    "list of hostile names": lambda: [{"name": text, "value": 0.5} for text in LINES.values()],
    "list of lists": lambda: [["churn"], ["churn", "production", "more"]],
    "list of pairs": lambda: [("churn", "production"), (None, None)],
    "list of triples": lambda: [("churn", 10**5_000, "production"), ("churn", "1", "production")],
    "wide list": lambda: [None] * 20_000,
    "many texts": lambda: ["churn"] * 20_000,
    "generator": lambda: (number for number in range(3)),
    "endless names": endless("churn"),
    "endless numbers": itertools.count,
    "endless pairs": endless(("churn", "production")),
    "endless triples": endless(("churn", 1, "production")),
    "endless metrics": endless({"name": "auc", "value": 0.5}),
}


def texts() -> dict[str, str]:
    """Every text."""
    return {**LINES, **LARGE}


def values() -> dict[str, Callable[[], Any]]:
    """Every value by its name, made anew each time: some are used up."""
    fixed: dict[str, Any] = {**LINES, **LARGE, **NUMBERS, **TIMES}
    return {**{name: _constant(value) for name, value in fixed.items()}, **_STRUCTURES}


def _constant(value: Any) -> Callable[[], Any]:
    return lambda: value
