"""Rolling back: each one goes a promotion further back, also while the store is away."""

from __future__ import annotations

import pytest

from airflow_provider_registry.errors import (
    AliasNotFoundError,
    ArchivedVersionError,
    ArtifactNotFoundError,
    DigestMismatchError,
    InvalidInputError,
    NoEarlierHolderError,
    NotAllowedError,
    StorageUnavailableError,
    SupersededSinceError,
)
from airflow_provider_registry.registry.aliases.checked import CheckedBytes
from airflow_provider_registry.registry.caller import Actor, Caller, Via
from tests.registry.aliases.test_promote import TestBytes as Bytes
from tests.registry.aliases.test_promote import damage
from tests.registry.requests.worlds import person
from tests.support.kernel import FLOOR, contents


@pytest.fixture
def promoted(world):
    """Versions 1, 2 and 3 held production, in this order."""
    world.versions(0.81, 0.82, 0.83)
    for number in (1, 2, 3):
        world.registry.promote("churn", number, "production")
    return world


def back(world, **more):
    return world.registry.rollback("churn", "production", reason="bad", **more)


class TestRollback:
    def test_two_rollbacks_go_two_promotions_back_and_a_third_is_refused(self, promoted):
        assert [back(promoted).version, back(promoted).version] == [2, 1]
        with pytest.raises(NoEarlierHolderError, match="before version 1"):
            back(promoted)
        assert promoted.holders() == [1, 2, 3, 2, 1]

    def test_a_rollback_after_a_new_promotion_goes_to_what_it_displaced(self, promoted):
        back(promoted)
        promoted.versions(0.84)
        promoted.registry.promote("churn", 4, "production")
        assert [back(promoted).version, back(promoted).version] == [2, 1]

    def test_a_named_version_must_have_held_the_alias_and_not_hold_it_now(self, promoted):
        promoted.versions(0.84)
        with pytest.raises(NoEarlierHolderError, match="never held"):
            back(promoted, to=4)
        with pytest.raises(NoEarlierHolderError, match="holds"):
            back(promoted, to=3)
        assert back(promoted, to=1).version == 1
        assert back(promoted, to="models:/churn/3").version == 3
        with pytest.raises(InvalidInputError, match="by its number"):
            back(promoted, to="models:/churn@production")

    def test_a_reason_is_asked_and_kept(self, promoted):
        for nothing in ("", "  ", None):
            with pytest.raises(InvalidInputError, match="needs a reason"):
                promoted.registry.rollback("churn", "production", reason=nothing)
        assert back(promoted).reason == "bad"

    def test_an_alias_that_nothing_held_has_nothing_to_go_back_to(self, world):
        world.versions(0.9)
        with pytest.raises(AliasNotFoundError, match="never pointed"):
            back(world)

    def test_an_emptied_alias_goes_back_to_its_last_holder(self, promoted):
        promoted.registry.clear_alias("churn", "production")
        assert [back(promoted).version, back(promoted).version] == [3, 2]

    def test_a_rollback_never_goes_to_the_version_that_holds_the_alias(self, world):
        world.versions(0.9, 0.8)
        world.registry.promote("churn", 1, "production")
        world.registry.promote("churn", 2, "production")
        world.registry.clear_alias("churn", "production")
        world.registry.promote("churn", 2, "production")
        assert back(world).version == 1

    def test_an_archived_version_is_named(self, promoted):
        promoted.registry.archive_version("models:/churn/2")
        with pytest.raises(ArchivedVersionError, match="Version 2"):
            back(promoted)
        assert back(promoted, to=1).version == 1

    def test_a_protected_alias_goes_back_without_its_gates(self, promoted):
        promoted.registry.set_policy("churn", "production", {"gates": [{**FLOOR["gates"][0], "threshold": 0.99}]})
        assert back(promoted).version == 2

    def test_a_repeat_is_the_same_and_one_that_was_superseded_says_so(self, promoted):
        task = promoted.as_task()
        first = back(task)
        assert (first.version, back(task)) == (2, first)
        promoted.registry.promote("churn", 3, "production")
        with pytest.raises(SupersededSinceError):
            back(task)
        assert back(task, key="again").version == 2


