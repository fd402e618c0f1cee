"""Overriding: a person whom the policy names goes past it, for a reason, and everybody can see it."""

from __future__ import annotations

import pytest

from airflow_provider_registry.errors import (
    AlreadyHeldError,
    ArchivedVersionError,
    DigestMismatchError,
    InvalidInputError,
    LockedAliasError,
    NotAllowedError,
    PolicyNotFoundError,
    ProtectedAliasError,
    RolledBackSinceError,
    SupersededSinceError,
    TestVersionError,
)
from airflow_provider_registry.registry.caller import Actor, Caller, Producer, Via
from tests.registry.aliases.test_promote import TestBytes as Bytes
from tests.registry.aliases.test_promote import damage
from tests.registry.requests.worlds import asks, by, last_event, person
from tests.support.kernel import FLOOR, contents

BOSS = {"override": {"users": ["boss"]}}


@pytest.fixture
def protected(world):
    """Version 1 holds production, and version 2 would never pass its gates."""
    world.versions(0.9, 0.1)
    world.registry.set_policy("churn", "production", {**FLOOR, **BOSS})
    world.registry.promote("churn", 1, "production")
    return world


def override(world, who="boss", version=2, **more):
    return by(world, who).override("churn", version, "production", **{"reason": "fire", **more})


class TestOverride:
    def test_it_moves_the_alias_past_gates_and_approvals(self, world):
        world.versions(0.9, 0.1)
        world.registry.set_policy("churn", "production", asks(requires="staging", **BOSS))
        done = override(world)
        assert (done.version, done.previous_version, done.by, done.reason) == (2, None, "boss", "fire")
        assert world.holders() == [2]
        assert world.registry.requests() == []
        world.registry.verify_record("churn")

    def test_it_is_its_own_event_and_shown_where_the_version_is(self, protected):
        done = override(protected)
        event = last_event(protected)
        assert (event.type, event.version, event.alias) == ("alias.overridden", 2, "production")
        assert (event.payload["replaced"], event.payload["digest"]) == (1, done.digest)
        assert event.payload["policy_digest"] == protected.registry.get_policy("churn", "production").digest
        assert str(event).endswith(
            "boss promoted version 2 to production in place of version 1, past its policy. Reason: fire"
        )
        assert [one.overridden for one in protected.registry.history("churn")] == [False, True]
        assert [one.overridden for one in protected.registry.live("production")] == [True]
        assert protected.registry.holders([("churn", "production")]).popitem()[1].overridden

    def test_the_next_baseline_is_what_it_put_there(self, protected):
        override(protected)
        assert protected.registry.validate("churn", 1, alias="production").baseline_version == 2

    def test_it_can_be_rolled_back(self, protected):
        override(protected)
        assert protected.registry.rollback("churn", "production", reason="no").version == 1
        protected.registry.verify_record("churn")

    @pytest.mark.parametrize("reason", ["", " ", None])
    def test_a_reason_is_asked(self, protected, reason):
        with pytest.raises(InvalidInputError, match=r"needs a reason|must be text"):
            override(protected, reason=reason)


class TestWho:
    def refused(self, world, who, match, error=NotAllowedError):
        before = contents(world.registry.engine)
        with pytest.raises(error, match=match):
            override(world, who)
        assert before == contents(world.registry.engine)

    def test_who_is_not_named_may_not(self, protected):
        self.refused(protected, "eve", "does not name eve under override")

    def test_where_nobody_is_named_nobody_may(self, world):
        world.versions(0.9, 0.1)
        world.registry.set_policy("churn", "production", FLOOR)
        self.refused(world, "boss", "lets nobody override it")

    def test_a_task_may_not_whatever_it_is_called(self, protected):
        task = Caller(Actor("airflow:one", "boss", "boss"), Via.TASK, authenticated=True)
        self.refused(protected, task, "A task is no person")

    def test_a_door_that_the_policy_does_not_take_does_not_count(self, world):
        world.versions(0.9, 0.1)
        world.registry.set_policy("churn", "production", {**FLOOR, **BOSS, "via": ["airflow-ui"]})
        self.refused(world, person("boss", via=Via.CLI), "takes decisions from airflow-ui only")
        assert override(world).version == 2

    def test_an_id_that_is_asked_must_be_theirs(self, world):
        world.versions(0.9, 0.1)
        world.registry.set_policy(
            "churn", "production", {**FLOOR, "override": {"users": [{"name": "boss", "id": "4"}]}}
        )
        self.refused(world, person("boss", "5"), "does not name boss")
        assert override(world, person("boss", "4")).version == 2

    def test_one_of_a_group_may(self, world):
        world.versions(0.9, 0.1)
        policy = {**FLOOR, "override": {"groups": ["bosses"]}, "groups": {"bosses": ["boss"]}}
        world.registry.set_policy("churn", "production", policy)
        assert override(world).version == 2


