"""Model versions in the lineage that Airflow collects, and as OpenLineage's datasets.

What a task did with a version is told to Airflow's collector of hook lineage, by operators and by the hook alike: where
nothing reads lineage, that does nothing; where the OpenLineage provider does, it asks `to_openlineage` what became of
it. So nothing of the registry is read a second time when a task has ended.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Protocol

from airflow_provider_registry.assets.uris import SCHEME, parse_uri

if TYPE_CHECKING:
    from airflow.sdk import Asset
    from openlineage.client.event_v2 import Dataset

    from airflow_provider_registry.hooks.model_registry import ModelRegistryHook
    from airflow_provider_registry.registry.aliases.views import Assignment
    from airflow_provider_registry.registry.versions.views import ModelVersion

log = logging.getLogger(__name__)

FACET = "modelRegistry_version"


class Named(Protocol):
    """What names a version."""

    @property
    def model_name(self) -> str: ...

    @property
    def version(self) -> int: ...

    @property
    def digest(self) -> str: ...


def note_made(hook: ModelRegistryHook, version: ModelVersion) -> None:
    """Note that the task registered a version, and what that was made from."""
    for item in version.inputs:
        if item.uri:
            _note(_collector().add_input_asset, hook, uri=item.uri)
    said = {
        "uri": version.uri,
        "metrics": [{**asdict(metric), "phase": metric.phase.value} for metric in version.metrics],
        "inputs": [item.as_mapping() for item in version.inputs],
        # OpenLineage means by a facet's producer the program that wrote the facet.
        "task": version.producer.as_mapping() if version.producer else None,
    }
    _note_version(_collector().add_output_asset, hook, version, said)


def note_live(hook: ModelRegistryHook, held: Assignment) -> None:
    """Note that the task let a version go live."""
    said = {"alias": held.alias, "previous_version": held.previous_version, "event": held.event}
    _note_version(_collector().add_output_asset, hook, held, said)


def note_used(hook: ModelRegistryHook, version: Named) -> None:
    """Note that the task read a version."""
    _note_version(_collector().add_input_asset, hook, version, {})


def namespace_of(conn_id: str) -> str:
    """The namespace of a registry's models: the connection, by which one Airflow tells its registries apart."""
    return f"{SCHEME}://{conn_id}"


def to_openlineage(asset: Asset, lineage_context: Any) -> Dataset:
    """The dataset of a model asset: the model, whichever alias the asset is of. Airflow calls this for our scheme.

    Where a task did something with a version, the dataset has OpenLineage's facet of a dataset's version, and one of
    our own with whatever else was noted.

    Parameters:
        lineage_context: the hook that used it.
    """
    from openlineage.client.event_v2 import Dataset
    from openlineage.client.facet_v2 import DatasetFacet, dataset_version_dataset

    uri = parse_uri(asset.uri)
    facets: dict[str, Any] = {}
    if "version" in asset.extra:
        number = str(asset.extra["version"])
        facets["version"] = dataset_version_dataset.DatasetVersionDatasetFacet(datasetVersion=number)
        facets[FACET] = DatasetFacet().with_additional_properties(**asset.extra)
    return Dataset(namespace=namespace_of(uri.conn_id), name=uri.model_name, facets=facets)


def _note_version(add: Any, hook: ModelRegistryHook, version: Named, said: Mapping[str, Any]) -> None:
    parts = {"model_name": version.model_name, "conn_id": hook.model_registry_conn_id}
    told = {"version": version.version, "digest": version.digest, **said}
    known = {key: value for key, value in told.items() if value is not None}
    _note(add, hook, scheme=SCHEME, asset_kwargs=parts, asset_extra=known)


def _note(add: Any, hook: ModelRegistryHook, **what: Any) -> None:
    """Lineage never fails a task: an input's URI may be of a form that no asset has."""
    try:
        add(hook, **what)
    except ValueError as error:
        log.debug("Not in the lineage: %s", error)


def _collector() -> Any:
    from airflow.sdk.lineage import get_hook_lineage_collector

    return get_hook_lineage_collector()
