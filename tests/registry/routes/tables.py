"""Routings laid out by hand, and who owns which bucket of one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from airflow_provider_registry.registry.routes.buckets import BUCKETS, Range
from airflow_provider_registry.registry.routes.routing import Routing
from airflow_provider_registry.registry.routes.share import RouteKind

HOLDER = "holder"


def laid_out(routes: Mapping[str, tuple[RouteKind, Sequence[Range]]]) -> Routing:
    """The routing of an alias, whose versions are told apart by their digest."""
    of = {"model_id": 7, "model_name": "churn", "uri": "file:///x"}
    beside = [
        {**of, "version": number, "digest": name, "kind": kind, "buckets": [list(each) for each in ranges]}
        for number, (name, (kind, ranges)) in enumerate(routes.items(), 2)
    ]
    return Routing.of("production", {**of, "version": 1, "digest": HOLDER}, beside)


def owners(owned: Mapping[str, Sequence[Range]]) -> list[str]:
    """Who has each bucket."""
    found = [HOLDER] * BUCKETS
    for name, ranges in owned.items():
        for begin, end in ranges:
            found[begin:end] = [name] * (end - begin)
    return found
