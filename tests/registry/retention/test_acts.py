"""Setting a retention, and reading it."""

from __future__ import annotations

import pytest

from airflow_provider_registry.errors import InvalidRetentionError, ModelNotFoundError, SupersededSinceError
from airflow_provider_registry.registry.retention.retention import Retention
from tests.registry.requests.worlds import last_event

TEN = {"keep_last": 10, "grace": "7d"}
FIVE = {"keep_last": 5}


def test_it_is_kept_with_one_event_and_found_again(world):
    world.registry.create_model("churn")
    assert world.registry.retention("churn") is None
    set_ = world.registry.set_retention("churn", TEN, reason="disk")
    assert Retention.parse(TEN) == set_ == world.registry.retention("churn")
    assert set_.as_mapping() == world.registry.get_model("churn").retention
    event = last_event(world)
    assert ("retention.set", {"retention": set_.as_mapping(), "before": None}) == (event.type, event.payload)
    assert str(event).endswith(
        "set the retention: keep the last 10 and what held an alias within 365d, archive the rest, purge it 7d later. "
        "Reason: disk"
    )
    world.registry.verify_record("churn")


def test_setting_what_is_in_force_writes_nothing_and_none_keeps_everything(world):
    world.registry.create_model("churn")
    world.registry.set_retention("churn", None)
    world.registry.set_retention("churn", TEN)
    world.registry.set_retention("churn", Retention.parse(TEN))
    assert ["model.created", "retention.set"] == world.types()
    world.registry.set_retention("churn", None)
    assert world.registry.retention("churn") is None
    assert str(last_event(world)).endswith("removed the retention: all versions are kept.")
    world.registry.verify_record("churn")


def test_a_repeat_after_another_was_set_is_refused(world):
    world.registry.create_model("churn")
    world.registry.set_retention("churn", TEN, key="k")
    world.registry.set_retention("churn", TEN, key="k")
    world.registry.set_retention("churn", FIVE)
    with pytest.raises(SupersededSinceError, match="The retention was set by event 2"):
        world.registry.set_retention("churn", TEN, key="k")


def test_what_is_none_is_refused_and_nothing_is_written(world):
    world.registry.create_model("churn")
    with pytest.raises(InvalidRetentionError):
        world.registry.set_retention("churn", {"keep_last": -1})
    with pytest.raises(ModelNotFoundError):
        world.registry.set_retention("leave", TEN)
    with pytest.raises(ModelNotFoundError):
        world.registry.retention("leave")
    assert ["model.created"] == world.types()
