"""The story that the demo tells: a first model, a better one, a worse one, a rollback, and a scoring."""

from __future__ import annotations

from typing import Any

from rich.console import Console

from airflow_provider_registry.registry import GateReport, Registry
from demo.client import AirflowClient
from demo.report import show_aliases, show_gates, show_record, show_versions

MODEL = "breast-cancer"
DAGS = ("retrain", "rollback", "score")

# In a later release this stands in a file in Git, applied by the CLI.
POLICY: dict[str, Any] = {
    "gates": [
        {"metric": "auc", "threshold": 0.9, "greater_is_better": True},
        {"metric": "auc", "min_absolute_change": -0.005, "greater_is_better": True},
        {"metric": "auc", "slice": "tumour=large", "threshold": 0.9, "greater_is_better": True},
        {"metadata": "required"},
        {"integrity": True},
    ]
}
SCHEMA = {"type": "object", "required": ["owner", "intended_use"]}


class StoryFailedError(RuntimeError):
    """A step did not end as the story says."""


class Story:
    """Runs the Dags in order, and says plainly what happens."""

    def __init__(self, console: Console, client: AirflowClient, registry: Registry) -> None:
        self._console, self._client, self._registry = console, client, registry
        self._reports: list[GateReport] = []

    def tell(self) -> None:
        """All of it."""
        self._protect()
        for dag_id in DAGS:
            self._client.wait_for_dag(dag_id)
        self._retrain("A first model, from 8 measurements: nothing is live yet, so there is no baseline.", 8, "success")
        self._retrain("A better one, from all 30 measurements.", 30, "success")
        self._retrain("A worse one, from 2 measurements.", 2, "skipped")
        self._roll_back()
        self._score()

    def show(self) -> None:
        """The tables."""
        show_versions(self._console, self._registry, MODEL)
        show_gates(self._console, self._reports)
        show_aliases(self._console, self._registry, MODEL)
        show_record(self._console, self._registry, MODEL)

    def _protect(self) -> None:
        self._say("The platform team says what [bold]production[/] asks of a version: five gates.")
        self._registry.create_model(MODEL, team="diagnostics", metadata_schema=SCHEMA)
        self._registry.set_policy(MODEL, "production", POLICY, reason="the demo's policy")

    def _retrain(self, what: str, features: int, promoted: str) -> None:
        self._say(what)
        states, run_id = self._run("retrain", {"features": features})
        if (states["train"], states["promote"]) != ("success", promoted):
            log = self._client.task_log("retrain", run_id, "train")
            raise StoryFailedError(f"retrain ended with {states}; its log:\n{log}")
        report = GateReport.from_mapping(self._client.xcom("retrain", run_id, "validate"))
        self._reports.append(report)
        self._result(f"{report.sentence()} {'Promoted.' if promoted == 'success' else 'Not promoted.'}")

    def _roll_back(self) -> None:
        self._say("Somebody finds the live version wanting, and rolls back.")
        states, run_id = self._run("rollback", {"reason": "second readers disagree too often"})
        self._expect("rollback", states)
        moved = self._client.xcom("rollback", run_id, "rollback")
        self._result(f"production points at version {moved['version']} again, in place of {moved['previous_version']}.")

    def _score(self) -> None:
        self._say("Scoring all patients with what is live, its bytes checked on the way.")
        states, run_id = self._run("score", {})
        self._expect("score", states)
        scored = self._client.xcom("score", run_id, "predict")
        self._result(f"{scored['malignant']} of {scored['patients']} tumours look malignant.")

    def _run(self, dag_id: str, conf: dict[str, Any]) -> tuple[dict[str, str | None], str]:
        with self._console.status(f"  running the Dag {dag_id} …"):
            run_id = self._client.run(dag_id, conf)
        return self._client.task_states(dag_id, run_id), run_id

    def _expect(self, dag_id: str, states: dict[str, str | None]) -> None:
        if set(states.values()) != {"success"}:
            raise StoryFailedError(f"{dag_id} ended with {states}.")

    def _say(self, text: str) -> None:
        self._console.print(f"\n[bold cyan]•[/] {text}")

    def _result(self, text: str) -> None:
        self._console.print(f"  [green]→[/] {text}", soft_wrap=True, highlight=False)
