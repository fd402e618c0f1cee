"""The record of a model: read it, verify it, take it along."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import islice
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import StreamingResponse

from airflow_provider_registry.errors import RecordTamperedError
from airflow_provider_registry.event_types import EventType
from airflow_provider_registry.references import MAX_VERSION
from airflow_provider_registry.registry import Registry
from airflow_provider_registry.ui.access import Reading
from airflow_provider_registry.ui.answers.record import Event, Events, Verification
from airflow_provider_registry.ui.routes.parameters import Limit, ModelName

router = APIRouter(tags=["Record"])

_TOGETHER = 500


@router.get("/events")
def list_events(
    registry: Reading,
    model: ModelName,
    type: Annotated[list[EventType] | None, Query(description="Of these types alone.")] = None,
    version: Annotated[int | None, Query(ge=1, le=MAX_VERSION, description="That concern this version.")] = None,
    alias: Annotated[str | None, Query(description="That concern this alias.")] = None,
    first: Annotated[int | None, Query(ge=1, description="The place to begin at; null for the beginning.")] = None,
    newest_first: Annotated[bool, Query(description="Go back from there, by default from the end.")] = False,
    limit: Limit = 100,
) -> Events:
    """Events of a model by their place in its record. A page may have fewer than `limit`, with more to follow."""
    found = registry.find_events(
        model, types=type, version=version, alias=alias, first=first, newest_first=newest_first, limit=limit
    )
    return Events(events=[Event.of(event) for event in found], next=found.next)


@router.get("/record/verification")
def verify_record(registry: Reading, model: ModelName) -> Verification:
    """Compare a model's record with itself and with all that stands beside it; a long record takes a while."""
    try:
        head = registry.verify_record(model)
    except RecordTamperedError as error:
        return Verification(verified=False, problem=str(error))
    return Verification(verified=True, count=head.count, hash=head.hash)


@router.get(
    "/record/export",
    response_class=StreamingResponse,
    responses={200: {"content": {"application/x-ndjson": {}}, "description": "An event a line, as it is kept."}},
)
def export_record(registry: Reading, model: ModelName) -> StreamingResponse:
    """The record of a model as JSON lines, for those who verify it elsewhere."""
    name = registry.get_model(model).name
    disposition = f'attachment; filename="{name.replace("/", "-")}.jsonl"'
    return StreamingResponse(
        _lines(registry, name), media_type="application/x-ndjson", headers={"Content-Disposition": disposition}
    )


def _lines(registry: Registry, name: str) -> Iterator[str]:
    """Many lines at a time: each piece of an answer is handed from one thread to another, which takes longer."""
    events = registry.export_record(name)
    while some := list(islice(events, _TOGETHER)):
        yield "".join(f"{json.dumps(event.as_mapping(private=True))}\n" for event in some)
