from __future__ import annotations

import json

from airflow_provider_registry.operators.register import RegisterModelVersionOperator
from airflow_provider_registry.registry import profile_of
from tests.support.tasks import Run, a_dag

PROFILE = profile_of({"age": [20, 30, 40]})


def register(artifact, profile):
    with a_dag():
        return RegisterModelVersionOperator(
            task_id="register", model_name="churn", artifact=str(artifact), profile=profile, environment=False
        )


def test_a_registration_records_the_profile_of_its_data_beside_the_version(skin_registry, artifact):
    run, task = Run(), register(artifact, json.dumps(PROFILE))
    assert run.task(task).returned == run.task(task, try_number=2).returned
    (recorded,) = skin_registry.profiles("models:/churn/1")
    assert (recorded.profile, recorded.phase) == (PROFILE, "training")


def test_a_profile_that_is_none_is_refused_before_anything_is_registered(skin_registry, artifact):
    skin_registry.create_model("churn")
    ran = Run().task(register(artifact, {"age": [20]}))
    assert (ran.state, skin_registry.get_model("churn").latest_version) == ("failed", 0)
    assert "InvalidProfileError" in str(ran.error)
