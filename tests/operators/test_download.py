from __future__ import annotations

from pathlib import Path

import pytest

from airflow_provider_registry.operators.download import DownloadModelVersionOperator
from tests.support.tasks import Run, a_dag


def download(**kwargs):
    with a_dag():
        return DownloadModelVersionOperator(task_id="fetch", **kwargs)


@pytest.fixture
def registry(skin_registry, artifact):
    version = skin_registry.register_version("churn", artifact)
    skin_registry.promote("churn", 1, "production")
    assert version.version == 1
    return skin_registry


@pytest.mark.parametrize("named", [{"reference": "models:/churn@production"}, {"model_name": "churn", "version": "1"}])
def test_the_bytes_come_and_the_number_of_the_version_is_returned(registry, tmp_path, named):
    ran = Run().task(download(destination=str(tmp_path / "{{ run_id }}"), **named))
    version = registry.get_version("models:/churn/1")
    assert ran.returned == {
        "path": str(tmp_path / "scheduled__2026-03-03"),
        "model_name": "churn",
        "version": 1,
        "digest": version.digest,
        "reference": "models:/churn/1",
    }
    assert Path(ran.xcoms["path"], "model.pkl").read_bytes() == b"weights"


def test_a_retry_finds_what_is_there(registry, tmp_path):
    run, task = Run(), download(reference="models:/churn/1", destination=str(tmp_path / "out"))
    assert run.task(task).returned == run.task(task, try_number=2).returned


def test_an_alias_that_points_nowhere_fails_without_a_retry(registry, tmp_path):
    ran = Run().task(download(reference="models:/churn@staging", destination=str(tmp_path / "out")))
    assert ran.state == "failed"
    assert not (tmp_path / "out").exists()


def test_bytes_that_were_changed_are_not_handed_out(registry, tmp_path):
    stored = Path(registry.get_version("models:/churn/1").uri.removeprefix("file://"))
    file = next(path for path in stored.rglob("*") if path.is_file())
    file.chmod(0o644)
    file.write_bytes(b"WEIGHTS")
    ran = Run().task(download(reference="models:/churn/1", destination=str(tmp_path / "out")))
    assert ran.state != "success"
    assert not (tmp_path / "out").exists()
