"""The record of a model: read it, verify it, take it along."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import StreamingResponse

from airflow_provider_registry.errors import RecordTamperedError
from airflow_provider_registry.registry import Registry
from airflow_provider_registry.ui.access import Reading
from airflow_provider_registry.ui.answers.record import Event, Events, Verification
from airflow_provider_registry.ui.routes.parameters import ModelName

router = APIRouter(tags=["Record"])


@router.get("/events")
def list_events(
    registry: Reading,
    model: ModelName,
    first: Annotated[int, Query(ge=1, description="The place in the record to begin at.")] = 1,
    limit: Annotated[int, Query(ge=1, le=1_000)] = 100,
) -> Events:
    """Events of a model by their place in its record, in order."""
    found = registry.model_events(model, first=first, limit=limit)
    more = found[-1].seq + 1 if len(found) == limit else None
    return Events(events=[Event.of(event) for event in found], next=more)


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
    for event in registry.export_record(name):
        yield f"{json.dumps(event.as_mapping(private=True))}\n"
