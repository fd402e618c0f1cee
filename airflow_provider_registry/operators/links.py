"""Links from a task in Airflow's UI to what it was about, and to where people decide.

The Models page has stable addresses: `plugin/models?registry=<connection>&model=<name>`, and then `&version=<number>`
or `&request=<id>`.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from airflow.sdk import BaseOperatorLink

if TYPE_CHECKING:
    from airflow.sdk import BaseOperator
    from airflow.sdk.types import RuntimeTaskInstanceProtocol

PAGE = "plugin/models"


class TellsOfModel:
    """What the tasks share whose links lead to what they were about.

    Attributes:
        told: what the task learned and returned: `model_name`, and `version` and `request_id` where it is about one.
    """

    model_registry_conn_id: str
    told: Mapping[str, Any] = MappingProxyType({})

    def tell(self, learned: dict[str, Any]) -> dict[str, Any]:
        """Remember what the task learned, over what it learned before, and return it."""
        self.told = {**self.told, **learned}
        return learned


class ModelVersionLink(BaseOperatorLink):
    """The version that the task made, moved or used, on the Models page."""

    name = "Model version"

    def get_link(self, operator: BaseOperator, *, ti_key: RuntimeTaskInstanceProtocol) -> str:  # type: ignore[override]  # Airflow hands on the task instance, and names its key
        """The address; of the model, or of all models, where the task ended before there was a version."""
        return _page(operator, "version", "version")


class PromotionRequestLink(BaseOperatorLink):
    """The promotion request that the task opened, decided on or promoted, on the Models page."""

    name = "Promotion request"

    def get_link(self, operator: BaseOperator, *, ti_key: RuntimeTaskInstanceProtocol) -> str:  # type: ignore[override]  # as above
        """The address; of the version where no request was asked for."""
        asked = "request_id" in getattr(operator, "told", {})
        return _page(operator, "request", "request_id") if asked else _page(operator, "version", "version")


class RequiredActionsLink(BaseOperatorLink):
    """The Required Actions of the run: what its tasks ask people."""

    name = "Required Actions"

    def get_link(self, operator: BaseOperator, *, ti_key: RuntimeTaskInstanceProtocol) -> str:  # type: ignore[override]  # as above
        """The URL, with Airflow's own address where `[api] base_url` gives it."""
        return required_actions(ti_key.dag_id, ti_key.run_id)


def required_actions(dag_id: str, run_id: str) -> str:
    """The page of a run's Required Actions, relative to Airflow's address where `[api] base_url` does not give that."""
    return _absolute(f"dags/{quote(dag_id, safe='')}/runs/{quote(run_id, safe='')}/required_actions")


def _page(operator: Any, key: str, name: str) -> str:
    told, named = getattr(operator, "told", {}), getattr(operator, "model_name", None)
    asked = {"registry": operator.model_registry_conn_id}
    if model := told.get("model_name") or (named if isinstance(named, str) else None):
        asked |= {"model": model} | ({key: told[name]} if told.get(name) else {})
    return _absolute(f"{PAGE}?{urlencode(asked)}")


def _absolute(page: str) -> str:
    from airflow.sdk.configuration import conf

    base = str(conf.get("api", "base_url", fallback="") or "")
    return f"{base.rstrip('/')}/{page}" if base else page
