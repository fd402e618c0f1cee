"""Any acts in any order: what somebody may do with a registered model, mostly where there is something to do."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule

from airflow_provider_registry import errors
from airflow_provider_registry.registry import ModelVersion
from tests.registry.state_machine.beside import Act, same
from tests.registry.state_machine.book import Outcome
from tests.registry.state_machine.drawn import (
    ALIASES,
    ANY,
    ANYBODY,
    AUCS,
    HOURS,
    KEEPS,
    MAKERS,
    MOSTLY,
    NUMBERS,
    SELDOM,
    SOME_ROLES,
    policies,
)
from tests.registry.state_machine.people import ON_SCHEDULE, PEOPLE, Someone
from tests.registry.state_machine.policy import Policy
from tests.registry.state_machine.recorder import Recorder
from tests.registry.state_machine.retaining import Keep
from tests.registry.state_machine.state import Request, State

NO_REQUEST = 2**31 - 1
# Registering is the dearest act.
VERSIONS = 3


class Machine(Recorder):
    """A model of which anything is asked."""

    @initialize(policy=policies(), aucs=st.sampled_from([(0.8, 0.9), (0.9, 0.9), (0.9, 0.8)]))
    def begin(self, policy: Policy, aucs: tuple[float, ...]) -> None:
        """What nearly every story begins with."""
        for content, auc in zip("xy", aucs, strict=True):
            self.register("a", content, auc, ON_SCHEDULE)
        self.set_policy("production", policy)
        for number in (1, 2):
            for what in policy.gates.reads:
                self.record(what, number, policy.gates)
        decide = self.registry.decide
        self.compare(Outcome(error=errors.RequestNotFoundError), lambda: decide(NO_REQUEST, verdict="approve"))

    # Versions

    @precondition(lambda self: len(self.should.versions) < VERSIONS)
    @rule(key=st.sampled_from("ab"), content=st.sampled_from("xyz"), auc=AUCS, who=MAKERS)
    def register(self, key: str, content: str, auc: float, who: Someone) -> None:
        key = f"{key} {who.run} {who.triggered_by}"
        artifact, act = self.stage.folder / content, self.stage.seen_by(who).register_version

        def registered() -> ModelVersion:
            version = act(self.name, artifact, metrics={"auc": auc}, key=key, environment=False)
            same(self.should.versions[version.version].supersedes, version.supersedes)
            return version

        self.compare(self.should.register(key, content, auc, who), registered)

    @rule(number=NUMBERS, back=MOSTLY)
    def put_into_archive(self, number: int, back: bool) -> None:
        """Or take out again what is there."""
        number, key = self.existing(number), next(self.keys)
        if back and number in self.should.versions and self.should.versions[number].archived:
            outcome, act = self.should.restore(number), self.registry.restore_version
        else:
            outcome, act = self.should.archive(number), self.registry.archive_version
        self.compare(outcome, lambda: act(number, model_name=self.name, key=key))

    @rule(number=NUMBERS, desired=st.sampled_from(["running", "stopped", "stopped"]))
    def deploy(self, number: int, desired: str) -> None:
        """Each version has a target of its own: what matters here is that a live one is not archived."""
        number, act, key = self.existing(number), self.registry.record_deployment, next(self.keys)
        place, said = ("production", f"target {number}"), {"desired": desired, "model_name": self.name, "key": key}
        self.compare(self.should.deploy(number, desired), lambda: act(number, *place, **said))

    # Policies

    @rule(alias=ALIASES, policy=policies(((), *SOME_ROLES)), removed=SELDOM, anywhere=SELDOM)
    def change_policy(self, alias: str, policy: Policy, removed: bool, anywhere: bool) -> None:
        """Mostly of an alias that has none: a change ends what was asked for, a removal locks."""
        if not anywhere:
            alias = next((name for name, one in self.should.aliases.items() if one.policy is None), "staging")
        if removed:
            act, key = self.registry.remove_policy, next(self.keys)
            self.compare(self.should.remove_policy(alias), lambda: act(self.name, alias, reason="gone", key=key))
        else:
            self.set_policy(alias, policy)

    def set_policy(self, alias: str, policy: Policy) -> None:
        act, key = self.registry.set_policy, next(self.keys)
        self.compare(self.should.set_policy(alias, policy), lambda: act(self.name, alias, policy.as_mapping(), key=key))

    @rule(urls=st.dictionaries(st.sampled_from(["audit", "chat"]), st.sampled_from(["https://a/", "https://b/"])))
    def set_webhooks(self, urls: dict[str, str]) -> None:
        webhooks, key = [{"name": name, "url": url, "secret": "x"} for name, url in urls.items()], next(self.keys)
        act = self.registry.set_webhooks
        self.compare(self.should.set_webhooks(urls), lambda: act(self.name, webhooks, key=key))

    # Retention, and looking again

    @rule(keep=KEEPS, applied=MOSTLY)
    def retain(self, keep: Keep, applied: bool) -> None:
        """Apply the retention, where there is one; else, or now and then, set one."""
        if self.should.keep is not None and applied:
            self.changed.add("version")
            self.compare(self.should.retain(), lambda: self.registry.apply_retention(self.name))
        else:
            act, key = self.registry.set_retention, next(self.keys)
            self.compare(self.should.set_retention(keep), lambda: act(self.name, keep.as_mapping(), key=key))

    @precondition(lambda self: any(alias.holder for alias in self.should.aliases.values()))
    @rule(who=ANYBODY, alias=ALIASES, outcome=st.sampled_from(["keep", "replace", "retire"]), role=ANY)
    def look_again(self, who: Someone, alias: str, outcome: str, role: int) -> None:
        names = ["lead", "risk", "any", None]
        act, key, name = self.stage.seen_by(who).record_review, next(self.keys), names[role % len(names)]
        self.compare(
            self.should.review(who, alias, outcome, name),
            lambda: act(self.name, alias, outcome=outcome, role=name, key=key),
        )

    # Requests

    @rule(who=ANYBODY, number=NUMBERS, place=ANY)
    def advance(self, who: Someone, number: int, place: int) -> None:
        """One step on the road to production, which chance alone seldom finds: ask, be approved, promote."""
        if self.pending(State.APPROVED):
            request = self.pick(self.pending(State.APPROVED), place)
            self.promote(who, request.alias, request.version)
        elif self.pending(State.OPEN):
            self.approve(self.pick(self.pending(State.OPEN), place))
        else:
            self.ask(who, "production", number)

    @rule(who=ANYBODY, alias=ALIASES, number=NUMBERS)
    def ask(self, who: Someone, alias: str, number: int) -> None:
        self.asked(who, alias, self.existing(number), next(self.keys))

    def asked(self, who: Someone, alias: str, number: int, key: str) -> None:
        self.tasks.append(lambda: self.asked(who, alias, number, key))
        act = self.stage.seen_by(who).request_promotion
        self.compare(self.should.request(who, alias, number, key), lambda: act(self.name, number, alias, key=key))

    def approve(self, request: Request) -> None:
        """Everybody approves who may, until all approvals are there."""
        for who, role in [(who, role) for who in PEOPLE for role in request.policy.role_names]:
            if role in request.missing and self.should.may_decide(who, request, role):
                self.decided(request, who, True, role, False)

    @precondition(lambda self: self.pending())
    @rule(who=ANYBODY, place=ANY, approves=MOSTLY, fits=MOSTLY, role=ANY, stale=SELDOM)
    def decide(self, who: Someone, place: int, approves: bool, fits: bool, role: int, stale: bool) -> None:
        """Somebody who may, in a role of the policy, or anybody in any role, or in the one that is theirs."""
        request = self.pick(self.pending(), place)
        names = request.policy.role_names if fits and request.policy.roles else ["lead", "risk", "any", None]
        name = names[role % len(names)]
        may = [one for one in PEOPLE if name is not None and self.should.may_decide(one, request, name)]
        who = may[PEOPLE.index(who) % len(may)] if fits and may and who in PEOPLE else who
        self.decided(request, who, approves, name, stale)

    @precondition(lambda self: self.should.requests)
    @rule(who=ANYBODY, place=ANY, act=st.sampled_from(["approve", "reject", "withdraw"]))
    def come_too_late(self, who: Someone, place: int, act: str) -> None:
        """For a request that has ended, mostly; or in time, and then it may be ended so."""
        request = self.pick(self.should.requests, place)
        if act == "withdraw":
            self.withdraw(who, request)
        else:
            self.decided(request, who, act == "approve", "lead", False)

    def decided(self, request: Request, who: Someone, approves: bool, role: str | None, stale: bool) -> None:
        saw = "0" * 64 if stale else self.reports.get(request.id)
        act, key, verdict = self.stage.seen_by(who).decide, next(self.keys), "approve" if approves else "reject"
        self.compare(
            self.should.decide(who, request, approves, role, stale),
            lambda: act(request.id, verdict=verdict, role=role, report=saw, key=key),
        )

    def withdraw(self, who: Someone, request: Request) -> None:
        act, key = self.stage.seen_by(who).withdraw, next(self.keys)
        self.compare(self.should.withdraw(request), lambda: act(request.id, reason="not now", key=key))

    # Aliases

    @rule(who=ANYBODY, alias=ALIASES, number=NUMBERS)
    def promote(self, who: Someone, alias: str, number: int) -> None:
        self.promoted(who, alias, self.existing(number), next(self.keys))

    def promoted(self, who: Someone, alias: str, number: int, key: str) -> None:
        self.tasks.append(lambda: self.promoted(who, alias, number, key))
        act = self.stage.seen_by(who).promote
        self.compare(self.should.promote(who, alias, number, key), lambda: act(self.name, number, alias, key=key))

    @precondition(lambda self: any(alias.holder for alias in self.should.aliases.values()))
    @rule(who=ANYBODY, alias=ALIASES, number=NUMBERS, traffic=st.sampled_from([10, 60, None]))
    def route(self, who: Someone, alias: str, number: int, traffic: int | None) -> None:
        self.routed(who, alias, self.existing(number), traffic, next(self.keys))

    def routed(self, who: Someone, alias: str, number: int, traffic: int | None, key: str) -> None:
        self.tasks.append(lambda: self.routed(who, alias, number, traffic, key))
        act = self.stage.seen_by(who).route
        said: dict[str, Any] = {"traffic": traffic, "shadow": traffic is None, "key": key}
        self.compare(self.should.route(who, alias, number, traffic, key), lambda: act(self.name, number, alias, **said))

    @precondition(lambda self: any(alias.routes for alias in self.should.aliases.values()))
    @rule(number=NUMBERS, there=MOSTLY)
    def end_route(self, number: int, there: bool) -> None:
        """Mostly one that there is."""
        open_ones = [(name, one) for name, alias in self.should.aliases.items() for one in alias.routes]
        alias, number = open_ones[number % len(open_ones)] if there else ("staging", self.existing(number))
        act, key = self.registry.end_route, next(self.keys)
        self.compare(self.should.end_route(alias, number), lambda: act(self.name, number, alias, key=key))

    @rule(who=ANYBODY, alias=ALIASES, number=NUMBERS, may=MOSTLY)
    def override(self, who: Someone, alias: str, number: int, may: bool) -> None:
        """Mostly somebody who may, where there is somebody."""
        policies = {name: one.policy for name, one in self.should.aliases.items() if may and one.policy}
        able = [(name, one) for name, policy in policies.items() for one in PEOPLE if policy.lets_override(one)]
        alias, who = able[number % len(able)] if able else (alias, who)
        number, act, key = self.existing(number), self.stage.seen_by(who).override, next(self.keys)
        self.compare(
            self.should.override(who, alias, number), lambda: act(self.name, number, alias, reason="must", key=key)
        )

    @precondition(lambda self: any(alias.stays for alias in self.should.aliases.values()))
    @rule(who=ANYBODY, alias=ALIASES)
    def rollback(self, who: Someone, alias: str) -> None:
        act, key = self.stage.seen_by(who).rollback, next(self.keys)
        self.compare(self.should.rollback(who, alias), lambda: act(self.name, alias, reason="bad", key=key))

    @precondition(lambda self: any(alias.holder for alias in self.should.aliases.values()))
    @rule(who=ANYBODY, alias=ALIASES)
    def clear(self, who: Someone, alias: str) -> None:
        act, key = self.stage.seen_by(who).clear_alias, next(self.keys)
        self.compare(self.should.clear(who, alias), lambda: act(self.name, alias, reason="empty", key=key))

    # Time, and asking again

    @precondition(lambda self: any(one.expires_at for one in self.pending()))
    @rule(place=ANY, short=st.sampled_from([timedelta(microseconds=1), timedelta(), timedelta()]))
    def run_out(self, place: int, short: timedelta) -> None:
        """To the moment at which a request expires, or right before it."""
        moments = [one.expires_at for one in self.pending() if one.expires_at]
        self.time_passes(moments[place % len(moments)] - short - self.should.clock)

    @rule(passed=st.sampled_from([timedelta(microseconds=1), timedelta(minutes=59)]) | HOURS)
    def time_passes(self, passed: timedelta) -> None:
        self.should.clock += passed
        self.stage.clock.now = self.should.clock
        self.last = None
        if any(one.expires_at for one in self.should.requests):
            self.changed.add("request")

    @precondition(lambda self: self.tasks)
    @rule(place=ANY)
    def clear_a_task(self, place: int) -> None:
        """An earlier task asks or promotes again, with its key, whatever has happened since."""
        self.tasks.pop(-1 - place % len(self.tasks))()

    @precondition(lambda self: self.last is not None)
    @rule()
    def repeat(self) -> None:
        """At once, with the same key, as a task does that is retried: the same answer, and no other event."""
        last: tuple[Outcome, Act] | None = self.last
        assert last is not None
        self.ends_as_said(self.should.again(last[0]), last[1])
        self.last = None
