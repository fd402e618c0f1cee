"""A version, named in each form that there is."""

from __future__ import annotations

from airflow.sdk import dag

from airflow_provider_registry.operators.promote import PromoteModelVersionOperator
from tests.dags.shared import CONN_ID, MODEL, PARAMS


@dag(schedule=None, params=PARAMS | {"version": {}})
def naming():
    """`version` is the mapping that a registration of version 1 returned."""
    forms = {
        "number": {"model_name": MODEL, "version": 1},
        "digits": {"model_name": MODEL, "version": "1"},
        "reference": {"version": "models:/{{ params.model }}/1"},
        "by-alias": {"reference": "models:/{{ params.model }}@first"},
        "mapping-as-text": {"version": "{{ params.version }}"},
        "rendered-number": {"model_name": MODEL, "version": "{{ params.version.version }}"},
    }
    for alias, named in forms.items():
        PromoteModelVersionOperator(task_id=alias, alias=alias, model_registry_conn_id=CONN_ID, **named)
    PromoteModelVersionOperator.partial(task_id="mapped", model_registry_conn_id=CONN_ID).expand_kwargs(
        [
            {"alias": "mapped-0", "version": 1, "model_name": MODEL},
            {"alias": "mapped-1", "version": "models:/{{ params.model }}/1"},
        ]
    )
    PromoteModelVersionOperator(
        task_id="nothing", alias="nothing", model_name=MODEL, version="{{ none }}", model_registry_conn_id=CONN_ID
    )


naming()
