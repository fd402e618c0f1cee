"""What the tests' Airflows wrote of errors: a failed test shows it, since their folders are gone when it is read."""

from __future__ import annotations

import re
from pathlib import Path

# Of the Airflows that this process has started.
HOMES: list[Path] = []

# How many logs are shown, the newest first, how much of the end of each, and how many lines with each error.
_LOGS, _CHARACTERS, _LINES = 4, 3_000, 40

_IS_AN_ERROR = re.compile(r"\[(error|critical) |\"level\":\s*\"(error|critical)\"|Traceback|\bERROR\b")
# What a task asks that promotes, wherever no Dag wants keyed events.
_IS_NONE = "Asset not found"


def errors_told() -> list[tuple[str, str]]:
    """The logs that were written last and tell of errors: what to call each, and the end of what it tells."""
    files = [file for home in HOMES for file in home.glob("logs/**/*.log") if file.is_file()]
    told = []
    for file in sorted(files, key=lambda file: file.stat().st_mtime, reverse=True):
        if errors := _errors_in(file.read_text(errors="replace").splitlines()):
            told.append((f"{file.parent.name}/{file.name}", "\n".join(errors)[-_CHARACTERS:]))
    return told[:_LOGS]


def _errors_in(lines: list[str]) -> list[str]:
    kept: dict[int, str] = {}
    for number, line in enumerate(lines):
        if _IS_AN_ERROR.search(line) and _IS_NONE not in line:
            kept |= {number + more: text[:_CHARACTERS] for more, text in enumerate(lines[number : number + _LINES])}
    return [kept[number] for number in sorted(kept)]
