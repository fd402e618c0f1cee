"""The machine-learning bill of materials of a version: CycloneDX 1.7 (https://cyclonedx.org/docs/1.7/json/).

It is the same whenever it is made, until people write another card: nothing in it says when that was, or by which
release.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from datetime import UTC
from typing import Any

from airflow_provider_registry.registry.cards.cyclonedx import described, model_card, property, url
from airflow_provider_registry.registry.cards.distributions import distributions, purl
from airflow_provider_registry.registry.cards.material import Material
from airflow_provider_registry.registry.versions.inputs import Input

_SPACE = uuid.UUID("5f0d3c3e-2d3b-5b8e-9c61-6c2b6e1f7a90")
# How people write whose digest it is, before a colon; what says nothing is no hash that anybody could check.
_HASHES = {
    "md5": ("MD5", 32),
    "sha1": ("SHA-1", 40),
    "sha256": ("SHA-256", 64),
    "sha384": ("SHA-384", 96),
    "sha512": ("SHA-512", 128),
}
_HEX = re.compile(r"[0-9a-fA-F]+")


def bom_of(material: Material) -> dict[str, Any]:
    """The bill of materials of a version, as JSON has it."""
    version = material.version
    data, libraries = list(_datasets(material)), list(_libraries(material))
    components = [*data, *libraries]
    named = f"{material.registry_id} {version.reference} {version.digest}"
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.7.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.7",
        "serialNumber": f"urn:uuid:{uuid.uuid5(_SPACE, named)}",
        "version": 1 + (material.written.revision if material.written else 0),
        "metadata": {
            "timestamp": version.created_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "lifecycles": [{"phase": "build"}],
            "tools": {"components": [{"type": "application", "name": "airflow-provider-registry"}]},
            "component": _model(material, [one["bom-ref"] for one in data]),
        },
        "components": components,
        "dependencies": [
            {"ref": version.reference, "dependsOn": [one["bom-ref"] for one in components]},
            *({"ref": one["bom-ref"]} for one in components),
        ],
    }


def _model(material: Material, datasets: list[str]) -> dict[str, Any]:
    version = material.version
    metadata = material.written.metadata if material.written else {}
    licence, tags = metadata.get("license"), metadata.get("tags")
    properties = {"uri": version.uri, "code_revision": version.code_revision or "", "size": str(version.size)}
    made = version.producer.as_mapping() if version.producer else {}
    properties |= {f"producer:{name}": str(value) for name, value in made.items()}
    model: dict[str, Any] = {
        "type": "machine-learning-model",
        "bom-ref": version.reference,
        "name": version.model_name,
        "version": str(version.version),
        "group": material.team,
        "description": version.description or material.about,
        # Of the canonical manifest, which has the sha256 of every file.
        "hashes": [{"alg": "SHA-256", "content": version.digest}],
        "licenses": [{"license": {"name": licence}}] if isinstance(licence, str) and licence else [],
        "tags": [tag for tag in tags if isinstance(tag, str)] if isinstance(tags, list) else [],
        "modelCard": model_card(material, [{"ref": ref} for ref in datasets]),
        "properties": [property(name, value) for name, value in properties.items() if value],
    }
    return {name: value for name, value in model.items() if value}


def _datasets(material: Material) -> Iterator[dict[str, Any]]:
    for place, item in enumerate(material.version.inputs, start=1):
        data: dict[str, Any] = {
            "type": "data",
            "bom-ref": f"{material.version.reference}#input-{place}",
            "name": item.name,
            "hashes": _hashes(item),
            "data": [described(item)],
            "externalReferences": [{"type": "distribution", "url": url(item.uri)}] if item.uri else [],
        }
        yield {name: value for name, value in data.items() if value}


def _hashes(item: Input) -> list[dict[str, str]]:
    kind, _, content = item.digest.partition(":")
    known = _HASHES.get(kind.lower().replace("-", ""))
    if known is None or len(content) != known[1] or not _HEX.fullmatch(content):
        return []
    return [{"alg": known[0], "content": content.lower()}]


def _libraries(material: Material) -> Iterator[dict[str, Any]]:
    seen: set[str] = set()
    for name, version in distributions(material.environment):
        named = purl(name, version)
        if named not in seen:
            seen.add(named)
            library = {"type": "library", "bom-ref": named, "name": name, "version": version, "purl": named}
            yield {key: value for key, value in library.items() if value}
