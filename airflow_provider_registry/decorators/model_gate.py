"""`@task.model_gate`: a function of your own that checks a version, for the gates that ask for it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from airflow.providers.standard.operators.python import PythonOperator
from airflow.sdk.bases.decorator import TaskDecorator, task_decorator_factory

from airflow_provider_registry.assets.lineage import note_used
from airflow_provider_registry.decorators.base import RegistryDecoratedOperator
from airflow_provider_registry.decorators.outcomes import read_outcome
from airflow_provider_registry.operators.answers import (
    IfCheckNotPassed,
    airflow_answers,
    check_if_not_passed,
    check_not_passed,
)
from airflow_provider_registry.operators.naming import read_named
from airflow_provider_registry.operators.outputs import push_outputs

if TYPE_CHECKING:
    from airflow.sdk import Context


class ModelGateDecoratedOperator(RegistryDecoratedOperator):
    """Runs a function that checks a version, and records what it came to, in one task.

    A gate `check: <name>` in a policy then reads it. Which version is checked is settled before the function runs, so
    that an alias that moves meanwhile changes nothing. What the function raises is no outcome: it is left to retries.

    Parameters:
        version, reference, model_name: which version, as `NamesVersion` says (templated).
        name: of the check, by which policies ask for it; by default the function's (templated).
        if_not_passed: what becomes of the task where the version did not pass, once that is recorded: `fail` without a
            retry, `skip`, or `continue`, which leaves it to the gates.
        model_registry_conn_id: a connection of the type `model_registry` (templated).
        key: tells apart two checks of one name in one task (templated).

    Returns:
        model_name, version, reference, name, passed, digest, created_at and event; the evidence stays in the registry.
    """

    template_fields: Sequence[str] = (
        *PythonOperator.template_fields, "model_name", "version", "reference", "name", "model_registry_conn_id", "key",
    )  # fmt: skip
    custom_operator_name = "@task.model_gate"

    def __init__(
        self,
        *,
        python_callable: Callable[..., Any],
        version: Any = None,
        reference: Any = None,
        model_name: str | None = None,
        name: str | None = None,
        if_not_passed: IfCheckNotPassed = "fail",
        **kwargs: Any,
    ) -> None:
        check_if_not_passed(if_not_passed, IfCheckNotPassed)
        # What the function returned is kept as evidence; in the log it would be of any length.
        kwargs.setdefault("show_return_value_in_logs", False)
        super().__init__(python_callable=python_callable, **kwargs)
        self.version = version
        self.reference = reference
        self.model_name = model_name
        self.name = python_callable.__name__ if name is None else name
        self.if_not_passed = if_not_passed

    def execute(self, context: Context) -> dict[str, Any]:
        """Check, and record.

        Raises:
            AirflowSkipException, AirflowFailException: the version did not pass, or see
                `airflow_provider_registry.operators.answers`; and whatever the function raises, as it is.
        """
        with airflow_answers(), self.hook.get_conn() as registry:
            model_name, version = read_named(self.model_name, self.version, self.reference)
            checked = registry.resolve(version, model_name=model_name)
        note_used(self.hook, checked)
        returned = super().execute(context)
        with airflow_answers(), self.hook.get_conn() as registry:
            passed, evidence = read_outcome(returned)
            recorded = registry.record_check(
                checked.model_name, checked.version, self.name, passed, evidence, key=self.key
            )
        outputs = self.tell(recorded.as_mapping())
        if not recorded.passed and self.if_not_passed != "continue":
            push_outputs(self, context, outputs)
            raise check_not_passed(recorded, self.if_not_passed)
        self.log.info("%s", recorded.sentence())
        return outputs


def model_gate_task(
    python_callable: Callable[..., Any] | None = None, multiple_outputs: bool | None = None, **kwargs: Any
) -> TaskDecorator:
    """Make a function that checks a version a task that records what it returns: `@task.model_gate(version=…)`.

    The function returns True or False; a mapping with `passed` and whatever it found; or the result of Great
    Expectations or Evidently as it is.

    Parameters:
        python_callable: the function, where the decorator stands without parentheses.
        multiple_outputs: whether each key of the result is an XCom of its own, so that `check()["passed"]` works; by
            default it is.
        kwargs: of `ModelGateDecoratedOperator`, and of every operator.
    """
    return task_decorator_factory(
        python_callable=python_callable,
        multiple_outputs=True if multiple_outputs is None else multiple_outputs,
        decorated_operator_class=ModelGateDecoratedOperator,
        **kwargs,
    )
