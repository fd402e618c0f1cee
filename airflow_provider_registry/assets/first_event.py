"""Lets one task make an asset that Airflow does not know yet, and the others come after it.

Airflow makes an asset with the first event that comes through an alias. Where two tasks end at once and both make it,
the second is failed without a retry, though it has done its work: tasks mapped over a new model's versions meet that.
"""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from airflow.sdk.definitions.asset import Asset

if TYPE_CHECKING:
    from airflow.sdk import Context

log = logging.getLogger(__name__)

# Whoever goes first needs this long to end, at most; where that task was lost, the others go without it.
PATIENCE_SECONDS = 5.0
_PAUSE_SECONDS = (0.1, 0.3)


def wait_for_first_event(context: Context, asset: Asset, said: Mapping[str, Any]) -> None:
    """Wait until an asset has its first event, unless this is the one; for a few seconds, and once for each asset.

    Parameters:
        said: what the event will say, with the keys of `EXTRA`.
    """
    if _is_first(said) or _has_events(context, asset):
        return
    log.info("Airflow makes the asset %s with its first event: waiting for the task that has it", asset.uri)
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end:
        time.sleep(random.uniform(*_PAUSE_SECONDS))
        if _has_events(context, asset):
            return


def _is_first(said: Mapping[str, Any]) -> bool:
    """Whether the act was the first of its kind: the first version of a model, the first holder of an alias."""
    return said["version"] == 1 if said["alias"] is None else said["previous_version"] is None


def _has_events(context: Context, asset: Asset) -> bool:
    events = type(context["inlet_events"])([asset])[asset]
    return len(events.limit(1)) > 0
