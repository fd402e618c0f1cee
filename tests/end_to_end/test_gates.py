"""Gates that do not pass, as Airflow shows them."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from airflow_provider_registry.registry import GateReport
from tests.support.runs import Place, Run

TASKS = ("validate_or_fail", "validate_or_skip", "promote_or_fail", "promote_or_skip")


@pytest.fixture(scope="module")
def runs(places: Mapping[str, Place]) -> dict[tuple[str, str], Run]:
    """A version whose metric is too low, and one that has none, by registry and model."""
    begun = {}
    for place in places.values():
        for model, metrics in (("weak", {"auc": 0.4}), ("unmeasured", {"loss": 0.1})):
            place.versions(place.model(model), 1, metrics=metrics)
            begun[place.name, model] = place.start("gates", model, version=1)
    return begun


@pytest.mark.parametrize("act", ["validate", "promote"])
def test_a_version_that_does_not_pass_fails_the_task_at_once(
    place: Place, runs: Mapping[tuple[str, str], Run], act: str
) -> None:
    run = runs[place.name, "weak"]
    states, tries = run.states(), run.tries()
    assert ("failed", 1) == (states[f"{act}_or_fail"], tries[f"{act}_or_fail"]), "two retries would change nothing"
    assert "upstream_failed" == states[f"after_{act}_or_fail"]
    assert "did not pass the gates of production" in run.log(f"{act}_or_fail")


@pytest.mark.parametrize("act", ["validate", "promote"])
def test_not_better_tonight_is_a_normal_night_where_the_dag_says_skip(
    place: Place, runs: Mapping[tuple[str, str], Run], act: str
) -> None:
    run = runs[place.name, "weak"]
    states = run.states()
    assert ("skipped", "skipped") == (states[f"{act}_or_skip"], states[f"after_{act}_or_skip"])
    assert "did not pass the gates of production" in run.log(f"{act}_or_skip")


@pytest.mark.parametrize("task_id", TASKS)
def test_gates_that_could_not_be_answered_fail_the_task_whatever_the_dag_says(
    place: Place, runs: Mapping[tuple[str, str], Run], task_id: str
) -> None:
    run = runs[place.name, "unmeasured"]
    states = run.states()
    assert ("failed", "upstream_failed") == (states[task_id], states[f"after_{task_id}"])
    assert 1 == run.tries()[task_id]


@pytest.mark.parametrize("model", ["weak", "unmeasured"])
def test_the_report_is_pushed_before_the_task_ends(
    place: Place, runs: Mapping[tuple[str, str], Run], model: str
) -> None:
    run = runs[place.name, model]
    run.end()
    pushed = [run.xcom(task_id) for task_id in TASKS[:2]]
    pushed += [run.xcom(task_id, key="gate_report") for task_id in TASKS[2:]]
    for report in map(GateReport.from_mapping, pushed):
        assert (model, 1, "production", False) == (report.model_name, report.version, report.alias, report.passed)
        assert report.errored == (model == "unmeasured")


@pytest.mark.parametrize("model", ["weak", "unmeasured"])
def test_nothing_is_promoted_and_each_refusal_is_in_the_record(
    place: Place, runs: Mapping[tuple[str, str], Run], model: str
) -> None:
    runs[place.name, model].end()
    assert [] == place.registry.history(model)
    assert 4 == place.event_types(model).count("version.validated")


@pytest.fixture(scope="module")
def before(places: Mapping[str, Place], runs: Mapping[tuple[str, str], Run]) -> dict[str, tuple[list[str], list[int]]]:
    """The events of the weak model and the ids of its reports, before its runs are cleared."""
    weak = {name: run for (name, model), run in runs.items() if model == "weak"}
    for run in weak.values():
        run.end()
    seen = {name: (places[name].event_types("weak"), _report_ids(run)) for name, run in weak.items()}
    for run in weak.values():
        run.clear()
    return seen


def test_a_cleared_validation_or_promotion_gives_the_same_report_and_adds_no_event(
    place: Place, runs: Mapping[tuple[str, str], Run], before: dict[str, tuple[list[str], list[int]]]
) -> None:
    run = runs[place.name, "weak"]
    run.end()
    assert dict.fromkeys(TASKS, 2) == {task_id: run.tries()[task_id] for task_id in TASKS}
    assert before[place.name] == (place.event_types("weak"), _report_ids(run))


def _report_ids(run: Run) -> list[int]:
    pushed = [run.xcom(task_id) for task_id in TASKS[:2]]
    pushed += [run.xcom(task_id, key="gate_report") for task_id in TASKS[2:]]
    return [report["report_id"] for report in pushed]
