"""Who took part in a request, as the record says, and whether two of them are one person (rule 10)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, RowMapping, select

from airflow_provider_registry.event_types import EventType
from airflow_provider_registry.registry.caller import Actor, Via
from airflow_provider_registry.registry.record.tables import EventRow

# Runs that nobody starts by hand. Airflow names who started the others, and who asked that an asset be materialized.
_STARTED_BY_AIRFLOW = frozenset({"scheduled", "asset_triggered"})


@dataclass(frozen=True, slots=True)
class Party:
    """Somebody behind an act: a person, nobody at all (a run on schedule), or somebody unknown.

    Attributes:
        role: what they did, as the end of a sentence: `asked for it`.
        person: None where it is nobody, or unknown.
        unknown: somebody did it, and the record does not say who.
    """

    role: str
    person: Actor | None = None
    unknown: bool = False


def same_person(one: Actor, other: Actor) -> bool:
    """Whether two identities may be one person's.

    The same subject of the same issuer is. So is the same name, whoever the issuer is: `ana` of the CLI and `ana` of
    Airflow's login must not be able to approve what the other asked for. Two people of one name are taken for one,
    which refuses too much rather than too little.
    """
    if (one.issuer, one.subject) == (other.issuer, other.subject):
        return True
    return bool({one.name.casefold(), one.subject.casefold()} & {other.name.casefold(), other.subject.casefold()})


def parties(connection: Connection, request: RowMapping) -> list[Party]:
    """Who stands behind a request: who asked for it, and who made the version or started the run that did."""
    opened = EventRow.id == request["id"]
    made = (
        EventRow.model_id == request["model_id"],
        EventRow.type == EventType.VERSION_REGISTERED,
        EventRow.version == request["version"],
    )
    columns = (EventRow.body, EventRow.private)
    asked = connection.execute(select(*columns).where(opened)).mappings().one()
    registered = connection.execute(select(*columns).where(*made)).mappings().one()
    return [*_behind(asked, "asked for it"), *_behind(registered, "made the version")]


def actor_of(private: bytes | None) -> Actor | None:
    """The actor of an event; None once erased."""
    if private is None:
        return None
    said: Mapping[str, str] = json.loads(private)["actor"]
    return Actor(said["issuer"], said["subject"], said["name"])


def _behind(event: RowMapping, did: str) -> list[Party]:
    """Who stands behind an act: the person who did it, or whoever started the run that did; both, where a person
    registered what they say a run has made."""
    if event["private"] is None:
        return [Party(did, unknown=True)]
    body: dict[str, Any] = json.loads(event["body"])
    person = [Party(did, actor_of(event["private"]))] if body["via"] != Via.TASK else []
    run = body["payload"].get("producer") or body["task"]
    return person + ([_starter(run, json.loads(event["private"]), did)] if run or not person else [])


def _starter(run: Mapping[str, Any] | None, private: Mapping[str, Any], did: str) -> Party:
    did = f"started the run that {did}"
    started = private.get("triggered_by")
    if started is not None:
        return Party(did, Actor(started["issuer"], started["name"], started["name"]))
    return Party(did, unknown=(run or {}).get("run_type") not in _STARTED_BY_AIRFLOW)


def distinct(people: Iterable[Actor]) -> list[Actor]:
    """The people, each once."""
    found: list[Actor] = []
    for person in people:
        if not any(same_person(person, known) for known in found):
            found.append(person)
    return found
