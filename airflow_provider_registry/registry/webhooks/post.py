"""One POST, whose answer is waited for only so long, and which says in words what went wrong."""

from __future__ import annotations

import asyncio
import logging
import ssl
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache

import httpx

from airflow_provider_registry import __version__
from airflow_provider_registry.messages import legible

# Characters of an error.
LONGEST = 400
_EXCERPT = 200
_GONE = 410
_HEADERS = {"user-agent": f"airflow-provider-registry/{__version__}"}

_posting: ContextVar[bool] = ContextVar("posting", default=False)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a POST.

    Attributes:
        status: the HTTP status; None where there was no answer.
        error: why it failed; empty where it did not.
        milliseconds: how long it took.
    """

    status: int | None
    error: str
    milliseconds: int

    @property
    def is_delivered(self) -> bool:
        """Whether the receiver has it."""
        return not self.error

    @property
    def is_gone(self) -> bool:
        """Whether the receiver says that it will never take any more."""
        return self.status == _GONE


def post(url: str, body: bytes, headers: Mapping[str, str], timeout: float) -> Answer:
    """Post once. Nothing is followed, and of what is answered only the status counts.

    Parameters:
        timeout: seconds for all of it: httpx bounds each step alone, and a receiver may take one step after the other.
    """
    # In a thread of its own, since a loop may be running in the caller's.
    with ThreadPoolExecutor(1, thread_name_prefix="webhook") as pool:
        return pool.submit(asyncio.run, _timed(url, body, headers, timeout)).result()


async def _timed(url: str, body: bytes, headers: Mapping[str, str], timeout: float) -> Answer:
    _posting.set(True)
    began = time.monotonic()
    status, error = None, ""
    try:
        async with asyncio.timeout(timeout):
            status, error = await _send(url, body, headers, timeout)
    except (TimeoutError, httpx.TimeoutException):
        error = f"there was no answer within {timeout:g} seconds"
    except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError) as failed:
        error = f"{type(failed).__name__}: {failed}"
    return Answer(status, legible(error, LONGEST), round((time.monotonic() - began) * 1000))


async def _send(url: str, body: bytes, headers: Mapping[str, str], timeout: float) -> tuple[int, str]:
    said = {**_HEADERS, **headers}
    async with (
        httpx.AsyncClient(verify=_trusted(), timeout=timeout, follow_redirects=False) as client,
        client.stream("POST", url, content=body, headers=said) as response,
    ):
        if response.is_success:
            return response.status_code, ""
        excerpt = "redirects are not followed" if response.is_redirect else await _excerpt(response)
        answer = f"the answer was {response.status_code} {response.reason_phrase}".strip()
        return response.status_code, f"{answer}: {excerpt}" if excerpt else answer


async def _excerpt(response: httpx.Response) -> str:
    """How the answer begins; the rest is not read."""
    found = b""
    async for part in response.aiter_raw():
        found += part
        if len(found) >= _EXCERPT:
            break
    return found[:_EXCERPT].decode("utf-8", errors="replace").strip()


@cache
def _trusted() -> ssl.SSLContext:
    """What certificates are checked against; it takes longer to read than a POST to a neighbour."""
    return httpx.create_ssl_context()


class _Unsaid(logging.Filter):
    """httpx logs every URL, and some hold what only a few should know."""

    def filter(self, record: logging.LogRecord) -> bool:
        return not _posting.get()


logging.getLogger("httpx").addFilter(_Unsaid())
