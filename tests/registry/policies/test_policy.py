"""What a protected alias asks."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from jsonschema import Draft202012Validator

from airflow_provider_registry.canonical import sha256_of
from airflow_provider_registry.errors import InvalidPolicyError
from airflow_provider_registry.registry.policies.policy import Policy, policy_schema
from tests.registry.strategies import POLICIES

AUC: dict[str, Any] = {"metric": "auc", "greater_is_better": True}
SCHEMA = Draft202012Validator(policy_schema())


class TestRoundTrip:
    @given(POLICIES)
    def test_a_policy_is_read_back_as_itself_also_through_json(self, policy: Policy) -> None:
        mapping = policy.as_mapping()
        assert policy == Policy.parse(mapping) == Policy.parse(json.loads(json.dumps(mapping)))
        assert policy.digest == Policy.parse(mapping).digest
        assert mapping == Policy.parse(mapping).as_mapping()

    @given(POLICIES, POLICIES)
    def test_equal_digests_mean_equal_policies(self, one: Policy, other: Policy) -> None:
        assert (one.digest == other.digest) == (one == other)

    @given(POLICIES)
    def test_the_shipped_schema_takes_what_is_written(self, policy: Policy) -> None:
        SCHEMA.validate(policy.as_mapping())

    def test_a_policy_is_its_own_reading(self) -> None:
        policy = Policy.parse({"requires": "staging"})
        assert policy is Policy.parse(policy)

    def test_spellings_of_one_policy_have_one_digest(self) -> None:
        one = {"gates": [{**AUC, "threshold": 1, "slice": {"b": "2", "a": "1"}}], "integrity_max_age": "P1D"}
        other = {"gates": [{**AUC, "threshold": 1.0, "slice": "a=1,b=2", "phase": "validation"}]}
        assert Policy.parse(one).digest == Policy.parse(other).digest


class TestParse:
    def test_defaults(self) -> None:
        policy = Policy.parse({})
        assert policy.is_empty
        assert policy.integrity_max_age == timedelta(hours=24)
        assert policy.as_mapping() == {}

    def test_a_policy_that_requires_an_alias_is_not_empty(self) -> None:
        assert not Policy.parse({"requires": "staging"}).is_empty

    def test_a_policy_of_approvals_alone_is_not_empty(self) -> None:
        assert not Policy.parse({"approvals": [{"role": "ml-lead"}]}).is_empty

    def test_a_policy_that_says_only_who_may_go_past_it_or_back_is_empty(self) -> None:
        assert Policy.parse({"override": {"users": ["ana"]}, "rollback": {"tasks": False}}).is_empty

    def test_a_policy_of_before_approvals_has_the_digest_that_it_had(self) -> None:
        policy = Policy.parse({"gates": [{**AUC, "threshold": 0.8}], "requires": "staging"})
        assert policy.digest == sha256_of({"gates": [{**AUC, "threshold": 0.8}], "requires": "staging"})

    @pytest.mark.parametrize("given", [None, "production", [], 5])
    def test_what_is_no_mapping_is_refused(self, given: object) -> None:
        with pytest.raises(InvalidPolicyError, match="must be a mapping"):
            Policy.parse(given)

    @pytest.mark.parametrize(
        ("given", "path", "message"),
        [
            ({"gate": []}, "$", "did you mean 'gates'?"),
            ({"approval": []}, "$", "did you mean 'approvals'?"),
            ({"gates": {}}, "$.gates", "must be a list"),
            ({"gates": [{"integrity": True}] * 1_001}, "$.gates", "at most 1,000 gates"),
            ({"gates": [{"integrity": True, "name": "a"}] * 2}, "$.gates", "2 gates have the name 'a'"),
            ({"requires": "latest"}, "$.requires", "'latest' is not allowed"),
            ({"requires": 5}, "$.requires", "must be a text"),
            ({"requires": "None"}, "$.requires", "rendered nothing"),
            ({"integrity_max_age": "1y"}, "$.integrity_max_age", "must be a duration"),
            ({"integrity_max_age": 24}, "$.integrity_max_age", "must be a duration"),
            ({"description": 5}, "$.description", "must be text"),
        ],
    )
    def test_what_is_wrong_is_named_with_its_path(self, given: dict[str, Any], path: str, message: str) -> None:
        with pytest.raises(InvalidPolicyError) as caught:
            Policy.parse(given)
        ((found_path, found),) = caught.value.violations
        assert path == found_path
        assert message in found

    def test_all_violations_are_collected(self) -> None:
        gates = [{"integrity": True}, {**AUC, "threshold": "x", "phase": "y"}, {"metadata": 5}]
        with pytest.raises(InvalidPolicyError) as caught:
            Policy.parse({"gates": gates, "requires": "7", "colour": "red"})
        expected = {"$", "$.gates[1].threshold", "$.gates[1].phase", "$.gates[2].metadata", "$.requires"}
        assert expected == {path for path, _ in caught.value.violations}
        assert all(path in str(caught.value) for path in expected)


class TestSchema:
    def test_it_is_a_schema_with_a_title_and_a_description_for_every_key(self) -> None:
        Draft202012Validator.check_schema(policy_schema())
        for definition in (policy_schema(), *policy_schema()["$defs"].values()):
            assert {"title", "description"} <= set(definition)

    @pytest.mark.parametrize(
        "given",
        [
            {"gates": [AUC]},
            {"gates": [{**AUC, "threshold": "0.8"}]},
            {"gates": [{**AUC, "threshold": 1, "min_absolute_change": 1}]},
            {"gates": [{**AUC, "threshold": 1, "across_datasets": True}]},
            {"gates": [{"metric": "auc", "threshold": 1}]},
            {"gates": [{"metadata": []}]},
            {"gates": [{"integrity": False}]},
            {"gates": [{**AUC, "threshold": 1, "slice": {"a": False}}]},
            {"integrity_max_age": "1y"},
            {"integrity_max_age": ""},
            {"requires": "a b"},
            {"approvals": []},
            {"colour": "red"},
        ],
    )
    def test_it_refuses_what_the_registry_refuses(self, given: dict[str, Any]) -> None:
        assert list(SCHEMA.iter_errors(given))
        with pytest.raises(InvalidPolicyError):
            Policy.parse(given)
