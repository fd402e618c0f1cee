"""A network between a client and a server on one machine: a proxy that hands on every piece of bytes a moment later."""

from __future__ import annotations

import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from queue import SimpleQueue
from subprocess import PIPE, Popen
from threading import Thread

# Seconds each way: what lies between two machines of one data centre's zone, and a little.
DELAY = 0.000_25


@contextmanager
def far_from(path: str) -> Iterator[int]:
    """A port of this host behind which a server's Unix socket is so far away.

    Parameters:
        path: of the socket.
    """
    with Popen([sys.executable, "-m", "benchmarks.distance", path], stdout=PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield int(process.stdout.readline())
        finally:
            process.kill()


def serve(path: str) -> None:
    """Hand on what comes in, as long as this process lives."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        print(listening.getsockname()[1], flush=True)
        while True:
            client, _ = listening.accept()
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            server = socket.socket(socket.AF_UNIX)
            server.connect(path)
            for source, target in ((client, server), (server, client)):
                waiting: SimpleQueue[tuple[float, bytes]] = SimpleQueue()
                Thread(target=_receive, args=(source, waiting), daemon=True).start()
                Thread(target=_send, args=(waiting, target), daemon=True).start()


def _receive(source: socket.socket, waiting: SimpleQueue[tuple[float, bytes]]) -> None:
    piece = b"-"
    while piece:
        try:
            piece = source.recv(65_536)
        except OSError:
            piece = b""
        waiting.put((time.monotonic() + DELAY, piece))


def _send(waiting: SimpleQueue[tuple[float, bytes]], target: socket.socket) -> None:
    while True:
        due, piece = waiting.get()
        time.sleep(max(0.0, due - time.monotonic()))
        with suppress(OSError):
            if not piece:
                target.shutdown(socket.SHUT_RDWR)
                return
            target.sendall(piece)


if __name__ == "__main__":
    serve(sys.argv[1])
