"""The real `airflow model-registry …`, in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.kernel import World


@pytest.fixture
def airflow_command(world, tmp_path, monkeypatch):
    """Runs `airflow` with a home of its own and no connection in the environment."""
    monkeypatch.delenv("AIRFLOW_CONN_MODEL_REGISTRY_DEFAULT")
    home = tmp_path / "home"
    home.mkdir()
    paths = [str(Path(__file__).parents[2]), os.environ.get("PYTHONPATH", "")]

    def run(*arguments, code=0, **environment):
        done = subprocess.run(
            [sys.executable, "-m", "airflow", *map(str, arguments)],
            env={**os.environ, "AIRFLOW_HOME": str(home), "PYTHONPATH": os.pathsep.join(paths), **environment},
            capture_output=True,
            text=True,
            check=False,
        )
        assert code == done.returncode, done.stderr
        return done

    return run


@pytest.fixture
def said(world: World, tmp_path):
    """A connection to a registry with a version in production, as JSON."""
    world.versions(0.9)
    world.registry.promote("churn", 1, "production")
    host = world.registry.engine.url.render_as_string(hide_password=False)
    return json.dumps({"conn_type": "model_registry", "host": host, "extra": {"artifact_root": str(world.root)}})


@pytest.mark.integration
def test_with_a_connection_in_the_environment(airflow_command, said):
    done = airflow_command("model-registry", "live", "-o", "json", AIRFLOW_CONN_MODELS=said, code=1)
    assert "AIRFLOW_CONN_MODEL_REGISTRY_DEFAULT=" in done.stderr
    assert "Traceback" not in done.stderr
    done = airflow_command("model-registry", "live", "--conn-id", "models", "-o", "json", AIRFLOW_CONN_MODELS=said)
    (live,) = json.loads(done.stdout)
    assert ("churn", "production", 1) == (live["model_name"], live["alias"], live["version"])


@pytest.mark.integration
def test_with_a_connection_in_the_metadata_database(airflow_command, said):
    """There a command of a provider does not look by itself."""
    airflow_command("db", "migrate")
    airflow_command("connections", "add", "models", "--conn-json", said)
    done = airflow_command("model-registry", "record", "export", "churn", "--conn-id", "models")
    assert [1, 2, 3] == [json.loads(line)["seq"] for line in done.stdout.splitlines()]


@pytest.mark.integration
def test_a_reader_that_stops_early_is_no_error_to_look_at(airflow_command, said, world):
    for number in range(300):  # more than a pipe holds
        world.registry.set_tag("models:/churn/1", "number", str(number))
    home = {**os.environ, "AIRFLOW_CONN_MODELS": said, "PYTHONPATH": str(Path(__file__).parents[2])}
    command = [sys.executable, "-m", "airflow", "model-registry", "record", "export", "churn", "--conn-id", "models"]
    with subprocess.Popen(command, env=home, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as export:
        assert export.stdout is not None
        assert export.stderr is not None
        export.stdout.readline()
        export.stdout.close()
        assert "" == export.stderr.read()
    assert 1 == export.returncode
