"""The places at which a process can be killed: around each statement, before each change on disk, around each request.

Statements are seen at the driver, whatever sends them. What is on disk after one change is what is there before the
next, and before the answer, so that no place is missing.
"""

from __future__ import annotations

import os
import signal
import sqlite3
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg

from airflow_provider_registry.artifacts.progress import Counter

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_CHANGES = {"os.rename", "os.link", "os.symlink", "os.remove", "os.mkdir", "os.rmdir", "os.truncate", "os.chmod"}
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC
_SHOWN = 70


class Points:
    """Counts the places that a process comes to, once it is armed, and dies at one of them.

    All that it listens to stays: it is for a process that will not live long.

    Parameters:
        die_at: number of the place, from 1; None to live.

    Attributes:
        labels: what each place was.
    """

    def __init__(self, die_at: int | None = None) -> None:
        self.labels: list[str] = []
        self.armed = False
        self._die_at, self._lock = die_at, threading.Lock()

    def __call__(self, label: str) -> None:
        """Come to a place."""
        if not self.armed:
            return
        with self._lock:
            self.labels.append(label)
            if len(self.labels) == self._die_at:
                os.kill(os.getpid(), signal.SIGKILL)

    @contextmanager
    def around(self, what: str) -> Iterator[None]:
        """The places before and after something that is done; it may fail."""
        what = " ".join(what.split())[:_SHOWN]
        self(f"before {what}")
        yield
        self(f"after {what}")

    def progress(self) -> Counter:
        """What is told of bytes: places in the middle of a transfer."""
        return _Progress(self)

    def on_databases(self) -> None:
        """Listen to both drivers: every statement of every connection made from now on, by whatever way it comes."""
        sqlite3.dbapi2.connect = _sqlite(self)  # type: ignore[assignment]  # has overloads, for what is not used here
        psycopg.Connection.wait = _wait(self)  # type: ignore[method-assign]  # all that is sent passes here
        psycopg.Connection._exec_command = _begin(self)  # type: ignore[method-assign]  # but not BEGIN

    def on_disk(self, *folders: Path) -> None:
        """Listen to all that changes anything below some folders."""
        tops = tuple(f"{folder}/" for folder in folders)

        def heard(event: str, arguments: tuple[Any, ...]) -> None:
            if not self.armed or not (event in _CHANGES or (event == "open" and _writes(arguments))):
                return
            path = _path(arguments)
            if f"{path}/".startswith(tops):
                self(f"before {event} {Path(path).name}")

        sys.addaudithook(heard)
        for name in ("fsync", "fdatasync"):
            setattr(os, name, _before(self, name, getattr(os, name)))

    def on_s3(self, client: S3Client) -> None:
        """Listen to the requests of a client."""
        for event, place in (("before-send", "before"), ("response-received", "after")):
            client.meta.events.register(f"{event}.s3", _told(self, place))


class _Progress(Counter):
    def __init__(self, points: Points) -> None:
        super().__init__()
        self._points = points

    def _on_advance(self) -> None:
        self._points(f"after {self.bytes_done} bytes: {self.label}")


def _sqlite(points: Points) -> Callable[..., sqlite3.Connection]:
    class KilledCursor(sqlite3.Cursor):
        def execute(self, sql: str, *given: Any) -> Any:
            with points.around(sql):
                return super().execute(sql, *given)

        def executemany(self, sql: str, rows: Any, /) -> Any:
            with points.around(sql):
                return super().executemany(sql, rows)

    class KilledConnection(sqlite3.Connection):
        def cursor(self, factory: Any = KilledCursor) -> Any:
            return super().cursor(factory)

        def commit(self) -> None:
            if self.in_transaction:
                with points.around("COMMIT"):
                    super().commit()

        def rollback(self) -> None:
            if self.in_transaction:
                with points.around("ROLLBACK"):
                    super().rollback()

    connect = sqlite3.connect
    return lambda *given, **more: connect(*given, factory=KilledConnection, **more)


def _wait(points: Points) -> Callable[..., Any]:
    wait = psycopg.Connection.wait

    def waiting(self: Any, gen: Any, *given: Any, **more: Any) -> Any:
        if gen.__name__.startswith("_set_"):  # how the connection is to begin: nothing is sent
            return wait(self, gen, *given, **more)
        known = gen.gi_frame.f_locals if gen.gi_frame else {}
        said = known.get("query") or known.get("statement") or known.get("command") or gen.__name__
        with points.around(said.decode() if isinstance(said, bytes) else str(said)):
            return wait(self, gen, *given, **more)

    return waiting


def _begin(points: Points) -> Callable[..., Any]:
    send = psycopg.Connection._exec_command

    def sending(self: Any, command: Any, *given: Any, **more: Any) -> Any:
        begin = bytes(command).decode() if isinstance(command, bytes) else str(command)
        if not begin.startswith("BEGIN"):
            return (yield from send(self, command, *given, **more))
        with points.around(begin):
            return (yield from send(self, command, *given, **more))

    return sending


def _before(points: Points, name: str, real: Callable[[Any], None]) -> Callable[[Any], None]:
    def called(file: Any) -> None:
        points(f"before {name}")
        real(file)

    return called


def _told(points: Points, place: str) -> Callable[..., None]:
    def heard(event_name: str = "", **_: Any) -> None:
        points(f"{place} {event_name.rpartition('.')[2]}")

    return heard


def _writes(arguments: tuple[Any, ...]) -> bool:
    """Whether an `open` may change anything: by its flags, which Python's own modes are given as too."""
    return bool(arguments[2] & _WRITING)


def _path(arguments: tuple[Any, ...]) -> str:
    """The path that a call is about; of one within an open folder, that folder's."""
    first, last = arguments[0], arguments[-1]
    if not isinstance(first, str | bytes):
        return ""
    path = os.fsdecode(first)
    if not path.startswith("/") and isinstance(last, int) and last >= 0:
        return f"{os.readlink(f'/proc/self/fd/{last}')}/{path}"
    return path
