"""Write the card where the model is made, and let the policy of the alias ask for what only people can say.

The policy of `production` that goes with this Dag:

    gates:
      - card: {require: [intended_use, limitations]}

`limitations` is what a person says of this run's model; without it the version is registered, and not promoted.
"""

from __future__ import annotations

from typing import Any

from airflow.sdk import Param, dag, task

from airflow_provider_registry.operators.promote import PromoteModelVersionOperator

CARD = """\
---
license: apache-2.0
pipeline_tag: tabular-regression
---
## Intended use

To choose which customers get an offer. It decides on nothing else.

## Limitations

{limitations}
"""


@dag(schedule=None, params={"limitations": Param("", type="string")}, tags=["model-registry"])
def model_card():
    @task.model_version(model_name="offers")
    def train(params: dict[str, Any] | None = None) -> dict[str, Any]:
        from pathlib import Path

        limitations = (params or {})["limitations"] or "[More Information Needed]"
        Path("model.json").write_text('{"accepts": 0.3}')
        return {"path": "model.json", "metrics": {"mae": 0.04}, "card": CARD.format(limitations=limitations)}

    PromoteModelVersionOperator(
        task_id="promote", version=train(), alias="production", reason="its card says enough", if_not_passed="skip"
    )


model_card()
