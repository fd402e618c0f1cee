"""The JSON Schema that editors use and the registry say the same of what a policy asks of people."""

from __future__ import annotations

from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from airflow_provider_registry.errors import InvalidPolicyError
from airflow_provider_registry.registry.policies.policy import Policy, policy_schema

SCHEMA = Draft202012Validator(policy_schema())

# What only the registry can say, since it lies in what several keys hold.
_ACROSS_KEYS = ("there is no group", "could never be met", "people in all", "roles have the name", " 2 times")

_JUNK: st.SearchStrategy[Any] = st.sampled_from(
    [None, True, 0, 5, "", "None", " x", "a\nb", "x" * 256, [], {}, [None], {"users": []}]
)
_PERSON = st.sampled_from(["ana", "bo", {"name": "ana"}, {"name": "bo", "id": "4"}, {"name": "bo", "issuer": "cli"}])
_PERSON |= st.sampled_from([{"id": "4"}, {"name": "bo", "id": 4}, {"name": "bo", "id": ""}, {"name": "bo", "x": 1}])
_USERS = st.lists(_PERSON | _JUNK, max_size=3) | st.lists(_PERSON, min_size=1, max_size=3) | _JUNK
_NAMES = st.lists(st.sampled_from(["risk", "audit"]), max_size=2) | _JUNK
_WHO = {"users": _USERS, "groups": _NAMES}
_FLAG = st.booleans() | _JUNK
_ROLE = st.fixed_dictionaries(
    {"role": st.sampled_from(["ml-lead", "risk"])},
    optional={"count": st.sampled_from([1, 2, 2.0, 1.5, 0, 101, "1"]) | _JUNK, **_WHO, "colour": st.just("red")},
)
_GIVEN = st.fixed_dictionaries(
    {},
    optional={
        "approvals": st.lists(_ROLE | _JUNK, max_size=2) | st.lists(_ROLE, min_size=1, max_size=2) | _JUNK,
        "groups": st.dictionaries(st.sampled_from(["risk", "audit", " ", "None"]), _USERS, max_size=2) | _JUNK,
        "four_eyes": _FLAG,
        "distinct_people": _FLAG,
        "expires_after": st.sampled_from(["7d", "P1D", "1y", "0", 7]) | _JUNK,
        "on_newer": st.sampled_from(["supersede", "keep_open", "close"]) | _JUNK,
        "via": st.lists(st.sampled_from(["airflow-ui", "cli", "python", "airflow-task"]), max_size=2) | _JUNK,
        "override": st.fixed_dictionaries({}, optional={**_WHO, "tasks": _FLAG}) | _JUNK,
        "rollback": st.fixed_dictionaries({}, optional={**_WHO, "tasks": _FLAG, "integrity": _FLAG}) | _JUNK,
    },
)


def _refusals(given: dict[str, Any]) -> list[str]:
    try:
        Policy.parse(given)
    except InvalidPolicyError as error:
        return [message for _, message in error.violations]
    return []


@given(_GIVEN)
@example({"via": ["cli"]})
@example({"via": ["cli"], "override": {"users": ["ana"]}})
@example({"four_eyes": True, "override": {"users": ["ana"]}})
@example({"approvals": None, "four_eyes": False})
@example({"approvals": [{"role": "a"}], "via": ["cli"], "four_eyes": True, "expires_after": "7d"})
@settings(max_examples=300)
def test_what_the_schema_takes_the_registry_takes_unless_keys_contradict_each_other(given: dict[str, Any]) -> None:
    refusals = _refusals(given)
    if SCHEMA.is_valid(given):
        assert [] == [message for message in refusals if not any(known in message for known in _ACROSS_KEYS)]
    else:
        assert refusals
