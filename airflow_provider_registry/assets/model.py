"""Model assets: `schedule=[model_asset("churn", "production")]`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from airflow.sdk.definitions.asset import Model

from airflow_provider_registry.assets.uris import ModelUri
from airflow_provider_registry.hooks.embedded import DEFAULT_CONN_ID

if TYPE_CHECKING:
    from airflow.sdk import Asset


def model_asset(
    model_name: str,
    alias: str | None = None,
    *,
    watch: bool = False,
    partitioned: bool = False,
    model_registry_conn_id: str = DEFAULT_CONN_ID,
) -> Asset:
    """A model as an asset: for the `schedule` of a Dag, and the `inlets` and `outlets` of tasks.

    It has an event each time a version goes live under the alias, by a promotion, a rollback or an override; without an
    alias, each time a version is registered. What an event says is in its `extra`: model_name, version, digest,
    reference, alias, previous_version, and `event`, the place of the act in the model's record. A task that is cleared,
    or that answered twice, has its event again with the same `event`.

    The names are checked here, without a database. Names that differ in case alone are the same asset.

    Parameters:
        model_name: the registered model, which need not be there yet.
        alias: one of its aliases; None for new versions.
        watch: whether a watcher in the triggerer follows the record, so that acts of people, of the command line and of
            other Airflows count too. By default the tasks of this Airflow say themselves what they did. Each is an
            asset of its own, so that no act counts twice.
        partitioned: whether each event has the partition key `<model>/<version>`, for
            `PartitionedAssetTimetable(assets=…)`, which runs once for each version; of the acts of tasks. Needs
            Airflow 3.3.
        model_registry_conn_id: the connection; models of different connections are different assets.

    Raises:
        InvalidNameError: one of them is no name.
        InvalidInputError: it is watched and partitioned at once.
    """
    uri = ModelUri.of(model_name, alias, conn_id=model_registry_conn_id, watch=watch, partitioned=partitioned)
    return asset_of(uri)


def model_event_asset(
    model_name: str,
    event: str,
    *,
    alias: str | None = None,
    model_registry_conn_id: str = DEFAULT_CONN_ID,
) -> Asset:
    """What happens to a model as an asset, for the `schedule` of a Dag: a watcher in the triggerer follows the record.

    What an event says is in `extra["payload"]`: the same keys as of `model_asset`, and type, kinds, at, and request
    where it is about one.

    Parameters:
        model_name: the registered model, which need not be there yet.
        event: a kind of event: `version.registered`, `version.failed` (a gate failed), `version.live`,
            `request.opened`, `request.approved`, `request.rejected`, `alias.rolled_back`, or another of
            `airflow_provider_registry.event_types.KINDS`.
        alias: only events about this alias; None for all.
        model_registry_conn_id: the connection.

    Raises:
        InvalidNameError: one of them is no name.
        InvalidInputError: there is no such kind of event.
    """
    return asset_of(ModelUri.of(model_name, alias, conn_id=model_registry_conn_id, event=event))


def asset_of(uri: ModelUri) -> Asset:
    """The asset of a URI, the same wherever it is made: Airflow compares its name and its URI."""
    watchers = _watchers(uri) if uri.watch or uri.event else []
    return Model(name=uri.title, uri=str(uri), watchers=watchers)


def create_asset(*, model_name: str, alias: str | None = None, conn_id: str, extra: Any = None) -> Asset:
    """What Airflow's hook lineage makes of the parts of an asset that a hook names; see `airflow.lineage.hook`.

    Parameters:
        extra: what belongs to the use of it rather than to the asset; Airflow keeps it with the lineage.
    """
    asset = model_asset(model_name, alias, model_registry_conn_id=conn_id)
    asset.extra = dict(extra or {})
    return asset


def _watchers(uri: ModelUri) -> list[Any]:
    from airflow.sdk import AssetWatcher

    from airflow_provider_registry.triggers.record import ModelRecordTrigger

    return [AssetWatcher(name=uri.title, trigger=ModelRecordTrigger(uri=str(uri)))]
