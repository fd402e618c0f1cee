"""Setting and removing policies: loud in the record, and a lock where one was taken away."""

from __future__ import annotations

import pytest

from airflow_provider_registry.errors import (
    InvalidNameError,
    InvalidPolicyError,
    ModelNotFoundError,
    PolicyNotFoundError,
)
from tests.support.kernel import FLOOR, LIFTED, contents


class TestSetPolicy:
    def test_a_policy_protects_an_alias_from_then_on_and_its_holder_keeps_it(self, world):
        world.versions(0.1)
        world.registry.promote("churn", 1, "production")
        world.registry.set_policy("churn", "Production", FLOOR, reason="go live")
        assert world.registry.get_policy("churn", "production").as_mapping()["gates"]
        assert world.registry.get_model("churn").protected == {"production"}
        assert world.holders() == [1]
        assert "go live" in str(world.registry.events().events[-1])

    def test_the_policy_in_force_set_again_changes_nothing(self, world):
        world.registry.create_model("churn")
        world.registry.set_policy("churn", "production", FLOOR)
        before = contents(world.registry.engine)
        world.registry.set_policy("churn", "production", dict(FLOOR))
        assert before == contents(world.registry.engine)

    def test_former_policies_are_kept_with_their_times(self, world):
        world.registry.create_model("churn")
        for policy in (FLOOR, LIFTED, FLOOR):
            world.registry.set_policy("churn", "production", policy)
        assert len(contents(world.registry.engine)["registry_policy"]) == 3
        assert world.types().count("policy.set") == 3

    def test_what_cannot_be_a_policy_is_refused_and_nothing_is_written(self, world):
        world.registry.create_model("churn")
        before = contents(world.registry.engine)
        with pytest.raises(InvalidPolicyError, match="scan"):
            world.registry.set_policy("churn", "production", {"gates": [{"scan": "malware"}]})
        with pytest.raises(InvalidPolicyError):
            world.registry.set_policy("churn", "production", {"gates": [{"metric": "auc"}]})
        with pytest.raises(InvalidPolicyError, match="itself"):
            world.registry.set_policy("churn", "production", {"requires": "Production"})
        with pytest.raises(InvalidNameError):
            world.registry.set_policy("churn", "latest", FLOOR)
        with pytest.raises(ModelNotFoundError):
            world.registry.set_policy("none", "production", FLOOR)
        assert before == contents(world.registry.engine)


class TestRemovePolicy:
    def test_removing_says_so_and_locks(self, world):
        world.registry.create_model("churn")
        world.registry.set_policy("churn", "production", FLOOR)
        world.registry.remove_policy("churn", "production", reason="too strict")
        with pytest.raises(PolicyNotFoundError, match="locked"):
            world.registry.get_policy("churn", "production")
        with pytest.raises(PolicyNotFoundError, match="no policy to remove"):
            world.registry.remove_policy("churn", "production", reason="again")
        assert world.types()[-1] == "policy.removed"
        assert "too strict" in str(world.registry.events().events[-1])
