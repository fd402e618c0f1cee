"""Coverage-guided fuzzing with atheris: `python -m tests.faults.hostile.fuzz policies 120 corpus/`.

It reads what people write: references, filters, policies, policy files, manifests, metadata and its schemas, cursors.
What breaks a promise ends the process with the input, which stays in the folder as `crash-…`.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from tests.faults.hostile.bearing import bear

Target = Callable[[bytes], None]


def references(data: bytes) -> None:
    """A reference, a version in any form, a model's name, an alias."""
    from airflow_provider_registry.names import check_alias, check_model_name
    from airflow_provider_registry.references import parse_reference, read_version

    text = data.decode("utf-8", "surrogateescape")
    for read in (parse_reference, read_version, check_model_name, check_alias):
        bear(partial(read, text))


def filters(data: bytes) -> None:
    """A filter, and an ordering."""
    from airflow_provider_registry.registry.search.parse import parse_filter, parse_order

    text = data.decode("utf-8", "surrogateescape")
    bear(lambda: parse_filter(text))
    bear(lambda: parse_order(text))


def policies(data: bytes) -> None:
    """A policy as JSON."""
    from airflow_provider_registry.registry.policies.policy import Policy

    value = _json(data)
    bear(lambda: Policy.parse(value))


def files(data: bytes) -> None:
    """A policy file."""
    from airflow_provider_registry.registry.policy_files.read import read_policy_files

    bear(lambda: read_policy_files([("policies.yaml", data)]), longest=60_000)


def manifests(data: bytes) -> None:
    """A manifest, as it may stand in a database."""
    from airflow_provider_registry.artifacts.manifest import Manifest

    bear(lambda: Manifest.from_bytes(data))


def schemas(data: bytes) -> None:
    """A schema and metadata, as a list of both."""
    from airflow_provider_registry.registry.versions.metadata import check_metadata, check_schema, read_metadata

    value = _json(data)
    schema, metadata = (value[0], value[1]) if isinstance(value, list) and len(value) > 1 else (value, {})
    taken: list[Any] = []
    bear(lambda: taken.append(check_schema(schema)))
    for good in taken:
        bear(partial(_check, check_metadata, read_metadata, metadata, good))


def versions(data: bytes) -> None:
    """What is said of a version, as templates leave it."""
    from airflow_provider_registry.registry.versions.details import read_params, read_tags
    from airflow_provider_registry.registry.versions.inputs import read_inputs
    from airflow_provider_registry.registry.versions.metadata import read_metadata
    from airflow_provider_registry.registry.versions.metrics import read_metrics

    text = data.decode("utf-8", "surrogateescape")
    for read in (read_metrics, read_params, read_tags, read_inputs, read_metadata):
        bear(partial(read, text))


def cursors(data: bytes) -> None:
    """Cursors and page tokens."""
    from airflow_provider_registry.registry.record.cursor import Cursor
    from airflow_provider_registry.registry.search.tokens import read_token
    from airflow_provider_registry.registry.search.values import Kind

    text = data.decode("utf-8", "surrogateescape")
    bear(lambda: Cursor.parse(text))
    bear(lambda: read_token(text, "d", [Kind.TEXT, Kind.TIME, Kind.WHOLE]))


TARGETS: dict[str, Target] = {
    target.__name__: target for target in (references, filters, policies, files, manifests, schemas, versions, cursors)
}

SEEDS: dict[str, list[str]] = {
    "references": ["models:/churn/3", "models:/growth/churn@production", "3"],
    "filters": [
        "metrics.auc[slice='a=b'] > 0.9 and tags.`a b` like 'x%'",
        "name in ('a') or not archived = true",
        "auc desc",
    ],
    "policies": ['{"gates": [{"metric": "auc", "threshold": 0.8, "greater_is_better": true}], "requires": "staging"}'],
    "files": ["x-a: &a {gates: [{metadata: required}]}\nmodels: {churn: {aliases: {production: *a}}}"],
    "manifests": ['{"format":1,"files":[{"path":"a","size":1,"sha256":"' + "0" * 64 + '"}],"folders":["b"]}'],
    "schemas": ['[{"properties": {"a": {"$ref": "#/$defs/b"}}, "$defs": {"b": {"pattern": "^x"}}}, {"a": "x"}]'],
    "versions": [
        '[{"name": "auc", "value": "0.9", "slice": "a=b"}]',
        "{'a': 1, 'b': None}",
        '[{"name": "x", "rows": 1}]',
    ],
    "cursors": ["12;3-4@5", "WyJkIiwiYSIsIjIwMjYtMDEtMDFUMDA6MDA6MDBaIiwxXQ"],
}


def _check(check: Any, read: Any, metadata: Any, schema: Any) -> None:
    check(read(metadata), schema)


def _json(data: bytes) -> Any:
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        return data.decode("utf-8", "replace")


def main(name: str, seconds: int, corpus: Path) -> None:
    """Fuzz one target for a time; what is in the corpus is where it begins, and what it finds is added."""
    import atheris  # type: ignore[import-not-found,import-untyped,unused-ignore]  # optional, and ships no types

    corpus.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(SEEDS[name]):
        (corpus / f"seed-{number}").write_text(seed)
    with atheris.instrument_imports(include=["airflow_provider_registry", "yaml", "jsonschema"]):
        TARGETS[name](SEEDS[name][0].encode())
    flags = [f"-max_total_time={seconds}", "-max_len=4096", "-timeout=60", "-rss_limit_mb=2048"]
    atheris.Setup([sys.argv[0], *flags, f"-artifact_prefix={corpus}/", str(corpus)], TARGETS[name])
    atheris.Fuzz()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]))
