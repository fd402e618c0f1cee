"""A question that is asked of every S3 request at the last moment: may it still be sent?"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client

_ASK: ContextVar[Callable[[], None] | None] = ContextVar("ask", default=None)


@contextmanager
def asked_before_sending(client: S3Client, ask: Callable[[], None]) -> Iterator[None]:
    """Ask before each request that this thread sends meanwhile, each try of it on its own.

    botocore signs each try anew and then emits `before-send`. So the signature, after whose time S3 counts how long
    it takes the request, is older than the answer.

    Parameters:
        client: a boto3 client; others may use it at the same time.
        ask: raises where the request may not be sent, which then ends the call.
    """
    # First, so that nothing that answers instead of the server comes before. Registering it again changes nothing.
    client.meta.events.register_first("before-send.s3", _ask, unique_id="model-registry-ask")
    token = _ASK.set(ask)
    try:
        yield
    finally:
        _ASK.reset(token)


def _ask(**_: object) -> None:
    if ask := _ASK.get():
        ask()
