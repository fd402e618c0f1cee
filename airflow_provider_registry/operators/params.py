"""`params=` as the parameters that a version was trained with, where Airflow has a `params` of its own."""

from __future__ import annotations

from typing import Any

from airflow.sdk.bases.operator import BaseOperatorMeta


class TrainingParamsMeta(BaseOperatorMeta):
    """Hands the `params` of an operator on as `model_params`.

    Every operator of Airflow has `params`, with which it merges those of the Dag, and which it takes as defaults for
    `{{ params.… }}`: what a Dag may be asked for is not what a model was trained with. Airflow wraps `__init__` to do
    so, hence the place for this is before `__init__`. The Dag's params stay where they are for templates.
    """

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Make an operator."""
        mapped = kwargs.get("_airflow_from_mapped")
        # A mapped task gets Airflow's merged ones: those that `.partial()` was given say so.
        given = _of_task(kwargs.get("params")) if mapped else kwargs.pop("params", None)
        if given is not None:
            if kwargs.get("model_params") is not None:
                raise TypeError("params and model_params are the same thing: give one of them.")
            kwargs["model_params"] = given
        return super().__call__(*args, **kwargs)


def _of_task(params: Any) -> dict[str, Any] | None:
    from airflow.sdk.definitions.param import ParamsDict

    if not isinstance(params, ParamsDict):
        return None
    return ParamsDict.filter_params_by_source(params, "task").dump() or None
