"""Gates that do not pass, in the four places where one meets them."""

from __future__ import annotations

from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.sdk import dag

from airflow_provider_registry.operators.promote import PromoteModelVersionOperator
from airflow_provider_registry.operators.validate import ValidateModelVersionOperator
from tests.dags.shared import CONN_ID, MODEL, PARAMS


@dag(schedule=None, params=PARAMS | {"version": None, "alias": "production"})
def gates():
    for act, operator in (("validate", ValidateModelVersionOperator), ("promote", PromoteModelVersionOperator)):
        for if_not_passed in ("fail", "skip"):
            operator(
                task_id=f"{act}_or_{if_not_passed}",
                model_name=MODEL,
                version="{{ params.version }}",
                alias="{{ params.alias }}",
                if_not_passed=if_not_passed,
                model_registry_conn_id=CONN_ID,
                retries=2,
            ) >> EmptyOperator(task_id=f"after_{act}_or_{if_not_passed}")


gates()
