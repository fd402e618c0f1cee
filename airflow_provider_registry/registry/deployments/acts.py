"""Recording how a target stands."""

from __future__ import annotations

from typing import Any

from sqlalchemy import bindparam, update

from airflow_provider_registry.canonical import sha256_of
from airflow_provider_registry.errors import ArchivedVersionError
from airflow_provider_registry.event_types import EventType
from airflow_provider_registry.registry.caller import Asked
from airflow_provider_registry.registry.core import Core
from airflow_provider_registry.registry.database.act import Act
from airflow_provider_registry.registry.database.prepared import Prepared, Row, insertion
from airflow_provider_registry.registry.deployments.queries import asked_current, view
from airflow_provider_registry.registry.deployments.said import Said
from airflow_provider_registry.registry.deployments.states import LIVE_DESIRED
from airflow_provider_registry.registry.deployments.tables import DeploymentRow
from airflow_provider_registry.registry.deployments.views import Deployment
from airflow_provider_registry.registry.versions.acts import VERSION, locked_version

# What a row says of a target, beside when; the rest is what identifies it.
_STANDS = ("desired", "desired_version", "desired_version_id", "actual", "actual_version", "actual_version_id", "url")


def record_deployment(core: Core, version: Row, said: Said, key: str | None) -> Deployment:
    """Record how a target stands; see `Registry.record_deployment`."""
    number = version["version"]

    def work(act: Act) -> Deployment:
        return _record(act, locked_version(act, number), said)

    def repeat(act: Act, event: Row) -> Deployment:
        """How the target stands, while that is what was said; after another word, the same said again is news."""
        act.again()
        return work(act)

    fingerprint = sha256_of([number, said.desired, said.actual, said.url, said.reason])
    asked = Asked(f"deployment:{said.environment}:{said.target}", version["model_name"], fingerprint, key=key)
    named = {"model_id": version["model_id"], "version": number}
    reads = [(VERSION, named), asked_current(version["model_id"], said)]
    return core.acts.run(asked, work, repeat, reads=reads)


def _record(act: Act, version: Row, said: Said) -> Deployment:
    found = act.rows_together(asked_current(act.model["id"], said))[0]
    before = found[0] if found else None
    stands = _after(before, version, said)
    if before is not None and stands == {name: before[name] for name in _STANDS}:
        act.idle = True
        return view(before)
    if said.desired in LIVE_DESIRED and version["archived_at"] is not None:
        raise ArchivedVersionError(
            f"Version {version['version']} of {act.model['name']!r} is archived, so nothing should run it: restore it "
            "first, or name another version."
        )
    event_id = _tell(act, version, said, stands)
    if before is not None:
        act.batch.write(_END, ending=before["event_id"], to_at=act.at, ended_by_event=event_id)
    numbers = {name: stands.pop(name) for name in ("desired_version", "actual_version")}
    row: dict[str, Any] = {"model_id": act.model["id"], "environment": said.environment, "target": said.target}
    row |= {**stands, "from_at": act.at, "to_at": None, "ended_by_event": None}
    act.batch.write(_SET, event_id=event_id, **row)
    return Deployment(
        model_name=act.model["name"],
        environment=said.environment,
        target=said.target,
        desired=stands["desired"],
        actual=stands["actual"],
        url=stands["url"],
        **numbers,
        from_at=act.at,
        to_at=None,
        event=act.head["head_seq"],
        by=act.caller.actor.name,
        reason=said.reason,
    )


def _after(before: Row | None, version: Row, said: Said) -> dict[str, Any]:
    """How the target stands once this was said; what was not said stays."""
    stands: dict[str, Any] = {name: before[name] for name in _STANDS} if before else dict.fromkeys(_STANDS)
    for name, state in (("desired", said.desired), ("actual", said.actual)):
        if state is not None:
            stands |= {name: state, f"{name}_version": version["version"], f"{name}_version_id": version["id"]}
    return stands if said.url is None else stands | {"url": said.url or None}


def _tell(act: Act, version: Row, said: Said, stands: dict[str, Any]) -> int:
    payload: dict[str, Any] = {"environment": said.environment, "target": said.target}
    for name in ("desired", "actual"):
        state = stands[name]
        payload[name] = None if state is None else {"state": state.value, "version": stands[f"{name}_version"]}
    # A URL is free text: it is private, so that it can be erased.
    private = {"reason": said.reason, **({"url": stands["url"]} if stands["url"] else {})}
    return act.record(EventType.DEPLOYMENT_RECORDED, payload, version=version["version"], private=private)


_SET = insertion(DeploymentRow)
_END = Prepared(
    lambda dialect: update(DeploymentRow).where(DeploymentRow.event_id == bindparam("ending")),
    keys=("to_at", "ended_by_event"),
)
