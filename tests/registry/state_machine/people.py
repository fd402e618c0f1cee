"""Who takes part: people by several doors, tasks, and who signs."""

from __future__ import annotations

from dataclasses import dataclass

from tests.support.signers import a_signer


@dataclass(frozen=True)
class Someone:
    """A person, or a task.

    Attributes:
        run: how the task's run came to be: `scheduled` or `manual`; None for a person.
        triggered_by: the name of who triggered the run, where that is known.
    """

    issuer: str
    subject: str
    name: str
    via: str
    run: str | None = None
    triggered_by: str | None = None

    @property
    def is_task(self) -> bool:
        return self.run is not None

    def is_same(self, other: Someone) -> bool:
        """Whether this could be the same person. It fails closed: the same name by another door is the same person."""
        return bool({self.name, self.subject} & {other.name, other.subject})

    def is_among(self, users: tuple[str, ...]) -> bool:
        """A policy names people by name or by subject."""
        return self.name in users or self.subject in users

    def may_be(self, other: Someone) -> bool:
        """Whether the one who stands behind this could be the other person: what is not known could be anybody."""
        if not self.is_task:
            return self.is_same(other)
        if self.run == "scheduled":
            return False
        return self.triggered_by in (None, other.name, other.subject)


ANA = Someone("airflow:one", "2", "ana", "airflow-ui")
ANA_CLAIMED = Someone("cli", "ana@laptop", "ana", "cli")
BO = Someone("airflow:one", "3", "bo", "airflow-ui")
CY = Someone("python", "cy", "cy", "python")
ZOE = Someone("airflow:one", "9", "zoe", "airflow-ui")  # in no role
ON_SCHEDULE = Someone("airflow", "retrain", "retrain", "airflow-task", run="scheduled")
BY_ANA = Someone("airflow", "retrain", "retrain", "airflow-task", run="manual", triggered_by="ana")
BY_SOMEBODY = Someone("airflow", "retrain", "retrain", "airflow-task", run="manual")
PEOPLE = (ANA, ANA_CLAIMED, BO, CY, ZOE)
TASKS = (ON_SCHEDULE, BY_ANA, BY_SOMEBODY)
SIGNERS = {name: a_signer() for name in ("ci", "lab")}
