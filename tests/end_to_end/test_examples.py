"""Every Dag of `dags_examples`, executed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from airflow_provider_registry.assets.model import model_asset
from airflow_provider_registry.assets.uris import parse_uri
from airflow_provider_registry.registry import Registry
from airflow_provider_registry.registry.policy_files.plan import apply_plan, make_plan
from airflow_provider_registry.registry.policy_files.read import read_policy_files
from airflow_provider_registry.triggers.record import reader_of
from demo.client import AirflowClient, until
from demo.standalone import Airflow
from demo.story import MODEL, POLICIES
from tests.support.receiver import receiving
from tests.support.releases import KEYS, needs_keys
from tests.support.runs import POLICY as TEST_POLICY
from tests.support.runs import Place, Run

EXAMPLES = Path(__file__).parents[2] / "dags_examples"
CARDED = {"gates": [{"card": {"require": ["intended_use", "limitations"]}}]}
CHECKED = {"gates": [{"check": "data_quality"}, {"check": "countries", "severity": "warning"}]}
SCANNED = {"gates": [{"scan": "pickle", "max_age": "30d"}]}

# The examples that need an Airflow with partition keys, with a task of each.
KEYED = {"relay": "hand_on", "each_release": "fetch"}


# The examples that begin to run by themselves once they are switched on.
BY_THE_CLOCK = {"deliver_webhooks", "monitor"}


@pytest.fixture(scope="module")
def client(airflow: Airflow) -> AirflowClient:
    for file in EXAMPLES.glob("*.py"):
        if file.stem in KEYED and not KEYS:
            continue
        airflow.client.wait_for_dag(file.stem, unpause=file.stem not in BY_THE_CLOCK)
    return airflow.client


@pytest.fixture(scope="module")
def told(client: AirflowClient, first_use: Run, embedded: Place, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """All of them in a sensible order: what each left in the registry, and what it returned."""
    registry = embedded.registry
    apply_plan(registry, make_plan(registry, _policies("gates"), prune=False), reason="")
    _watch(client, registry, "release_notes", *(["relay"] if KEYS else []))
    destination = tmp_path_factory.mktemp("released") / "model"
    registered = client.trigger("register_folder")
    embedded.model("customers", CHECKED)
    checked = {number: client.trigger("data_checks", {"without_age": number}) for number in (2, 20)}
    embedded.model("offers", CARDED)
    carded = {said: client.trigger("model_card", {"limitations": said}) for said in ("", "Not for new customers.")}
    embedded.model("readings", SCANNED)
    looked = {log: client.trigger("scan", {"log_scale": log}) for log in (False, True)}
    waits = client.trigger("wait_for_release", {"destination": str(destination)})
    client.wait_for_task("wait_for_release", waits, "wait", states=["deferred"])
    told = {"retrain 8": _retrain(client, registry, 8)}
    assert "success" == client.wait_for_run("wait_for_release", waits)
    told |= {f"retrain {features}": _retrain(client, registry, features) for features in (30, 2)}
    live = {"reference": f"models:/{MODEL}@production", "folder": str(tmp_path_factory.mktemp("feedback"))}
    said = client.run("feedback", live)
    rolled_back = client.run("rollback", {"reason": "second readers disagree"})
    assert "success" == client.wait_for_run("register_folder", registered)
    return told | {
        "fetched": client.xcom("wait_for_release", waits, "fetch"),
        "rolled back": client.xcom("rollback", rolled_back, "rollback"),
        "said": {name: client.xcom("feedback", said, name) for name in ("rated", "said", "by_day")},
        "scored": _each(client, "score", 3, "predict"),
        "noted": _each(client, "release_notes", 3, "write"),
        "by key": _by_key(client) if KEYS else {},
        "carded": {said: _carded(client, run_id) for said, run_id in carded.items()},
        "looked": {log: _looked(client, run_id) for log, run_id in looked.items()},
        "checked": {number: _checked(client, run_id) for number, run_id in checked.items()},
    }


def _by_key(client: AirflowClient) -> dict[str, list[Any]]:
    return {dag_id: _each(client, dag_id, 3, task_id) for dag_id, task_id in KEYED.items()}


def _watch(client: AirflowClient, registry: Registry, *dag_ids: str) -> None:
    """Wait until the watchers of Dags have begun: what was before is not theirs."""
    for dag_id in dag_ids:
        client.parse_again(dag_id)
    reader = reader_of(parse_uri(model_asset(MODEL, "production", watch=True).uri))
    until("the watchers to begin", lambda: registry.position(reader, MODEL), 120)


def _each(client: AirflowClient, dag_id: str, number: int, task_id: str) -> list[Any]:
    """What a task returned in each run that an asset started."""
    until(f"{number} runs of {dag_id}", lambda: len(client.runs(dag_id)) >= number, 120)
    runs = [run["dag_run_id"] for run in client.runs(dag_id)]
    assert {"success"} == {client.wait_for_run(dag_id, run) for run in runs}
    return [client.xcom(dag_id, run, task_id) for run in runs]


def _policies(name: str) -> Any:
    return read_policy_files([(name, (POLICIES / f"{name}.yaml").read_bytes())])


def _retrain(client: AirflowClient, registry: Registry, features: int) -> dict[str, Any]:
    run_id = client.run("retrain", {"features": features})
    trained = client.xcom("retrain", run_id, "train")
    live = registry.get_version(f"models:/{MODEL}@production").version
    return {"states": client.task_states("retrain", run_id), "version": trained["version"], "live": live}


def _looked(client: AirflowClient, run_id: str) -> dict[str, Any]:
    client.wait_for_run("scan", run_id)
    return {"states": client.task_states("scan", run_id), "found": client.xcom("scan", run_id, "look")}


def _checked(client: AirflowClient, run_id: str) -> dict[str, Any]:
    client.wait_for_run("data_checks", run_id)
    outcomes = {name: client.xcom("data_checks", run_id, name) for name in ("data_quality", "countries")}
    return {"states": client.task_states("data_checks", run_id), **outcomes}


def _carded(client: AirflowClient, run_id: str) -> dict[str, Any]:
    client.wait_for_run("model_card", run_id)
    version = client.xcom("model_card", run_id, "train")
    return {"states": client.task_states("model_card", run_id), "version": version}


def test_every_example_is_executed_here(client: AirflowClient) -> None:
    executed = {"register_folder", "retrain", "score", "rollback", "wait_for_release", "approval", "deliver_webhooks"}
    executed |= {"each_release", "release_notes", "relay", "data_checks", "announce", "reviews", "retention"}
    executed |= {"monitor", "retrain_on_degradation", "feedback", "model_card", "scan"}
    executed |= {"canary", "shadow", "blue_green"}  # by `test_strategies`
    assert executed == {file.stem for file in EXAMPLES.glob("*.py")}


@pytest.mark.parametrize("features", [8, 30])
def test_a_retraining_that_beats_what_is_live_is_promoted(told: Any, features: int) -> None:
    run = told[f"retrain {features}"]
    assert {"train": "success", "validate": "success", "promote": "success"} == run["states"]
    assert run["version"] == run["live"]


def test_a_retraining_that_does_worse_is_stopped_at_the_gate(told: Any) -> None:
    run = told["retrain 2"]
    assert {"train": "success", "validate": "skipped", "promote": "skipped"} == run["states"]
    assert told["retrain 30"]["version"] == run["live"]


def test_whoever_waited_for_a_release_fetched_the_first(told: Any) -> None:
    assert told["retrain 8"]["version"] == told["fetched"]["version"]
    assert Path(told["fetched"]["path"], "model.joblib").is_file()


def test_a_rollback_by_hand_brings_the_one_before_back(told: Any, embedded: Place) -> None:
    assert told["retrain 8"]["version"] == told["rolled back"]["version"]
    held = embedded.registry.history(MODEL, "production")[-1]
    assert ("second readers disagree", held.version) == (held.reason, told["retrain 8"]["version"])


def test_scoring_starts_by_itself_each_time_a_version_goes_live(told: Any) -> None:
    assert [569] * 3 == [scored["patients"] for scored in told["scored"]]
    assert all(100 < scored["malignant"] < 300 for scored in told["scored"])
    assert told["scored"][0] == told["scored"][2] != told["scored"][1]


def test_whoever_watches_hears_of_each_release(told: Any) -> None:
    first, second = (told[f"retrain {features}"]["version"] for features in (8, 30))
    assert [
        f"models:/{MODEL}/{first} is production now, the first one (alias.promoted).",
        f"models:/{MODEL}/{second} is production now, instead of version {first} (alias.promoted).",
        f"models:/{MODEL}/{first} is production now, instead of version {second} (alias.rolled_back).",
    ] == [note for notes in told["noted"] for note in notes]


@needs_keys
def test_a_relay_gives_what_a_watcher_heard_a_key(told: Any) -> None:
    first, second = (told[f"retrain {features}"]["version"] for features in (8, 30))
    keys = [key for keys in told["by key"]["relay"] for key in keys]
    assert [f"{MODEL}/{number}" for number in (first, second, first)] == keys


@needs_keys
def test_each_release_has_a_run_of_its_own(told: Any) -> None:
    first, second = (told[f"retrain {features}"]["version"] for features in (8, 30))
    assert [first, second, first] == [fetched["version"] for fetched in told["by key"]["each_release"]]


def test_what_people_said_is_kept_beside_the_version_that_was_live(told: Any, embedded: Place) -> None:
    rated, said = told["said"]["rated"], told["said"]["said"]
    assert (told["retrain 30"]["version"], {"rating": 3}) == (rated["version"], rated["counts"])
    assert {"comment": 1, "correction": 1, "flag": 1} == said["counts"]
    assert told["said"]["by_day"][:2] == [
        "2026-03-03: 2 said, rated 3.5, flags {}",
        "2026-03-04: 1 said, rated 4.0, flags {}",
    ]
    corrected = embedded.registry.feedback(rated["reference"], kind="correction")
    assert [({"churns": False}, "support desk")] == [(one.value, one.source) for one in corrected]


def test_a_folder_is_registered_under_a_model_of_a_team(told: Any, embedded: Place) -> None:
    version = embedded.registry.get_version("models:/growth/churn@staging")
    assert ("0.1", 0.81, 2) == (version.params["regularisation"], version.metric("auc"), version.file_count)


def test_a_version_goes_live_whose_data_passed_the_check_that_the_policy_asks_for(told: Any, embedded: Place) -> None:
    run = told["checked"][2]
    assert {"success"} == set(run["states"].values())
    assert (True, False) == (run["data_quality"]["passed"], run["countries"]["passed"])
    version = run["data_quality"]["version"]
    assert version == embedded.live("customers")
    assert ["customers"] == [item.name for item in embedded.registry.get_version(f"models:/customers/{version}").inputs]
    verdicts = [result.verdict for result in embedded.registry.gate_reports(f"models:/customers/{version}")[-1].results]
    assert ["passed", "warned"] == verdicts


def test_a_version_whose_data_did_not_pass_goes_nowhere_and_the_evidence_is_kept(told: Any, embedded: Place) -> None:
    run = told["checked"][20]
    assert ("failed", "upstream_failed") == (run["states"]["data_quality"], run["states"]["promote"])
    (outcome,) = embedded.registry.checks(None, run["data_quality"]["reference"], name="data_quality")
    assert (False, {"rows": 100, "without_age": 20}) == (outcome.passed, outcome.evidence)


def test_a_version_that_degrades_is_retrained_by_itself(client: AirflowClient, embedded: Place) -> None:
    """Its data turn a little further each day: on two in a row it is worse than it may be."""
    registry, yesterday = embedded.registry, datetime.now(UTC).date() - timedelta(days=1)
    days = [(yesterday - timedelta(days=ago)).isoformat() for ago in range(5)]
    client.wait_for_dag("watch_for_degradation")
    client.run("retrain_on_degradation", {"day": days[4]})
    client.wait_for_dag("monitor")
    monitored = [client.trigger("monitor", {"day": day}) for day in days[:3]]
    assert {"success"} == {client.wait_for_run("monitor", run_id) for run_id in monitored}
    until("the retraining", lambda: registry.get_model("visitors").latest_version == 2, 120)
    until("the promotion", lambda: registry.get_version("models:/visitors@production").version == 2, 120)
    client.run("monitor", {"day": days[0]})
    accuracy = {version: registry.metrics(f"models:/visitors/{version}", "accuracy")[0].latest for version in (1, 2)}
    assert accuracy[1].window_from == accuracy[2].window_from
    assert accuracy[1].mean < 0.88 < accuracy[2].mean
    until("the version that took its place to be watched", lambda: len(client.runs("watch_for_degradation")) == 2, 120)
    first, second = (run["dag_run_id"] for run in client.runs("watch_for_degradation"))
    assert "below 0.88" in client.xcom("watch_for_degradation", first, "degraded")["reason"]
    client.wait_for_task("watch_for_degradation", second, "degraded", states=["deferred"])
    registry.verify_record("visitors")


@pytest.fixture(scope="module")
def approved(airflow: Airflow, client: AirflowClient, told: Any, embedded: Place) -> str:
    """A run of `approval`: somebody who may not decide answers first, then one person of each role; gives its id."""
    roles = [{"role": "ml-lead", "users": ["ana"]}, {"role": "risk", "users": ["bo"]}]
    model = embedded.model("second-reading", {**TEST_POLICY, "approvals": roles})
    embedded.versions(model, 1)
    run_id = client.trigger("approval", {"model": model, "version": 1, "reason": "beats the first reading"})
    for user, task_id in (("bo", "ml-lead"), ("ana", "ml-lead"), ("bo", "risk")):
        client.wait_until_asked("approval", run_id, task_id)
        person = airflow.client_of(user)
        person.answer("approval", run_id, task_id, "Approve", comment=f"{user} as {task_id}")
        person.close()
    client.wait_for_run("approval", run_id)
    return run_id


def test_two_people_of_two_roles_approve_what_then_goes_live(
    approved: str, client: AirflowClient, embedded: Place
) -> None:
    assert {"request", "ml-lead", "risk", "promote"} == set(client.task_states("approval", approved))
    assert {"success"} == set(client.task_states("approval", approved).values())
    (request,) = embedded.registry.requests("second-reading")
    said = {(decision.by, decision.role, decision.comment) for decision in request.decisions}
    assert {("ana", "ml-lead", "ana as ml-lead"), ("bo", "risk", "bo as risk")} == said
    assert 1 == embedded.live("second-reading")


def test_whoever_may_not_decide_in_a_role_was_refused_and_is_on_the_record(approved: str, embedded: Place) -> None:
    types = embedded.event_types("second-reading")
    assert 1 == types.count("request.decision_refused")
    assert types.index("request.decision_refused") < types.index("alias.promoted")


def test_people_look_again_at_what_is_due_and_what_they_say_is_kept(
    airflow: Airflow, client: AirflowClient, told: Any, embedded: Place
) -> None:
    model = embedded.model("looked-at", None)
    embedded.versions(model, 1)
    embedded.registry.promote(model, 1, "production")
    policy = {**TEST_POLICY, "review_every": "1s", "approvals": [{"role": "ml-lead", "users": ["ana"]}]}
    embedded.registry.set_policy(model, "production", policy)
    until("a review to be due", embedded.registry.reviews_due, 30)
    run_id = client.trigger("reviews")
    question = client.wait_until_asked("reviews", run_id, "review")
    assert f"Version 1 of {model} as production: keep, replace or retire?" == question["subject"]
    person = airflow.client_of("ana")
    person.answer("reviews", run_id, "review", "Retire", map_index=0, comment="too old")
    person.close()
    assert "success" == client.wait_for_run("reviews", run_id)
    (said,) = embedded.registry.reviews(model)
    assert ("retire", "ana", "ml-lead", "too old", "airflow-ui", True) == (
        said.outcome, said.by, said.role, said.reason, said.via, said.authenticated,
    )  # fmt: skip
    assert "retire" == embedded.registry.holders([(model, "production")])[model, "production"].review
    assert [True] == [due.answered for due in embedded.registry.reviews_due()]
    embedded.registry.verify_record(model)


def test_what_nobody_needs_is_archived_every_night(told: Any, client: AirflowClient, embedded: Place) -> None:
    model = embedded.model("retained", None)
    embedded.versions(model, 3)
    embedded.registry.promote(model, 1, "production")
    embedded.registry.set_retention(model, {"keep_last": 1})
    run_id = client.run("retention")
    assert {"archived": 1, "purged": 0} == client.xcom("retention", run_id, "apply")["models"][model]
    assert embedded.registry.get_version(f"models:/{model}/2").archived_at
    embedded.registry.verify_record(model)


def test_the_record_of_it_all_is_intact(told: Any, embedded: Place) -> None:
    embedded.registry.verify_record(MODEL)


def test_whoever_has_a_webhook_is_told(told: Any, client: AirflowClient, embedded: Place) -> None:
    model = embedded.model("told", None)
    with receiving() as receiver:
        embedded.registry.set_webhooks(model, [{**receiver.webhook(), "secret": "registry_webhooks"}])
        embedded.versions(model, 1)
        client.wait_for_dag("deliver_webhooks")
        client.run("deliver_webhooks")
        client.pause("deliver_webhooks")
    assert ["version.registered"] == [got.said["type"] for got in receiver.got]
    assert embedded.registry.webhook_states(model)[0].lag == 0


def test_a_promotion_is_announced_in_words_and_to_a_program(told: Any, client: AirflowClient) -> None:
    with receiving() as receiver:
        run_id = client.run("announce", {"url": receiver.url})
        assert {"promote": "success"} == client.task_states("announce", run_id)
        # Airflow tells after it has said that the task succeeded.
        until("the message", lambda: receiver.got, 60)
    (got,) = receiver.got
    assert ("alias.promoted", "growth/churn") == (got.said["type"], got.said["data"]["model_name"])
    words = "growth/churn: promoted version 1 to production."
    until("the words", lambda: words in client.task_log("announce", run_id, "promote"), 60)


def test_a_version_whose_card_lacks_what_the_policy_asks_for_is_not_promoted(told: Any, embedded: Place) -> None:
    without, with_it = told["carded"][""], told["carded"]["Not for new customers."]
    assert {"train": "success", "promote": "skipped"} == without["states"]
    assert {"train": "success", "promote": "success"} == with_it["states"]
    live = embedded.registry.get_version("models:/offers@production")
    assert live.version == with_it["version"]["version"]
    assert "Not for new customers." in embedded.registry.card("models:/offers@production")


def test_a_version_is_live_once_a_scan_found_it_clean_and_not_before(told: Any) -> None:
    clean, suspicious = told["looked"][False], told["looked"][True]
    assert {"train": "success", "look": "success", "validate": "success", "promote": "success"} == clean["states"]
    assert ("clean", {}) == (clean["found"]["outcome"], clean["found"]["findings"])
    stopped = {"train": "success", "look": "success", "validate": "failed", "promote": "upstream_failed"}
    assert stopped == suspicious["states"]
    assert ("suspicious", {"suspicious": 1}) == (suspicious["found"]["outcome"], suspicious["found"]["findings"])
