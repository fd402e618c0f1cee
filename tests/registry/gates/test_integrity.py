"""The gate on the stored bytes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from airflow_provider_registry.registry.gates.evaluate import evaluate
from airflow_provider_registry.registry.gates.verdicts import Cause, Verdict
from airflow_provider_registry.registry.policies.policy import Policy
from tests.registry.gates.worlds import candidate

NOW = datetime(2026, 3, 3, 12, tzinfo=UTC)
POLICY = Policy.parse({"gates": [{"integrity": True}], "integrity_max_age": "1h"})


@pytest.mark.parametrize(
    ("age", "at", "problem", "cause"),
    [
        (timedelta(), NOW, None, None),
        (timedelta(hours=1), NOW, None, None),
        (timedelta(days=99), None, None, None),
        (-timedelta(seconds=1), NOW, None, None),
        (timedelta(hours=1, seconds=1), NOW, None, Cause.BYTES_CHECKED_TOO_LONG_AGO),
        (None, NOW, None, Cause.BYTES_NOT_CHECKED),
        (None, None, None, Cause.BYTES_NOT_CHECKED),
        (timedelta(), NOW, "model.pkl is missing", Cause.BYTES_MISMATCH),
        (None, None, "model.pkl is missing", Cause.BYTES_MISMATCH),
    ],
)
def test_bytes_were_checked_recently_enough_and_are_right(
    age: timedelta | None, at: datetime | None, problem: str | None, cause: Cause | None
) -> None:
    version = candidate(bytes_checked_at=None if age is None else NOW - age, bytes_problem=problem)
    (result,) = evaluate(POLICY, version, None, at=at)
    assert (Verdict.ERRORED if cause else Verdict.PASSED, cause) == (result.verdict, result.cause)
    assert (problem or "") in result.reason
