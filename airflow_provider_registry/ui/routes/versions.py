"""Model versions."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Annotated, Any

from fastapi import APIRouter, Header, Query, Response, status

from airflow_provider_registry.registry.versions.metrics import Phase
from airflow_provider_registry.ui.access import Reading
from airflow_provider_registry.ui.answers.models import Completions
from airflow_provider_registry.ui.answers.versions import (
    Comparison,
    DetailedVersion,
    File,
    Files,
    GateReport,
    Series,
    Version,
    VersionPage,
)
from airflow_provider_registry.ui.routes.parameters import (
    Begun,
    Filter,
    First,
    Limit,
    OrderBy,
    PageSize,
    PageToken,
    Reference,
)

router = APIRouter(tags=["Versions"])


@router.get("/versions")
def search_versions(
    registry: Reading,
    filter: Filter = "",
    order_by: OrderBy = "",
    page_size: PageSize = 50,
    page_token: PageToken = None,
) -> VersionPage:
    """Versions that a filter finds, the newest first unless `order_by` says otherwise; archived ones too."""
    page = registry.search_versions(filter, order_by=order_by, page_size=page_size, page_token=page_token)
    versions = [Version.model_validate(version) for version in page]
    return VersionPage(versions=versions, next_page_token=page.next_page_token)


@router.get("/versions/completions")
def complete_filter_of_versions(registry: Reading, text: Begun = "") -> Completions:
    """What could stand at the end of a filter of versions that somebody is writing."""
    return Completions.model_validate(registry.complete_filter(text, of="versions"))


@router.get("/version", responses={status.HTTP_304_NOT_MODIFIED: {"description": "It is what `If-None-Match` names."}})
def get_version(
    registry: Reading,
    response: Response,
    reference: Reference,
    if_none_match: Annotated[str | None, Header()] = None,
) -> DetailedVersion:
    """A version; its `ETag` changes with whatever is said of it, such as a tag or an alias."""
    found = DetailedVersion.model_validate(registry.get_version(reference))
    etag = f'"{sha256(found.model_dump_json().encode()).hexdigest()[:32]}"'
    response.headers["ETag"] = etag
    if if_none_match is not None and etag in map(str.strip, if_none_match.split(",")):
        response.status_code = status.HTTP_304_NOT_MODIFIED
    return found


@router.get("/version/environment")
def get_environment(registry: Reading, reference: Reference) -> Mapping[str, Any] | None:
    """The Python environment in which a version was made; null where it was not captured."""
    return registry.environment(reference)


@router.get("/version/files")
def list_files(registry: Reading, reference: Reference, first: First = 1, limit: Limit = 100) -> Files:
    """The files of a version's artifact, by path, with sizes and digests."""
    files = registry.files(reference)
    end = first - 1 + limit
    found = [File.model_validate(file) for file in files[first - 1 : end]]
    return Files(files=found, next=end + 1 if end < len(files) else None)


@router.get("/version/metrics")
def get_metrics_over_time(
    registry: Reading,
    reference: Reference,
    name: str | None = None,
    phase: Phase | None = None,
    dataset: Annotated[str | None, Query(description="Empty for none said; null for any.")] = None,
    slice: Annotated[str | None, Query(description="`country=NO`; empty for the whole, null for any.")] = None,
    since: datetime | None = None,
    until: datetime | None = None,
    points: Annotated[int, Query(ge=1, le=1_000, description="At most so many spans of each series.")] = 200,
) -> list[Series]:
    """What was measured of a version over time, thinned for a plot; of fifty series at most."""
    found = registry.metrics(
        reference, name, phase=phase, dataset=dataset, slice=slice, since=since, until=until, points=points
    )
    return [Series.model_validate(series) for series in found]


@router.get("/version/gate-reports")
def get_gate_reports(
    registry: Reading,
    reference: Reference,
    alias: str | None = None,
    limit: Limit = 100,
    before: Annotated[int | None, Query(ge=1, description="Go on before the report of this id.")] = None,
) -> list[GateReport]:
    """The newest gate reports of a version, oldest first."""
    reports = registry.gate_reports(reference, alias=alias, limit=limit, before=before)
    return [GateReport.model_validate(report) for report in reports]


@router.get("/comparison")
def compare_versions(registry: Reading, first: Reference, second: Reference) -> Comparison:
    """Two versions side by side, of one model or of two."""
    return Comparison.model_validate(registry.compare_versions(first, second))
