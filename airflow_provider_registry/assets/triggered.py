"""From an asset's events to the version that they are about."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from airflow_provider_registry.assets.uris import parse_uri
from airflow_provider_registry.errors import InvalidReferenceError

if TYPE_CHECKING:
    from airflow.sdk import Asset

log = logging.getLogger(__name__)


def said_by(event: Any) -> Mapping[str, Any]:
    """What an event of a model asset says, whether a task or a watcher had it.

    Parameters:
        event: of `triggering_asset_events` or `inlet_events`, or its `extra`.

    Returns:
        model_name, version, digest, reference, alias, previous_version and event; what a watcher had says more.

    Raises:
        InvalidReferenceError: it is not an event of a model asset.
    """
    extra = getattr(event, "extra", event)
    if isinstance(extra, Mapping) and isinstance(extra.get("payload"), Mapping):
        extra = extra["payload"]
    if not isinstance(extra, Mapping) or "model_name" not in extra:
        raise InvalidReferenceError(
            "This asset event says nothing of a model version: it is of another asset, or was made by hand without "
            "model_name and version in its extra."
        )
    return extra


def version_named(given: object) -> object:
    """The version that an asset event is about; whatever is no asset event, as it is."""
    is_event = hasattr(given, "extra") or (isinstance(given, Mapping) and "from_trigger" in given)
    return said_by(given) if is_event else given


def version_wanted(given: object) -> object:
    """The same, and for a model asset the version that the running task's run was started for.

    Raises:
        InvalidReferenceError: the asset is of no alias, and no event of it started the run.
    """
    from airflow.sdk import Asset, get_current_context

    if not isinstance(given, Asset):
        return version_named(given)
    try:
        events = get_current_context()["triggering_asset_events"]
    except RuntimeError:  # no task is running
        events = {}
    return version_of_run(events, given)


def version_of_run(events: Mapping[Any, Sequence[Any]], asset: Asset) -> object:
    """The version that a run was started for.

    Of several events, which Airflow may put together into one run, it is the newest. A run that no event started, as
    one by hand, gets the version that the asset's alias points at.

    Parameters:
        events: the run's `triggering_asset_events`.

    Raises:
        InvalidReferenceError: no event started the run, and the asset is of no alias.
    """
    if mine := events.get(asset, ()):
        return max(map(said_by, mine), key=lambda said: int(said.get("event") or 0))
    uri = parse_uri(asset.uri)
    if uri.alias is None:
        raise InvalidReferenceError(
            f"No event of {asset.name} started this run, so there is no version to take: trigger it by the asset, or "
            "name the version."
        )
    log.info("No event of %s started this run: the version that the alias points at now is taken.", asset.name)
    return f"models:/{uri.model_name}@{uri.alias}"
