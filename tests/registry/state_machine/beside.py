"""The registry and the rules side by side: one act on both, and what must hold after each."""

from __future__ import annotations

import sys
from collections.abc import Callable
from itertools import count, pairwise
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlparse

from hypothesis.stateful import RuleBasedStateMachine, invariant

from airflow_provider_registry import errors
from airflow_provider_registry.registry import Actor, Caller, EventType, Producer, Registry, Review
from airflow_provider_registry.registry.caller import Via
from tests.registry.state_machine.book import Outcome
from tests.registry.state_machine.clock import MovedClock
from tests.registry.state_machine.people import Someone
from tests.registry.state_machine.recording import DANGEROUS
from tests.registry.state_machine.rules import Rules
from tests.registry.state_machine.state import PENDING, Alias, Request, State
from tests.support.pickles import call, pickled, text

Act = Callable[[], Any]

NEWEST = 5

# What is recorded beside a version, and leaves all others and the aliases as they are.
BESIDE_VERSIONS = {
    EventType.VERSION_CHECKED,
    EventType.VERSION_CARD_SET,
    EventType.VERSION_MEASURED,
    EventType.VERSION_SCANNED,
    EventType.VERSION_SIGNED,
    EventType.VERSION_FEEDBACK_RECORDED,
    EventType.VERSION_FEEDBACK_ERASED,
    EventType.VERSION_PROFILED,
}

# Of artifacts: pickles that are never loaded.
CONTENTS = {"x": pickled(text("x")), "y": pickled(text("y")), DANGEROUS: pickled(call("os", "system", "true"))}


class Stage:
    """What all examples of one test share: a migrated database, in which each has a registered model of its own."""

    def __init__(self, registry: Registry, clock: MovedClock, folder: Path) -> None:
        self.registry, self.clock, self.folder = registry, clock, folder
        self.examples = count(1)
        self._doors: dict[Someone, Registry] = {}
        for content, data in CONTENTS.items():
            (folder / content).write_bytes(data)

    def seen_by(self, who: Someone) -> Registry:
        """The registry as somebody uses it; the same each time, since a new one looks at the schema first."""
        if who not in self._doors:
            self._doors[who] = self.registry.acting_as(caller(who))
        return self._doors[who]


class Beside(RuleBasedStateMachine):
    """One registered model as it is, beside what it should be.

    Attributes:
        should: what it should be.
        last: the act before, and what should have come of it.
        tasks: what was done with a key, and can be done once more.
        changed: the subjects of which something may have changed since it was compared.
        compared: what was said of the newest requests when they were compared last.
        final: the state in which each ended request was first seen.
        reports: the digest of each request's gate report, as a person sees it.
    """

    stage: Stage

    def __init__(self) -> None:
        super().__init__()
        self.should, self.registry = Rules(), self.stage.registry
        self.name = f"churn-{next(self.stage.examples)}"
        self.stage.clock.now = self.should.clock
        self.registry.create_model(self.name)
        self.should.times = [event.at for event in self.registry.events(model_name=self.name)]
        self.keys = (f"key-{number}" for number in count(1))
        self.last: tuple[Outcome, Act] | None = None
        self.tasks: list[Callable[[], None]] = []
        self.changed: set[str] = set()
        self.compared: list[tuple[Any, ...]] = []
        self.final: dict[int, str] = {}
        self.reports: dict[int, str] = {}

    # What there is to do something with

    def existing(self, number: int) -> int:
        """The number of a version that there is, whichever; 99 stays what there is not."""
        return number if number == 99 else min(number, len(self.should.versions))

    def pick(self, of: list[Request], place: int) -> Request:
        """A request, the newest being the first."""
        return of[-1 - place % len(of)]

    def pending(self, *states: State) -> list[Request]:
        return [one for one in self.should.requests if self.should.state_of(one) in (states or PENDING)]

    def compare(self, outcome: Outcome, act: Act) -> None:
        """Do an act, which must end as the rules say, and append the event that they say."""
        self.last = (outcome, act)
        if outcome.event in BESIDE_VERSIONS:
            self.compared = [] if self.pending() else self.compared  # it may have ended more than it should
        elif outcome.event is not None:
            self.changed.add(outcome.event.split(".")[0])
        self.ends_as_said(outcome, act)

    def ends_as_said(self, outcome: Outcome, act: Act) -> None:
        try:
            answer, error = act(), None
        except errors.RegistryError as raised:
            answer, error = getattr(raised, "request", None), raised
        if type(error) is not (outcome.error or type(None)):
            raise AssertionError(f"The rules say {outcome}, the registry {error!r}") from error
        if outcome.request is not None:
            outcome.request.id = outcome.request.id or answer.request_id
            same(outcome.request.id, answer.request_id)
        elif outcome.version is not None:
            same(outcome.version, answer.version)

    @invariant()
    def all_is_as_it_should_be(self) -> None:
        """What the act before should have changed, with the newest requests; at the end, everything once more."""
        changed, self.changed = self.changed, set()
        newest = [as_said(self.should, one) for one in self.should.requests[-NEWEST:]]
        if newest != self.compared:
            self.compared = newest
            self.requests_stand_as_they_should(NEWEST)
        if changed & {"alias", "policy", "version"}:
            self.aliases_are_where_they_should_be()

    def requests_stand_as_they_should(self, newest: int = 100) -> None:
        found = self.registry.requests(self.name, limit=newest)
        expected = self.should.requests[: -newest - 1 : -1]
        same([one.id for one in expected], [one.request_id for one in found])
        for request, seen in zip(expected, found, strict=True):
            same(as_said(self.should, request), as_seen(seen))
            self.reports[seen.request_id] = seen.report_digest
            assert seen.state not in ("approved", "promoted") or is_approved(request)
            if not seen.is_pending:
                same(self.final.setdefault(seen.request_id, seen.state), seen.state)

    def aliases_are_where_they_should_be(self) -> None:
        model, aliases = self.registry.get_model(self.name), self.should.aliases.items()
        same(len(self.should.versions), model.latest_version)
        same({name: alias.holder.version for name, alias in aliases if alias.holder}, dict(model.aliases))
        routes = {(one.alias, one.version, one.share) for one in self.registry.routes(self.name)}
        same({(name, *each) for name, alias in aliases for each in shares(alias)}, routes)
        same({name for name, alias in aliases if alias.locked or alias.policy is not None}, set(model.protected))

    def teardown(self) -> None:
        if sys.exc_info()[0] is None:  # what went wrong before is what there is to tell
            self.it_holds_at_the_end()

    def it_holds_at_the_end(self) -> None:
        """What is dear to ask, and says the same of all times before."""
        self.requests_stand_as_they_should()
        self.aliases_are_where_they_should_be()
        same(len(self.should.times), self.registry.verify_record(self.name).count)
        same(self.should.webhooks, {one.name: one.url for one in self.registry.webhooks(self.name)})
        same(self.should.reviews, [as_reviewed(one) for one in self.registry.reviews(self.name)])
        self.versions_have_their_bytes_or_are_marked()
        self.the_record_tells_the_same_story()
        self.histories_tile()

    def versions_have_their_bytes_or_are_marked(self) -> None:
        """A version is purged, or its bytes are there, each of them right."""
        found = list(self.registry.search_versions(f"name = '{self.name}'", order_by="version", page_size=100))
        marks = {one.number: (one.archived_at, one.purged) for one in self.should.versions.values()}
        same(marks, {one.version: (one.archived_at, one.purged_at is not None) for one in found})
        for one in found:
            if one.purged_at is None:
                self.registry.verify_artifact(one.reference)
            else:
                assert not Path(unquote(urlparse(one.uri).path)).exists()

    def the_record_tells_the_same_story(self) -> None:
        events = list(self.registry.events(model_name=self.name))
        same(self.should.types, [event.type for event in events])
        same(self.should.times, [event.at for event in events])

    def histories_tile(self) -> None:
        for name, alias in self.should.aliases.items():
            history = self.registry.history(self.name, name)
            same([stay.version for stay in alias.stays], [one.version for one in history])
            for one, after in pairwise(history):
                assert one.to_at is not None
                assert one.from_at < one.to_at <= after.from_at
            for one in history:
                found = self.registry.alias_at(self.name, name, one.from_at)
                assert found is not None
                same(one.version, found.version)


