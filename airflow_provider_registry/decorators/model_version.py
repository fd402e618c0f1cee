"""`@task.model_version`: a training function whose result becomes a model version."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import chdir
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from airflow.providers.standard.operators.python import PythonOperator
from airflow.sdk.bases.decorator import TaskDecorator, task_decorator_factory

from airflow_provider_registry.assets.emit import EmitsModelEvents
from airflow_provider_registry.assets.lineage import note_made
from airflow_provider_registry.decorators.base import RegistryDecoratedOperator
from airflow_provider_registry.decorators.inlets import with_inlets
from airflow_provider_registry.errors import InvalidInputError
from airflow_provider_registry.hooks.signer import read_signer
from airflow_provider_registry.operators.answers import airflow_answers

if TYPE_CHECKING:
    from airflow.sdk import Context

KEYS = ("path", "metrics", "params", "inputs", "metadata", "tags", "description", "card", "profile")


class ModelVersionDecoratedOperator(EmitsModelEvents, RegistryDecoratedOperator):
    """Runs a training function and registers what it returns, in one task.

    The version is registered where it was made, so no other worker must see the path. How long the function ran is
    kept as the version's training duration. The assets among the task's `inlets` are inputs of the version, unless the
    function returns an input of the same name or URI.

    Parameters:
        model_name: the model (templated).
        model_registry_conn_id: a connection of the type `model_registry` (templated).
        key: tells apart two registrations of one task (templated).
        environment: whether to record this interpreter and its installed distributions.
        copy: copy the bytes also where the function returns a URI.
        own_folder: run the function in a new, empty folder, which is removed once the version is registered: two runs
            on one worker that both write `model.pkl` would otherwise write over each other. False for the worker's
            own working directory.
        sign_with: the id of the connection that holds the key, or the absolute path of the key, to sign it with
            (templated), as `hooks.signer.read_signer` says.

    Returns:
        model_name, version, digest, uri and reference: the same on every retry that makes the same bytes.
    """

    template_fields: Sequence[str] = (
        *PythonOperator.template_fields,
        "model_name",
        "model_registry_conn_id",
        "key",
        "sign_with",
    )
    custom_operator_name = "@task.model_version"

    def __init__(
        self,
        *,
        model_name: str,
        environment: bool = True,
        copy: bool = False,
        own_folder: bool = True,
        sign_with: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.model_name = model_name
        self.environment = environment
        self.copy = copy
        self.own_folder = own_folder
        self.sign_with = sign_with
        self.announce(model_name)

    def execute(self, context: Context) -> dict[str, Any]:
        """Train, and register.

        Raises:
            AirflowSkipException, AirflowFailException: see `airflow_provider_registry.operators.answers`; and whatever
                the function raises, as it is.
        """
        if not self.own_folder:
            return self._train_and_register(context)
        with TemporaryDirectory(prefix="model-version-") as folder, chdir(folder):
            return self._train_and_register(context)

    def _train_and_register(self, context: Context) -> dict[str, Any]:
        began = time.monotonic()
        returned = super().execute(context)
        duration = time.monotonic() - began
        with airflow_answers(), self.hook.get_conn() as registry:
            said = read_returned(returned)
            version = registry.register_version(
                self.model_name,
                said.pop("path"),
                inputs=with_inlets(said.pop("inputs", None), self.inlets),
                **said,
                training_duration=duration,
                environment=self.environment,
                copy=self.copy,
                sign=None if self.sign_with is None else read_signer(self.sign_with),
                key=self.key,
            )
        self.log.info("%s is registered, with the digest %s.", version.reference, version.digest)
        note_made(self.hook, version)
        self.emit(context, {**version.as_mapping(), "event": version.event})
        return self.tell(version.as_mapping())


def read_returned(returned: object) -> dict[str, Any]:
    """What a training function returned, by the names that a registration has.

    Parameters:
        returned: a path, or a mapping with `path` and whatever else of `KEYS` there is to say.

    Raises:
        InvalidInputError: it is neither, or has keys that nobody would read.
    """
    if isinstance(returned, str | os.PathLike):
        return {"path": returned}
    if not isinstance(returned, Mapping):
        raise InvalidInputError(
            f"The training function returned {type(returned).__name__}: return the path of what it made, or a mapping "
            f"with {', '.join(KEYS)}."
        )
    if unknown := sorted(str(key) for key in set(returned) - set(KEYS)):
        raise InvalidInputError(f"The training function returned {', '.join(unknown)}; known are {', '.join(KEYS)}.")
    if not returned.get("path"):
        raise InvalidInputError("The training function returned no path: return {'path': …} of what it made.")
    return {key: value for key, value in returned.items() if value is not None}


def model_version_task(
    python_callable: Callable[..., Any] | None = None, multiple_outputs: bool | None = None, **kwargs: Any
) -> TaskDecorator:
    """Make a training function a task that registers what it returns: `@task.model_version(model_name="churn")`.

    Parameters:
        python_callable: the function, where the decorator stands without parentheses.
        multiple_outputs: whether each key of the registration is an XCom of its own, so that `train()["version"]`
            works; by default it is.
        kwargs: of `ModelVersionDecoratedOperator`, and of every operator.
    """
    return task_decorator_factory(
        python_callable=python_callable,
        multiple_outputs=True if multiple_outputs is None else multiple_outputs,
        decorated_operator_class=ModelVersionDecoratedOperator,
        **kwargs,
    )
