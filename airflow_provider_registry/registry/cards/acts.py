"""Setting the card of a version."""

from __future__ import annotations

from airflow_provider_registry.canonical import sha256_of
from airflow_provider_registry.event_types import EventType
from airflow_provider_registry.registry.caller import Asked
from airflow_provider_registry.registry.cards.queries import asked_newest, view
from airflow_provider_registry.registry.cards.tables import CardRow
from airflow_provider_registry.registry.cards.views import CardRevision
from airflow_provider_registry.registry.cards.written import WrittenCard
from airflow_provider_registry.registry.core import Core
from airflow_provider_registry.registry.database.act import Act
from airflow_provider_registry.registry.database.prepared import Row, insertion
from airflow_provider_registry.registry.requests.locked import lock_request
from airflow_provider_registry.registry.requests.states import Ending, RequestState
from airflow_provider_registry.registry.versions.acts import VERSION, locked_version


def set_card(core: Core, version: Row, said: WrittenCard, reason: str, key: str | None) -> CardRevision:
    """Set the card of a version; see `Registry.set_card`."""
    return _set(core, version, said, reason, key, first=False)


def set_first_card(core: Core, version: Row, said: WrittenCard, key: str | None) -> CardRevision:
    """Give a version the card that it was registered with, unless it has one.

    It is an act of its own, right after the registration: what a registration says never changes (rule 4), and a card
    does. A task that is cleared must not write over what people have written since.
    """
    return _set(core, version, said, "", key, first=True)


def _set(core: Core, version: Row, said: WrittenCard, reason: str, key: str | None, *, first: bool) -> CardRevision:
    number = version["version"]

    def work(act: Act) -> CardRevision:
        row = locked_version(act, number)
        newest = _newest(act, row)
        if newest is not None and (first or newest["digest"] == said.digest):
            act.idle = True
            return view(newest)
        return _record(act, row, newest, said, reason)

    def repeat(act: Act, event: Row) -> CardRevision:
        """The revision that was set, while it is the newest: after another, the same said again is news."""
        row = locked_version(act, number)
        newest = _newest(act, row)
        assert newest is not None, "revisions are never removed"
        if first or event["id"] == newest["event_id"] or newest["digest"] == said.digest:
            return view(newest)
        act.again()
        return _record(act, row, newest, said, reason)

    asked = Asked("card", version["model_name"], sha256_of([number, said.digest]), key=key)
    named = {"model_id": version["model_id"], "version": number}
    return core.acts.run(asked, work, repeat, reads=[(VERSION, named), asked_newest(version["id"])])


def end_requests(act: Act, version_id: int) -> None:
    """End the pending requests of the version whose gates read its card: they were for another one (rule 7)."""
    for request in act.pending.find(version_id=version_id):
        if lock_request(act, request["id"]).policy.reads_card:
            act.pending.move(request, RequestState.INVALIDATED, Ending.EVIDENCE)


def _newest(act: Act, version: Row) -> Row | None:
    (rows,) = act.rows_together(asked_newest(version["id"]))
    return rows[0] if rows else None


def _record(act: Act, version: Row, before: Row | None, said: WrittenCard, reason: str) -> CardRevision:
    end_requests(act, version["id"])
    revision = 1 if before is None else before["revision"] + 1
    event_id = act.record(
        EventType.VERSION_CARD_SET,
        {"revision": revision, "sections": said.known_sections},
        version=version["version"],
        # The card is free text: its digest is private, so that it can be erased.
        private={"card_sha256": said.digest, **({"reason": reason} if reason else {})},
    )
    row = {"event_id": event_id, "version_id": version["id"], "revision": revision, "created_at": act.at}
    written = {"text": said.text, "front_matter": dict(said.metadata), "sections": list(said.sections)}
    act.batch.write(_INSERT, **row, **written, digest=said.digest)
    return CardRevision(
        model_name=act.model["name"],
        version=version["version"],
        revision=revision,
        text=said.text,
        metadata=said.metadata,
        sections=said.sections,
        digest=said.digest,
        created_at=act.at,
        event=act.head["head_seq"],
        by=act.caller.actor.name,
        reason=reason,
    )


_INSERT = insertion(CardRow)
