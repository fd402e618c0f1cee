"""Fixtures for what stands on an Airflow connection: a real SQLite registry, named by a real connection."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from airflow_provider_registry.registry import Registry

APPROVALS = {
    "gates": [{"metric": "auc", "threshold": 0.8, "greater_is_better": True}],
    "approvals": [{"role": "ml-lead", "users": ["ana", "bo"]}],
}
THRESHOLD = {"gates": [{"metric": "auc", "threshold": 0.8, "greater_is_better": True}]}


def set_connection(monkeypatch: pytest.MonkeyPatch, conn_id: str = "model_registry_default", **fields: Any) -> None:
    """Define a connection in the environment, as a deployment does."""
    monkeypatch.setenv(f"AIRFLOW_CONN_{conn_id.upper()}", json.dumps({"conn_type": "model_registry", **fields}))


@pytest.fixture
def skin_registry(
    tmp_path: Path, template: Callable[[str], str], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Registry]:
    """The registry that `model_registry_default` names, as a person sees it."""
    from airflow_provider_registry.registry import Registry

    file, root = tmp_path / "registry.db", tmp_path / "artifacts"
    shutil.copyfile(template("sqlite").removeprefix("sqlite:///"), file)
    set_connection(monkeypatch, host=f"sqlite:///{file}", extra={"artifact_root": str(root)})
    with Registry.connect(f"sqlite:///{file}", artifact_root=root, actor="tester") as registry:
        yield registry


@pytest.fixture
def artifact(tmp_path: Path) -> Path:
    """A file that can be registered."""
    path = tmp_path / "model.pkl"
    path.write_bytes(b"weights")
    return path
