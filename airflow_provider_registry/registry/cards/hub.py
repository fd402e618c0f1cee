"""A card as the Hugging Face Hub has it: the README.md of a model's repository.

What people wrote is kept as it is, front matter and text; the metrics are added as `model-index`, in the form of
https://github.com/huggingface/hub-docs/blob/main/modelcard.md, unless they wrote one themselves. A result there names
its task, dataset and metric: the task is the card's pipeline_tag, the dataset's split the phase, its config the slice.
"""

from __future__ import annotations

from typing import Any

from airflow_provider_registry.registry.cards.front_matter import joined, split
from airflow_provider_registry.registry.cards.material import Material
from airflow_provider_registry.registry.versions.metrics import Metric

INDEX = "model-index"


def to_hub(material: Material, otherwise: str) -> str:
    """The card for the Hub.

    Parameters:
        otherwise: the text, where people wrote none.
    """
    metadata, body = split(material.written.text) if material.written else ({}, "")
    index = model_index(material, metadata)
    if INDEX not in metadata and index:
        metadata = {**metadata, INDEX: index}
    return joined(metadata, body if body.strip() else otherwise)


def model_index(material: Material, metadata: dict[str, Any]) -> list[dict[str, Any]]:
    """The metrics of a version, by what they were measured on; nothing where there are none."""
    said = metadata.get("pipeline_tag")
    task = {"type": said if isinstance(said, str) and said else "other"}
    results: dict[tuple[str, str, str], list[Metric]] = {}
    for metric in material.version.metrics:
        results.setdefault((metric.phase.value, metric.dataset, metric.slice), []).append(metric)
    found = [
        {"task": task, "dataset": _dataset(*where), "metrics": [_metric(metric) for metric in metrics]}
        for where, metrics in results.items()
    ]
    name = f"{material.version.model_name}, version {material.version.version}"
    return [{"name": name, "results": found}] if found else []


def _dataset(phase: str, dataset: str, slice: str) -> dict[str, str]:
    named = dataset or phase
    return {"name": named, "type": named, **({"config": slice} if slice else {}), "split": phase}


def _metric(metric: Metric) -> dict[str, Any]:
    return {"type": metric.name, "name": metric.name, "value": metric.value}
