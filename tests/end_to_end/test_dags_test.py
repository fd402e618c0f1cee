"""`airflow dags test`: a Dag tried out on the way to production must not reach it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping

import pytest

from demo.standalone import Airflow
from tests.support.runs import Place


@pytest.fixture(scope="module")
def tried(airflow: Airflow, places: Mapping[str, Place], tmp_path_factory: pytest.TempPathFactory) -> str:
    """What `airflow dags test nightly` printed."""
    places["sqlite"].model("tried-out")
    airflow.client.wait_for_dag("nightly", unpause=False)
    conf = json.dumps({"model": "tried-out", "folder": str(tmp_path_factory.mktemp("tried"))})
    command = [sys.executable, "-m", "airflow", "dags", "test", "nightly", "2025-01-01", "--conf", conf]
    done = subprocess.run(
        command,
        env=airflow.environment,
        cwd=airflow.home,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,  # it tells of the failed task by its exit code
    )
    return done.stdout


@pytest.mark.usefixtures("tried")
def test_a_version_made_by_dags_test_is_tagged_so(places: Mapping[str, Place]) -> None:
    version = places["sqlite"].registry.get_version("models:/tried-out/1")
    assert version.is_test
    assert "true" == version.tags["test"]


def test_a_protected_alias_refuses_a_version_made_by_dags_test(tried: str, places: Mapping[str, Place]) -> None:
    assert "Version 1 of 'tried-out' was made by `airflow dags test`, and 'production' is protected" in tried
    assert [] == places["sqlite"].registry.history("tried-out")
