"""Who took part in a request, as the record says, and whether two of them are one person (rule 10)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, RowMapping, and_, select
from sqlalchemy.orm import aliased

from airflow_provider_registry.event_types import EventType
from airflow_provider_registry.registry.caller import Actor, Via
from airflow_provider_registry.registry.record.tables import EventRow
from airflow_provider_registry.registry.requests.tables import RequestRow
from airflow_provider_registry.registry.versions.tables import VersionRow

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
    return parties_of(connection, [request["id"]])[request["id"]]


def parties_of(connection: Connection, request_ids: Sequence[int]) -> dict[int, list[Party]]:
    """The same of many requests, in one statement."""
    asked, made = aliased(EventRow), aliased(EventRow)
    registration = and_(
        made.at == VersionRow.created_at,  # of which there is an index
        made.model_id == VersionRow.model_id,
        made.type == EventType.VERSION_REGISTERED,
        made.version == VersionRow.version,
    )
    statement = (
        select(RequestRow.id, asked.body.label("asked"), asked.private.label("asked_private"))
        .add_columns(made.body.label("made"), made.private.label("made_private"))
        .join(VersionRow, VersionRow.id == RequestRow.version_id)
        .join(asked, asked.id == RequestRow.id)
        .outerjoin(made, registration)  # where somebody edited one of them, nobody knows who made it
        .where(RequestRow.id.in_(request_ids))
    )
    return {
        row["id"]: [
            *_behind(row["asked"], row["asked_private"], "asked for it"),
            *_behind(row["made"], row["made_private"], "made the version"),
        ]
        for row in connection.execute(statement).mappings()
    }


def actor_of(private: bytes | None) -> Actor | None:
    """The actor of an event; None once erased."""
    if private is None:
        return None
    said: Mapping[str, str] = json.loads(private)["actor"]
    return Actor(said["issuer"], said["subject"], said["name"])


def _behind(body: bytes | None, private: bytes | None, did: str) -> list[Party]:
    """Who stands behind an act: the person who did it, or whoever started the run that did; both, where a person
    registered what they say a run has made."""
    if body is None or private is None:
        return [Party(did, unknown=True)]
    said: dict[str, Any] = json.loads(body)
    person = [Party(did, actor_of(private))] if said["via"] != Via.TASK else []
    run = said["payload"].get("producer") or said["task"]
    return person + ([_starter(run, json.loads(private), did)] if run or not person else [])


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
