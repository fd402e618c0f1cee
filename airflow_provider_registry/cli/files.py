"""Files that commands write."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO


@contextmanager
def opened(path: str) -> Iterator[TextIO]:
    """The file to write to; what was not written to its end does not come to stand under its name.

    Parameters:
        path: `-` for standard output.
    """
    if path == "-":
        yield sys.stdout
        return
    unfinished = Path(f"{path}.unfinished")
    try:
        with unfinished.open("w", encoding="utf-8") as file:
            yield file
        os.replace(unfinished, path)
    finally:
        unfinished.unlink(missing_ok=True)
