"""What the decorated tasks share: the function that they run, and the registry."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from functools import cached_property
from typing import Any

from airflow.providers.standard.operators.python import PythonOperator
from airflow.sdk.bases.decorator import DecoratedOperator

from airflow_provider_registry.hooks.model_registry import ModelRegistryHook
from airflow_provider_registry.operators.links import ModelVersionLink, TellsOfModel


class RegistryDecoratedOperator(TellsOfModel, DecoratedOperator, PythonOperator):
    """Runs a function of the Dag's author, and does one act of the registry with what it returns.

    Parameters:
        model_registry_conn_id: a connection of the type `model_registry`.
        key: tells apart two acts of one task.
    """

    operator_extra_links = (ModelVersionLink(),)
    ui_color = "#e3f0ea"

    def __init__(
        self,
        *,
        python_callable: Callable[..., Any],
        op_args: Collection[Any] | None = None,
        op_kwargs: Mapping[str, Any] | None = None,
        model_registry_conn_id: str = ModelRegistryHook.default_conn_name,
        key: str | None = None,
        **kwargs: Any,
    ) -> None:
        # DecoratedOperator takes these for itself; PythonOperator needs them too.
        given: dict[str, Any] = {"python_callable": python_callable, "op_args": op_args, "op_kwargs": op_kwargs}
        super().__init__(kwargs_to_upstream=given, **given, **kwargs)
        self.model_registry_conn_id = model_registry_conn_id
        self.key = key

    @cached_property
    def hook(self) -> ModelRegistryHook:
        """The hook of this task."""
        return ModelRegistryHook(self.model_registry_conn_id)
