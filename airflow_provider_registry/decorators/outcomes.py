"""What a check's function returned: an outcome of its own making, or the result of a library as it is.

The libraries are known by the form of their results alone, as JSON text or as the mapping that it spells:

- Great Expectations 1.x: `CheckpointResult.describe()` and `describe_dict()`, and `describe()` or `to_json_dict()` of
  the validation results in it;
- Evidently 0.7: `Snapshot.json()` and `dict()`, of a report that has tests.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from enum import Enum
from typing import Any

from airflow_provider_registry.errors import InvalidInputError
from airflow_provider_registry.messages import shown

_FORMS = (
    "return True or False, a mapping with `passed` and whatever the check found, or the result of Great Expectations "
    "or Evidently as JSON"
)
# Of Great Expectations: what was evaluated, by the form of the result.
_EVALUATED = ("results", "expectations", "validation_results")
# Of Evidently: a warning is of a test that is not critical, and counts as passed there too.
_PASSED = ("SUCCESS", "WARNING")


def read_outcome(returned: object) -> tuple[bool, Mapping[str, Any]]:
    """Whether a check passed, and the evidence.

    Raises:
        InvalidInputError: it cannot be told, or nothing was checked.
    """
    from airflow_provider_registry.registry.versions.rendered import plain

    value = _parsed(returned) if isinstance(returned, str) else plain(returned)
    if isinstance(value, bool):
        return value, {}
    if not isinstance(value, Mapping):
        raise InvalidInputError(f"The check returned {shown(returned)}: {_FORMS}.")
    if "passed" in value:
        return value["passed"], {key: item for key, item in value.items() if key != "passed"}
    if "success" in value and any(key in value for key in _EVALUATED):
        return _great_expectations(value), _as_json(value)
    if "tests" in value and "metrics" in value:
        result = _as_json(value)
        return _evidently(result), result
    raise InvalidInputError(f"The check returned a mapping without `passed`, of {shown(list(value))}: {_FORMS}.")


def _great_expectations(result: Mapping[str, Any]) -> bool:
    parts = result.get("validation_results") or [result]
    if not all(any(part.get(key) for key in _EVALUATED) for part in parts):
        raise InvalidInputError("Great Expectations evaluated no expectation, so nothing passed: look at the suite.")
    passed: bool = result["success"]
    return passed


def _evidently(result: Mapping[str, Any]) -> bool:
    if not result["tests"]:
        raise InvalidInputError(
            "Evidently made no test, so nothing passed: give the metrics tests, or Report(…, include_tests=True)."
        )
    return all(test.get("status") in _PASSED for test in result["tests"])


def _parsed(text: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise InvalidInputError(f"The check returned the text {shown(text)}, which is no JSON: {_FORMS}.") from None


def _as_json(result: Mapping[str, Any]) -> dict[str, Any]:
    """A library's result as JSON has it: statuses, dates and numpy's values as text and numbers, NaN as null."""
    try:
        found: dict[str, Any] = json.loads(json.dumps(result, default=_spelt), parse_constant=_no_number)
        return found
    except (TypeError, ValueError, RecursionError) as error:
        raise InvalidInputError(f"The result of the check has no form in JSON ({error}): return it as JSON.") from error


def _spelt(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    return value.tolist() if hasattr(value, "tolist") else str(value)


def _no_number(_: str) -> None:
    """NaN and infinities, which JSON has no form for and libraries write all the same."""
