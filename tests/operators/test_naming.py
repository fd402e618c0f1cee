"""What operators share that are told which version."""

from __future__ import annotations

import inspect
from typing import Any

import pytest
from airflow.sdk.definitions.mappedoperator import MappedOperator

from airflow_provider_registry.operators.download import DownloadModelVersionOperator
from airflow_provider_registry.operators.naming import NamesVersion
from airflow_provider_registry.operators.promote import PromoteModelVersionOperator
from airflow_provider_registry.operators.validate import ValidateModelVersionOperator
from tests.support.tasks import a_dag

NAMING = ("version", "reference", "model_name")
OPERATORS: dict[type[NamesVersion], dict[str, Any]] = {
    DownloadModelVersionOperator: {"destination": "/srv/out"},
    PromoteModelVersionOperator: {"alias": "production"},
    ValidateModelVersionOperator: {"alias": "production"},
}


@pytest.fixture(params=OPERATORS, ids=lambda kind: kind.__name__)
def kind(request: pytest.FixtureRequest) -> type[NamesVersion]:
    """An operator that is told which version."""
    found: type[NamesVersion] = request.param
    return found


def test_an_editor_sees_how_to_name_the_version(kind: type[NamesVersion]) -> None:
    seen = inspect.signature(kind).parameters
    assert [(None, inspect.Parameter.KEYWORD_ONLY)] * 3 == [(seen[name].default, seen[name].kind) for name in NAMING]


def test_all_that_names_it_is_templated(kind: type[NamesVersion]) -> None:
    assert {*NAMING, "model_registry_conn_id", "key", *OPERATORS[kind]} <= set(kind.template_fields)
    assert len(kind.template_fields) == len(set(kind.template_fields))


def test_it_may_stand_in_the_default_args_of_the_dag(kind: type[NamesVersion]) -> None:
    with a_dag() as dag:
        dag.default_args.update(model_name="churn", version=3)
        assert ("churn", 3) == kind(task_id="act", **OPERATORS[kind]).named()
        assert ("churn", "4") == kind(task_id="other", version="4", **OPERATORS[kind]).named()


def test_a_task_may_be_mapped_over_versions(kind: type[NamesVersion]) -> None:
    with a_dag():
        mapped = kind.partial(task_id="act", model_name="churn", **OPERATORS[kind]).expand(version=[1, 2])
    assert isinstance(mapped, MappedOperator)
    assert "churn" == mapped.partial_kwargs["model_name"]
