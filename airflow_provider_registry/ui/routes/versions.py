"""Model versions."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import Annotated, Any

from fastapi import APIRouter, Header, Response, status

from airflow_provider_registry.ui.access import Reading
from airflow_provider_registry.ui.answers.versions import Comparison, GateReport, Version, VersionPage
from airflow_provider_registry.ui.routes.parameters import Filter, OrderBy, PageSize, PageToken, Reference

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


@router.get("/version", responses={status.HTTP_304_NOT_MODIFIED: {"description": "It is what `If-None-Match` names."}})
def get_version(
    registry: Reading,
    response: Response,
    reference: Reference,
    if_none_match: Annotated[str | None, Header()] = None,
) -> Version:
    """A version; its `ETag` changes with whatever is said of it, such as a tag or an alias."""
    found = Version.model_validate(registry.get_version(reference))
    etag = f'"{sha256(found.model_dump_json().encode()).hexdigest()[:32]}"'
    response.headers["ETag"] = etag
    if if_none_match is not None and etag in map(str.strip, if_none_match.split(",")):
        response.status_code = status.HTTP_304_NOT_MODIFIED
    return found


@router.get("/version/environment")
def get_environment(registry: Reading, reference: Reference) -> Mapping[str, Any] | None:
    """The Python environment in which a version was made; null where it was not captured."""
    return registry.environment(reference)


@router.get("/version/gate-reports")
def get_gate_reports(registry: Reading, reference: Reference, alias: str | None = None) -> list[GateReport]:
    """Every stored gate report of a version, oldest first."""
    reports = registry.gate_reports(reference, alias=alias)
    return [GateReport.model_validate(report) for report in reports]


@router.get("/comparison")
def compare_versions(registry: Reading, first: Reference, second: Reference) -> Comparison:
    """Two versions side by side, of one model or of two."""
    return Comparison.model_validate(registry.compare_versions(first, second))
