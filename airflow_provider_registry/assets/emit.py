"""How tasks say that a version was registered or went live: the events of model assets.

A plain event goes through an asset alias, which needs no name before the task runs: it may be templated or mapped.
Where the names are known when the Dag is parsed, the asset is an outlet of its own too: Airflow's graph then shows it,
and it gets a second event with the partition key `<model>/<version>`, which an alias cannot carry.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from airflow.sdk.definitions.asset import Asset, AssetAlias

from airflow_provider_registry.assets.model import asset_of
from airflow_provider_registry.assets.uris import ModelUri
from airflow_provider_registry.compat import add_partition

if TYPE_CHECKING:
    from airflow.sdk import Context

# Stands for all model assets that tasks have events for.
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
        """Make the task's outlets; at the end of its constructor.

        Parameters:
            model_name: as the task was given it, which may be a template; None where it is not known yet.
            alias: likewise; None for a task that registers versions.

        Raises:
            InvalidNameError: what is no template is no name either.
        """
        conn_id = self.model_registry_conn_id
        if model_name is not None and all(map(_is_known, (model_name, alias, conn_id))):
            self.announced = asset_of(ModelUri.of(model_name, alias, conn_id=conn_id))
            if self.announced not in self.outlets:
                self.outlets.append(self.announced)
        self.outlets.append(AssetAlias(OUTLET_ALIAS, group="model"))

    def emit(self, context: Context, said: Mapping[str, Any]) -> None:
        """Say what the task did, once it succeeds.

        Parameters:
            said: what the act led to, with the keys of `EXTRA`; `alias` is missing where a version was registered.
        """
        extra = {key: said.get(key) for key in EXTRA}
        uri = ModelUri.of(extra["model_name"], extra["alias"], conn_id=self.model_registry_conn_id)
        asset, events = self.announced or asset_of(uri), context["outlet_events"]
        events[AssetAlias(OUTLET_ALIAS)].add(asset, extra=extra)
        if asset not in self.outlets:
            return
        if add_partition(events[asset], f"{extra['model_name']}/{extra['version']}"):
            events[asset].extra.update(extra)
        else:
            # Without a key, this outlet would have the plain event a second time.
            self.outlets.remove(asset)


def _is_known(given: object) -> bool:
    return given is None or (isinstance(given, str) and "{{" not in given and "{%" not in given)
