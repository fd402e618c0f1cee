"""What functions return, and what libraries give: their documented results, in the forms of their public methods."""

from __future__ import annotations

import json
from enum import Enum
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from airflow_provider_registry.decorators.outcomes import read_outcome
from airflow_provider_registry.errors import InvalidInputError

RESULTS = Path(__file__).parents[2] / "docs" / "examples"


def result(library: str) -> dict[str, Any]:
    """The example that the documentation shows."""
    found: dict[str, Any] = json.loads((RESULTS / f"{library}.json").read_text())
    return found


@pytest.mark.parametrize(
    ("returned", "expected"),
    [
        (True, (True, {})),
        (False, (False, {})),
        (np.bool_(True), (True, {})),
        ("true", (True, {})),
        ({"passed": False, "rows": 3}, (False, {"rows": 3})),
        ('{"passed": true, "rows": 3}', (True, {"rows": 3})),
    ],
)
def test_an_outcome_of_its_own_making(returned: object, expected: object) -> None:
    assert expected == read_outcome(returned)


@pytest.mark.parametrize(
    ("returned", "said"),
    [
        (None, "returned None: return True or False"),
        ([True], "a mapping with `passed`"),
        ({"rows": 3}, r"without `passed`, of \['rows'\]"),
        ({"success": True, "rows": 3}, "without `passed`"),
        ("yes", "'yes', which is no JSON"),
    ],
)
def test_what_is_no_outcome_is_said_and_what_would_be(returned: object, said: str) -> None:
    with pytest.raises(InvalidInputError, match=said):
        read_outcome(returned)


class TestGreatExpectations:
    def test_a_checkpoint_as_mapping_or_as_text(self) -> None:
        given = result("great_expectations")
        assert (False, given) == read_outcome(given) == read_outcome(json.dumps(given))

    def test_a_validation_result(self) -> None:
        (described,) = result("great_expectations")["validation_results"]
        expectations = [{"success": one["success"], "result": one["result"]} for one in described["expectations"]]
        whole = {"success": True, "results": expectations, "suite_name": "customers", "statistics": {}, "meta": {}}
        assert (False, described) == read_outcome(described)
        assert (True, whole) == read_outcome(whole)

    @pytest.mark.parametrize(
        "empty",
        [
            {"success": True, "results": [], "statistics": {"evaluated_expectations": 0}},
            {"success": True, "validation_results": [{"success": True, "expectations": []}]},
            {"success": True, "validation_results": []},
        ],
    )
    def test_what_evaluated_nothing_did_not_pass(self, empty: dict[str, Any]) -> None:
        with pytest.raises(InvalidInputError, match="evaluated no expectation"):
            read_outcome(empty)


class Status(Enum):
    """What a test came to, as a mapping may hold it."""

    SUCCESS = "SUCCESS"
    FAIL = "FAIL"


class TestEvidently:
    def test_a_snapshot_as_mapping_or_as_text(self) -> None:
        given = result("evidently")
        assert (False, given) == read_outcome(given) == read_outcome(json.dumps(given))

    @pytest.mark.parametrize(
        ("statuses", "passed"),
        [
            (["SUCCESS"], True),
            (["SUCCESS", "WARNING"], True),
            (["SUCCESS", "FAIL"], False),
            (["SUCCESS", "ERROR"], False),
            (["SKIPPED"], False),
            ([None], False),
        ],
    )
    def test_all_tests_must_have_succeeded(self, statuses: list[str | None], passed: bool) -> None:
        tests = [{"status": status} if status else {} for status in statuses]
        assert passed is read_outcome({"metrics": [], "tests": tests})[0]

    def test_what_is_no_json_becomes_json(self) -> None:
        metrics = [{"value": {1: np.float64(0.5), "rows": np.array([1, 2])}}, {"value": float("nan")}]
        passed, evidence = read_outcome({"metrics": metrics, "tests": [{"status": Status.SUCCESS}]})
        assert passed
        assert evidence == {
            "metrics": [{"value": {"1": 0.5, "rows": [1, 2]}}, {"value": None}],
            "tests": [{"status": "SUCCESS"}],
        }

    def test_what_has_no_form_in_json_is_refused(self) -> None:
        with pytest.raises(InvalidInputError, match="no form in JSON"):
            read_outcome({"metrics": [{(1, 2): 3}], "tests": [{"status": "SUCCESS"}]})

    def test_a_report_without_tests_did_not_pass(self) -> None:
        with pytest.raises(InvalidInputError, match="include_tests=True"):
            read_outcome({"metrics": [{"value": 1}], "tests": []})
