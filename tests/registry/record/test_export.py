from __future__ import annotations

import hashlib
import json

import pytest

from airflow_provider_registry.errors import InvalidInputError, ModelNotFoundError
from airflow_provider_registry.registry.record import export


def test_every_event_is_exported_with_the_bytes_that_were_hashed(world, monkeypatch):
    monkeypatch.setattr(export, "_PAGE", 2)
    world.versions(0.8, 0.9, 0.95).versions(0.5, model="other")
    previous = ""
    for seq, event in enumerate(world.registry.export_record("churn"), start=1):
        assert ("churn", seq) == (event.model_name, event.seq)
        assert event.hash == hashlib.sha256(event.body).hexdigest()
        assert previous == json.loads(event.body)["previous"]
        previous = event.hash
    assert world.registry.record_head("churn").hash == previous


def test_the_private_part_can_be_left_out_and_is_nothing_once_erased(world):
    world.versions(0.8)
    world.registry.erase_event("churn", 1, reason="asked for")
    erased, kept, _ = (event.as_mapping() for event in world.registry.export_record("churn"))
    assert (None, None) == (erased["private"], erased["private_key"])
    assert "tester" in kept["private"]
    assert 64 == len(kept["private_key"])
    (first, *_) = world.registry.export_record("churn")
    assert {"model_name", "seq", "hash", "body"} == set(first.as_mapping(private=False))


def test_a_model_that_is_not_there_is_an_error_at_once(world):
    with pytest.raises(ModelNotFoundError):
        world.registry.export_record("none")
    with pytest.raises(ModelNotFoundError):
        world.registry.model_events("none")


def test_events_of_a_model_by_their_place(world):
    world.versions(0.8).versions(0.5, model="other").versions(0.9)
    assert [2, 3] == [event.seq for event in world.registry.model_events("churn", first=2)]
    assert [1] == [event.seq for event in world.registry.model_events("churn", limit=1)]
    assert [] == world.registry.model_events("churn", first=9)


@pytest.mark.parametrize("limit", [0, 10_001])
def test_a_page_has_bounds(world, limit):
    with pytest.raises(InvalidInputError, match="from 1 to 10,000"):
        world.registry.model_events("churn", limit=limit)
