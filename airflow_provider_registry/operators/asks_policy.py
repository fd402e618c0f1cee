"""How an operator asks the policy of an alias to let a version in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from airflow_provider_registry.errors import NotPassedError
from airflow_provider_registry.operators.answers import IfNotPassed, check_if_not_passed, not_passed
from airflow_provider_registry.operators.checks import check_flag
from airflow_provider_registry.operators.links import ModelVersionLink, PromotionRequestLink, RequiredActionsLink
from airflow_provider_registry.operators.naming import NamesVersion

if TYPE_CHECKING:
    from airflow.sdk import Context

GATE_REPORT = "gate_report"


class AsksPolicy(NamesVersion):
    """What operators share that want an alias, or some of its traffic, for a version, or ask people about that.

    Their constructors repeat these, so that an editor and the reference show them. The parameters beside those of
    `NamesVersion`:

    Parameters:
        alias: the alias (templated).
        reason: for those who decide, and for those who read the record (templated).
        if_not_passed: `fail`, or `skip`. The report is then the XCom `gate_report`.
        allow_older: let a backfill, or older data than the live version's, in.
    """

    template_fields: Sequence[str] = (*NamesVersion.template_fields, "alias", "reason")
    operator_extra_links = (ModelVersionLink(), PromotionRequestLink(), RequiredActionsLink())

    def __init__(
        self,
        *,
        alias: str,
        reason: str = "",
        if_not_passed: IfNotPassed = "fail",
        allow_older: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        check_if_not_passed(if_not_passed)
        self.alias = alias
        self.reason = reason
        self.if_not_passed = if_not_passed
        self.allow_older = check_flag("allow_older", allow_older)

    @property
    def asks(self) -> dict[str, Any]:
        """What the registry is told beside the version and the alias."""
        return {"reason": self.reason, "allow_older": self.allow_older, "key": self.key}

    @contextmanager
    def gates_answered(self, context: Context) -> Iterator[None]:
        """End the task where the gates do not pass, and hand their report on.

        Raises:
            AirflowSkipException, AirflowFailException: see `not_passed`.
        """
        try:
            yield
        except NotPassedError as error:
            self.hand_on(context, GATE_REPORT, error.report.as_mapping())
            raise not_passed(error.report, self.if_not_passed) from error

    def hand_on(self, context: Context, key: str, value: Mapping[str, Any]) -> None:
        """Push what the task learned before an exception ends it."""
        if self.do_xcom_push:
            context["ti"].xcom_push(key, dict(value))
