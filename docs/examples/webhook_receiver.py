"""A receiver of webhooks, in plain Python."""

from __future__ import annotations

import base64
import hmac
import json
import os
import time
from collections.abc import Mapping
from email.message import Message
from http.server import BaseHTTPRequestHandler, HTTPServer


# docs: verify
class InvalidSignatureError(Exception):
    """The message is not from the registry, or not from now."""


def verified(secret: str, headers: Mapping[str, str] | Message, body: bytes, now: float | None = None) -> bytes:
    """The body, if whoever sent it has the secret, and sent it within five minutes."""
    now = time.time() if now is None else now
    id, timestamp = headers["webhook-id"], headers["webhook-timestamp"]
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signature = base64.b64encode(hmac.digest(key, b".".join((id.encode(), timestamp.encode(), body)), "sha256"))
    given = [one.removeprefix("v1,").encode() for one in headers["webhook-signature"].split() if one.startswith("v1,")]
    if not any(hmac.compare_digest(signature, one) for one in given):
        raise InvalidSignatureError("The signature is not that of this message.")
    if abs(now - int(timestamp)) > 300:
        raise InvalidSignatureError("The message is not from now.")
    return body


# docs: receive
class Receiver(BaseHTTPRequestHandler):
    """Takes events, each once."""

    seen: set[str] = set()  # noqa: RUF012  # keep it in a database: a message may come again after days

    def do_POST(self) -> None:
        """Verify, then answer, then work: whoever works first is asked again once the sender's patience ends."""
        body = self.rfile.read(int(self.headers["content-length"]))
        try:
            event = json.loads(verified(os.environ["SIGNING_SECRET"], self.headers, body))
        except (InvalidSignatureError, KeyError, ValueError):
            self.answer(401)
            return
        self.answer(204)
        if self.headers["webhook-id"] not in self.seen:
            self.seen.add(self.headers["webhook-id"])
            print(event["data"]["text"])

    def answer(self, status: int) -> None:
        """Say whether it has arrived."""
        self.send_response(status)
        self.end_headers()


# docs: end
if __name__ == "__main__":
    HTTPServer(("", 8080), Receiver).serve_forever()
