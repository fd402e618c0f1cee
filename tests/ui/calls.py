"""A registry with some of everything in it, and a call of each route that it answers: what is added is added here."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from fastapi.testclient import TestClient

from airflow_provider_registry.registry import Registry
from tests.registry.requests.worlds import person

MODEL, ALIAS, FREE = "growth/churn", "production", "staging"
BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
MEASURED = {"name": "auc", "phase": "production", "dataset": "live", "slice": "country=NO"}
POLICY = {
    "gates": [{"metric": "auc", "threshold": 0.8, "greater_is_better": True}],
    "approvals": [{"role": "ml-lead", "users": ["ana", "bo"], "count": 2}],
    "on_newer": "keep_open",
}


@dataclass(frozen=True)
class Call:
    """What is asked of a route, so that it finds something or does something.

    Attributes:
        path: what stands in the path, by name.
        body: as JSON, or as it is sent.
    """

    path: Mapping[str, Any] = field(default_factory=dict)
    query: Mapping[str, Any] = field(default_factory=dict)
    body: Mapping[str, Any] | bytes | None = None


@dataclass(frozen=True)
class Known:
    """What a registry gave names to by itself.

    Attributes:
        asked: promotion requests that are open; the newest last.
        report: digest of the gate report that the first of them shows.
    """

    asked: tuple[int, ...]
    report: str


def peopled(registry: Registry, artifact: Path, size: int = 3) -> Known:
    """Fill a registry.

    Parameters:
        size: how many there are of each thing: models, versions, holders, requests, decisions, reports.
    """
    registry.create_model(MODEL, team="growth", description="Who *leaves*")
    registry.set_policy(MODEL, ALIAS, POLICY)
    for number in range(1, size + 1):
        artifact.write_bytes(b"weights %d" % number)
        registry.register_version(f"fraud-{number}", artifact, metrics={"auc": 0.9}, tags={"owner": "bo"})
        registry.promote(f"fraud-{number}", 1, FREE)
        registry.register_version(
            MODEL,
            artifact,
            metrics={"auc": 0.8 + number / 1_000},
            params={"depth": number},
            inputs=["s3://lake/customers"],
            tags={"owner": "ana"},
        )
        registry.promote(MODEL, number, FREE, reason=f"reason {number}")
    for _ in range(size):
        registry.validate(MODEL, 2, alias=ALIAS)
    measured = [{"name": "auc", "value": 0.7, "observed_at": BEGIN + timedelta(days=day)} for day in range(size)]
    registry.record_metrics(f"models:/{MODEL}/2", measured, dataset="live", slice="country=NO")
    asked = [registry.request_promotion(MODEL, number, ALIAS, reason="better") for number in range(1, size)]
    for request in asked:
        registry.acting_as(person("ana")).decide(request.request_id, verdict="approve", comment="seen")
    return Known(tuple(request.request_id for request in asked), asked[0].report_digest)


def calls(known: Known) -> dict[str, Call]:
    """A call of each route, by method and path; those that write do so once, each beside the others."""
    model, first, second = {"model": MODEL}, f"models:/{MODEL}/1", f"models:/{MODEL}/2"
    last = f"models:/{MODEL}/{len(known.asked) + 1}"
    return {
        "GET /me": Call(),
        "GET /models/completions": Call(query={"text": "name = 'gr"}),
        "GET /models": Call(query={"filter": "name ilike '%r%'"}),
        "GET /model": Call(query={"name": MODEL}),
        "GET /model/history": Call(query={"name": MODEL, "limit": 20, "before": "2099-03-03T12:00:00Z"}),
        "GET /model/alias-at": Call(query={"name": MODEL, "alias": FREE, "at": "2099-03-03T12:00:00Z"}),
        "GET /versions/completions": Call(query={"text": "metrics.auc > 0.5 and al"}),
        "GET /versions": Call(query={"filter": f"name = '{MODEL}'", "page_size": 50}),
        "GET /version": Call(query={"reference": second}),
        "GET /version/environment": Call(query={"reference": second}),
        "GET /version/files": Call(query={"reference": second, "first": 1, "limit": 10}),
        "GET /version/metrics": Call(query={"reference": second, **MEASURED, "since": "2026-01-01T00:00:00Z"}),
        "GET /version/gate-reports": Call(query={"reference": second, "limit": 20, "before": 2**62}),
        "GET /comparison": Call(query={"first": first, "second": second}),
        "GET /requests": Call(query={**model, "alias": ALIAS, "version": 2, "state": ["open", "expired"]}),
        "GET /requests/{request_id}": Call({"request_id": known.asked[0]}),
        "GET /events": Call(query={**model, "type": ["alias.promoted"], "alias": FREE, "newest_first": True}),
        "GET /record/verification": Call(query=model),
        "GET /record/export": Call(query=model),
        "POST /requests": Call(body={"reference": last, "alias": ALIAS, "reason": "r", "allow_older": True}),
        "POST /requests/{request_id}/decisions": Call(
            {"request_id": known.asked[0]},
            body={"verdict": "approve", "report": known.report, "role": "ml-lead", "comment": "seen"},
        ),
        "POST /requests/{request_id}/withdrawal": Call({"request_id": known.asked[-1]}, body={"reason": "too early"}),
        "POST /promotions": Call(
            body={"reference": first, "alias": FREE, "reason": "r", "request": None, "allow_older": True}
        ),
        "POST /rollbacks": Call(body={"model_name": MODEL, "alias": FREE, "reason": "worse", "to": None}),
    }


def send(client: TestClient, route: str, call: Call, **headers: str) -> Any:
    """Ask a route, for values that no well-behaved client would send too."""
    method, path = route.split()
    where = path.format_map({name: quote(str(value), "", errors="surrogatepass") for name, value in call.path.items()})
    query = urlencode(call.query, doseq=True, errors="surrogatepass")
    body = json.dumps(call.body).encode() if isinstance(call.body, Mapping) else call.body
    content = {} if body is None else {"Content-Type": "application/json"}
    return client.request(method, f"{where.lstrip('/')}?{query}", content=body, headers={**content, **headers})


def values_by_name(calls: Mapping[str, Call]) -> dict[str, list[Any]]:
    """All that is asked for in some calls, by the names of the parameters."""
    found: dict[str, list[Any]] = {}
    for name, value in (pair for call in calls.values() for pair in _pairs(call)):
        if value not in found.setdefault(name, []):
            found[name].append(value)
    return found


def _pairs(call: Call) -> Iterator[tuple[str, Any]]:
    for said in (call.path, call.query, call.body):
        yield from said.items() if isinstance(said, Mapping) else ()
