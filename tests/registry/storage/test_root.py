from __future__ import annotations

import pytest

from airflow_provider_registry.errors import InvalidConnectionError, RegistryError, RootOwnershipError
from airflow_provider_registry.registry import Registry


def test_the_root_is_this_registrys_own_from_then_on(registry, tmp_path):
    assert registry.check_root() == f"file://{tmp_path / 'artifacts'}"
    registry.check_root()
    marks = sorted(path.name for path in (tmp_path / "artifacts" / ".model-registry").iterdir() if path.is_file())
    assert len(marks) == 1


def test_another_registrys_root_is_refused(registry, tmp_path):
    registry.check_root()
    with Registry.connect(f"sqlite:///{tmp_path / 'other.db'}", artifact_root=tmp_path / "artifacts") as other:
        other.migrate()
        with pytest.raises(RootOwnershipError):
            other.check_root()


def test_without_a_root_there_is_nothing_to_check(migrated_url, monkeypatch):
    monkeypatch.delenv("MODEL_REGISTRY_ARTIFACT_ROOT", raising=False)
    with Registry.connect(migrated_url) as registry, pytest.raises(InvalidConnectionError, match="artifact_root"):
        registry.check_root()


def test_a_root_that_cannot_be_made_is_said(migrated_url, tmp_path):
    (tmp_path / "file").write_text("in the way")
    root = tmp_path / "file" / "artifacts"
    with Registry.connect(migrated_url, artifact_root=root) as registry, pytest.raises(RegistryError) as caught:
        registry.check_root()
    assert str(root) in str(caught.value)
