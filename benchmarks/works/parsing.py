"""What a Dag file pays for importing everything of ours: in a new interpreter, and in a Dag processor's fork."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.measure import FLOOR, OURS, Bar, Call, Finding, Seconds, Spread, compare
from benchmarks.setting import Setting

SDK = "from airflow.sdk import DAG, BaseHook, BaseOperator, BaseSensorOperator, dag, task\n"
ASKING = "from airflow.providers.standard.operators.hitl import ApprovalOperator\n"
MOST_ROUNDS = 30

PACKAGE = "airflow_provider_registry"
OPERATORS = """\
from airflow_provider_registry.assets.model import model_asset, model_event_asset
from airflow_provider_registry.decorators.model_gate import model_gate_task
from airflow_provider_registry.decorators.model_version import model_version_task
from airflow_provider_registry.hooks.model_registry import ModelRegistryHook
from airflow_provider_registry.hooks.signer import read_signer
from airflow_provider_registry.hooks.signing import signing_secret
from airflow_provider_registry.notifications.model_registry import ModelRegistryNotifier
from airflow_provider_registry.notifications.webhook import WebhookNotifier
from airflow_provider_registry.operators.approve import ApproveModelVersionOperator
from airflow_provider_registry.operators.branch import BranchOnGateOperator
from airflow_provider_registry.operators.deployment import RecordDeploymentOperator
from airflow_provider_registry.operators.download import DownloadModelVersionOperator
from airflow_provider_registry.operators.feedback import RecordFeedbackOperator
from airflow_provider_registry.operators.metrics import RecordMetricsOperator
from airflow_provider_registry.operators.promote import PromoteModelVersionOperator, RequestPromotionOperator
from airflow_provider_registry.operators.register import RegisterModelVersionOperator
from airflow_provider_registry.operators.retention import ApplyRetentionOperator
from airflow_provider_registry.operators.review import ReviewModelOperator
from airflow_provider_registry.operators.rollback import RollbackModelOperator
from airflow_provider_registry.operators.route import EndRouteOperator, RouteTrafficOperator
from airflow_provider_registry.operators.scan import ScanModelVersionOperator
from airflow_provider_registry.operators.validate import ValidateModelVersionOperator
from airflow_provider_registry.sensors.alias import ModelAliasSensor
from airflow_provider_registry.sensors.approval import PromotionApprovalSensor
from airflow_provider_registry.sensors.deployment import DeploymentSensor
from airflow_provider_registry.sensors.metric import ModelMetricSensor
"""
DAG = """
with DAG("bench"):
    @task
    def train():
        return 1
    train()
"""

NOTE = (
    "The floor is the same file with airflow.sdk alone. A Dag processor parses each file in a fork that has "
    "airflow.sdk already; there, the floor is the file with Airflow's own ApprovalOperator, which ours is a child of."
)

# Forks for each file that it is told on standard input, and says how long the fork took for it.
_FORKING = f"""
import os, runpy, sys, time
{SDK}
for line in sys.stdin:
    read, write = os.pipe()
    if (pid := os.fork()) == 0:
        begin = time.perf_counter()
        runpy.run_path(line.strip())
        os.write(write, str(time.perf_counter() - begin).encode())
        os._exit(0)
    os.close(write)
    print(os.read(read, 100).decode(), flush=True)
    os.close(read)
    os.waitpid(pid, 0)
"""
_MODULES = "import json, runpy, sys; runpy.run_path(sys.argv[1]); print(json.dumps(sorted(sys.modules)))"


def run(setting: Setting) -> Iterator[Finding]:
    """Time, and modules."""
    folder, rounds = setting.new_folder(), min(setting.rounds, MOST_ROUNDS)
    sdk, asking, ours = (folder / name for name in ("sdk.py", "asking.py", "ours.py"))
    sdk.write_text(SDK + DAG)
    asking.write_text(SDK + ASKING + DAG)
    ours.write_text(SDK + OPERATORS + DAG)

    calls: dict[str, Call] = {OURS: lambda: _parsed(ours), FLOOR: lambda: _parsed(sdk)}
    yield compare("parse: CPU", "new interpreter", calls, rounds, bar=Bar(over_floor=1.05), warm=2, note=NOTE)
    calls = {OURS: lambda: _interpreted(ours), FLOOR: lambda: _interpreted(sdk)}
    yield compare("parse: time", "new interpreter", calls, rounds, bar=Bar(over_floor=1.05), warm=2, note=NOTE)
    with _forking() as forked:
        calls = {OURS: lambda: forked(ours), FLOOR: lambda: forked(asking)}
        yield compare("parse: time", "fork of a Dag processor", calls, rounds, warm=2, note=NOTE)
    yield _modules(asking, ours)


def _modules(asking: Path, ours: Path) -> Finding:
    more = set(_loaded(ours)) - set(_loaded(asking))
    own = {name for name in more if name == PACKAGE or name.startswith(f"{PACKAGE}.")}
    others = sorted(more - own)
    note = f"{len(own)} of our own; the others: {', '.join(others) or 'none'}."
    return Finding(
        "parse: modules beyond ours and the human-in-the-loop operator's", "new interpreter",
        Spread.of([len(others)]), "modules", bar=Bar(at_most=19), note=note,
    )  # fmt: skip


def _loaded(file: Path) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", _MODULES, str(file)], capture_output=True, text=True, check=True, env=_environment()
    )
    found: list[str] = json.loads(done.stdout.splitlines()[-1])
    return found


def _interpreted(file: Path) -> None:
    subprocess.run([sys.executable, str(file)], check=True, env=_environment(), stdout=subprocess.DEVNULL)


def _parsed(file: Path) -> Seconds:
    """CPU seconds of an interpreter, which other work on the machine does not change much."""
    process = subprocess.Popen([sys.executable, str(file)], env=_environment(), stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{file} cannot be parsed")
    return Seconds(usage.ru_utime + usage.ru_stime)


@contextmanager
def _forking() -> Iterator[Any]:
    with subprocess.Popen(
        [sys.executable, "-c", _FORKING], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=_environment()
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        given, said = process.stdin, process.stdout

        def forked(file: Path) -> Seconds:
            given.write(f"{file}\n")
            given.flush()
            return Seconds(float(said.readline()))

        yield forked
        given.close()


def _environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
