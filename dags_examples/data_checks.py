"""Check a version with code of your own, and let the policy of the alias ask for what it found.

The policy of `production` that goes with this Dag:

    gates:
      - {check: data_quality}
      - {check: countries, severity: warning}

`without_age` says how many of the customers have no age, so that a run can do better or worse.
"""

from __future__ import annotations

from typing import Any

from airflow.sdk import Asset, Param, dag, task

from airflow_provider_registry.operators.promote import PromoteModelVersionOperator

CUSTOMERS = Asset(name="customers", uri="file:///warehouse/customers.csv")


def read_customers(without_age: int) -> list[dict[str, Any]]:
    """A hundred customers, as a warehouse would have them."""
    ages = [None] * without_age + [20 + number % 50 for number in range(100 - without_age)]
    return [{"age": age, "country": "NO" if number % 3 else "SE"} for number, age in enumerate(ages)]


@dag(schedule=None, params={"without_age": Param(2, type="integer", minimum=0, maximum=90)}, tags=["model-registry"])
def data_checks():
    @task.model_version(model_name="customers", inlets=[CUSTOMERS])  # which is an input of the version by itself
    def train(params: dict[str, Any] | None = None) -> dict[str, Any]:
        import json
        from pathlib import Path

        ages = [row["age"] for row in read_customers((params or {})["without_age"]) if row["age"] is not None]
        Path("model.json").write_text(json.dumps({"mean_age": sum(ages) / len(ages)}))
        return {"path": "model.json", "metrics": {"trained_on": len(ages)}}

    version = train()

    @task.model_gate(version=version)
    def data_quality(params: dict[str, Any] | None = None) -> dict[str, Any]:
        rows = read_customers((params or {})["without_age"])
        without_age = sum(row["age"] is None for row in rows)
        return {"passed": without_age / len(rows) <= 0.05, "rows": len(rows), "without_age": without_age}

    @task.model_gate(version=version, if_not_passed="continue")  # the policy only warns of it
    def countries(params: dict[str, Any] | None = None) -> bool:
        return {"NO", "SE", "DK"} == {row["country"] for row in read_customers((params or {})["without_age"])}

    promote = PromoteModelVersionOperator(
        task_id="promote", version=version, alias="production", reason="its data are good enough"
    )
    [data_quality(), countries()] >> promote


data_checks()
