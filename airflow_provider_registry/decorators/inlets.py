"""The assets that a training task reads, as inputs of the version that it makes."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import Any

from airflow.sdk.definitions.asset import Asset, AssetNameRef, AssetUriRef

from airflow_provider_registry.names import KEY_LENGTH

log = logging.getLogger(__name__)


def with_inlets(inputs: object, inlets: Iterable[Any]) -> list[object]:
    """What the function said of its inputs, and each asset among the inlets of which it said nothing.

    Parameters:
        inputs: in any form that a registration takes; one that has an asset's name or URI is that asset, and may say
            more of it, such as its digest.
        inlets: of the task. A model among them is an input as any other: a teacher, or what is fine-tuned.

    Raises:
        InvalidInputError: the inputs cannot be read.
    """
    from airflow_provider_registry.registry.versions.inputs import read_inputs

    found = list(read_inputs(inputs))
    known = {item.name for item in found} | {item.uri for item in found if item.uri}
    for name, uri in _named(inlets):
        if not {name, uri} & known:
            known |= {name, uri} - {""}
            found.extend(read_inputs({"name": name, "uri": uri}))
    return list(found)


def _named(inlets: Iterable[Any]) -> Iterable[tuple[str, str]]:
    """Name and URI of each asset; an asset's name may be longer than that of an input."""
    for inlet in inlets:
        match inlet:
            case Asset():
                yield inlet.name[:KEY_LENGTH].strip(), inlet.uri
            case AssetNameRef():
                yield inlet.name[:KEY_LENGTH].strip(), ""
            case AssetUriRef():
                yield inlet.uri[:KEY_LENGTH].strip(), inlet.uri
            case _:
                # An alias stands for whatever assets were added to it, which only Airflow's database knows.
                log.debug("%r among the inlets is no asset, and so no input of the version.", inlet)
