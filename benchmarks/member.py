"""Our side in a process of its own: a registry whose methods are called when it is told to."""

from __future__ import annotations

from typing import Any

from airflow_provider_registry.registry import ModelVersion, Registry
from benchmarks.mlflow.serving import serve
from benchmarks.sample import METADATA, METRICS, TAGS


class Member:
    """One of many who use a registry."""

    def __init__(self, url: str, root: str) -> None:
        self.registry = Registry.connect(url, artifact_root=root, actor="benchmark")

    def register(self, model: str, artifact: str) -> ModelVersion:
        """Register a version; the bytes that a URI names stay where they are."""
        return self.registry.register_version(model, artifact, metadata=METADATA, metrics=METRICS, tags=TAGS)

    def promote(self, model: str, version: int, alias: str) -> None:
        """Point an alias at a version."""
        self.registry.promote(model, version, alias)

    def archive(self, model: str, version: int) -> None:
        """Archive a version."""
        self.registry.archive_version(version, model_name=model)


def _plain(result: Any) -> Any:
    return result.version if isinstance(result, ModelVersion) else None


if __name__ == "__main__":
    serve(Member, plain=_plain)
