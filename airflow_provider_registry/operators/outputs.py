"""What a task hands on, before an exception ends it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from airflow.sdk import BaseOperator, Context


def push_outputs(task: BaseOperator, context: Context, outputs: Mapping[str, Any]) -> None:
    """Push what a task would have returned, as Airflow would have."""
    if not task.do_xcom_push:
        return
    for key, value in outputs.items() if task.multiple_outputs else ():
        context["ti"].xcom_push(key, value)
    context["ti"].xcom_push("return_value", dict(outputs))
