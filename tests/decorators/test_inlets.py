from __future__ import annotations

from typing import Any

from airflow.sdk import Asset, AssetAlias
from airflow.sdk.definitions.asset import Model

from airflow_provider_registry.decorators.inlets import with_inlets
from airflow_provider_registry.decorators.model_version import model_version_task
from tests.support.tasks import Run, a_dag

CLICKS = Asset(name="clicks", uri="s3://lake/clicks")
USERS = Asset("s3://lake/users")


def named(inputs: object, *inlets: Any) -> list[tuple[str, str]]:
    """Names and URIs of what a version gets."""
    found: list[Any] = with_inlets(inputs, inlets)
    return [(item.name, item.uri) for item in found]


def test_each_asset_is_an_input_after_those_that_the_function_names():
    assert named(["sales"], CLICKS, USERS) == [
        ("sales", ""),
        ("clicks", "s3://lake/clicks"),
        ("s3://lake/users", "s3://lake/users"),
    ]


def test_an_input_of_the_same_name_or_uri_is_that_asset_and_may_say_more():
    said = [{"name": "clicks", "digest": "sha256:1"}, {"name": "people", "uri": "s3://lake/users"}]
    assert named(said, CLICKS, USERS) == [("clicks", ""), ("people", "s3://lake/users")]


def test_one_asset_named_twice_is_one_input():
    assert named(None, CLICKS, CLICKS, Asset.ref(name="clicks"), Asset.ref(uri="s3://lake/clicks")) == [
        ("clicks", "s3://lake/clicks")
    ]


def test_a_reference_to_an_asset_is_an_input_as_far_as_it_says():
    assert named(None, Asset.ref(name="clicks"), Asset.ref(uri="s3://lake/users")) == [
        ("clicks", ""),
        ("s3://lake/users", "s3://lake/users"),
    ]


def test_a_model_is_an_input_as_any_other():
    assert named(None, Model(name="teacher", uri="s3://models/teacher")) == [("teacher", "s3://models/teacher")]


def test_an_alias_is_none():
    assert named(None, AssetAlias("whatever")) == []


def test_an_assets_name_that_is_too_long_for_an_input_is_cut():
    ((name, _),) = named(None, Asset(name="x" * 300, uri="s3://lake/x"))
    assert name == "x" * 255


def test_a_trained_version_has_its_tasks_inlets_as_inputs(skin_registry, artifact):
    with a_dag():

        @model_version_task(model_name="churn", inlets=[CLICKS, USERS])
        def train():
            return {"path": str(artifact), "inputs": {"name": "clicks", "rows": 10}}

        assert Run().task(train()).state == "success"
    version = skin_registry.get_version("models:/churn/1")
    assert [(item.name, item.uri, item.rows) for item in version.inputs] == [
        ("clicks", "", 10),
        ("s3://lake/users", "s3://lake/users", None),
    ]
