"""Recording what a check of a version came to."""

from __future__ import annotations

from airflow_provider_registry.canonical import sha256_of
from airflow_provider_registry.event_types import EventType
from airflow_provider_registry.registry.caller import Asked
from airflow_provider_registry.registry.checks.outcome import Outcome
from airflow_provider_registry.registry.checks.queries import asked_newest, view
from airflow_provider_registry.registry.checks.tables import CheckRow
from airflow_provider_registry.registry.checks.views import RecordedCheck
from airflow_provider_registry.registry.core import Core
from airflow_provider_registry.registry.database.act import Act
from airflow_provider_registry.registry.database.prepared import Row, insertion
from airflow_provider_registry.registry.requests.locked import lock_request
from airflow_provider_registry.registry.requests.states import Ending, RequestState
from airflow_provider_registry.registry.versions.acts import VERSION, locked_version


def record_check(core: Core, version: Row, said: Outcome, key: str | None) -> RecordedCheck:
    """Record the outcome of a check; see `Registry.record_check`."""
    number = version["version"]

    def work(act: Act) -> RecordedCheck:
        return _record(act, locked_version(act, number), said)

    def repeat(act: Act, event: Row) -> RecordedCheck:
        """The outcome that was recorded, while it is the newest: after another, the same said again is news."""
        row = locked_version(act, number)
        (newest,) = act.rows_together(asked_newest(row["id"], said.name))[0]
        if event["id"] == newest["event_id"] or newest["digest"] == said.digest:
            return view(newest)
        act.again()
        return _record(act, row, said)

    asked = Asked(f"check:{said.name}", version["model_name"], sha256_of([number, said.digest]), key=key)
    named = {"model_id": version["model_id"], "version": number}
    return core.acts.run(asked, work, repeat, reads=[(VERSION, named)])


def _record(act: Act, version: Row, said: Outcome) -> RecordedCheck:
    _end_requests(act, version, said.name)
    event_id = act.record(
        EventType.VERSION_CHECKED,
        {"check": said.name, "passed": said.passed},
        version=version["version"],
        # Evidence is free text: its digest is private, so that it can be erased.
        private={"evidence_sha256": said.evidence_digest},
    )
    row = {"name": said.name, "passed": said.passed, "evidence": said.evidence, "digest": said.digest}
    row |= {"event_id": event_id, "version_id": version["id"], "created_at": act.at}
    act.batch.write(_INSERT, **row)
    return RecordedCheck(
        model_name=act.model["name"],
        version=version["version"],
        name=said.name,
        passed=said.passed,
        evidence=said.evidence,
        digest=said.digest,
        created_at=act.at,
        event=act.head["head_seq"],
        by=act.caller.actor.name,
    )


def _end_requests(act: Act, version: Row, name: str) -> None:
    """End the pending requests of the version whose gates read this check: they were for another outcome (rule 7)."""
    for request in act.pending.find(version_id=version["id"]):
        if name in lock_request(act, request["id"]).policy.checks:
            act.pending.move(request, RequestState.INVALIDATED, Ending.EVIDENCE)


_INSERT = insertion(CheckRow)