def shares(alias: Alias) -> list[tuple[int, int]]:
    """What each challenger gets, in hundredths of a percent."""
    return [(number, 100 * (traffic or 0)) for number, traffic in alias.routes.items()]


def same(said: object, seen: object) -> None:
    """Tell both where they differ: pytest does so in modules of tests alone."""
    assert said == seen, f"The rules say {said}, the registry {seen}"


def as_reviewed(one: Review) -> tuple[str, int, str, str]:
    """A review, as the rules have it."""
    return one.alias, one.version, one.outcome.value, one.by


def caller(who: Someone) -> Caller:
    """Somebody, as the registry knows them."""
    actor, via = Actor(who.issuer, who.subject, who.name), Via(who.via)
    if not who.is_task:
        return Caller(actor, via, authenticated=via is Via.UI)
    run = f"{who.run} {who.triggered_by}"
    producer = Producer("retrain", "task", run, instance_id="one", run_type=who.run, triggered_by=who.triggered_by)
    return Caller(actor, via, False, producer)


def is_approved(request: Request) -> bool:
    """Whether every role has its approvals, each of another person, counted once more and by hand."""
    people: dict[str, list[Someone]] = {role.name: [] for role in request.policy.roles}
    for one in request.decisions:
        known = [who for role, all in people.items() if request.policy.distinct or role == one.role for who in all]
        if one.counts and one.approves and not any(who.is_same(one.by) for who in known):
            people[one.role].append(one.by)
    return all(len(people[role.name]) >= role.count for role in request.policy.roles)


def as_seen(request: Any) -> tuple[Any, ...]:
    """What the registry says of a request."""
    what = (request.version, request.alias, request.baseline_version, request.requested_by)
    decisions = [(one.by, one.via, one.role, one.verdict == "approve", one.counts) for one in request.decisions]
    return (str(request.state), *what, dict(request.missing), request.expires_at, decisions)


def as_said(should: Rules, request: Request) -> tuple[Any, ...]:
    """What the rules say of it, in the same words."""
    what = (request.version, request.alias, request.baseline and request.baseline.version, request.by.name)
    decisions = [(one.by.name, one.by.via, one.role, one.approves, one.counts) for one in request.decisions]
    state = should.state_of(request)
    missing = request.missing if state in PENDING else {}  # nothing is missing any more of what has ended
    return (str(state), *what, missing, request.expires_at, decisions)
