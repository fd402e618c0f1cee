"""The asset events of tasks, as the task runner hands them to Airflow."""

from __future__ import annotations

import pytest
from airflow.sdk import task
from airflow.sdk.definitions.asset import Asset

from airflow_provider_registry.assets.emit import OUTLET_ALIAS
from airflow_provider_registry.assets.model import model_asset
from airflow_provider_registry.errors import InvalidNameError
from airflow_provider_registry.operators.promote import PromoteModelVersionOperator
from airflow_provider_registry.operators.register import RegisterModelVersionOperator
from airflow_provider_registry.operators.rollback import RollbackModelOperator
from tests.support.releases import KEYS
from tests.support.tasks import Run, a_dag

PRODUCTION = model_asset("churn", "production")
EACH = model_asset("churn", "production", partitioned=True)


def run_with_keys():
    """A run on an Airflow where a Dag wants keys."""
    run = Run()
    run.supervisor.assets = [EACH]
    return run


def promote(**kwargs):
    with a_dag():
        return PromoteModelVersionOperator(task_id="promote", **{"alias": "production", **kwargs})


def outlets(task):
    return [outlet.name for outlet in task.outlets]


def plain(ran):
    """What plain events say, by asset: those of outlets, and those that go through an alias."""
    outlets = {(profile.type, profile.uri or profile.name) for profile in ran.message.task_outlets}
    events = [event for event in ran.message.outlet_events if "partition_key" not in event]
    for event in events:
        via = event.get("source_alias_name")
        assert (("AssetAlias", via) if via else ("Asset", event["dest_asset_key"]["uri"])) in outlets
    return {event["dest_asset_key"]["uri"]: event["extra"] for event in events}


def keyed(ran):
    """The partition keys, by asset, with what is said beside them."""
    events = [event for event in ran.message.outlet_events if "partition_key" in event]
    said = {event["dest_asset_key"]["uri"]: (event["partition_key"], event["extra"]) for event in events}
    silent = {profile.uri for profile in ran.message.task_outlets if profile.type == "Asset"} - {*said, *plain(ran)}
    assert not silent, "an outlet that nothing is said of has an event that says nothing"
    return said


@pytest.fixture
def registry(skin_registry, artifact):
    """Two versions of `churn`."""
    for number in (1, 2):
        artifact.write_bytes(b"weights %d" % number)
        skin_registry.register_version("churn", artifact, metrics={"auc": 0.5})
    return skin_registry


def test_a_promotion_says_which_version_is_live_now(registry):
    registry.promote("churn", 1, "production")
    ran = run_with_keys().task(promote(model_name="churn", version=2))
    said = {
        "model_name": "churn",
        "version": 2,
        "digest": registry.get_version("models:/churn/2").digest,
        "reference": "models:/churn/2",
        "alias": "production",
        "previous_version": 1,
        "event": registry.record_head("churn").count,
    }
    assert {PRODUCTION.uri: said} == plain(ran)
    assert ({EACH.uri: ("churn/2", said)} if KEYS else {}) == keyed(ran)


def test_a_repeat_says_the_same_again(registry):
    task, run = promote(model_name="churn", version=2), Run()
    first, second = plain(run.task(task)), plain(run.task(task, try_number=2))
    assert first == second
    assert 1 == len(registry.history("churn", "production"))


def test_what_another_task_of_this_airflow_did_is_said_by_that_one_alone(registry):
    """Two Dags that wait for one approval would else start what depends on it twice."""
    first = run_with_keys().task(promote(model_name="churn", version=2))
    for named in ("churn", "{{ 'churn' }}"):
        other = Run(run_id="another")
        other.supervisor.assets = [EACH]
        ran = other.task(promote(model_name=named, version=2))
        assert ("success", 2) == (ran.state, ran.returned["version"])
        assert ({}, {}) == (plain(ran), keyed(ran))
    assert [PRODUCTION.uri] == list(plain(first))


def test_what_was_done_elsewhere_is_said_by_the_task_that_finds_it_done(registry):
    held = registry.promote("churn", 2, "production")
    ran = Run().task(promote(model_name="churn", version=2))
    assert held.event == plain(ran)[PRODUCTION.uri]["event"]


def test_a_templated_name_is_known_in_time(registry):
    ran = run_with_keys().task(promote(model_name="{{ 'churn' }}", alias="{{ 'production' }}", version=2))
    assert [PRODUCTION.uri] == list(plain(ran))
    assert not KEYS or "churn/2" == keyed(ran)[EACH.uri][0]


def test_nothing_has_a_key_where_no_dag_wants_one(registry):
    """Airflow would say of each event that it does not know the asset."""
    assert {} == keyed(Run().task(promote(model_name="churn", version=2)))


