"""How an operator asks people under Required Actions, waits for them without a worker, and takes their answers."""

from __future__ import annotations

import time
from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

from airflow.providers.standard.operators.hitl import HITLOperator

from airflow_provider_registry.errors import InvalidInputError
from airflow_provider_registry.hooks import settings
from airflow_provider_registry.hooks.person import person_caller
from airflow_provider_registry.operators.answers import airflow_answers
from airflow_provider_registry.operators.base import ModelRegistryOperator
from airflow_provider_registry.operators.checks import check_seconds
from airflow_provider_registry.operators.people_form import Answer, assigned_users

if TYPE_CHECKING:
    from airflow.sdk import Context
    from airflow.sdk.execution_time.hitl import HITLUser

    from airflow_provider_registry.registry import Policy, Registry
    from airflow_provider_registry.triggers.question import QuestionTrigger

REFUSED = "refused"

# Airflow fails a task that is answered before its scheduler has heard that it waits; the next try finds the answer.
RETRIES = 2
RETRY_DELAY = timedelta(seconds=15)

_OURS = ("options", "multiple", "defaults", "subject", "body")


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """What a task that waits for people must know when it goes on: JSON, kept by Airflow.

    Attributes:
        deadline: in seconds since 1970, where there is a `response_timeout`.
        refused: the answers that did not count, each with who, when and why.
    """

    deadline: float | None = None
    refused: list[dict[str, str]] = field(default_factory=list)


W = TypeVar("W", bound=Waiting)


def refuse_said(given: Mapping[str, Any], *also: str) -> None:
    """Refuse parameters of Airflow's own operator that would change what people are asked.

    Raises:
        InvalidInputError: one of them was given.
    """
    for name in (*_OURS, *also):
        if given.get(name) is not None:
            raise InvalidInputError(f"{name} is not for you to say here: people are asked one thing.")


class AsksPeople(ModelRegistryOperator, HITLOperator):
    """What operators share that ask people. The parameters beside those of `ModelRegistryOperator`:

    Parameters:
        role: of the policy's approvals (templated); None for any, each person in the role they have.
        poll_interval: seconds between two looks at the registry; by default `[model_registry] poll_interval`.
        kwargs: of Airflow's `HITLOperator` too.
    """

    template_fields: Sequence[str] = (*ModelRegistryOperator.template_fields, "role")

    def __init__(
        self,
        *,
        role: str | None = None,
        poll_interval: timedelta | float | None = None,
        retries: int | None = RETRIES,
        retry_delay: timedelta | float = RETRY_DELAY,
        **kwargs: Any,
    ) -> None:
        super().__init__(subject="", retries=retries, retry_delay=retry_delay, **kwargs)
        self.role = role
        given = settings.poll_interval() if poll_interval is None else poll_interval
        self.poll_interval = check_seconds("poll_interval", given)

    @abstractmethod
    def resume(
        self, registry: Registry, context: Context, event: Mapping[str, Any], waited: Mapping[str, Any]
    ) -> dict[str, Any]:
        """Go on once something woke the task; returns what goes to XCom.

        Parameters:
            waited: what it waited with, as `Waiting` has it.
        """

    def go_on(self, context: Context, event: dict[str, Any], waited: dict[str, Any]) -> dict[str, Any]:
        """Write down the answer, if one woke the task; then go on as the registry says."""
        with airflow_answers(), self.hook.get_conn() as registry:
            return self.tell(self.resume(registry, context, event, waited))

    def wait(self, trigger: QuestionTrigger, waiting: Waiting) -> NoReturn:
        """Wait without a worker."""
        self.defer(trigger=trigger, method_name="go_on", kwargs={"waited": asdict(waiting)})
        raise AssertionError("unreachable: defer raises")

    def deadline(self) -> float | None:
        """When a wait that begins now is to end, in seconds since 1970."""
        return time.time() + self.response_timeout.total_seconds() if self.response_timeout else None

    def may_answer(self, policy: Policy) -> list[HITLUser] | None:
        """Whom Airflow lets answer; None for everybody who may use Required Actions."""
        return self.assigned_users or assigned_users(policy, self.role)

    def notify(self, context: Context) -> None:
        """Call the notifiers."""
        for notifier in self.notifiers:
            notifier(context)

    def as_person(self, registry: Registry, answer: Answer, context: Context) -> tuple[Registry, dict[str, Any]]:
        """The registry as whoever answered uses it, and the key and the role of what they answered."""
        from airflow_provider_registry.canonical import sha256_of

        key = sha256_of([self.key, answer.user["id"], answer.at])
        said = {"role": self.role or answer.role or None, "key": key}
        return registry.acting_as(person_caller(answer.user, context)), said

    def refuse(self, context: Context, answer: Answer, waiting: W, error: Exception) -> W:
        """Say that an answer does not count, and go on waiting."""
        why = f"{type(error).__name__}: {error}"
        self.log.warning("The answer of %s does not count, and the question stays. %s", answer.user["name"], why)
        refused = {"by": answer.user["name"], "at": answer.at, "option": answer.option, "why": why}
        waiting = replace(waiting, refused=[*waiting.refused, refused])
        context["ti"].xcom_push(REFUSED, waiting.refused)
        return waiting

    def put_question(self, context: Context, users: list[HITLUser] | None) -> Mapping[str, Any] | None:
        """Write what the task asks; gives the form that Airflow has now, which may be that of an earlier question."""
        from airflow.sdk.api.datamodels._generated import HITLUser as AssignedUser
        from airflow.sdk.execution_time import task_runner
        from airflow.sdk.execution_time.comms import CreateHITLDetailPayload, HITLDetailRequestResult

        question = CreateHITLDetailPayload(
            ti_id=context["ti"].id,
            options=self.options,
            subject=self.subject,
            body=self.body,
            params=self.serialized_params,
            assigned_users=[AssignedUser(**user) for user in users or ()],
        )
        stored = task_runner.SUPERVISOR_COMMS.send(question)
        return stored.params if isinstance(stored, HITLDetailRequestResult) else question.params
