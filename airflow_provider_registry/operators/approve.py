"""Asks people, in Airflow's UI, whether a version may take an alias."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, NoReturn

from airflow.providers.standard.operators.hitl import ApprovalOperator
from airflow.sdk.exceptions import AirflowFailException, AirflowSkipException

from airflow_provider_registry.errors import (
    AlreadyHeldError,
    DecisionRefusedError,
    InvalidInputError,
    RequestEndedError,
    RequestRejectedError,
    StaleReportError,
)
from airflow_provider_registry.operators.answers import IfNotPassed
from airflow_provider_registry.operators.approve_body import body, look, subject
from airflow_provider_registry.operators.approve_form import fields, shown_report
from airflow_provider_registry.operators.approve_question import Waited, trigger_of
from airflow_provider_registry.operators.asks_people import RETRIES, RETRY_DELAY, AsksPeople, refuse_said
from airflow_provider_registry.operators.asks_policy import AsksPolicy
from airflow_provider_registry.operators.people_form import Answer

if TYPE_CHECKING:
    from airflow.sdk import Context

    from airflow_provider_registry.registry import Registry
    from airflow_provider_registry.registry.requests.views import PromotionRequest


class ApproveModelVersionOperator(AsksPolicy, AsksPeople, ApprovalOperator):
    """Asks people under Required Actions whether a version may take a protected alias, and writes down what they say.

    It opens the promotion request where none is pending, and is done once the role has its approvals, wherever they
    were given: here, in the CLI or from Python. It holds no worker while it waits. The task writes the decision down,
    so the connection's database role must be one that may write decisions (`approver`); the registry says who counts.
    An answer that does not count is kept in the record, and the question stays: see the XCom `refused` and the log. No
    timeout and no default ever approves. After a retry or a clear, what was decided stands, and nobody is asked again.

    Its parameters beside those of `ModelRegistryOperator`:

    Parameters:
        alias: a protected alias (templated).
        version, reference, model_name: which version, as `NamesVersion` says (templated).
        role: of the policy (templated); None to wait for all of them, each person deciding in the role they have.
        reason: for those who decide, where this opens the request (templated).
        on_reject: `fail`, or `skip`: a version that people do not want is a normal day.
        if_not_passed: the same, where the gates do not pass and so nobody is asked.
        allow_older: let a backfill, or older data than the live version's, ask.
        response_timeout: how long to wait for people; then the task fails without a retry.
        assigned_users: whom Airflow lets answer; by default those whom the policy names for the role, if all of them
            are named by id.
        notifiers: Airflow's notifiers, called when people are first asked.
        poll_interval: seconds between two looks for what other doors decide; by default
            `[model_registry] poll_interval`.

    Returns:
        the promotion request, with its decisions.
    """

    template_fields: Sequence[str] = (*AsksPolicy.template_fields, "role")

    def __init__(
        self,
        *,
        alias: str,
        version: Any = None,
        reference: Any = None,
        model_name: str | None = None,
        role: str | None = None,
        reason: str = "",
        on_reject: IfNotPassed = "fail",
        if_not_passed: IfNotPassed = "fail",
        allow_older: bool = False,
        poll_interval: timedelta | float | None = None,
        retries: int | None = RETRIES,
        retry_delay: timedelta | float = RETRY_DELAY,
        **kwargs: Any,
    ) -> None:
        refuse_said(kwargs, "fail_on_reject", "ignore_downstream_trigger_rules")
        if on_reject not in ("fail", "skip"):
            raise InvalidInputError(f"on_reject is {on_reject!r}: write 'fail' or 'skip'.")
        named: dict[str, Any] = {"version": version, "reference": reference, "model_name": model_name}
        asks: dict[str, Any] = {"reason": reason, "if_not_passed": if_not_passed, "allow_older": allow_older}
        tries: dict[str, Any] = {"retries": retries, "retry_delay": retry_delay}
        super().__init__(alias=alias, role=role, poll_interval=poll_interval, **named, **asks, **tries, **kwargs)
        self.on_reject = on_reject

    def act(self, registry: Registry, context: Context) -> dict[str, Any]:
        """Look at what was decided already; where that is not enough, ask."""
        request = self._request(registry, context)
        if (done := self._outcome(registry, request)) is not None:
            return done
        waited = Waited(
            model_name=request.model_name,
            version=request.version,
            request_id=request.request_id,
            deadline=self.deadline(),
        )
        if context["ti"].try_number > 1:
            # Airflow may have failed the try before while it held an answer, which asking again would wipe away.
            self._wait(context, waited, known=None)
        return self._ask(registry, context, request, waited)

    def resume(
        self, registry: Registry, context: Context, event: Mapping[str, Any], waited: Mapping[str, Any]
    ) -> dict[str, Any]:
        """Write down the answer, if one woke the task; then go on as the registry says."""
        return self._resume(registry, context, event, Waited(**waited))

    def _resume(self, registry: Registry, context: Context, event: Mapping[str, Any], waited: Waited) -> dict[str, Any]:
        answer = Answer.read(event)
        if answer is not None:
            waited = self._decide(registry, context, answer, waited)
        request = self._newest(registry, waited)
        if (done := self._outcome(registry, request)) is not None:
            return done
        if event.get("timed_out"):
            raise AirflowFailException(
                f"Nobody answered in time, and no timeout approves. {request.sentence()} The request stays open: "
                "clear this task to ask again."
            )
        if "mark" in event:
            # Another door has decided, which changes nothing here. Asking again would wipe away what somebody answered
            # since this task woke; its trigger looks for that.
            self._wait(context, replace(waited, request_id=request.request_id), known=request.mark)
        return self._ask(registry, context, request, waited)

    def _request(self, registry: Registry, context: Context) -> PromotionRequest:
        """The request to ask about: the one that is pending, the one whose end stands, or a new one."""
        model_name, named = self.named()
        found = registry.resolve(named, model_name=model_name)
        triple = (found.model_name, found.version, self.alias)
        status = registry.newest_requests([triple]).get(triple)
        newest = registry.get_request(status.request_id) if status else None
        if newest is not None and (newest.is_pending or _stands(newest, context)):
            return newest
        try:
            with self.gates_answered(context):
                return registry.request_promotion(*triple, **self.asks)
        except AlreadyHeldError:
            if newest is None or newest.state != "promoted":
                raise
            return newest

    def _newest(self, registry: Registry, waited: Waited) -> PromotionRequest:
        """Another than people were asked about, where that has ended and somebody has asked anew since."""
        triple = (waited.model_name, waited.version, self.alias)
        return registry.get_request(registry.newest_requests([triple])[triple].request_id)

    def _outcome(self, registry: Registry, request: PromotionRequest) -> dict[str, Any] | None:
        """What to return, where enough is decided; None where people must be asked.

        Raises:
            RequestRejectedError, RequestEndedError: it has ended otherwise.
            AirflowSkipException: it was rejected, and that is a normal day.
            InvalidInputError: the policy asks for no such role.
        """
        if request.state == "promoted" or (request.is_pending and self._has_enough(registry, request)):
            self.log.info("%s", request.sentence())
            return request.as_mapping()
        if request.state == "rejected" and self.on_reject == "skip":
            self.log.info("%s", request.sentence())  # of a task that is skipped, Airflow logs no more than that
            raise AirflowSkipException(request.sentence())
        if not request.is_pending:
            from airflow_provider_registry.registry.requests.locked import ended

            raise ended(request)
        return None

    def _has_enough(self, registry: Registry, request: PromotionRequest) -> bool:
        """Whether the role has its approvals: none are missing of a role that nobody asks for, and that is no yes."""
        if self.role is None:
            return not request.missing
        roles = [asked.role for asked in registry.get_policy(request.model_name, request.alias).approvals]
        if self.role not in roles:
            raise InvalidInputError(f"The policy asks for no role {self.role!r}, but for {', '.join(roles) or 'none'}.")
        return self.role not in request.missing

    def _decide(self, registry: Registry, context: Context, answer: Answer, waited: Waited) -> Waited:
        """Write the decision down, as the person's own; what does not count is added to `refused`."""
        request = registry.get_request(waited.request_id)
        if datetime.fromisoformat(answer.at) < request.requested_at:
            # Read back from an earlier try: it was an answer to another question.
            self.log.info("An answer from before request %d is left alone.", request.request_id)
            return waited
        if not (answer.report or waited.saw):
            waited = self._show(registry, context, request, waited)
        verdict = "approve" if answer.option == self.APPROVE else "reject"
        seen = {"comment": answer.comment, "report": answer.report or waited.saw}
        try:
            theirs, said = self.as_person(registry, answer, context)
            theirs.decide(request.request_id, verdict=verdict, **said, **seen)
        except (RequestRejectedError, RequestEndedError) as error:
            self.log.info("The answer of %s came too late. %s", answer.user["name"], error)
        except (DecisionRefusedError, StaleReportError, InvalidInputError) as error:
            return self.refuse(context, answer, waited, error)
        return waited

    def _ask(self, registry: Registry, context: Context, request: PromotionRequest, waited: Waited) -> NoReturn:
        asked = self._show(registry, context, request, waited)
        if not waited.saw:
            self.notify(context)
        self.log.info("%s People are asked under Required Actions.", request.sentence())
        self._wait(context, asked, known=request.mark)

    def _show(self, registry: Registry, context: Context, request: PromotionRequest, waited: Waited) -> Waited:
        """Put the question under Required Actions, unanswered."""
        policy = registry.get_policy(request.model_name, request.alias)
        self.subject = subject(request, self.role)
        self.body = body(look(registry, request, policy), self.role)
        self.params = fields(request, policy, self.role)
        saw = shown_report(self.put_question(context, self.may_answer(policy)))
        if saw != request.report_digest:
            self.log.warning(
                "Required Actions still shows what this task asked before, and Airflow changes no such text. Whoever "
                "has looked at request %d itself may enter its gate report there (%s), or decide in the CLI: "
                "airflow model-registry requests approve %d",
                request.request_id, request.report_digest, request.request_id,
            )  # fmt: skip
        return replace(waited, request_id=request.request_id, saw=saw)

    def _wait(self, context: Context, waited: Waited, *, known: str | None) -> NoReturn:
        """Wait without a worker; where `known` is None, only for a look at what the try before was answered."""
        self.wait(trigger_of(self, context, waited, known=known), waited)


def _stands(request: PromotionRequest, context: Context) -> bool:
    """Whether a request that has ended is the answer to this task, rather than to an earlier run's.

    A task that runs again has what was decided, and asks again only where nothing was.
    """
    if request.ended_at is None or request.ended_at < context["dag_run"].run_after:
        return False
    return context["ti"].try_number == 1 or request.state in ("promoted", "rejected", "superseded")
