"""Dags that use nothing of ours: they show that the tests' Airflow does what tests lean on."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import Any

from airflow.sdk import dag, task


@dag(schedule=None)
def harness_echo():
    @task
    def say(params: dict[str, Any] | None = None) -> str:
        print("said aloud")
        return f"{(params or {})['greeting']}!"

    @task
    def shout(text: str) -> str:
        return text.upper()

    shout(say())


@dag(schedule=None)
def harness_killed():
    @task(retries=1)
    def linger(params: dict[str, Any] | None = None, ti: Any = None) -> int:
        if ti.try_number == 1:
            Path((params or {})["pid_pipe"]).write_text(str(os.getpid()))
            signal.pause()
        return ti.try_number

    linger()


harness_echo()
harness_killed()
