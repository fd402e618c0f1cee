"""Ending the promotion requests whose gates read what is recorded (rule 7)."""

from __future__ import annotations

from collections.abc import Iterable

from airflow_provider_registry.registry.database.act import Act
from airflow_provider_registry.registry.database.prepared import Row
from airflow_provider_registry.registry.metrics.points import Series
from airflow_provider_registry.registry.policies.policy import Policy
from airflow_provider_registry.registry.requests.locked import lock_request
from airflow_provider_registry.registry.requests.states import Ending, RequestState


def end_requests(act: Act, version: Row, measured: Iterable[Series]) -> None:
    """End the pending requests whose gates read one of these series of the version, as candidate or as baseline."""
    series = tuple(measured)
    for request in act.pending.find():
        locked = lock_request(act, request["id"])
        involved = (locked.row["version"], locked.row["report"]["baseline_version"])
        if version["version"] in involved and _reads(locked.policy, series):
            act.pending.move(request, RequestState.INVALIDATED, Ending.EVIDENCE)


def _reads(policy: Policy, measured: Iterable[Series]) -> bool:
    read = {(gate.metric, gate.slice, gate.dataset) for gate in policy.over_time}
    found = {(one.name, one.slice, one.dataset) for one in measured if one.phase == "production"}
    # A gate that names no dataset reads the only one there is, and is at a loss where there are two.
    return any(gate in found or (not gate[2] and gate[:2] in {one[:2] for one in found}) for gate in read)
