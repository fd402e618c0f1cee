"""What is in an evidence pack, read at one moment."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from sqlalchemy import select

from airflow_provider_registry.canonical import canonical_json
from airflow_provider_registry.references import Reference
from airflow_provider_registry.registry.aliases.tables import AliasRow
from airflow_provider_registry.registry.at_one_moment import Moment
from airflow_provider_registry.registry.cards.bom import bom_of
from airflow_provider_registry.registry.cards.formats import CardFormat, written_as
from airflow_provider_registry.registry.cards.material import Material, gather
from airflow_provider_registry.registry.core import Core
from airflow_provider_registry.registry.database.stream import streamed
from airflow_provider_registry.registry.gates.assess import report_of
from airflow_provider_registry.registry.gates.tables import GateReportRow
from airflow_provider_registry.registry.policies.stored import read_stored
from airflow_provider_registry.registry.policies.tables import PolicyRow
from airflow_provider_registry.registry.record.export import KeptEvent
from airflow_provider_registry.registry.record.tables import EventRow
from airflow_provider_registry.registry.record.views import RecordHead
from airflow_provider_registry.registry.requests.queries import read_request
from airflow_provider_registry.registry.requests.views import PromotionRequest
from airflow_provider_registry.registry.storage.checks import load_manifest
from airflow_provider_registry.registry.versions.queries import find_version

EVENTS = "record/events.jsonl"


@dataclass(frozen=True)
class Contents:
    """The files of a pack but for the events, which are in a file of their own: a record may be of any length.

    Attributes:
        files: by name.
        head: of the record, up to which the events go.
    """

    request: PromotionRequest
    head: RecordHead
    files: Mapping[str, bytes]


def read_contents(moment: Moment, request_id: int, events: Path) -> Contents:
    """Read what belongs to a request, and write the events of its model.

    Parameters:
        events: the file to write them to.

    Raises:
        RequestNotFoundError: there is no such request.
    """
    request = moment.read(lambda connection: read_request(connection, request_id))
    row = find_version(moment, Reference(request.model_name, version=request.version))
    material = gather(moment, row)
    _write_events(moment, row["model_id"], material.head.model_name, events)
    shown = _verifiable(request)
    files = {
        "request.json": _json(shown),
        "decisions.json": _json(shown["decisions"]),
        "manifest.json": load_manifest(moment, row["model_id"], row["digest"]).to_bytes(),
        "head.json": _json(material.head.as_mapping()),
        "README.txt": _resource("README.txt"),
        "verify.py": _resource("verify.py"),
        **_asked(moment, request),
        **_card(material),
    }
    return Contents(request, material.head, files)


def _verifiable(request: PromotionRequest) -> dict[str, Any]:
    """A request without what is worked out from it and has no place in an event: `verify.py` compares all the rest."""
    shown = request.as_mapping()
    for computed in ("report_id", "missing", "ended_why"):
        del shown[computed]
    shown["decisions"] = [{name: one[name] for name in one if name != "counts"} for one in shown["decisions"]]
    return shown


def _asked(core: Core, request: PromotionRequest) -> dict[str, bytes]:
    """The gate report and the policy, each as the bytes of which its digest was taken."""
    statement = (
        select(GateReportRow.__table__, PolicyRow.body.label("policy"), PolicyRow.digest.label("policy_digest"))
        .add_columns(AliasRow.name.label("alias"))
        .join(PolicyRow, PolicyRow.id == GateReportRow.policy_id)
        .join(AliasRow, AliasRow.id == GateReportRow.alias_id)
    )
    row = core.first(statement.where(GateReportRow.id == request.report_id))
    assert row is not None, "a foreign key"
    policy = read_stored(row["alias"], row["policy"], row["policy_digest"])
    return {"gate_report.json": report_of(row).hashed, "policy.json": canonical_json(policy.as_mapping())}


def _card(material: Material) -> dict[str, bytes]:
    files = {
        "card.md": written_as(material, CardFormat.MARKDOWN).encode(),
        "card.html": written_as(material, CardFormat.HTML).encode(),
        "bom.json": _json(bom_of(material)),
    }
    if written := material.written:
        files["written_card.json"] = canonical_json([written.text, written.metadata, list(written.sections)])
    return files


def _write_events(moment: Moment, model_id: int, name: str, path: Path) -> None:
    """As `Registry.export_record` gives them."""
    columns = (EventRow.seq, EventRow.hash, EventRow.body, EventRow.private, EventRow.private_key)
    mine = select(*columns).where(EventRow.model_id == model_id).order_by(EventRow.seq)
    with streamed(moment.connection, mine) as rows, path.open("w", encoding="utf-8", newline="\n") as file:
        for row in rows:
            file.write(f"{json.dumps(KeptEvent(name, **row).as_mapping())}\n")


def _json(value: Any) -> bytes:
    return f"{json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False)}\n".encode()


def _resource(name: str) -> bytes:
    return files(__package__).joinpath(name).read_bytes()
