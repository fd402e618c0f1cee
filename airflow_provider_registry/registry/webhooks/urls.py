"""Where events may be sent to."""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import SplitResult, urlsplit

from airflow_provider_registry.errors import InvalidInputError

_URL = re.compile(r"[!-~]{1,2000}")


def check_url(url: object, *, allow_http: bool = False) -> str:
    """The URL, if events may be sent to it.

    Parameters:
        allow_http: take plain http to another machine.

    Raises:
        InvalidInputError: with what is wrong. The URL is not shown, since some hold what only a few should know.
    """
    parts = split_url(url)
    if parts.username is not None or parts.password is not None:
        raise InvalidInputError("holds a user or a password: leave them out, since every message is signed")
    if parts.fragment:
        raise InvalidInputError("holds a '#', and what follows it is never sent: leave it out")
    if parts.scheme == "http" and not allow_http and not _is_here(parts.hostname or ""):
        raise InvalidInputError("is plain http, which others can read: use https, or say allow_http: true")
    return str(url)


def shown_url(url: str) -> str:
    """The URL as a log may have it: whose it is, without what only a few should know."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}{'/…' if parts.path.strip('/') or parts.query else ''}"


def split_url(url: object) -> SplitResult:
    """The parts of a URL with a host, to be asked by http or https.

    Raises:
        InvalidInputError: it is none, in words that go on after what it is called. It is not shown.
    """
    if not isinstance(url, str) or not _URL.fullmatch(url):
        raise InvalidInputError("must be a URL of at most 2,000 printable ASCII characters, https://…")
    try:
        parts = urlsplit(url)
        known = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:  # a port that is no number, half of an address in brackets
        known = False
    if not known:
        raise InvalidInputError("must be a URL with a host, https://…")
    return parts


def _is_here(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.rstrip(".") == "localhost"
