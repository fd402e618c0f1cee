"""What tasks note for lineage, and what OpenLineage makes of it; the provider itself reads it in `tests/end_to_end`."""

from __future__ import annotations

import pytest
from airflow.sdk import lineage

from airflow_provider_registry.assets.lineage import FACET, to_openlineage
from airflow_provider_registry.assets.model import model_asset
from airflow_provider_registry.hooks.model_registry import ModelRegistryHook
from airflow_provider_registry.operators.promote import PromoteModelVersionOperator
from airflow_provider_registry.operators.register import RegisterModelVersionOperator
from airflow_provider_registry.operators.rollback import RollbackModelOperator
from tests.support.tasks import Run, a_dag


@pytest.fixture
def collector(monkeypatch):
    """Airflow's own, as it is where a plugin reads lineage."""
    collector = lineage.HookLineageCollector()
    monkeypatch.setattr(lineage, "get_hook_lineage_collector", lambda: collector)
    return collector


@pytest.fixture
def registry(skin_registry, artifact):
    """Two versions of `churn`, both of which were live."""
    for number in (1, 2):
        artifact.write_bytes(b"weights %d" % number)
        skin_registry.register_version("churn", artifact)
        skin_registry.promote("churn", number, "production")
    return skin_registry


def datasets(collected):
    """As the OpenLineage provider has them made: name and what our facet says, None where there is none."""
    made = [to_openlineage(used.asset, used.context) for used in collected]
    return [(dataset.name, (dataset.facets or {}).get(FACET)) for dataset in made]


def test_a_registration_makes_a_version_from_its_inputs(skin_registry, artifact, collector):
    inputs = [{"name": "labels", "uri": "s3://lake/labels", "rows": 3}, "unwritten"]
    with a_dag():
        register = RegisterModelVersionOperator(
            task_id="register", model_name="churn", artifact=str(artifact), inputs=inputs, metrics={"auc": 0.9}
        )
    ran = Run().task(register)
    ((name, facet),) = datasets(collector.collected_assets.outputs)
    assert ("churn", 1, ran.returned["digest"]) == (name, facet.version, facet.digest)
    assert [{"name": "auc", "value": 0.9, "phase": "validation", "dataset": "", "slice": ""}] == facet.metrics
    assert "register" == facet.task["task_id"]
    assert ["labels", "unwritten"] == [item["name"] for item in facet.inputs]
    assert ["s3://lake/labels"] == [used.asset.uri for used in collector.collected_assets.inputs]


def test_a_uri_that_no_asset_has_is_left_out(skin_registry, artifact, collector):
    with a_dag():
        register = RegisterModelVersionOperator(
            task_id="register", model_name="churn", artifact=str(artifact), inputs=[{"name": "x", "uri": "airflow://x"}]
        )
    assert "success" == Run().task(register).state
    assert ([], 1) == (collector.collected_assets.inputs, len(collector.collected_assets.outputs))


def test_what_goes_live_says_under_which_alias(registry, collector):
    with a_dag():
        back = RollbackModelOperator(task_id="back", model_name="churn", alias="production", reason="worse")
        promote = PromoteModelVersionOperator(task_id="promote", model_name="churn", version=2, alias="production")
    for task in (back, promote):
        assert "success" == Run().task(task).state
    said = [facet for _, facet in datasets(collector.collected_assets.outputs)]
    assert [(1, "production", 2), (2, "production", 1)] == [
        (facet.version, facet.alias, facet.previous_version) for facet in said
    ]


def test_the_hook_notes_the_version_that_an_alias_points_at(registry, collector):
    with ModelRegistryHook().download("models:/churn@production"):
        pass
    ((name, facet),) = datasets(collector.collected_assets.inputs)
    assert ("churn", 2) == (name, facet.version)


def test_an_asset_of_which_nothing_was_noted_is_the_model():
    dataset = to_openlineage(model_asset("churn", "production", model_registry_conn_id="risk"), None)
    assert ("model-registry://risk", "churn", {}) == (dataset.namespace, dataset.name, dataset.facets)
