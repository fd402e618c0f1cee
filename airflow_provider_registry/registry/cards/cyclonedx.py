"""A card after the `modelCard` of CycloneDX 1.7.

The fields are those of https://cyclonedx.org/docs/1.7/json/#components_items_modelCard, which come from Google's Model
Card Toolkit. What has no field there is among `properties`, under names of our own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote

from airflow_provider_registry.registry.cards.front_matter import split
from airflow_provider_registry.registry.cards.material import Material
from airflow_provider_registry.registry.cards.sections import sections_of
from airflow_provider_registry.registry.gates.exact import spelt
from airflow_provider_registry.registry.versions.inputs import Input
from airflow_provider_registry.registry.versions.metrics import Metric, Phase

OURS = "airflow-provider-registry:"

# The list of `considerations` that each section fills, with one entry for each paragraph or item of it.
_CONSIDERATIONS = {
    "users": ("users",),
    "useCases": ("intended_use", "downstream_use"),
    "technicalLimitations": ("limitations", "out_of_scope_use", "caveats"),
    "performanceTradeoffs": ("tradeoffs",),
}
_RISKS = ("ethical_considerations", "bias", "risks", "fairness")
_UNSAFE = re.compile("[^!#$%&'()*+,/:;=?@\\[\\]A-Za-z0-9\\-._~]")


def model_card(material: Material, datasets: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """The model card of a version.

    Parameters:
        datasets: that it was trained on, as `modelParameters.datasets` takes them: described, or referred to.
    """
    parameters = {**_parameters(material), "datasets": list(datasets)}
    metrics = [_metric(metric) for metric in material.version.metrics]
    card = {
        "modelParameters": _full(parameters),
        "quantitativeAnalysis": _full({"performanceMetrics": metrics}),
        "considerations": _considerations(material),
        "properties": [property(f"param:{name}", value) for name, value in material.version.params.items()],
    }
    return _full(card)


def described(item: Input) -> dict[str, Any]:
    """A dataset, as a `componentData`."""
    properties = [property(name, value) for name, value in _known(item).items()]
    contents = _full({"url": url(item.uri), "properties": properties})
    return _full({"type": "dataset", "name": item.name, "contents": contents})


def property(name: str, value: str) -> dict[str, str]:
    """Something that CycloneDX has no field for."""
    return {"name": f"{OURS}{name}", "value": value}


def url(uri: str) -> str:
    """A URI as `iri-reference` takes it: what may not stand in one is escaped."""
    return _UNSAFE.sub(lambda found: quote(found[0]), uri)


def _known(item: Input) -> dict[str, str]:
    rows = "" if item.rows is None else str(item.rows)
    return {name: value for name, value in (("digest", item.digest), ("rows", rows)) if value}


def _parameters(material: Material) -> dict[str, Any]:
    """The task is the Hub's pipeline_tag, and the architecture what the Hub calls model_type, where people say so."""
    metadata = material.written.metadata if material.written else {}
    named = {"task": "pipeline_tag", "architectureFamily": "model_type", "modelArchitecture": "architecture"}
    return {field: metadata[key] for field, key in named.items() if isinstance(metadata.get(key), str)}


def _metric(metric: Metric) -> dict[str, str]:
    """Without a slice a metric is of the whole; where it was measured else is said along with the slice."""
    phase = "" if metric.phase is Phase.VALIDATION else f"phase={metric.phase}"
    where = [phase, f"dataset={metric.dataset}" if metric.dataset else "", metric.slice]
    return _full({"type": metric.name, "value": spelt(metric.value), "slice": ",".join(filter(None, where))})


def _considerations(material: Material) -> dict[str, Any]:
    said = sections_of(split(material.written.text)[1]) if material.written else {}
    found: dict[str, Any] = {
        field: list(dict.fromkeys(text for key in keys for text in said.get(key, ())))
        for field, keys in _CONSIDERATIONS.items()
    }
    risks = dict.fromkeys(text for key in _RISKS for text in said.get(key, ()))
    return _full({**found, "ethicalConsiderations": [{"name": text} for text in risks]})


def _full(given: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in given.items() if value}