class TestBytesOfRollback:
    def test_it_goes_ahead_unchecked_while_the_store_is_away_and_says_so(self, promoted):
        Bytes.age(promoted)
        promoted.root.rename(promoted.root.with_name("away"))
        assert back(promoted).unchecked is True
        assert promoted.registry.events().events[-1].payload["unchecked"] is True
        assert promoted.registry.history("churn")[-1].unchecked

    def test_an_empty_mount_point_is_a_store_that_is_away(self, promoted):
        Bytes.age(promoted)
        promoted.root.rename(promoted.root.with_name("away"))
        promoted.root.mkdir()
        assert back(promoted).unchecked is True

    def test_it_is_checked_while_the_store_is_there(self, promoted):
        Bytes.age(promoted)
        assert back(promoted).unchecked is False

    def test_changed_bytes_are_refused(self, promoted):
        Bytes.age(promoted)
        damage(promoted, 2)
        with pytest.raises(DigestMismatchError):
            back(promoted)
        assert promoted.holders() == [1, 2, 3]

    def test_missing_bytes_are_refused(self, promoted):
        Bytes.age(promoted)
        found = promoted.registry.get_version("models:/churn/2")
        (promoted.root / "churn" / found.digest / "model.pkl").unlink()
        with pytest.raises(ArtifactNotFoundError):
            back(promoted)
        assert promoted.holders() == [1, 2, 3]


class TestRules:
    """What a policy's `rollback:` asks."""

    def rule(self, world, **rule):
        world.registry.set_policy("churn", "production", {**FLOOR, "rollback": rule})
        return world

    def refused(self, world, who):
        before = contents(world.registry.engine)
        with pytest.raises(NotAllowedError, match=f"does not let {who.actor.name} roll it back"):
            back(world.seen_by(who))
        assert before == contents(world.registry.engine)

    TASK = Caller(Actor("airflow:one", "ana", "ana"), Via.TASK)

    def test_by_default_anybody_may_and_tasks_may(self, promoted):
        promoted.registry.set_policy("churn", "production", FLOOR)
        assert back(promoted.seen_by(person("eve"))).version == 2
        assert back(promoted.seen_by(self.TASK)).version == 1

    def test_where_people_are_named_they_alone_may_and_no_task(self, promoted):
        self.rule(promoted, users=["ana"])
        self.refused(promoted, person("eve"))
        self.refused(promoted, self.TASK)
        assert back(promoted.seen_by(person("ana"))).version == 2

    def test_tasks_may_beside_the_people_where_the_policy_says_so(self, promoted):
        self.rule(promoted, users=["ana"], tasks=True)
        assert back(promoted.seen_by(self.TASK)).version == 2

    def test_tasks_may_not_where_the_policy_says_so(self, promoted):
        self.rule(promoted, tasks=False)
        self.refused(promoted, self.TASK)
        assert back(promoted.seen_by(person("eve"))).version == 2

    def test_no_approval_is_asked_of_what_was_let_in_before(self, promoted):
        promoted.registry.set_policy("churn", "production", {**FLOOR, "approvals": [{"role": "lead"}]})
        assert back(promoted).version == 2
        assert promoted.registry.requests() == []
        promoted.registry.verify_record("churn")

    def test_with_integrity_a_store_that_is_away_excuses_nothing(self, promoted):
        self.rule(promoted, integrity=True)
        Bytes.age(promoted)
        away = promoted.root.rename(promoted.root.with_name("away"))
        with pytest.raises(StorageUnavailableError):
            back(promoted)
        away.rename(promoted.root)
        assert back(promoted).unchecked is False

    def test_integrity_that_is_asked_while_the_store_was_looked_for_holds(self, promoted, monkeypatch):
        """The store is away, which is excused; meanwhile the policy comes to ask that bytes are read."""
        self.rule(promoted)
        Bytes.age(promoted)
        promoted.root.rename(promoted.root.with_name("away"))
        read = CheckedBytes._read

        def meanwhile(*given):
            read(*given)
            self.rule(promoted, integrity=True)

        monkeypatch.setattr(CheckedBytes, "_read", meanwhile)
        with pytest.raises(StorageUnavailableError):
            back(promoted)
        assert promoted.holders() == [1, 2, 3]

    def test_bytes_that_changed_are_refused_whatever_the_rule(self, promoted):
        self.rule(promoted)
        Bytes.age(promoted)
        damage(promoted, 2)
        with pytest.raises(DigestMismatchError):
            back(promoted)
