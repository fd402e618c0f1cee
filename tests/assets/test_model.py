"""Models as assets, as Dag files make them."""

from __future__ import annotations

import pytest
from airflow.sdk import Asset

from airflow_provider_registry.assets.model import create_asset, model_asset, model_event_asset
from airflow_provider_registry.errors import InvalidInputError, InvalidNameError
from airflow_provider_registry.triggers.record import ModelRecordTrigger


def test_an_asset_is_the_same_wherever_it_is_made():
    assert model_asset("churn", "production") == model_asset("Churn", "Production")
    assert hash(model_asset("churn")) == hash(model_asset("churn"))


def test_it_is_of_airflows_kind_for_models():
    assert ("model", "models:/churn@production") == (
        model_asset("churn", "production").group,
        model_asset("churn", "production").name,
    )


def test_tasks_say_what_they_do_and_a_watcher_what_everybody_does():
    assert [] == model_asset("churn", "production").watchers
    (watcher,) = model_asset("churn", "production", watch=True).watchers
    assert isinstance(watcher.trigger, ModelRecordTrigger)
    assert model_asset("churn", "production").uri != model_asset("churn", "production", watch=True).uri


def test_a_watcher_gives_no_keys():
    assert "partitioned" in model_asset("churn", partitioned=True).uri
    with pytest.raises(InvalidInputError, match="not both"):
        model_asset("churn", watch=True, partitioned=True)


def test_what_happens_to_a_model_is_watched():
    asset = model_event_asset("churn", "request.approved", alias="production")
    assert "models:/churn@production (request.approved)" == asset.name
    assert 1 == len(asset.watchers)


def test_a_wrong_name_is_refused_when_the_dag_is_parsed():
    with pytest.raises(InvalidNameError, match="latest"):
        model_asset("churn", "latest")
    with pytest.raises(InvalidNameError):
        model_asset("churn", "production", model_registry_conn_id="")


def test_hook_lineage_makes_the_asset_of_its_parts():
    made = create_asset(model_name="churn", alias="production", conn_id="risk", extra={"version": 3})
    assert isinstance(made, Asset)
    assert ("model-registry://risk/churn@production", {"version": 3}) == (made.uri, made.extra)
