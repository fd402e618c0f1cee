"""The Airflow that the demo and the tests run on does what they lean on."""

from __future__ import annotations

import os
import signal
from pathlib import Path

from demo.standalone import Airflow


def test_a_run_gives_its_states_results_and_logs(airflow: Airflow) -> None:
    client = airflow.client
    client.wait_for_dag("harness_echo")
    run = client.run("harness_echo", {"greeting": "hello"})
    assert {"say": "success", "shout": "success"} == client.task_states("harness_echo", run)
    assert "HELLO!" == client.xcom("harness_echo", run, "shout")
    assert "said aloud" in client.task_log("harness_echo", run, "say")


def test_a_cleared_task_runs_again_as_another_try(airflow: Airflow) -> None:
    client = airflow.client
    client.wait_for_dag("harness_echo")
    run = client.run("harness_echo", {"greeting": "hello"})
    client.clear("harness_echo", run, ["shout"])
    assert "success" == client.wait_for_run("harness_echo", run)
    tries = {name: row["try_number"] for name, row in client.tasks("harness_echo", run).items()}
    assert {"say": 1, "shout": 2} == tries


def test_a_killed_task_is_tried_again(airflow: Airflow, tmp_path: Path) -> None:
    client, pid_pipe = airflow.client, tmp_path / "pid"
    os.mkfifo(pid_pipe)
    client.wait_for_dag("harness_killed")
    run = client.trigger("harness_killed", {"pid_pipe": str(pid_pipe)})
    os.kill(int(pid_pipe.read_text()), signal.SIGKILL)  # reading waits for the task to write
    assert "success" == client.wait_for_run("harness_killed", run)
    assert 2 == client.xcom("harness_killed", run, "linger")


def test_a_killed_component_comes_back(airflow: Airflow) -> None:
    airflow.kill("triggerer")
    airflow.start_component("triggerer")
    airflow.client.wait_until_healthy(timeout=30)
