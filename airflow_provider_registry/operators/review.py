"""Asks people, in Airflow's UI, to look again at the version that holds an alias."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, NoReturn

from airflow.providers.standard.operators.hitl import HITLOperator
from airflow.sdk.exceptions import AirflowFailException, AirflowSkipException

from airflow_provider_registry.errors import InvalidInputError, NotAllowedError, StaleReviewError
from airflow_provider_registry.hooks import settings
from airflow_provider_registry.hooks.person import person_caller
from airflow_provider_registry.operators.answers import airflow_answers
from airflow_provider_registry.operators.approve import REFUSED, RETRIES, RETRY_DELAY
from airflow_provider_registry.operators.approve_form import Answer, assigned_users
from airflow_provider_registry.operators.approve_question import put_question
from airflow_provider_registry.operators.base import ModelRegistryOperator
from airflow_provider_registry.operators.checks import check_flag, check_seconds
from airflow_provider_registry.operators.links import ModelVersionLink, RequiredActionsLink
from airflow_provider_registry.operators.review_question import CHOICES, body, fields, subject

if TYPE_CHECKING:
    from airflow.sdk import Context

    from airflow_provider_registry.registry import Assignment, Registry, Review

_OURS = ("options", "multiple", "defaults", "subject", "body")


@dataclass(frozen=True)
class Waited:
    """What a task that waits must know when it goes on: JSON, kept by Airflow.

    Attributes:
        version: that people were asked about.
        event: by which it came to hold the alias.
        asked: people were asked by this try.
        deadline: in seconds since 1970, where there is a `response_timeout`.
        refused: the answers that were not recorded, each with who, when and why.
    """

    version: int
    event: int
    asked: bool = False
    deadline: float | None = None
    refused: list[dict[str, str]] = field(default_factory=list)


class ReviewModelOperator(ModelRegistryOperator, HITLOperator):
    """Asks people under Required Actions whether to keep, replace or retire the version that holds an alias.

    It writes down what they say, with their reason, as their own. Nothing moves by it: `keep` begins the policy's
    `review_every` anew, the others show wherever the version is, until the alias moves. It is skipped where no review
    is due, and where the alias moves on while people are asked. It holds no worker while it waits. The task writes the
    review down, so the connection's database role must be one that may (`approver`); the policy's approvals say who
    counts. An answer that does not is in the XCom `refused` and the log, and the question stays. No timeout keeps
    anything.

    Its parameters beside those of `ModelRegistryOperator`:

    Parameters:
        model_name: the model (templated).
        alias: a protected alias (templated).
        role: of the policy's approvals (templated); None for any, each person in the role they have.
        only_if_due: whether it is skipped where no review is due, or people have looked since it was.
        response_timeout: how long to wait for people; then the task fails without a retry.
        assigned_users: whom Airflow lets answer; by default those whom the policy names for the role, if all of them
            are named by id.
        notifiers: Airflow's notifiers, called when people are first asked.
        poll_interval: seconds between two looks for an alias that moves on; by default
            `[model_registry] poll_interval`.

    Returns:
        model_name, alias, version, reference, role, event, outcome and at.
    """

    template_fields: Sequence[str] = (*ModelRegistryOperator.template_fields, "model_name", "alias", "role")
    operator_extra_links = (ModelVersionLink(), RequiredActionsLink())

    def __init__(
        self,
        *,
        model_name: str,
        alias: str,
        role: str | None = None,
        only_if_due: bool = True,
        poll_interval: timedelta | float | None = None,
        retries: int | None = RETRIES,
        retry_delay: timedelta | float = RETRY_DELAY,
        **kwargs: Any,
    ) -> None:
        for name in _OURS:
            if kwargs.get(name) is not None:
                raise InvalidInputError(f"{name} is not for you to say here: people are asked one thing.")
        super().__init__(subject="", options=list(CHOICES), retries=retries, retry_delay=retry_delay, **kwargs)
        self.model_name = model_name
        self.alias = alias
        self.role = role
        self.only_if_due = check_flag("only_if_due", only_if_due)
        given = settings.poll_interval() if poll_interval is None else poll_interval
        self.poll_interval = check_seconds("poll_interval", given)

    def act(self, registry: Registry, context: Context) -> dict[str, Any]:
        """Look at whether a review is due; where it is, ask."""
        held = self._held(registry)
        if held is None:
            raise self._skip(f"The alias {self.alias} of {self.model_name} points at no version: nothing to review.")
        if (said := self._said(registry, held, context)) is not None:
            self.log.info("%s", said.sentence())
            return said.as_mapping()
        if self.only_if_due and not self._is_due(registry, held):
            raise self._skip(f"No review of version {held.version} of {held.model_name} as {held.alias} is due.")
        self.tell({"model_name": held.model_name, "version": held.version})
        deadline = time.time() + self.response_timeout.total_seconds() if self.response_timeout else None
        waited = Waited(held.version, held.event, deadline=deadline)
        if context["ti"].try_number > 1:
            # Airflow may have failed the try before while it held an answer, which asking again would wipe away.
            self._wait(context, waited, look_only=True)
        return self._ask(registry, context, held, waited)

    def go_on(self, context: Context, event: dict[str, Any], waited: dict[str, Any]) -> dict[str, Any]:
        """Write down the answer, if one woke the task; else ask, or end."""
        with airflow_answers(), self.hook.get_conn() as registry:
            return self.tell(self._resume(registry, context, event, Waited(**waited)))

    def _resume(self, registry: Registry, context: Context, event: Mapping[str, Any], waited: Waited) -> dict[str, Any]:
        answer, held = Answer.read(event), self._held(registry)
        if held is None or held.event != waited.event:
            raise self._skip(f"Version {waited.version} of {self.model_name} holds {self.alias} no more.")
        if answer is not None:
            said = self._record(registry, context, answer, waited)
            if not isinstance(said, Waited):
                self.log.info("%s", said.sentence())
                return said.as_mapping()
            waited = said
        if event.get("timed_out"):
            raise AirflowFailException(
                f"Nobody answered in time, and no timeout keeps a version: the review of version {held.version} of "
                f"{held.model_name} as {held.alias} stays due. Clear this task to ask again."
            )
        return self._ask(registry, context, held, waited)

    def _record(self, registry: Registry, context: Context, answer: Answer, waited: Waited) -> Review | Waited:
        """Write the answer down, as the person's own; what does not count is added to `refused`."""
        from airflow_provider_registry.canonical import sha256_of

        try:
            return registry.acting_as(person_caller(answer.user, context)).record_review(
                self.model_name,
                self.alias,
                outcome=CHOICES.get(answer.option, answer.option),
                role=self.role or answer.role or None,
                reason=answer.comment,
                version=waited.version,
                key=sha256_of([self.key, answer.user["id"], answer.at]),
            )
        except (NotAllowedError, StaleReviewError, InvalidInputError) as error:
            why = f"{type(error).__name__}: {error}"
            self.log.warning("The answer of %s does not count, and the question stays. %s", answer.user["name"], why)
            refused = {"by": answer.user["name"], "at": answer.at, "option": answer.option, "why": why}
            waited = replace(waited, refused=[*waited.refused, refused])
            context["ti"].xcom_push(REFUSED, waited.refused)
            return waited

    def _ask(self, registry: Registry, context: Context, held: Assignment, waited: Waited) -> NoReturn:
        policy = registry.get_policy(held.model_name, held.alias)
        self.subject = subject(held, self.role)
        self.body = body(registry.get_version(held.reference), held, registry.reviews(held.model_name, held.alias))
        self.params = fields(policy, self.role)
        put_question(self, context, self.assigned_users or assigned_users(policy, self.role))
        if not waited.asked:
            for notifier in self.notifiers:
                notifier(context)
        self.log.info("People are asked under Required Actions: %s", self.subject)
        self._wait(context, replace(waited, asked=True))

    def _wait(self, context: Context, waited: Waited, *, look_only: bool = False) -> NoReturn:
        """Wait without a worker; where `look_only`, for a look at what the try before was answered."""
        from airflow_provider_registry.triggers.review import ReviewTrigger

        trigger = ReviewTrigger(
            ti_id=str(context["ti"].id),
            model_registry_conn_id=self.model_registry_conn_id,
            model_name=self.model_name,
            alias=self.alias,
            moved_off=waited.version,
            look_only=look_only,
            poll_interval=self.poll_interval,
            deadline=waited.deadline,
        )
        self.defer(trigger=trigger, method_name="go_on", kwargs={"waited": asdict(waited)})
        raise AssertionError("unreachable: defer raises")

    def _held(self, registry: Registry) -> Assignment | None:
        named = (self.model_name, self.alias)
        return registry.holders([named]).get(named)

    def _is_due(self, registry: Registry, held: Assignment) -> bool:
        mine = (held.model_name, held.alias)
        return any((due.model_name, due.alias) == mine and not due.answered for due in registry.reviews_due())

    def _said(self, registry: Registry, held: Assignment, context: Context) -> Review | None:
        """What people said of it since this run was to begin: a task that is cleared has its answer."""
        since = context["dag_run"].run_after
        found = (each for each in registry.reviews(held.model_name, held.alias) if each.event > held.event)
        return max((each for each in found if each.at >= since), key=lambda each: each.event, default=None)

    def _skip(self, why: str) -> AirflowSkipException:
        self.log.info("%s", why)  # of a task that is skipped, Airflow logs no more than that
        return AirflowSkipException(why)
