"""Links from a task in Airflow's UI to where people decide."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from airflow.sdk import BaseOperatorLink

if TYPE_CHECKING:
    from airflow.sdk import BaseOperator
    from airflow.sdk.types import RuntimeTaskInstanceProtocol


class RequiredActionsLink(BaseOperatorLink):
    """The Required Actions of the run: what its tasks ask people."""

    name = "Required Actions"

    def get_link(self, operator: BaseOperator, *, ti_key: RuntimeTaskInstanceProtocol) -> str:  # type: ignore[override]  # Airflow hands on the task instance, and names its key
        """The URL, with Airflow's own address where `[api] base_url` gives it."""
        return required_actions(ti_key.dag_id, ti_key.run_id)


def required_actions(dag_id: str, run_id: str) -> str:
    """The page of a run's Required Actions, relative to Airflow's address where `[api] base_url` does not give that."""
    from airflow.sdk.configuration import conf

    base = str(conf.get("api", "base_url", fallback="") or "")
    page = f"dags/{quote(dag_id, safe='')}/runs/{quote(run_id, safe='')}/required_actions"
    return f"{base.rstrip('/')}/{page}" if base else page
