"""A receiver of webhooks: a real HTTP server in a thread, which answers as it is told and keeps what it got."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


@dataclass(frozen=True)
class Got:
    """One request."""

    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    @property
    def said(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.body)
        return found

    @property
    def seq(self) -> int:
        seq: int = self.said["data"]["event"]
        return seq


class Receiver:
    """What a receiver does and what it got.

    Attributes:
        url: where it listens.
        got: every request, in order.
        answer: answers a request; by default with 204.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self.got: list[Got] = []
        self.answer: Callable[[BaseHTTPRequestHandler], None] = status(204)

    @property
    def seqs(self) -> list[int]:
        return [each.seq for each in self.got]

    def webhook(self, name: str = "audit", **more: Any) -> dict[str, Any]:
        """A webhook that is sent here."""
        return {"name": name, "url": f"{self.url}/{name}", "secret": "signing", **more}


def status(code: int, body: bytes = b"", **headers: str) -> Callable[[BaseHTTPRequestHandler], None]:
    """Answers with a status."""

    def answer(request: BaseHTTPRequestHandler) -> None:
        request.send_response(code)
        for name, value in headers.items():
            request.send_header(name, value)
        request.send_header("content-length", str(len(body)))
        request.end_headers()
        request.wfile.write(body)

    return answer


def hang_up(request: BaseHTTPRequestHandler) -> None:
    """Says nothing, and closes."""
    request.close_connection = True


@contextmanager
def receiving() -> Iterator[Receiver]:
    """A receiver on this machine."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            receiver.got.append(Got(self.path, dict(self.headers), body))
            receiver.answer(self)

        def log_message(self, *args: Any) -> None:
            """Says nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        receiver = Receiver(f"http://127.0.0.1:{server.server_port}")
        thread = threading.Thread(target=lambda: server.serve_forever(poll_interval=0.01), daemon=True)
        thread.start()
        try:
            yield receiver
        finally:
            server.shutdown()
            thread.join()
