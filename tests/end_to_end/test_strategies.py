"""The example Dags that bring a version to production in steps, executed."""

from __future__ import annotations

from typing import Any

import pytest

from demo.client import AirflowClient
from demo.standalone import Airflow
from tests.support.runs import Place, Run

# By model: the Dag, the version that is live before (0: none), the one that the run is for, and what it is told.
RUNS: dict[str, tuple[str, int, int, dict[str, Any]]] = {
    "canary-good": ("canary", 1, 2, {}),
    "canary-bad": ("canary", 1, 2, {"errors": [50, 40]}),
    "canary-early": ("canary", 1, 2, {"errors": [4]}),
    "shadow": ("shadow", 1, 2, {}),
    "first-release": ("blue_green", 0, 1, {}),
    "next-release": ("blue_green", 1, 2, {}),
}


@pytest.fixture(scope="module")
def states(airflow: Airflow, first_use: Run, embedded: Place) -> dict[str, dict[str, str | None]]:
    """All of them at once, each on a model of its own; gives how their tasks ended."""
    client: AirflowClient = airflow.client
    started: dict[str, tuple[str, str]] = {}
    for model, (dag_id, live, version, told) in RUNS.items():
        embedded.model(model, None)
        embedded.versions(model, 2)
        if live:
            embedded.registry.promote(model, live, "production")
            place = (f"models:/{model}/{live}", "production", "blue")
            embedded.registry.record_deployment(*place, desired="running", actual="running")
        client.wait_for_dag(dag_id, unpause=True)
        started[model] = dag_id, client.trigger(dag_id, {"model": model, "version": version, **told})
    for dag_id, run_id in started.values():
        client.wait_for_run(dag_id, run_id)
    return {model: client.task_states(dag_id, run_id) for model, (dag_id, run_id) in started.items()}


def _said(embedded: Place, model: str) -> list[str]:
    """What was done to the alias, in order."""
    return [kind for kind in embedded.event_types(model) if kind.startswith("alias.")][1:]


def test_a_canary_that_does_well_gets_more_and_is_promoted(states, embedded: Place):
    taken = {name: states["canary-good"][name] for name in ("widen", "go_on", "give_up", "promote")}
    assert {"widen": "success", "go_on": "skipped", "give_up": "skipped", "promote": "success"} == taken
    assert ["alias.routed", "alias.routed", "alias.promoted"] == _said(embedded, "canary-good")
    assert [5.0, 50.0] == [route.traffic for route in embedded.registry.route_history("canary-good")]
    assert 2 == embedded.live("canary-good")


def test_a_canary_that_does_badly_gives_back_what_it_had(states, embedded: Place):
    taken = {name: states["canary-bad"][name] for name in ("widen", "go_on", "give_up", "promote")}
    assert {"widen": "skipped", "go_on": "skipped", "give_up": "success", "promote": "skipped"} == taken
    assert ["alias.routed", "alias.route_ended"] == _said(embedded, "canary-bad")
    assert 1 == embedded.live("canary-bad")
    assert [0.05, 0.04] == [point.value for point in embedded.registry.metric_points("models:/canary-bad/2").points]


def test_a_canary_of_which_it_is_too_early_to_say_keeps_its_share(states, embedded: Place):
    taken = {name: states["canary-early"][name] for name in ("widen", "go_on", "give_up")}
    assert {"widen": "skipped", "go_on": "success", "give_up": "skipped"} == taken
    (route,) = embedded.registry.routes("canary-early", "production")
    assert (2, 5.0, 1) == (route.version, route.traffic, embedded.live("canary-early"))


def test_a_shadow_is_compared_and_ends(states, embedded: Place):
    assert {"success"} == set(states["shadow"].values())
    assert ["alias.routed", "alias.route_ended"] == _said(embedded, "shadow")
    (check,) = embedded.registry.checks("shadow", 2)
    assert (True, 1, [2]) == (check.passed, check.evidence["live"], check.evidence["shadows"])


@pytest.mark.parametrize(("model", "version", "colour"), [("first-release", 1, "blue"), ("next-release", 2, "green")])
def test_a_release_runs_beside_the_live_one_before_it_is_switched_to(
    states, embedded: Place, model: str, version: int, colour: str
):
    assert {"success"} == set(states[model].values())
    (deployed,) = embedded.registry.deployments(model, target=colour)
    assert (True, version, version) == (deployed.is_met, deployed.actual_version, embedded.live(model))
    assert deployed.from_at < embedded.registry.history(model, "production")[-1].from_at
    embedded.registry.verify_record(model)
