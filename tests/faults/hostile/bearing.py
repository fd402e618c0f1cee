"""What must hold of every call, whatever it was given: it succeeds, or says in bounds and in our words why not."""

from __future__ import annotations

import faulthandler
import os
import signal
import sys
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

from airflow_provider_registry.errors import (
    DatabaseUnavailableError,
    InvalidInputError,
    NotFoundError,
    RecordTamperedError,
    RegistryError,
)

LONGEST = 2_000  # characters of a message
# Of the processor, not of the clock: a busy machine is no hang. What waits without working, such as somebody who
# opens a named pipe, is found by the time limit of the test.
SECONDS = 10
PATIENCE = 600

# What no input may lead to: that the database is said to be away, or edited.
_NEVER = (DatabaseUnavailableError, RecordTamperedError)
# Categories of characters that move the cursor, hide, turn the direction, or cannot be written as UTF-8.
_MESSY = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


class HungError(BaseException):
    """A call went on and on; no child of Exception, so that nobody catches it on the way."""


class BrokenPromiseError(AssertionError):
    """A call broke a promise."""


@contextmanager
def deadline(seconds: float = SECONDS) -> Iterator[None]:
    """Stop what takes more than so many seconds of this process's time, regular expressions included."""

    def stop(number: int, frame: FrameType | None) -> None:
        raise HungError(f"more than {seconds} seconds of work")

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    # What never comes back to Python, such as `dict` of an iterator without an end, no signal stops: it ends all.
    faulthandler.dump_traceback_later(PATIENCE, exit=True, file=sys.__stderr__ or 2)
    try:
        yield
    finally:
        faulthandler.cancel_dump_traceback_later()
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def bear(
    call: Callable[[], Any], never: tuple[type[RegistryError], ...] = _NEVER, longest: int = LONGEST
) -> RegistryError | None:
    """Make a call.

    Parameters:
        never: errors that it may not raise, though they are ours.
        longest: characters of a message.

    Returns:
        the error that it raised, which says what it should; None where it succeeded.
    """
    try:
        with deadline():
            call()
    except RegistryError as error:
        if isinstance(error, never):
            raise BrokenPromiseError(f"This is not what the input did: {error!r:.500}") from error
        check_message(str(error), longest)
        return error
    except HungError as error:
        raise BrokenPromiseError(f"It hung: {error}") from error
    except Exception as error:
        raise BrokenPromiseError(
            f"A user gets a traceback: {type(error).__module__}.{described(error):.500}"
        ) from error
    return None


def check_message(message: str, longest: int = LONGEST) -> None:
    """A message that a terminal, a log and a page can bear."""
    if not message.strip():
        raise BrokenPromiseError("The message says nothing.")
    if len(message) > longest:
        raise BrokenPromiseError(f"The message has {len(message):,} characters: {message[:300]!r} … {message[-100:]!r}")
    if found := messy(message):
        raise BrokenPromiseError(f"The message holds {found}: {message[:500]!r}")


def messy(text: str) -> set[str]:
    """The characters that mess up where a text is shown; lines may end."""
    return {character for character in set(text) - {"\n"} if unicodedata.category(character) in _MESSY}


def described(error: BaseException) -> str:
    """The error's type and message, also where it cannot say it."""
    try:
        return f"{type(error).__name__}: {error}"
    except Exception:
        return type(error).__name__


def is_about_input(error: RegistryError | None) -> bool:
    """Whether nothing at all may have changed."""
    return isinstance(error, InvalidInputError | NotFoundError)


def tree(folder: Path, *places: Path) -> Mapping[str, tuple[int, bytes]]:
    """All that lies in a folder outside of some places: paths, kinds and contents."""
    found: dict[str, tuple[int, bytes]] = {}
    skipped = {str(place) for place in places}
    for parent, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if os.path.join(parent, name) not in skipped]
        for name in [*folders, *files]:
            path = os.path.join(parent, name)
            if path not in skipped:
                found[os.path.relpath(path, folder)] = _state(path)
    return found


def _state(path: str) -> tuple[int, bytes]:
    info = os.lstat(path)
    if os.path.islink(path):
        return info.st_mode, os.fsencode(os.readlink(path))
    return info.st_mode, Path(path).read_bytes() if os.path.isfile(path) else b""
