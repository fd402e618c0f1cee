"""The wait of a review: for an answer, or for an alias that moves on."""

from __future__ import annotations

from typing import Any

import pytest
from airflow.sdk.serde import deserialize, serialize

from airflow_provider_registry.triggers.review import ReviewTrigger
from tests.triggers.test_approval import ANSWERED, UNANSWERED, asked, fired

__all__ = ["asked"]


@pytest.fixture
def registry(skin_registry, artifact):
    for number in (1, 2):
        artifact.write_bytes(b"weights %d" % number)
        skin_registry.register_version("churn", artifact, environment=False)
    skin_registry.promote("churn", 1, "production")
    return skin_registry


def trigger(**kwargs: Any) -> ReviewTrigger:
    said: dict[str, Any] = {"model_registry_conn_id": "model_registry_default", "model_name": "churn"}
    return ReviewTrigger(**said, alias="production", poll_interval=0.01, ti_id="00000000-0000-0000-0000-000000000007",
                         moved_off=1, **kwargs)  # fmt: skip


def test_it_is_made_again_from_plain_json():
    made = trigger(look_only=True, deadline=5.0)
    classpath, kwargs = made.serialize()
    assert "airflow_provider_registry.triggers.review.ReviewTrigger" == classpath
    stored: Any = deserialize(serialize(kwargs))
    assert made.serialize() == ReviewTrigger(**stored).serialize()


def test_an_answer_that_is_there_already_is_handed_on(registry, asked):
    asked.says = [ANSWERED]
    assert "ana" == fired(trigger())["responded_by_user"]["name"]


@pytest.mark.parametrize("emptied", [True, False])
def test_else_it_waits_until_the_alias_moves_on_or_is_emptied(registry, asked, emptied):
    asked.says = [UNANSWERED]
    if emptied:
        registry.clear_alias("churn", "production")
    else:
        registry.promote("churn", 2, "production")
    assert {"moved_on": True} == fired(trigger())


def test_it_ends_at_its_deadline(registry, asked):
    asked.says = [UNANSWERED]
    assert {"timed_out": True} == fired(trigger(deadline=1.0))
