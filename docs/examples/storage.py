"""Checking stored bytes, and removing those that nothing refers to."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from airflow_provider_registry.errors import DigestMismatchError
from airflow_provider_registry.registry import Registry

registry = Registry.connect()
Path("model.pkl").write_bytes(b"weights")
version = registry.register_version("churn", "model.pkl")

# docs: verify
registry.verify_artifact("models:/churn/1")  # reads every byte
# docs: end

# docs: gc
found = registry.gc(dry_run=True)
print(f"{len(found.artifacts)} artifacts, {found.bytes} bytes would go")

registry.gc(grace=timedelta(days=7))
# docs: end

stored = Path(version.uri.removeprefix("file://")) / "model.pkl"
stored.chmod(0o644)
stored.write_bytes(b"WEIGHTS")
# docs: mismatch
try:
    registry.verify_artifact("models:/churn/1")
except DigestMismatchError as error:
    print(error.path, error.expected[:12], error.actual[:12])
# docs: end
registry.close()
