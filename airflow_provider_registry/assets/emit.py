"""How tasks say that a version was registered or went live: the events of model assets.

Where the names are known when the Dag is parsed, the asset is an outlet of the task, and Airflow's graph shows it.
Where they are not, its event goes through an asset alias, which needs no name before the task runs. An event with a
partition key goes to an asset of its own, since Airflow shows the events of one asset to all that are scheduled on it;
that asset is an outlet only where a Dag wants it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from airflow.sdk.definitions.asset import Asset, AssetAlias

from airflow_provider_registry.assets.first_event import wait_for_first_event
from airflow_provider_registry.assets.model import asset_of
from airflow_provider_registry.assets.uris import ModelUri, parse_uri
from airflow_provider_registry.compat import LONGEST_PARTITION_KEY, has_partition_keys

if TYPE_CHECKING:
    from airflow.sdk import Context

# Stands for the assets whose names are known only when the task runs.
OUTLET_ALIAS = "model-registry"

EXTRA = ("model_name", "version", "digest", "reference", "alias", "previous_version", "event")


class EmitsModelEvents:
    """What the tasks share that register versions or move aliases.

    Attributes:
        announced: the asset that the task has events for, where it is known when the Dag is parsed.
    """

    model_registry_conn_id: str
    outlets: list[Any]
    announced: Asset | None = None

    def announce(self, model_name: object, alias: object = None) -> None:
        """Make the task's outlet; at the end of its constructor.

        Parameters:
            model_name: as the task was given it, which may be a template; None where it is not known yet.
            alias: likewise; None for a task that registers versions.

        Raises:
            InvalidNameError: what is no template is no name either.
        """
        conn_id = self.model_registry_conn_id
        if model_name is None or not all(map(_is_known, (model_name, alias, conn_id))):
            self.outlets.append(AssetAlias(OUTLET_ALIAS, group="model"))
            return
        self.announced = asset_of(ModelUri.of(model_name, alias, conn_id=conn_id))
        if self.announced not in self.outlets:
            self.outlets.append(self.announced)

    def emit(self, context: Context, said: Mapping[str, Any]) -> None:
        """Say what the task did, once it succeeds.

        Parameters:
            said: what the act led to, with the keys of `EXTRA`; `alias` is missing where a version was registered.
        """
        if "outlet_events" not in context:
            return  # whoever executes an operator by hand, as in a test of theirs, is nobody's supervisor
        extra = {key: said.get(key) for key in EXTRA}
        asset = self._asset(extra)
        self._say(context, asset, extra)
        self._say_with_key(context, asset_of(replace(parse_uri(asset.uri), partitioned=True)), extra)

    def say_nothing(self, said: Mapping[str, Any]) -> None:
        """Leave the event to the task that did what was asked for: Airflow has one for each outlet of a success."""
        self._take_out(self._asset(said))

    def _asset(self, said: Mapping[str, Any]) -> Asset:
        return self.announced or asset_of(
            ModelUri.of(said["model_name"], said.get("alias"), conn_id=self.model_registry_conn_id)
        )

    def _take_out(self, asset: Asset) -> None:
        self.outlets[:] = [outlet for outlet in self.outlets if outlet != asset]

    def _say(self, context: Context, asset: Asset, extra: dict[str, Any]) -> None:
        events = context["outlet_events"]
        # What a mapped task is for is known only now, and Airflow may not know the asset.
        if asset in self.outlets and not _is_mapped(context):
            events[asset].extra.update(extra)
            return
        self._take_out(asset)
        if AssetAlias(OUTLET_ALIAS, group="model") not in self.outlets:
            self.outlets.append(AssetAlias(OUTLET_ALIAS, group="model"))
        events[AssetAlias(OUTLET_ALIAS)].add(asset, extra=extra)
        wait_for_first_event(context, asset, extra)

    def _say_with_key(self, context: Context, asset: Asset, extra: dict[str, Any]) -> None:
        key = f"{extra['model_name']}/{extra['version']}"
        if not has_partition_keys() or len(key) > LONGEST_PARTITION_KEY or not _is_scheduled_on(context, asset):
            return
        if asset not in self.outlets:
            self.outlets.append(asset)
        event = context["outlet_events"][asset]
        event.extra.update(extra)
        event.add_partitions(key)


def _is_mapped(context: Context) -> bool:
    index = context["ti"].map_index
    return index is not None and index >= 0


def _is_known(given: object) -> bool:
    return given is None or (isinstance(given, str) and "{{" not in given and "{%" not in given)


def _is_scheduled_on(context: Context, asset: Asset) -> bool:
    """Whether Airflow knows the asset: it says at each event of an outlet that it does not."""
    from airflow.sdk.exceptions import AirflowRuntimeError, ErrorType

    try:
        context["outlet_events"][Asset.ref(uri=asset.uri)]
    except AirflowRuntimeError as error:
        if error.error.error is ErrorType.ASSET_NOT_FOUND:
            return False
        raise
    return True
