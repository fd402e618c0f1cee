"""Any acts in any order, beside a model of the rules in plain Python that was written apart from the code."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from airflow_provider_registry import errors
from airflow_provider_registry.registry import EventType, Registry
from tests.support.kernel import World

MEMORY = Path("/dev/shm")
ALIASES = st.sampled_from(["staging", "production"])
NUMBERS = st.integers(1, 6)


@dataclass
class Held:
    """One stay of a version at an alias, and the stay that a rollback of it goes back to."""

    version: int
    before: Held | None
    ended: bool = False


@dataclass
class Alias:
    """What an alias should be."""

    stays: list[Held] = field(default_factory=list)
    least: float | None = None  # the policy: at least this, and no worse than the baseline
    locked: bool = False

    @property
    def last(self) -> Held | None:
        return self.stays[-1] if self.stays else None

    @property
    def holder(self) -> Held | None:
        return self.last if self.last and not self.last.ended else None

    def move(self, version: int, before: Held | None) -> None:
        if self.last:
            self.last.ended = True
        self.stays.append(Held(version, before))


class Machine(RuleBasedStateMachine):
    """The registry and what it should be, side by side."""

    template: str

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(dir=MEMORY if MEMORY.is_dir() else None))
        shutil.copyfile(self.template, self.folder / "registry.db")
        registry = Registry.connect(f"sqlite:///{self.folder / 'registry.db'}", artifact_root=self.folder / "root")
        self.world, self.registry = World(registry, self.folder), registry
        registry.create_model("churn")
        self.auc: dict[int, float] = {}
        self.archived: set[int] = set()
        self.keys: dict[str, list[tuple[str, int]]] = {}
        self.aliases = {"staging": Alias(), "production": Alias()}

    def teardown(self) -> None:
        self.registry.close()
        shutil.rmtree(self.folder)

    def refused(self, error: type[Exception], act: Any) -> None:
        with pytest.raises(error) as raised:
            act()
        assert type(raised.value) is error

    @rule(key=st.sampled_from("abc"), content=st.sampled_from("xyz"), auc=st.sampled_from([0.7, 0.8, 0.9]))
    def register(self, key: str, content: str, auc: float) -> None:
        version = self.world.register(content, auc=auc, key=key)
        made = self.keys.setdefault(key, [])
        known = dict(made).get(content)
        if known is None:
            assert version.version == len(self.auc) + 1
            assert version.supersedes == (made[-1][1] if made else None)
            made.append((content, version.version))
            self.auc[version.version] = auc
        else:
            assert version.version == known

    @rule(alias=ALIASES, number=NUMBERS)
    def promote(self, alias: str, number: int) -> None:
        is_as, act = self.aliases[alias], lambda: self.registry.promote("churn", number, alias)
        if number not in self.auc:
            self.refused(errors.VersionNotFoundError, act)
        elif is_as.locked:
            self.refused(errors.LockedAliasError, act)
        elif is_as.holder and is_as.holder.version == number:
            assert act().version == number
        elif number in self.archived:
            self.refused(errors.ArchivedVersionError, act)
        elif not self.passes(is_as, number):
            self.refused(errors.NotPassedError, act)
        else:
            assert act().version == number
            is_as.move(number, is_as.last)

    def passes(self, alias: Alias, number: int) -> bool:
        if alias.least is None:
            return True
        baseline = self.auc[alias.last.version] if alias.last else 0.0
        return self.auc[number] >= max(alias.least, baseline)

    @rule(alias=ALIASES)
    def rollback(self, alias: str) -> None:
        is_as, act = self.aliases[alias], lambda: self.registry.rollback("churn", alias, reason="bad")
        if is_as.locked:
            return self.refused(errors.LockedAliasError, act)
        if is_as.last is None:
            return self.refused(errors.AliasNotFoundError, act)
        goal: Held | None = is_as.last
        while is_as.holder and goal and goal.version == is_as.holder.version:
            goal = goal.before
        if goal is None:
            return self.refused(errors.NoEarlierHolderError, act)
        if goal.version in self.archived:
            return self.refused(errors.ArchivedVersionError, act)
        assert act().version == goal.version
        is_as.move(goal.version, goal.before)
        return None

    @rule(alias=ALIASES)
    def clear(self, alias: str) -> None:
        is_as, act = self.aliases[alias], lambda: self.registry.clear_alias("churn", alias)
        if is_as.locked:
            self.refused(errors.LockedAliasError, act)
        elif is_as.least is not None:
            self.refused(errors.ProtectedAliasError, act)
        elif is_as.holder is None:
            self.refused(errors.AliasNotFoundError, act)
        else:
            act()
            is_as.holder.ended = True

    @rule(alias=ALIASES, least=st.sampled_from([0.75, 0.85]))
    def set_policy(self, alias: str, least: float) -> None:
        auc = {"metric": "auc", "greater_is_better": True}
        gates = [{**auc, "threshold": least}, {**auc, "min_absolute_change": 0}]
        self.registry.set_policy("churn", alias, {"gates": gates})
        self.aliases[alias].least, self.aliases[alias].locked = least, False

    @rule(alias=ALIASES)
    def remove_policy(self, alias: str) -> None:
        is_as, act = self.aliases[alias], lambda: self.registry.remove_policy("churn", alias, reason="gone")
        if is_as.least is None:
            self.refused(errors.PolicyNotFoundError, act)
        else:
            act()
            is_as.least, is_as.locked = None, True

    @rule(number=NUMBERS)
    def archive(self, number: int) -> None:
        act = lambda: self.registry.archive_version(number, model_name="churn")  # noqa: E731  # one line, used twice
        if number not in self.auc:
            self.refused(errors.VersionNotFoundError, act)
        elif number in self.archived:
            self.refused(errors.ArchivedVersionError, act)
        elif any(alias.holder and alias.holder.version == number for alias in self.aliases.values()):
            self.refused(errors.VersionInUseError, act)
        else:
            act()
            self.archived.add(number)

    @rule(number=NUMBERS)
    def restore(self, number: int) -> None:
        if number in self.archived:
            self.registry.restore_version(number, model_name="churn")
            self.archived.remove(number)

    @invariant()
    def the_state_is_what_it_should_be(self) -> None:
        model = self.registry.get_model("churn")
        assert model.latest_version == len(self.auc)
        assert dict(model.aliases) == {n: a.holder.version for n, a in self.aliases.items() if a.holder}
        assert model.protected == {n for n, a in self.aliases.items() if a.locked or a.least is not None}

    @invariant()
    def histories_tile(self) -> None:
        for name, alias in self.aliases.items():
            history = self.registry.history("churn", name)
            assert [one.version for one in history] == [stay.version for stay in alias.stays]
            for one, after in pairwise(history):
                assert one.to_at is not None
                assert one.from_at < one.to_at <= after.from_at
            for one in history:
                found = self.registry.alias_at("churn", name, one.from_at)
                assert found is not None
                assert found.version == one.version

    @invariant()
    def the_record_holds_and_tells_the_same_story(self) -> None:
        assert self.registry.verify_record("churn").count == self.registry.record_head("churn").count
        holders: dict[str, int] = {}
        versions, archived = 0, set()
        for event in self.registry.events():
            match event.type:
                case EventType.VERSION_REGISTERED:
                    versions += 1
                    assert event.version == versions
                case EventType.ALIAS_PROMOTED | EventType.ALIAS_ROLLED_BACK:
                    holders[str(event.alias)] = int(event.version or 0)
                case EventType.ALIAS_CLEARED:
                    del holders[str(event.alias)]
                case EventType.VERSION_ARCHIVED:
                    archived.add(event.version)
                case EventType.VERSION_RESTORED:
                    archived.remove(event.version)
                case _:
                    pass
        assert holders == {n: a.holder.version for n, a in self.aliases.items() if a.holder}
        assert (versions, archived) == (len(self.auc), self.archived)


def test_any_acts_in_any_order_follow_the_rules(template):
    Machine.template = template("sqlite").removeprefix("sqlite:///")
    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=12, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
