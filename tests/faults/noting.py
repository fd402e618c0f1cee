"""What a failure says beside itself, such as the seed that repeats it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def noting(said: str) -> Iterator[None]:
    """Add a note to whatever is raised."""
    try:
        yield
    except BaseException as error:
        error.add_note(said)
        raise
