"""The gate on metadata."""

from __future__ import annotations

from typing import Any

import pytest

from airflow_provider_registry.registry.gates.verdicts import Cause, Verdict
from tests.registry.gates.worlds import answer, candidate

SCHEMA = {"type": "object", "required": ["owner"], "properties": {"owner": {"type": "string"}}}


@pytest.mark.parametrize(
    ("asked", "metadata", "schema", "verdict"),
    [
        ("required", {"owner": "ana"}, SCHEMA, Verdict.PASSED),
        ("required", {}, SCHEMA, Verdict.FAILED),
        ("required", {"owner": 5}, SCHEMA, Verdict.FAILED),
        ("required", {"owner": " "}, SCHEMA, Verdict.FAILED),
        ("required", {}, {}, Verdict.PASSED),
        (["use"], {"use": "churn"}, None, Verdict.PASSED),
        (["use"], {"use": 0}, None, Verdict.PASSED),
        (["use"], {"use": None}, None, Verdict.FAILED),
        (["use"], {}, None, Verdict.FAILED),
        (["use"], {"use": "churn"}, SCHEMA, Verdict.FAILED),
        (["use", "owner"], {"use": "churn", "owner": "ana"}, SCHEMA, Verdict.PASSED),
    ],
)
def test_the_schema_holds_and_the_fields_are_there(
    asked: object, metadata: dict[str, Any], schema: dict[str, Any] | None, verdict: Verdict
) -> None:
    result = answer({"metadata": asked}, candidate(metadata=metadata, metadata_schema=schema))
    assert verdict is result.verdict


def test_everything_that_is_missing_or_wrong_is_named() -> None:
    result = answer({"metadata": ["use", "risk"]}, candidate(metadata={"owner": 5}, metadata_schema=SCHEMA))
    expected = "falls short: use is missing; risk is missing; $.owner: 5 is not of type 'string'"
    assert result.reason.endswith(expected)


def test_a_long_list_is_cut() -> None:
    result = answer({"metadata": [f"f{number}" for number in range(30)]}, candidate())
    assert result.reason.endswith("f9 is missing; and 20 more")


def test_required_without_a_schema_checks_nothing_and_is_errored() -> None:
    result = answer({"metadata": "required"}, candidate(metadata={"owner": "ana"}))
    assert (Verdict.ERRORED, Cause.NO_SCHEMA) == (result.verdict, result.cause)


def test_a_schema_that_cannot_be_used_is_errored() -> None:
    result = answer({"metadata": ["a"]}, candidate(metadata={"a": 1}, metadata_schema={"$ref": "https://example.org/"}))
    assert (Verdict.ERRORED, Cause.INVALID_SCHEMA) == (result.verdict, result.cause)
