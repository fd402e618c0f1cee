"""What lets a version in to an alias: one way for those who want to hold it, and those who want some of its traffic."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

from airflow_provider_registry.artifacts.progress import Progress
from airflow_provider_registry.errors import ApprovalNeededError, NotPassedError
from airflow_provider_registry.registry.aliases.checked import CheckedBytes
from airflow_provider_registry.registry.aliases.eligible import refuse_ineligible, refuse_older
from airflow_provider_registry.registry.aliases.state import AliasState, asked_of_alias
from airflow_provider_registry.registry.aliases.wish import Wish
from airflow_provider_registry.registry.caller import Asked
from airflow_provider_registry.registry.core import Core
from airflow_provider_registry.registry.database.act import Act
from airflow_provider_registry.registry.database.batch import Asking
from airflow_provider_registry.registry.database.prepared import Row
from airflow_provider_registry.registry.gates.acts import record_refusal
from airflow_provider_registry.registry.gates.assess import Assessment, asked_first, report_payload
from airflow_provider_registry.registry.gates.report import GateReport
from airflow_provider_registry.registry.requests.commit import approved_request, refuse_another
from airflow_provider_registry.registry.requests.opening import Opened
from airflow_provider_registry.registry.requests.queries import request_by_id
from airflow_provider_registry.registry.signatures.verified import VerifiedSignatures
from airflow_provider_registry.registry.storage.checks import CHECKED_AT
from airflow_provider_registry.registry.versions.acts import VERSION

# What keeps a version out: it is committed before it is raised.
Refusal: TypeAlias = GateReport | Opened


@dataclass(frozen=True)
class Admission:
    """What lets a version in; all of it empty where the alias is free.

    Attributes:
        stored: the report that does; None where it is the assessment's own, which is stored with the act's event.
        request: the approved request, where the policy asks for approvals.
    """

    assessment: Assessment | None = None
    stored: GateReport | None = None
    request: Row | None = None

    @property
    def said(self) -> dict[str, Any]:
        """What the act's event says of it."""
        report = self.stored or (self.assessment.report if self.assessment else None)
        return {
            **({"report": report_payload(report)} if report else {}),
            **({"request": self.request["id"]} if self.request else {}),
        }

    def store(self, event_id: int) -> None:
        """Write the report down beside the act's event, where it is not yet."""
        if self.assessment is not None and self.stored is None:
            self.assessment.store(event_id)


@dataclass
class Beforehand:
    """What was done before the lock for the act under way, which lets a version in."""

    checked: CheckedBytes
    verified: VerifiedSignatures

    @classmethod
    def of(cls, core: Core, progress: Progress | None) -> Beforehand:
        """Nothing yet."""
        return cls(CheckedBytes(core, progress), VerifiedSignatures(core))


def let_in(
    act: Act, version: Row, state: AliasState, wish: Wish, asked: Asked, before: Beforehand
) -> Admission | Refusal:
    """Ask all that an alias asks of a version that does not hold it.

    Raises:
        ArchivedVersionError, TestVersionError, MutableArtifactError, OlderDataError: no gate can help.
        RequestRejectedError, RequestEndedError, InvalidInputError: the request that was named is no longer pending, or
            another's; or people have decided on exactly this, and against it.
        NeededFirstError: its stored bytes must be read first, or its signatures be verified.
    """
    if wish.request is not None:
        refuse_another(act, state, version, wish.request)
    refuse_ineligible(act, version, state)
    if not wish.allow_older:
        refuse_older(act, version, state)
    before.checked.require(act, version, state)
    if state.policy is None:
        return Admission()
    assessment = Assessment(act, version, state, before.verified)
    report = assessment.stored_and_bound()
    if report is None and not assessment.report.passed:
        return record_refusal(assessment, asked)
    request = approved_request(assessment, report, asked, wish)
    return request if isinstance(request, Opened) else Admission(assessment, report, request)


def asked_to_let_in(wish: Wish) -> list[Asking]:
    """What is read of the version, the alias, and, should it be protected, of the candidate and the baseline."""
    version = wish.version
    numbered = {"model_id": version["model_id"], "version": version["version"]}
    candidate = [(CHECKED_AT, {"version_id": version["id"]}), *asked_first(version, wish.alias)]
    return [(VERSION, numbered), *asked_of_alias(version["model_id"], wish.alias), *candidate]


def refused(core: Core, refusal: Refusal, again: str) -> NotPassedError | ApprovalNeededError:
    """The error that says what kept the version out.

    Parameters:
        again: what to do once a request is approved.
    """
    if isinstance(refusal, GateReport):
        return NotPassedError(refusal.sentence(), refusal)
    request = request_by_id(core, refusal.request_id)
    before = f"{request_by_id(core, refusal.earlier).sentence()} " if refusal.earlier is not None else ""
    return ApprovalNeededError(f"{before}{request.sentence()} {again} again once it is approved.", request)
