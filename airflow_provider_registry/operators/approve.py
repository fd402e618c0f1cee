"""Asks people, in Airflow's UI, whether a version may take an alias."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, NoReturn

from airflow.providers.standard.operators.hitl import ApprovalOperator
from airflow.sdk.exceptions import AirflowFailException, AirflowSkipException

from airflow_provider_registry.errors import (
    AlreadyHeldError,
    DecisionRefusedError,
    InvalidInputError,
    NotPassedError,
    RequestEndedError,
    RequestRejectedError,
    StaleReportError,
)
from airflow_provider_registry.hooks import settings
from airflow_provider_registry.hooks.person import person_caller
from airflow_provider_registry.operators.answers import IfNotPassed, airflow_answers, check_if_not_passed, not_passed
from airflow_provider_registry.operators.approve_body import body, look, subject
from airflow_provider_registry.operators.approve_form import Answer, assigned_users, fields, shown_report
from airflow_provider_registry.operators.approve_question import Waited, put_question, trigger_of
from airflow_provider_registry.operators.checks import check_flag, check_seconds
from airflow_provider_registry.operators.links import ModelVersionLink, PromotionRequestLink, RequiredActionsLink
from airflow_provider_registry.operators.naming import NamesVersion
from airflow_provider_registry.operators.through_policy import GATE_REPORT

if TYPE_CHECKING:
    from airflow.sdk import Context

    from airflow_provider_registry.registry import Registry
    from airflow_provider_registry.registry.requests.views import PromotionRequest

REFUSED = "refused"

# Airflow fails a task that is answered before its scheduler has heard that it waits; the next try finds the answer.
RETRIES = 2
RETRY_DELAY = timedelta(seconds=15)

_OURS = ("options", "multiple", "defaults", "subject", "body", "fail_on_reject", "ignore_downstream_trigger_rules")


class ApproveModelVersionOperator(NamesVersion, ApprovalOperator):
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

    template_fields: Sequence[str] = (*NamesVersion.template_fields, "alias", "role", "reason")
    operator_extra_links = (ModelVersionLink(), PromotionRequestLink(), RequiredActionsLink())

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
        for name in _OURS:
            if kwargs.get(name) is not None:
                raise InvalidInputError(f"{name} is not for you to say here: people are asked one question, yes or no.")
        if on_reject not in ("fail", "skip"):
            raise InvalidInputError(f"on_reject is {on_reject!r}: write 'fail' or 'skip'.")
        check_if_not_passed(if_not_passed)
        super().__init__(
            version=version,
            reference=reference,
            model_name=model_name,
            subject="",
            retries=retries,
            retry_delay=retry_delay,
            **kwargs,
        )
        self.alias = alias
        self.role = role
        self.reason = reason
        self.on_reject = on_reject
        self.if_not_passed = if_not_passed
        self.allow_older = check_flag("allow_older", allow_older)
        given = settings.poll_interval() if poll_interval is None else poll_interval
        self.poll_interval = check_seconds("poll_interval", given)

    def act(self, registry: Registry, context: Context) -> dict[str, Any]:
        """Look at what was decided already; where that is not enough, ask."""
        request = self._request(registry, context)
        if (done := self._outcome(registry, request)) is not None:
            return done
        waited = Waited(request.model_name, request.version, request.request_id, deadline=self._deadline())
        if context["ti"].try_number > 1:
            # Airflow may have failed the try before while it held an answer, which asking again would wipe away.
            self._wait(context, waited, known=None)
        return self._ask(registry, context, request, waited)

    def go_on(self, context: Context, event: dict[str, Any], waited: dict[str, Any]) -> dict[str, Any]:
        """Write down the answer, if one woke the task; then go on as the registry says."""
        with airflow_answers(), self.hook.get_conn() as registry:
            return self.tell(self._resume(registry, context, event, Waited(**waited)))

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
            return registry.request_promotion(*triple, reason=self.reason, allow_older=self.allow_older, key=self.key)
        except NotPassedError as error:
            if self.do_xcom_push:
                context["ti"].xcom_push(GATE_REPORT, error.report.as_mapping())
            raise not_passed(error.report, self.if_not_passed) from error
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
        from airflow_provider_registry.canonical import sha256_of

        request = registry.get_request(waited.request_id)
        if datetime.fromisoformat(answer.at) < request.requested_at:
            # Read back from an earlier try: it was an answer to another question.
            self.log.info("An answer from before request %d is left alone.", request.request_id)
            return waited
        if not (answer.report or waited.saw):
            waited = self._show(registry, context, request, waited)
        try:
            registry.acting_as(person_caller(answer.user, context)).decide(
                request.request_id,
                verdict="approve" if answer.option == self.APPROVE else "reject",
                role=self.role or answer.role or None,
                comment=answer.comment,
                report=answer.report or waited.saw,
                key=sha256_of([self.key, answer.user["id"], answer.at]),
            )
        except (RequestRejectedError, RequestEndedError) as error:
            self.log.info("The answer of %s came too late. %s", answer.user["name"], error)
        except (DecisionRefusedError, StaleReportError, InvalidInputError) as error:
            return self._refuse(context, answer, waited, f"{type(error).__name__}: {error}")
        return waited

    def _refuse(self, context: Context, answer: Answer, waited: Waited, why: str) -> Waited:
        self.log.warning("The answer of %s does not count, and the question stays. %s", answer.user["name"], why)
        refused = {"by": answer.user["name"], "at": answer.at, "option": answer.option, "why": why}
        waited = replace(waited, refused=[*waited.refused, refused])
        context["ti"].xcom_push(REFUSED, waited.refused)
        return waited

    def _ask(self, registry: Registry, context: Context, request: PromotionRequest, waited: Waited) -> NoReturn:
        asked = self._show(registry, context, request, waited)
        if not waited.saw:
            for notifier in self.notifiers:
                notifier(context)
        self.log.info("%s People are asked under Required Actions.", request.sentence())
        self._wait(context, asked, known=request.mark)

    def _show(self, registry: Registry, context: Context, request: PromotionRequest, waited: Waited) -> Waited:
        """Put the question under Required Actions, unanswered."""
        policy = registry.get_policy(request.model_name, request.alias)
        self.subject = subject(request, self.role)
        self.body = body(look(registry, request, policy), self.role)
        self.params = fields(request, policy, self.role)
        users = self.assigned_users or assigned_users(policy, self.role)
        saw = shown_report(put_question(self, context, users))
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
        trigger = trigger_of(self, context, waited, known=known)
        self.defer(trigger=trigger, method_name="go_on", kwargs={"waited": asdict(waited)})
        raise AssertionError("unreachable: defer raises")

    def _deadline(self) -> float | None:
        return time.time() + self.response_timeout.total_seconds() if self.response_timeout else None


def _stands(request: PromotionRequest, context: Context) -> bool:
    """Whether a request that has ended is the answer to this task, rather than to an earlier run's.

    A task that runs again has what was decided, and asks again only where nothing was.
    """
    if request.ended_at is None or request.ended_at < context["dag_run"].run_after:
        return False
    return context["ti"].try_number == 1 or request.state in ("promoted", "rejected", "superseded")
