"""A TCP proxy that knows the messages which pass it, and disturbs one of them."""

from __future__ import annotations

import asyncio
import contextlib
import re
import socket
import struct
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from tests.faults.cut.frames import Frame, Framer
from tests.faults.cut.points import Direction, Fault, Point

Address = str | tuple[str, int]

# Long enough that both sides are waiting.
_MOMENT = 0.02
_READ = 256 * 1024
_ERRORS = {
    Fault.ERROR_500: ("500 Internal Server Error", "InternalError"),
    Fault.ERROR_503: ("503 Slow Down", "SlowDown"),
}


@dataclass(eq=False)
class Link:
    """One connection through the proxy.

    Attributes:
        deaf: the client was answered by the proxy: what it still sends goes nowhere.
        allowance: how many bytes of the answer still pass, where not all do.
    """

    client: tuple[asyncio.StreamReader, asyncio.StreamWriter]
    server: tuple[asyncio.StreamReader, asyncio.StreamWriter]
    framers: tuple[Framer, Framer]
    deaf: bool = False
    allowance: int | None = None

    def towards(self, direction: Direction) -> asyncio.StreamWriter:
        return self.server[1] if direction is Direction.REQUEST else self.client[1]

    def end(self, *, reset: bool) -> None:
        """End both sides: with a FIN each, or with an RST each."""
        for _, writer in (self.client, self.server):
            if reset:
                with contextlib.suppress(OSError, AttributeError):
                    writer.get_extra_info("socket").setsockopt(
                        socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0)
                    )
                writer.transport.abort()
            else:
                writer.close()


class Proxy:
    """Between clients and one server.

    Parameters:
        upstream: a Unix socket's path, or host and port.
        framers: makes those of one connection.

    Attributes:
        port: where it listens.
        call: what `Fault.CALL` does.
        seen: kinds of the messages since `arm`, by direction.
        fired: whether the armed point was reached.
    """

    def __init__(self, upstream: Address, framers: Callable[[], tuple[Framer, Framer]]) -> None:
        self.port = 0
        self.call: Callable[[], object] = lambda: None
        self.seen: dict[Direction, list[str]] = {}
        self.fired = False
        self._upstream, self._framers = upstream, framers
        self._point: Point | None = None
        self._links: set[Link] = set()
        self._loop = asyncio.new_event_loop()
        self._never = asyncio.Event()

    @contextmanager
    def running(self, address: str = "127.0.0.1", enter: Callable[[], None] = lambda: None) -> Iterator[Proxy]:
        """Listen, in a thread of its own.

        Parameters:
            address: where.
            enter: called in that thread before anything else.
        """

        def run() -> None:
            enter()
            self._loop.run_forever()

        thread = threading.Thread(target=run, name="proxy", daemon=True)
        thread.start()
        self.arm(None)
        server = self._do(asyncio.start_server(self._serve, address, 0))
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            self._do(self._stop(server))
            self._loop.call_soon_threadsafe(self._loop.stop)
            thread.join()
            self._loop.close()

    def arm(self, point: Point | None) -> None:
        """Count from here, and disturb this message; None only counts."""
        self._do(self._arm(point))

    def drop(self) -> None:
        """End all connections that there are now."""
        self._do(self._drop())

    def _do(self, work: Awaitable[Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(_awaited(work), self._loop).result()

    async def _arm(self, point: Point | None) -> None:
        self.seen = {direction: [] for direction in Direction}
        self._point, self.fired = point, False

    async def _drop(self) -> None:
        for link in list(self._links):
            link.end(reset=True)

    async def _stop(self, server: asyncio.Server) -> None:
        server.close()
        await self._drop()
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            if isinstance(self._upstream, str):
                server = await asyncio.open_unix_connection(self._upstream)
            else:
                server = await asyncio.open_connection(*self._upstream)
        except OSError:
            writer.close()
            return
        link = Link((reader, writer), server, self._framers())
        self._links.add(link)
        try:
            await asyncio.gather(
                self._pump(link, Direction.REQUEST, reader, link.framers[0]),
                self._pump(link, Direction.ANSWER, server[0], link.framers[1]),
            )
        finally:
            self._links.discard(link)
            link.end(reset=False)

    async def _pump(self, link: Link, direction: Direction, reader: asyncio.StreamReader, framer: Framer) -> None:
        with contextlib.suppress(ConnectionError):
            while data := await reader.read(_READ):
                for frame in framer.feed(data):
                    if not link.deaf:
                        await self._meet(link, direction, frame)
            if not link.deaf:
                await _send(link.towards(direction), framer.rest)
        if not link.deaf or direction is Direction.REQUEST:
            link.end(reset=False)

    async def _meet(self, link: Link, direction: Direction, frame: Frame) -> None:
        if frame.kind:
            number = len(self.seen[direction])
            self.seen[direction].append(frame.kind)
            point = self._point
            if point is not None and not self.fired and (point.direction, point.at) == (direction, number):
                self.fired = True
                if not await self._disturb(point.fault, link, direction, frame):
                    return
                if point.fault is Fault.SHORT:
                    frame = replace(frame, data=_shortened(frame.data, link))
            elif direction is Direction.ANSWER and link.allowance is not None:
                frame = replace(frame, data=frame.data[: link.allowance])
                link.allowance -= len(frame.data)
        await _send(link.towards(direction), frame.data)
        if link.allowance == 0:
            link.end(reset=False)

    async def _disturb(self, fault: Fault, link: Link, direction: Direction, frame: Frame) -> bool:
        """Do what is wrong; returns whether the message goes its way then."""
        if fault is Fault.CALL:
            await self._loop.run_in_executor(None, self.call)
        if fault in {Fault.PAUSE, Fault.STALL}:
            await asyncio.sleep(_MOMENT)
        if fault in {Fault.PAUSE, Fault.CALL, Fault.SHORT}:
            return True
        if fault is Fault.SILENCE:
            await self._never.wait()
        if fault in _ERRORS:
            link.deaf = True
            await _send(link.client[1], _answer(fault, head="HEAD" in frame.kind))
            return False
        if fault in {Fault.HALF, Fault.MOST, Fault.TORN}:
            await _send(link.towards(direction), _part(fault, frame.data))
        link.end(reset=fault in {Fault.RESET, Fault.STALL})
        return False


async def _awaited(work: Awaitable[Any]) -> Any:
    return await work


async def _send(writer: asyncio.StreamWriter, data: bytes) -> None:
    with contextlib.suppress(ConnectionError):
        writer.write(data)
        await writer.drain()


def _answer(fault: Fault, *, head: bool) -> bytes:
    status, code = _ERRORS[fault]
    body = b"" if head else f"<Error><Code>{code}</Code><Message>by the proxy</Message></Error>".encode()
    fields = f"Content-Length: {len(body)}\r\nContent-Type: application/xml\r\nConnection: close\r\n"
    return f"HTTP/1.1 {status}\r\n{fields}\r\n".encode() + body


def _part(fault: Fault, data: bytes) -> bytes:
    if fault is Fault.MOST:
        return data[:-1]
    lines = data.split(b"\r\n", 2)
    return b"\r\n".join([*lines[:2], b""]) if fault is Fault.TORN and len(lines) > 2 else data[: len(data) // 2]


def _shortened(head: bytes, link: Link) -> bytes:
    """The head of an answer that promises half of the body; no more than that will pass."""
    found = re.search(rb"(?i)(content-length: *)([0-9]+)", head)
    if found is None or int(found[2]) < 2:
        return head
    link.allowance = int(found[2]) // 2
    return head[: found.start()] + found[1] + str(link.allowance).encode() + head[found.end() :]