class TestWhat:
    def test_a_free_alias_has_no_policy_to_override(self, world):
        world.versions(0.9, 0.1)
        with pytest.raises(PolicyNotFoundError, match="Promote instead"):
            override(world)

    def test_a_locked_alias_stays_locked(self, protected):
        protected.registry.remove_policy("churn", "production", reason="over")
        with pytest.raises(LockedAliasError):
            override(protected)

    def test_the_version_that_holds_it(self, protected):
        with pytest.raises(AlreadyHeldError):
            override(protected, version=1)

    def test_an_archived_and_a_test_version_may_not_have_it_even_so(self, protected):
        protected.registry.archive_version("models:/churn/2")
        protected.as_task(is_test=True).register("test")
        with pytest.raises(ArchivedVersionError):
            override(protected)
        with pytest.raises(TestVersionError):
            override(protected, version=3)

    def test_damaged_bytes_may_not_have_it_even_so(self, protected):
        Bytes.age(protected)
        damage(protected, 2)
        with pytest.raises(DigestMismatchError):
            override(protected)
        assert protected.holders() == [1]


class TestRepeats:
    @pytest.fixture
    def boss(self):
        return Caller(
            Actor("airflow:one", "boss", "boss"), Via.UI, True,
            Producer(instance_id="one", dag_id="d", run_id="r", task_id="t"),
        )  # fmt: skip

    def test_the_same_again_is_one_event(self, protected, boss):
        first, before = override(protected, boss), contents(protected.registry.engine)
        assert override(protected, boss) == first
        assert before == contents(protected.registry.engine)

    def test_one_that_was_undone_since_says_so(self, protected, boss):
        override(protected, boss)
        protected.registry.rollback("churn", "production", reason="no")
        with pytest.raises(RolledBackSinceError):
            override(protected, boss)

    def test_one_that_was_superseded_since_says_so(self, protected, boss):
        override(protected, boss)
        protected.registry.promote("churn", 1, "production")
        with pytest.raises(SupersededSinceError):
            override(protected, boss)


class TestEmptying:
    """To empty a protected alias is an override too."""

    def empty(self, world, who="boss", reason="fire"):
        by(world, who).clear_alias("churn", "production", reason=reason)

    def test_who_may_override_may_empty_it(self, protected):
        self.empty(protected)
        event = last_event(protected)
        assert (event.type, event.version, event.payload["emptied"]) == ("alias.overridden", None, 1)
        assert str(event).endswith("boss emptied production, which version 1 held, past its policy. Reason: fire")
        assert protected.registry.live("production") == []
        assert protected.registry.history("churn")[-1].to_at == event.at
        protected.registry.verify_record("churn")

    def test_nobody_else_may_and_a_reason_is_asked(self, protected):
        before = contents(protected.registry.engine)
        with pytest.raises(ProtectedAliasError, match="does not name eve"):
            self.empty(protected, "eve")
        with pytest.raises(InvalidInputError, match="needs a reason"):
            self.empty(protected, reason=" ")
        assert before == contents(protected.registry.engine)

    def test_the_baseline_is_its_last_holder_still(self, protected):
        self.empty(protected)
        assert protected.registry.validate("churn", 2, alias="production").baseline_version == 1
        assert protected.registry.rollback("churn", "production", reason="back").version == 1
