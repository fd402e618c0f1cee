"""What all operators of the registry share: the connection, the key, and how an answer reaches Airflow."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Collection, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from airflow.sdk import BaseOperator

from airflow_provider_registry.assets.emit import EmitsModelEvents
from airflow_provider_registry.hooks.model_registry import ModelRegistryHook
from airflow_provider_registry.operators.answers import airflow_answers
from airflow_provider_registry.operators.links import ModelVersionLink, TellsOfModel

if TYPE_CHECKING:
    from airflow.sdk import BaseOperatorLink, Context

    from airflow_provider_registry.registry import Registry


class ModelRegistryOperator(EmitsModelEvents, TellsOfModel, BaseOperator):
    """One act of the registry, as a task. Returns a small JSON mapping, whose keys are XComs of their own too.

    Parameters:
        model_registry_conn_id: a connection of the type `model_registry` (templated).
        key: tells apart two acts of one task (templated); the same key in the same task is the same act.
    """

    template_fields: Sequence[str] = ("model_registry_conn_id", "key")
    operator_extra_links: Collection[BaseOperatorLink] = (ModelVersionLink(),)
    ui_color = "#e3f0ea"

    def __init__(
        self,
        *,
        model_registry_conn_id: str = ModelRegistryHook.default_conn_name,
        key: str | None = None,
        multiple_outputs: bool = True,
        **kwargs: Any,
    ) -> None:
        super().__init__(multiple_outputs=multiple_outputs, **kwargs)
        self.model_registry_conn_id = model_registry_conn_id
        self.key = key

    @cached_property
    def hook(self) -> ModelRegistryHook:
        """The hook of this task."""
        return ModelRegistryHook(self.model_registry_conn_id)

    def execute(self, context: Context) -> dict[str, Any]:
        """Do the act.

        Raises:
            AirflowSkipException, AirflowFailException: see `airflow_provider_registry.operators.answers`.
        """
        with airflow_answers(), self.hook.get_conn() as registry:
            return self.tell(self.act(registry, context))

    @abstractmethod
    def act(self, registry: Registry, context: Context) -> dict[str, Any]:
        """The one act of this operator; returns what goes to XCom."""
