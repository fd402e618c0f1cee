"""Model assets as OpenLineage's datasets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from airflow_provider_registry.assets.uris import SCHEME, parse_uri

if TYPE_CHECKING:
    from airflow.providers.common.compat.openlineage.facet import Dataset
    from airflow.sdk import Asset


def namespace_of(conn_id: str) -> str:
    """The namespace of a registry's models: the connection, by which one Airflow tells its registries apart."""
    return f"{SCHEME}://{conn_id}"


def to_openlineage(asset: Asset, lineage_context: Any) -> Dataset:
    """The dataset of a model asset: the model, whichever alias the asset is of. Airflow calls this for our scheme.

    Parameters:
        lineage_context: the hook that used it.
    """
    from airflow.providers.common.compat.openlineage.facet import Dataset

    uri = parse_uri(asset.uri)
    return Dataset(namespace=namespace_of(uri.conn_id), name=uri.model_name)
