"""What stands between two bytes of a stream: the messages of PostgreSQL's protocol and of HTTP."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

# Of bodies, in bytes.
PIECE = 4 * 1024 * 1024


@dataclass(frozen=True)
class Frame:
    """One message, or one piece of a long one.

    Attributes:
        kind: what it is, for people; empty where it is none of the act's own (a goodbye, sent at any time).
    """

    kind: str
    data: bytes


class Framer(Protocol):
    """Cuts one direction of one connection into messages."""

    def feed(self, data: bytes) -> Iterator[Frame]:
        """The messages that these bytes complete."""

    @property
    def rest(self) -> bytes:
        """What has come of a message that is not complete."""


class PostgresFramer:
    """What PostgreSQL's client or server sends before it waits for the other: its statement, or all of an answer.

    A message is a type, a length that counts itself, and a body (PostgreSQL's manual, 55.7).

    Parameters:
        last: types of the messages after which it waits.
        startup: whether the first message has no type, as the client's has none.
    """

    def __init__(self, last: str, *, startup: bool) -> None:
        self._last, self._startup = last, startup
        self._data = bytearray()
        self._seen = 0  # bytes of the messages that are whole
        self._kind = ""

    @property
    def rest(self) -> bytes:
        return bytes(self._data)

    def feed(self, data: bytes) -> Iterator[Frame]:
        self._data += data
        while message := self._message():
            kind = chr(message[0]) if not self._startup else "startup"
            self._kind = self._kind or _named(kind, message)
            self._seen += len(message)
            if self._startup or kind in self._last:
                yield Frame("" if self._kind == "X" else self._kind, bytes(self._data[: self._seen]))
                del self._data[: self._seen]
                self._seen, self._kind, self._startup = 0, "", False

    def _message(self) -> bytes | None:
        start = self._seen + (0 if self._startup else 1)
        end = start + int.from_bytes(self._data[start : start + 4], "big")
        return bytes(self._data[self._seen : end]) if start + 4 <= len(self._data) >= end else None


def _named(kind: str, message: bytes) -> str:
    """A statement's text says more than the letter of its message."""
    if kind == "P":
        return message[5:].split(bytes(1), 2)[1].decode()[:60]
    return message[5:65].decode() if kind == "Q" else kind


def postgres_framers() -> tuple[Framer, Framer]:
    """For one connection: the client's and the server's. Rows that are copied in are asked for (G), and end (c, f)."""
    return PostgresFramer("SQXcf", startup=True), PostgresFramer("ZG", startup=False)


class HttpFramer:
    """Heads of HTTP/1.1 messages, and pieces of their bodies.

    Parameters:
        methods: of the requests of this connection that were not answered yet; both directions know them.
        answers: whether these are answers.
    """

    def __init__(self, methods: deque[str], *, answers: bool) -> None:
        self._methods, self._answers = methods, answers
        self._data = bytearray()
        self._kind = ""
        self._left: int | None = 0  # of the body; None for chunks, and for what lasts until the connection ends
        self._chunked = False

    @property
    def rest(self) -> bytes:
        return bytes(self._data)

    def feed(self, data: bytes) -> Iterator[Frame]:
        self._data += data
        while frame := self._next():
            yield frame

    def _next(self) -> Frame | None:
        if self._left == 0:
            end = self._data.find(b"\r\n\r\n") + 4
            return self._head(self._take(end)) if end > 3 else None
        if self._left is None:
            return self._open_ended()
        size = min(PIECE, self._left)
        if len(self._data) < size:
            return None
        self._left -= size
        return Frame(f"{self._kind} body", self._take(size))

    def _open_ended(self) -> Frame | None:
        if not self._chunked:
            return Frame(f"{self._kind} body", self._take(len(self._data))) if self._data else None
        end = self._data.find(b"0\r\n\r\n")
        if end < 0:
            return None
        self._left = 0
        return Frame(f"{self._kind} body", self._take(end + 5))

    def _take(self, size: int) -> bytes:
        taken = bytes(self._data[:size])
        del self._data[:size]
        return taken

    def _head(self, data: bytes) -> Frame:
        line, *lines = data.decode("latin-1").split("\r\n")
        fields = {name.strip().lower(): value.strip() for name, _, value in (each.partition(":") for each in lines)}
        self._chunked = "chunked" in fields.get("transfer-encoding", "")
        length = fields.get("content-length")
        if not self._answers:
            self._methods.append(line.split(" ")[0])
            self._kind = " ".join(line.split(" ")[:2])
            self._left = None if self._chunked else int(length or 0)
            return Frame(self._kind, data)
        status = line.split(" ")[1]
        if status == "100":
            return Frame("100", data)
        method = self._methods.popleft()
        self._kind = f"{status} to {method}"
        empty = method == "HEAD" or status in {"204", "304"}
        self._left = 0 if empty else int(length) if length is not None else None
        return Frame(self._kind, data)


def http_framers() -> tuple[Framer, Framer]:
    """For one connection: the client's and the server's."""
    methods: deque[str] = deque()
    return HttpFramer(methods, answers=False), HttpFramer(methods, answers=True)
