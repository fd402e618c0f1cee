"""How the keys of an alias are shared out: each falls into one of many buckets, and each route owns some of them.

The holder has the buckets that no route has. A share that grows takes from those, and one that shrinks gives back to
them: exactly as many keys move as the share changed by, and none from one challenger to another.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from typing import TypeAlias

from airflow_provider_registry.names import fold

# A basis point each: the finest share that a route can have.
BUCKETS = 10_000

# From the first that is in it, to the first after it that is not.
Range: TypeAlias = tuple[int, int]


def salt_of(model_id: int, alias: str) -> bytes:
    """What goes before each key, so that the keys of one alias fall otherwise than those of another."""
    return f"{model_id}/{fold(alias)}/".encode()


def bucket_of(salt: bytes, key: str) -> int:
    """The bucket of a key: the sha256 of salt and key, as a number, modulo their count."""
    return place_of(hashlib.sha256(salt + key.encode("utf-8", "surrogatepass")).digest())


def place_of(digest: bytes) -> int:
    """The bucket of a key whose salted sha256 this is."""
    return int.from_bytes(digest) % BUCKETS


def size_of(ranges: Iterable[Sequence[int]]) -> int:
    """How many buckets there are in some ranges."""
    return sum(end - begin for begin, end in ranges)


def resized(own: Sequence[Range], others: Iterable[Range], size: int) -> list[Range]:
    """The ranges of a route whose share changes.

    Parameters:
        own: its ranges until now, in order; none for a new route.
        others: those of all other routes.
        size: how many buckets it is to have; there are as many.
    """
    more = size - size_of(own)
    if more <= 0:
        return _first(own, size)
    return _joined([*own, *_first(rest_of([*own, *others]), more)])


def rest_of(taken: Iterable[Range]) -> list[Range]:
    """The ranges that none of these covers: the holder's."""
    found, at = [], 0
    for begin, end in [*sorted(taken), (BUCKETS, BUCKETS)]:
        if begin > at:
            found.append((at, begin))
        at = max(at, end)
    return found


def overlap(ranges: Iterable[Range]) -> bool:
    """Whether some bucket is in two of these ranges."""
    at = 0
    for begin, end in sorted(ranges):
        if begin < at:
            return True
        at = end
    return False


def _first(ranges: Iterable[Range], size: int) -> list[Range]:
    """The first so many buckets of some ranges."""
    found = []
    for begin, end in ranges:
        if size <= 0:
            break
        found.append((begin, min(end, begin + size)))
        size -= end - begin
    return found


def _joined(ranges: Iterable[Range]) -> list[Range]:
    """The same buckets in as few ranges as may be."""
    found: list[Range] = []
    for begin, end in sorted(ranges):
        if found and found[-1][1] == begin:
            found[-1] = (found[-1][0], end)
        else:
            found.append((begin, end))
    return found
