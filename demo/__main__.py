"""`make demo`: real retrainings on a real Airflow, on this machine alone.

It starts Airflow on free ports in `demo/.run`, tells its story, shows what happened and stops what it started. With
`--keep` Airflow stays up, and `python -m demo --stop` ends it.
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import sys
import time
import webbrowser
from pathlib import Path
from types import FrameType

from rich.console import Console

from airflow_provider_registry.registry import Actor, Registry
from demo.sessions import read_leaders, write_leaders
from demo.standalone import Airflow, stop_sessions
from demo.story import DAGS, MODEL, USERS, Story

HERE = Path(__file__).resolve().parent
HOME = HERE / ".run"
SESSIONS = HOME / "sessions"
DAGS_FOLDER = HERE.parent / "dags_examples"


def main() -> int:
    """Run the demo; returns the exit code."""
    parser = argparse.ArgumentParser(prog="demo", description=__doc__)
    parser.add_argument("--keep", action="store_true", help="leave Airflow up, and say where to look")
    parser.add_argument("--stop", action="store_true", help="stop an Airflow that --keep left up")
    arguments = parser.parse_args()
    console = Console()
    was_up = _stop_earlier()
    if arguments.stop:
        console.print("Stopped." if was_up else "Nothing was running.")
        return 0
    # A closed terminal or a timeout ends the demo as Ctrl-C does: Airflow, in sessions of its own, would stay up.
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _leave)
    begin = time.monotonic()
    airflow = _airflow()
    try:
        _run(console, airflow, keep=arguments.keep)
    except BaseException:
        _stop(airflow)
        console.print(f"[red]The demo did not end well.[/] Its logs are in {airflow.logs}.", soft_wrap=True)
        raise
    console.print(f"\nAll of it took {time.monotonic() - begin:.0f} seconds.")
    if arguments.keep:
        _keep(console, airflow)
    else:
        _stop(airflow)
        console.print("Airflow is stopped. [bold]make demo KEEP=1[/] leaves it up to look around.")
    return 0


def _airflow() -> Airflow:
    shutil.rmtree(HOME, ignore_errors=True)
    return Airflow(HOME, [DAGS_FOLDER], users=USERS, environment={"AIRFLOW__MODEL_REGISTRY__EMBEDDED": "True"})


def _run(console: Console, airflow: Airflow, *, keep: bool) -> None:
    console.print("[bold cyan]•[/] Starting Airflow: scheduler, Dag processor, triggerer and API server, on SQLite.")
    with console.status("  this takes about half a minute …"):
        airflow.start()
    write_leaders(SESSIONS, airflow.leaders)
    console.print(f"  [green]→[/] healthy at {airflow.url}")
    registry_home = HOME / "model_registry"
    registry_home.mkdir(exist_ok=True)
    with Registry.connect(
        f"sqlite:///{registry_home / 'registry.db'}",
        artifact_root=registry_home / "artifacts",
        actor=Actor(issuer="demo", subject="platform-team", name="platform team"),
    ) as registry:
        registry.migrate()
        story = Story(console, airflow, registry)
        story.tell()
        story.show()
        if keep:
            story.leave_a_question()


def _keep(console: Console, airflow: Airflow) -> None:
    page = f"{airflow.url}/plugin/models?model={MODEL}"
    *others, last = USERS
    console.print(f"\nAirflow stays up. Log in as {', '.join(others)} or {last}, each with the name as password:")
    console.print(f"  [bold]{page}[/]", soft_wrap=True)
    console.print("Under Models and under Required Actions, ana and bo are asked if version 2 goes live again.")
    console.print(f"The Dags are {', '.join(DAGS)}; the registry is {HOME / 'model_registry'}.", soft_wrap=True)
    console.print("To stop it all: [bold]make demo-stop[/]")
    if _has_a_screen():
        webbrowser.open(page)


def _has_a_screen() -> bool:
    """Whether a browser would open a window, and not take this terminal."""
    return sys.platform == "darwin" or any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))


def _leave(number: int, _: FrameType | None) -> None:
    raise SystemExit(128 + number)


def _stop(airflow: Airflow) -> None:
    airflow.stop()
    SESSIONS.unlink(missing_ok=True)


def _stop_earlier() -> bool:
    if not SESSIONS.exists():
        return False
    stop_sessions(read_leaders(SESSIONS))
    SESSIONS.unlink()
    return True


if __name__ == "__main__":
    sys.exit(main())