def test_a_key_that_airflow_has_no_room_for_is_left_out(skin_registry, artifact):
    long = "m" * 250
    skin_registry.register_version(long, artifact)
    run = Run()
    run.supervisor.assets = [model_asset(long, "production", partitioned=True)]
    ran = run.task(promote(model_name=long, version=1))
    assert (1, {}) == (len(plain(ran)), keyed(ran))


def test_a_registration_says_which_version_is_new(skin_registry, artifact):
    with a_dag():
        register = RegisterModelVersionOperator(task_id="register", model_name="churn", artifact=str(artifact))
    run = Run()
    run.supervisor.assets = [model_asset("churn", partitioned=True)]
    first, again = run.task(register), run.task(register, try_number=2)
    (said,) = plain(first).values()
    assert (1, None, None, 2) == tuple(said[key] for key in ("version", "alias", "previous_version", "event"))
    assert plain(first) == plain(again)
    assert ([("churn/1", said)] if KEYS else []) == list(keyed(first).values())


def test_a_training_function_says_so_too(skin_registry):
    @task.model_version(model_name="churn")
    def train():
        with open("model.pkl", "wb") as file:
            file.write(b"weights")
        return "model.pkl"

    with a_dag():
        ran = Run().task(train())
    assert [model_asset("churn").uri] == list(plain(ran))


def test_a_rollback_says_which_version_is_back(registry):
    for number in (1, 2):
        registry.promote("churn", number, "production")
    with a_dag():
        back = RollbackModelOperator(task_id="back", model_name="churn", alias="production", reason="worse")
    (said,) = plain(Run().task(back)).values()
    assert (1, 2) == (said["version"], said["previous_version"])


def test_a_task_that_did_nothing_says_nothing(registry):
    registry.set_policy(
        "churn", "production", {"gates": [{"metric": "auc", "threshold": 1, "greater_is_better": True}]}
    )
    for if_not_passed, state in (("skip", "skipped"), ("fail", "failed")):
        ran = Run().task(promote(model_name="churn", version=2, if_not_passed=if_not_passed))
        assert (state, None) == (ran.state, getattr(ran.message, "outlet_events", None))


def test_a_mapped_task_says_what_each_of_its_tasks_did(registry):
    """Airflow makes each from what it is given then, which is known by then."""
    with a_dag():
        mapped = PromoteModelVersionOperator.partial(task_id="promote", alias="production").expand(
            version=["models:/churn/1", "models:/churn/2"]
        )
    for index, number in enumerate((1, 2)):
        one = mapped.unmap({"version": f"models:/churn/{number}"})
        ran = run_with_keys().task(one, map_index=index)
        assert [(PRODUCTION.uri, number)] == [(uri, said["version"]) for uri, said in plain(ran).items()]
        assert not KEYS or f"churn/{number}" == keyed(ran)[EACH.uri][0]
        assert "AssetAlias" in {profile.type for profile in ran.message.task_outlets}, "Airflow may not know the asset"


def test_another_connection_is_another_asset(registry, monkeypatch):
    import os

    monkeypatch.setenv("AIRFLOW_CONN_RISK", os.environ["AIRFLOW_CONN_MODEL_REGISTRY_DEFAULT"])
    ran = Run().task(promote(model_name="churn", version=2, model_registry_conn_id="risk"))
    assert [model_asset("churn", "production", model_registry_conn_id="risk").uri] == list(plain(ran))


def test_an_operator_that_is_executed_by_hand_acts_and_says_nothing(registry):
    assert 2 == promote(model_name="churn", version=2).execute({})["version"]


class TestOutlets:
    """What Airflow's graph shows before anything ran."""

    def test_what_is_known_is_an_outlet_and_all_else_goes_by_the_alias(self):
        assert ["models:/churn@production"] == outlets(promote(model_name="churn", version=1))
        assert [OUTLET_ALIAS] == outlets(promote(model_name="{{ params.model }}", version=1))

    def test_a_reference_and_the_task_that_registers_tell_the_model(self):
        assert PRODUCTION.name in outlets(promote(version="models:/churn/3"))
        with a_dag():
            register = RegisterModelVersionOperator(task_id="register", model_name="churn", artifact="model.pkl")
            kept = PromoteModelVersionOperator(task_id="promote", version=register.output, alias="production")
        assert PRODUCTION.name in outlets(kept)

    def test_what_the_author_wrote_stays_and_stands_there_once(self):
        other = Asset("s3://lake/scores")
        task = promote(model_name="churn", version=1, outlets=[other, model_asset("churn", "production")])
        assert [other.name, PRODUCTION.name] == outlets(task)

    def test_a_name_that_is_none_is_refused_when_the_dag_is_parsed(self):
        with pytest.raises(InvalidNameError, match="latest"):
            promote(model_name="churn", version=1, alias="latest")
