"""Asks people, in Airflow's UI, to look again at the version that holds an alias."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, NoReturn

from airflow.sdk.exceptions import AirflowFailException, AirflowSkipException

from airflow_provider_registry.errors import InvalidInputError, NotAllowedError, StaleReviewError
from airflow_provider_registry.operators.asks_people import RETRIES, RETRY_DELAY, AsksPeople, Waiting, refuse_said
from airflow_provider_registry.operators.checks import check_flag
from airflow_provider_registry.operators.links import ModelVersionLink, RequiredActionsLink
from airflow_provider_registry.operators.people_form import Answer
from airflow_provider_registry.operators.review_question import CHOICES, body, fields, subject

if TYPE_CHECKING:
    from airflow.sdk import Context

    from airflow_provider_registry.registry import Assignment, Registry, Review


@dataclass(frozen=True, kw_only=True)
class Waited(Waiting):
    """What a task that waits must know when it goes on.

    Attributes:
        version: that people were asked about.
        event: by which it came to hold the alias.
        asked: people were asked by this try.
    """

    version: int
    event: int
    asked: bool = False


class ReviewModelOperator(AsksPeople):
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

    template_fields: Sequence[str] = (*AsksPeople.template_fields, "model_name", "alias")
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
        refuse_said(kwargs)
        tries: dict[str, Any] = {"retries": retries, "retry_delay": retry_delay}
        super().__init__(role=role, options=list(CHOICES), poll_interval=poll_interval, **tries, **kwargs)
        self.model_name = model_name
        self.alias = alias
        self.only_if_due = check_flag("only_if_due", only_if_due)

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
        waited = Waited(version=held.version, event=held.event, deadline=self.deadline())
        if context["ti"].try_number > 1:
            # Airflow may have failed the try before while it held an answer, which asking again would wipe away.
            self._wait(context, waited, look_only=True)
        return self._ask(registry, context, held, waited)

    def resume(
        self, registry: Registry, context: Context, event: Mapping[str, Any], waited: Mapping[str, Any]
    ) -> dict[str, Any]:
        """Write down the answer, if one woke the task; else ask, or end."""
        return self._resume(registry, context, event, Waited(**waited))

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
        outcome = CHOICES.get(answer.option, answer.option)
        seen: dict[str, Any] = {"version": waited.version, "reason": answer.comment}
        try:
            theirs, said = self.as_person(registry, answer, context)
            return theirs.record_review(self.model_name, self.alias, outcome=outcome, **said, **seen)
        except (NotAllowedError, StaleReviewError, InvalidInputError) as error:
            return self.refuse(context, answer, waited, error)

    def _ask(self, registry: Registry, context: Context, held: Assignment, waited: Waited) -> NoReturn:
        policy = registry.get_policy(held.model_name, held.alias)
        self.subject = subject(held, self.role)
        self.body = body(registry.get_version(held.reference), held, registry.reviews(held.model_name, held.alias))
        self.params = fields(policy, self.role)
        self.put_question(context, self.may_answer(policy))
        if not waited.asked:
            self.notify(context)
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
        self.wait(trigger, waited)

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
