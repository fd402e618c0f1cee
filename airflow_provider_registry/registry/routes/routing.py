"""Which version answers a key: in pure Python, from what was read of the alias once."""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field

from airflow_provider_registry.registry.database.prepared import Row
from airflow_provider_registry.registry.routes.buckets import place_of, rest_of, salt_of
from airflow_provider_registry.registry.routes.share import RouteKind
from airflow_provider_registry.registry.versions.views import AnsweredBy, ResolvedVersion


@dataclass(frozen=True)
class Routing:
    """An alias with its holder and its routes, as they were when they were read.

    Attributes:
        shadows: the versions that get a copy, by number.
    """

    model_id: int
    holder: ResolvedVersion
    shadows: tuple[ResolvedVersion, ...]
    _salted: hashlib._Hash = field(repr=False)
    # Where each range of buckets begins, and who answers in it.
    _begins: Sequence[int] = field(repr=False)
    _answers: Sequence[ResolvedVersion] = field(repr=False)

    @classmethod
    def of(cls, alias: str, holder: Row, routes: Sequence[Row]) -> Routing:
        """Lay out what was read.

        Parameters:
            holder: the version that holds the alias.
            routes: versions, each with the kind and the buckets of its route.
        """
        held = _resolved(holder, AnsweredBy.HOLDER)
        owned = [
            ((begin, end), _resolved(row, AnsweredBy.ROUTE))
            for row in routes
            if row["kind"] is RouteKind.TRAFFIC
            for begin, end in row["buckets"]
        ]
        owned += [(rest, held) for rest in rest_of([each for each, _ in owned])]
        owned.sort(key=lambda each: each[0])
        shadows = [_resolved(row, AnsweredBy.SHADOW) for row in routes if row["kind"] is RouteKind.SHADOW]
        return cls(
            model_id=holder["model_id"],
            holder=held,
            shadows=tuple(sorted(shadows, key=lambda each: each.version)),
            _salted=hashlib.sha256(salt_of(holder["model_id"], alias)),
            _begins=[begin for (begin, _), _ in owned],
            _answers=[version for _, version in owned],
        )

    def answers(self, key: str) -> ResolvedVersion:
        """The version that answers a key: the same for the same key, while nothing moves."""
        # `bucket_of`, whose salt is hashed already.
        hashed = self._salted.copy()
        hashed.update(key.encode("utf-8", "surrogatepass"))
        return self._answers[bisect_right(self._begins, place_of(hashed.digest())) - 1]


def _resolved(row: Row, by: AnsweredBy) -> ResolvedVersion:
    return ResolvedVersion(row["model_name"], row["version"], row["digest"], row["uri"], by)
