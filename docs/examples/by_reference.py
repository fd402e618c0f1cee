"""Bytes that stay where they are."""

from __future__ import annotations

from pathlib import Path

from airflow_provider_registry.errors import MutableArtifactError
from airflow_provider_registry.registry import Registry

registry = Registry.connect()
folder = Path("elsewhere")
folder.mkdir()
(folder / "model.pkl").write_bytes(b"weights")
uri = folder.absolute().as_uri()

# docs: reference
there = registry.register_version("churn", uri, metrics={"auc": 0.91})  # file:///… or s3://…: digested, not copied
assert (there.uri, there.mutable) == (uri, True)  # a local file cannot be pinned

registry.set_policy("churn", "production", {"gates": [{"metric": "auc", "threshold": 0.9, "greater_is_better": True}]})
try:
    registry.promote("churn", there.version, "production")
except MutableArtifactError as error:
    print(error)

here = registry.register_version("churn", uri, metrics={"auc": 0.91}, copy=True)
registry.promote("churn", here.version, "production")
# docs: end
assert here.storage == "managed"
registry.close()
