"""The story of the demo: a first model, a better one that people approve, a worse one, a rollback, and a scoring."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from rich.console import Console
from rich.text import Text

from airflow_provider_registry.registry import GateReport, Registry
from demo.client import until
from demo.report import show_aliases, show_gates, show_record, show_requests, show_versions
from demo.standalone import Airflow

MODEL = "breast-cancer"
DAGS = ("retrain", "approval", "rollback", "score")
POLICIES = Path(__file__).parent / "policies"

# The people of the story, and what each may do in Airflow.
USERS = {"admin": "admin", "ana": "op", "bo": "op"}


class StoryFailedError(RuntimeError):
    """A step did not end as the story says."""


class Story:
    """Runs the Dags in order, and says plainly what happens."""

    def __init__(self, console: Console, airflow: Airflow, registry: Registry) -> None:
        self._console, self._airflow, self._registry = console, airflow, registry
        self._client = airflow.client
        self._reports: list[GateReport] = []

    def tell(self) -> None:
        """All of it."""
        for dag_id in DAGS:
            self._client.wait_for_dag(dag_id)
        self._apply("The platform team says in a file what [bold]production[/] asks of a version: five gates.", "gates")
        self._retrain("A first model, from 8 measurements: nothing is live yet, so there is no baseline.", 8, "success")
        self._apply("From now on two people must agree as well: ana as ml-lead, bo as risk.", "approvals")
        self._retrain_and_ask("A better one, from all 30 measurements.", 30)
        self._retrain("A worse one, from 2 measurements.", 2, "skipped")
        self._score(self._roll_back())

    def show(self) -> None:
        """The tables."""
        show_versions(self._console, self._registry, MODEL)
        show_gates(self._console, self._reports)
        show_requests(self._console, self._registry, MODEL)
        show_aliases(self._console, self._registry, MODEL)
        show_record(self._console, self._registry, MODEL)

    def leave_a_question(self) -> None:
        """Ask once more for the better version, so that whoever looks around finds a question that waits."""
        asked = self._client.trigger("approval", {"version": 2, "reason": "the second readers were trained"})
        for task_id in ("ml-lead", "risk"):
            self._client.wait_until_asked("approval", asked, task_id)

    def _apply(self, what: str, policy: str) -> None:
        self._say(what)
        file = POLICIES / f"{policy}.yaml"
        with self._console.status(f"  airflow model-registry apply -f {file.name} …"):
            said = self._airflow.run("model-registry", "apply", "-f", str(file))
        self._console.print(Text(f"$ airflow model-registry apply -f demo/policies/{file.name}\n{said}".rstrip()))

    def _retrain(self, what: str, features: int, promoted: str) -> None:
        self._say(what)
        states, run_id = self._run("retrain", {"features": features})
        if (states["train"], states["promote"]) != ("success", promoted):
            log = self._client.task_log("retrain", run_id, "train")
            raise StoryFailedError(f"retrain ended with {states}; its log:\n{log}")
        self._result(f"{self._reported(run_id)} {'Promoted.' if promoted == 'success' else 'Not promoted.'}")

    def _retrain_and_ask(self, what: str, features: int) -> None:
        self._say(what)
        with self._console.status("  running the Dag retrain …"):
            retraining = self._client.trigger("retrain", {"features": features})
            self._client.wait_for_task("retrain", retraining, "promote", states=["deferred"])
        self._result(f"{self._reported(retraining)} The promotion waits for people, and takes no worker meanwhile.")
        version = self._client.xcom("retrain", retraining, "train")["version"]
        with self._console.status("  running the Dag approval …"):
            asking = self._client.trigger("approval", {"version": version, "reason": "all 30 measurements"})
        self._decide(asking, "ana", "ml-lead", "read the report; large tumours are better, too")
        self._decide(asking, "bo", "risk", "same data, same consent")
        with self._console.status("  both Dags go on …"):
            self._client.wait_for_run("approval", asking)
            self._client.wait_for_run("retrain", retraining)
        for dag_id, run_id in (("approval", asking), ("retrain", retraining)):
            self._expect(dag_id, self._client.task_states(dag_id, run_id))
        (request,) = self._registry.requests(MODEL)
        self._result(f"{request.sentence()}")

    def _decide(self, run_id: str, user: str, role: str, comment: str) -> None:
        with self._console.status(f"  {user} looks under Required Actions …"):
            asked = self._client.wait_until_asked("approval", run_id, role)
            person = self._airflow.client_of(user)
            person.answer("approval", run_id, role, "Approve", comment=comment)
            person.close()
        self._result(f"{user} is asked: “{asked['subject']}” and approves: “{comment}”.")

    def _reported(self, run_id: str) -> str:
        report = GateReport.from_mapping(self._client.xcom("retrain", run_id, "validate"))
        self._reports.append(report)
        return report.sentence()

    def _roll_back(self) -> int:
        self._say("Somebody finds the live version wanting, and rolls back.")
        states, run_id = self._run("rollback", {"reason": "second readers disagree too often"})
        self._expect("rollback", states)
        moved = self._client.xcom("rollback", run_id, "rollback")
        self._result(f"production points at version {moved['version']} again, in place of {moved['previous_version']}.")
        return int(moved["event"])

    def _score(self, event: int) -> None:
        self._say("The Dag score is scheduled on production: each time a version went live, it started by itself.")
        with self._console.status("  the last scoring ends …"):
            run_id = until("the scoring after the rollback", lambda: self._scoring_of(event), 120)
        self._expect("score", self._client.task_states("score", run_id))
        scored = self._client.xcom("score", run_id, "predict")
        said = f"{scored['malignant']} of {scored['patients']} tumours look malignant"
        self._result(f"It ran {len(self._client.runs('score'))} times. After the rollback, {said}.")

    def _scoring_of(self, event: int) -> str | None:
        """The run that an act started, by its place in the model's record, once it has ended."""
        # Of runs that have not begun, Airflow cannot tell the events: it answers with an error.
        runs = [str(run["dag_run_id"]) for run in self._client.runs("score") if run["end_date"]]
        return next((run for run in runs if event in self._events_behind(run)), None)

    def _events_behind(self, run_id: str) -> list[int]:
        return [extra["event"] for extra in self._client.events_behind("score", run_id)]

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
