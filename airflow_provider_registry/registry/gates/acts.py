"""Validating: all gates of a policy answered for one version, and the report stored."""

from __future__ import annotations

from sqlalchemy import select

from airflow_provider_registry.artifacts.progress import Progress
from airflow_provider_registry.errors import ArtifactNotFoundError, DigestMismatchError
from airflow_provider_registry.event_types import EventType
from airflow_provider_registry.names import check_alias
from airflow_provider_registry.registry.aliases.state import read_state
from airflow_provider_registry.registry.before_the_lock import doing_first
from airflow_provider_registry.registry.caller import Asked, act_key
from airflow_provider_registry.registry.core import Core
from airflow_provider_registry.registry.database.act import Act
from airflow_provider_registry.registry.database.prepared import Row
from airflow_provider_registry.registry.gates.assess import Assessment, report_of, report_payload
from airflow_provider_registry.registry.gates.report import GateReport
from airflow_provider_registry.registry.gates.tables import GateReportRow
from airflow_provider_registry.registry.policies.kept_gates import IntegrityGate
from airflow_provider_registry.registry.record.tables import EventRow
from airflow_provider_registry.registry.requests.states import Ending
from airflow_provider_registry.registry.signatures.verified import VerifiedSignatures
from airflow_provider_registry.registry.storage.checks import check_bytes_unless_fresh
from airflow_provider_registry.registry.versions.acts import locked_version

ACT = "validate"


def validate(core: Core, version: Row, alias: str, key: str | None, progress: Progress | None) -> GateReport:
    """Validate a version for an alias; see `Registry.validate`."""
    problem = _bytes_problem(core, version, check_alias(alias), progress)
    verified = VerifiedSignatures(core)
    assessed: dict[str, Assessment] = {}

    def fingerprint(act: Act) -> str:
        row = locked_version(act, version["version"])
        state = read_state(act.rows, act.model["id"], alias)
        assessed["now"] = Assessment(act, row, state, verified, problem)
        return assessed["now"].fingerprint

    def work(act: Act) -> GateReport:
        return record_validation(assessed["now"])

    asked = Asked(ACT, version["model_name"], alias=alias, key=key)
    return doing_first(lambda: core.acts.run(asked, work, _report_of_event, fingerprint))


def record_validation(assessment: Assessment) -> GateReport:
    """Store an assessment as the act that it is made in."""
    act, report = assessment.act, assessment.report
    payload = report_payload(report)
    if not report.passed:
        act.pending.end_all(Ending.GATES, alias_id=assessment.state.alias_id, version_id=assessment.version["id"])
    event_id = act.record(EventType.VERSION_VALIDATED, payload, version=report.version, alias=report.alias)
    return assessment.store(event_id)


def record_refusal(assessment: Assessment, asked: Asked) -> GateReport:
    """Store the assessment for which a promotion is refused: the refusal is a validation, and repeats as one."""
    act = assessment.act
    as_validation = Asked(ACT, asked.model_name, alias=asked.alias, key=asked.key)
    act.key = act_key(act.caller, as_validation, act.model["id"], salt=act.key)
    act.fingerprint = assessment.fingerprint
    same = (EventRow.act_key == act.key, EventRow.fingerprint == act.fingerprint)
    event = act.connection.execute(select(EventRow.id).where(*same)).mappings().one_or_none()
    if event is not None:
        act.idle = True
        return _report_of_event(act, event)
    return record_validation(assessment)


def _report_of_event(act: Act, event: Row) -> GateReport:
    statement = select(GateReportRow.__table__).where(GateReportRow.event_id == event["id"])
    return report_of(act.connection.execute(statement).mappings().one())


def _bytes_problem(core: Core, version: Row, alias: str, progress: Progress | None) -> str | None:
    """What is wrong with the stored bytes, where the policy asks; read before the lock, since it may take long."""
    state = read_state(core.ask, version["model_id"], alias)
    policy = state.rules
    if policy is None or not any(isinstance(gate, IntegrityGate) for gate in policy.gates):
        return None
    try:
        check_bytes_unless_fresh(core, version, policy.integrity_max_age, progress)
    except (DigestMismatchError, ArtifactNotFoundError) as error:
        return str(error)
    return None
