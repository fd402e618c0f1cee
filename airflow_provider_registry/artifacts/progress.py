"""How far a hash, an upload or a download has come: to a log at sensible intervals, or to a bar in a terminal."""

from __future__ import annotations

import logging
import sys
import threading
import time
from collections.abc import Callable
from typing import Protocol

from airflow_provider_registry.messages import legible

INTERVAL = 10.0

_LABEL = 300
_UNITS = ("B", "kB", "MB", "GB", "TB", "PB")


class Progress(Protocol):
    """Told of work as it is done, from any thread. One `start` … `finish` is one phase; there may be several.

    Attributes:
        files_done: files finished in this phase.
        bytes_done: bytes gone through in this phase.
    """

    files_done: int
    bytes_done: int

    def start(self, total_files: int, total_bytes: int, label: str) -> None:
        """A phase begins.

        Parameters:
            total_files: files there are to do.
            total_bytes: bytes in them.
            label: what is being done, as a verb: `Uploading`.
        """

    def advance(self, files: int, bytes: int) -> None:
        """So many more files and bytes are done."""

    def finish(self) -> None:
        """The phase is over; also called where it ended in an error."""


class Counter:
    """Progress that only counts: the base of those that show something, and what is used where nothing is asked."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._begin(0, 0, "")

    def start(self, total_files: int, total_bytes: int, label: str) -> None:
        """A phase begins: the counts start from zero."""
        with self._lock:
            self._begin(total_files, total_bytes, label)
            self._on_start()

    def advance(self, files: int, bytes: int) -> None:
        """So many more files and bytes are done."""
        with self._lock:
            self.files_done += files
            self.bytes_done += bytes
            self._on_advance()

    def finish(self) -> None:
        """The phase is over."""
        with self._lock:
            self._on_finish()

    def _begin(self, total_files: int, total_bytes: int, label: str) -> None:
        self.files_done, self.bytes_done = 0, 0
        self.total_files, self.total_bytes = total_files, total_bytes
        self.label = legible(label, _LABEL)  # it may name a file, in any characters

    def _on_start(self) -> None: ...

    def _on_advance(self) -> None: ...

    def _on_finish(self) -> None: ...


class LogProgress(Counter):
    """A line to a log every ten seconds, and one at the end: files, bytes and rate.

    Parameters:
        logger: where the lines go, at INFO.
        interval: seconds between lines.
        clock: seconds that only grow.
    """

    def __init__(
        self, logger: logging.Logger, interval: float = INTERVAL, clock: Callable[[], float] = time.monotonic
    ) -> None:
        super().__init__()
        self._logger, self._interval, self._clock = logger, interval, clock
        self._started = self._last = clock()

    def _on_start(self) -> None:
        self._started = self._last = self._clock()

    def _on_advance(self) -> None:
        now = self._clock()
        if now - self._last >= self._interval:
            self._last = now
            self._log(now)

    def _on_finish(self) -> None:
        self._log(self._clock())

    def _log(self, now: float) -> None:
        seconds = max(now - self._started, 1e-3)
        self._logger.info(
            "%s: %d of %d files, %s of %s in %.1f s (%s/s)",
            self.label,
            self.files_done,
            self.total_files,
            format_bytes(self.bytes_done),
            format_bytes(self.total_bytes),
            seconds,
            format_bytes(self.bytes_done / seconds),
        )


class BarProgress(Counter):
    """A bar on stderr, for a person at a terminal."""

    def _on_start(self) -> None:
        from rich import progress
        from rich.console import Console

        self._bar = progress.Progress(
            progress.TextColumn("{task.description}", markup=False),
            progress.BarColumn(),
            progress.TextColumn("{task.fields[files]}"),
            progress.DownloadColumn(),
            progress.TransferSpeedColumn(),
            progress.TimeRemainingColumn(),
            console=Console(stderr=True),
        )
        self._task = self._bar.add_task(self.label, total=self.total_bytes, files=self._files())
        self._bar.start()

    def _on_advance(self) -> None:
        self._bar.update(self._task, completed=self.bytes_done, files=self._files())

    def _on_finish(self) -> None:
        self._bar.stop()

    def _files(self) -> str:
        return f"{self.files_done}/{self.total_files} files"


def default_progress() -> Progress:
    """A bar where stderr is a terminal, else lines to this package's log (which is the task log in a task)."""
    if sys.stderr is not None and sys.stderr.isatty():
        return BarProgress()
    return LogProgress(logging.getLogger("airflow_provider_registry.artifacts"))


def format_bytes(count: float) -> str:
    """A number of bytes for people, in powers of 1000: `3.4 GB`."""
    for unit in _UNITS[:-1]:
        if count < 1000:
            return f"{count:.0f} {unit}" if unit == "B" else f"{count:.1f} {unit}"
        count /= 1000
    return f"{count:.1f} {_UNITS[-1]}"
