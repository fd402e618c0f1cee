"""The record of a registered model told to the rules, event by event, from nothing.

The rules are those of the state machine, written from the design page and apart from the registry. Each event says who
did what, under which key; whether that could be done then, what it led to, and that it appends exactly this event is
for the rules to say. Where they differ, `UnlawfulError` names the first event.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from airflow_provider_registry.registry import Event, EventType, Retention
from airflow_provider_registry.registry.caller import Via
from airflow_provider_registry.registry.policies.policy import Policy as RealPolicy
from airflow_provider_registry.signing.identity import Identity
from tests.faults.raced.plans import ALIASES, AUCS, KEEPS, POLICIES, Plan, measured
from tests.registry.state_machine.book import Outcome
from tests.registry.state_machine.people import SIGNERS, Someone
from tests.registry.state_machine.recording import DANGEROUS
from tests.registry.state_machine.retaining import Keep
from tests.registry.state_machine.rules import Rules
from tests.registry.state_machine.state import Request

_POLICIES = {RealPolicy.parse(one.tidied().as_mapping()).digest: one.tidied() for one in POLICIES}


class UnlawfulError(AssertionError):
    """An event that the rules do not give."""


class Replay(Rules):
    """A model as its record says that it came to be.

    Parameters:
        contents: the content of each digest.
        ids: the id of each event, by its place.
        plans: what was meant under each key, where its event does not say it all.

    Attributes:
        tags, descriptions: of each version.
        by_key: the events of each key, in order.
    """

    def __init__(self, contents: Mapping[str, str], ids: Mapping[int, int], plans: Mapping[str, Plan]) -> None:
        super().__init__()
        self._contents, self._ids, self._plans = contents, ids, plans
        self.tags: dict[int, dict[str, str]] = {}
        self.descriptions: dict[int, str] = {}
        self.by_key: dict[str, list[Event]] = {}

    def tell(self, events: list[Event]) -> Replay:
        """Tell all events, the model's creation first."""
        first, *others = events
        assert first.type is EventType.MODEL_CREATED
        self.times, self.clock = [first.at], first.at
        for event in others:
            self._tell(event)
        return self

    def request_of(self, id: int) -> Request:
        """A request by its id."""
        return next(one for one in self.requests if one.id == id)

    def _tell(self, event: Event) -> None:
        self.clock = event.at
        key = key_of(event)
        self.by_key.setdefault(key, []).append(event)
        stood = {one.id: one.state for one in self.requests}
        outcome = self._act(key)(event, someone(event), key)
        if (outcome.event, self.times[-1]) != (event.type, event.at):
            raise UnlawfulError(f"{event.model_name} {event.seq} {event.type} by {key!r}: the rules say {outcome}")
        if event.type is EventType.REQUEST_OPENED:
            assert outcome.request is not None
            outcome.request.id = self._ids[event.seq]
        moved = {one.id: one.state for one in self.requests if stood.get(one.id, one.state) is not one.state}
        said = {one["request"]: one["state"] for one in event.payload.get("requests", ())}
        if moved != said:
            raise UnlawfulError(f"{event.model_name} {event.seq} {event.type} moves {said}, and the rules move {moved}")

    def _act(self, key: str) -> Callable[[Event, Someone, str], Outcome]:
        found: Callable[[Event, Someone, str], Outcome] = getattr(self, f"_told_{key.partition(' ')[0]}")
        return found

    # Each act, as its event tells it

    def _told_register(self, event: Event, who: Someone, key: str) -> Outcome:
        content = self._contents[event.payload["digest"]]
        outcome = self.register(key, content, AUCS[content], who)
        self._same(event, outcome.version, event.version)
        assert event.version is not None
        self._same(event, self.versions[event.version].supersedes, event.payload["supersedes"])
        self._same(event, self.brought_back, event.payload.get("unpurged", []))
        return outcome

    def _told_archive(self, event: Event, who: Someone, key: str) -> Outcome:
        return self.archive(_number(event))

    def _told_restore(self, event: Event, who: Someone, key: str) -> Outcome:
        return self.restore(_number(event))

    def _told_check(self, event: Event, who: Someone, key: str) -> Outcome:
        return self.check(_number(event), event.payload["passed"])

    def _told_card(self, event: Event, who: Someone, key: str) -> Outcome:
        return self.write(_number(event), bool(event.payload["sections"]))

    def _told_measure(self, event: Event, who: Someone, key: str) -> Outcome:
        points = self.versions[_number(event)].evidence.points
        series, revision, values = measured(self._plans[key])
        before = len(points)
        outcome = self.measure(_number(event), series, values, revision)
        self._same(event, len(points) - before, event.payload["points"])
        return outcome

    def _told_scan(self, event: Event, who: Someone, key: str) -> Outcome:
        """Its bytes were fetched before the lock: what has been purged since was there."""
        version = self.versions[_number(event)]
        purged, version.purged = version.purged, False
        outcome = self.scan(version.number, key)
        version.purged = purged
        self._same(event, "clean" if version.content != DANGEROUS else "dangerous", event.payload["outcome"])
        return outcome

    def _told_sign(self, event: Event, who: Someone, key: str) -> Outcome:
        by = self._plans[key].given
        self._same(event, Identity.read({"key": SIGNERS[by].public_key}).key, event.payload["key"])
        return self.sign(_number(event), by, key)

    def _told_feedback(self, event: Event, who: Someone, key: str) -> Outcome:
        subject, kind, value = self._plans[key].given
        self._same(event, {kind: 1}, event.payload["counts"])
        return self.say(_number(event), (subject, kind, value), key)

    def _told_erase(self, event: Event, who: Someone, key: str) -> Outcome:
        before = [one.id for one in self.feedback if one.erased]
        outcome = self.erase(event.version, self._plans[key].given[0])
        erased = [one.id for one in self.feedback if one.erased and one.id not in before]
        self._same(event, sorted(erased), sorted(f"{place}.1" for place in event.payload["erased"]))
        return outcome

    def _told_profile(self, event: Event, who: Someone, key: str) -> Outcome:
        dataset, says = self._plans[key].given
        return self.profile(_number(event), dataset, says, key)

    def _told_tag(self, event: Event, who: Someone, key: str) -> Outcome:
        self.tags.setdefault(_number(event), {})[event.payload["tag"]] = event.private["value"]
        return self._done(EventType.VERSION_TAGGED)

    def _told_untag(self, event: Event, who: Someone, key: str) -> Outcome:
        if self.tags.get(_number(event), {}).pop(event.payload["tag"], None) is None:
            raise UnlawfulError(f"{event.model_name} {event.seq} removes a tag that is not there")
        return self._done(EventType.VERSION_UNTAGGED)

    def _told_describe(self, event: Event, who: Someone, key: str) -> Outcome:
        self.descriptions[_number(event)] = event.private["description"]
        return self._done(EventType.VERSION_DESCRIBED)

    def _told_set_policy(self, event: Event, who: Someone, key: str) -> Outcome:
        return self.set_policy(_alias(event), _POLICIES[event.payload["policy_digest"]])

    def _told_set_webhooks(self, event: Event, who: Someone, key: str) -> Outcome:
        self._same(event, self.webhooks, event.payload["before"])
        return self.set_webhooks(event.payload["webhooks"])

    def _told_review(self, event: Event, who: Someone, key: str) -> Outcome:
        outcome = self.review(who, _alias(event), event.payload["outcome"], event.payload["role"] or None)
        self._same(event, outcome.version, event.version)
        return outcome

    def _told_set_retention(self, event: Event, who: Someone, key: str) -> Outcome:
        self._same(event, self.keep and _kept(self.keep), event.payload["before"])
        return self.set_retention(next(keep for keep in KEEPS if _kept(keep) == event.payload["retention"]))

    def _told_retain(self, event: Event, who: Someone, key: str) -> Outcome:
        """Each of its acts by itself, as things stood under the lock."""
        version = self.versions[_number(event)]
        if event.type is EventType.VERSION_ARCHIVED:
            lawful = self.may_go(version, event.at)
        else:
            group = [one.number for one in self.of_content(version.content)]
            lawful = self.may_be_purged(version.content, event.at) and group == event.payload["purged"]
        if not lawful:
            raise UnlawfulError(f"{event.model_name} {event.seq} {event.type}: version {version} is kept")
        if event.type is EventType.VERSION_ARCHIVED:
            return self.archive(version.number)
        return self.purge(version.content)

    def _told_remove_policy(self, event: Event, who: Someone, key: str) -> Outcome:
        return self.remove_policy(_alias(event))

    def _told_validate(self, event: Event, who: Someone, key: str) -> Outcome:
        name, number = _alias(event), _number(event)
        if self.aliases[name].policy is None:
            raise UnlawfulError(f"{event.model_name} {event.seq} validates for an alias without a policy")
        self._same(event, self.passes(name, number), event.payload["passed"])
        bound = (key, *self.now(name, number))
        if bound in self.reported:  # once for each key and what the report is bound to
            return Outcome()
        self.reported.add(bound)
        return self._done(EventType.VERSION_VALIDATED)

    def _told_request(self, event: Event, who: Someone, key: str) -> Outcome:
        return self.request(who, _alias(event), _number(event), key)

    def _told_promote(self, event: Event, who: Someone, key: str) -> Outcome:
        return self.promote(who, _alias(event), _number(event), key)

    def _told_route(self, event: Event, who: Someone, key: str) -> Outcome:
        traffic = self._plans[key].given  # which a request that it had to ask for does not say
        return self.route(who, _alias(event), _number(event), traffic, key)

    def _told_end_route(self, event: Event, who: Someone, key: str) -> Outcome:
        return self.end_route(_alias(event), _number(event))

    def _told_deploy(self, event: Event, who: Someone, key: str) -> Outcome:
        return self.deploy(_number(event), event.payload["desired"]["state"])

    def _told_decide(self, event: Event, who: Someone, key: str) -> Outcome:
        said = event.payload
        return self.decide(who, self.request_of(said["request"]), said["verdict"] == "approve", said["role"], False)

    def _told_withdraw(self, event: Event, who: Someone, key: str) -> Outcome:
        [moved] = [one for one in event.payload["requests"] if one["state"] == "withdrawn"]
        return self.withdraw(self.request_of(moved["request"]))

    def _told_override(self, event: Event, who: Someone, key: str) -> Outcome:
        return self.override(who, _alias(event), _number(event))

    def _told_rollback(self, event: Event, who: Someone, key: str) -> Outcome:
        outcome = self.rollback(who, _alias(event))
        self._same(event, outcome.version, event.version)
        return outcome

    def _told_clear(self, event: Event, who: Someone, key: str) -> Outcome:
        return self.clear(who, _alias(event))

    def _same(self, event: Event, said: object, seen: object) -> None:
        if said != seen:
            raise UnlawfulError(f"{event.model_name} {event.seq} {event.type}: the rules say {said}, the event {seen}")


def _kept(keep: Keep) -> dict[str, Any]:
    return Retention.parse(keep.as_mapping()).as_mapping()


def key_of(event: Event) -> str:
    """Under which key it was done: each has a task of its own."""
    assert event.task is not None
    return str(event.task["task_id"])


def someone(event: Event) -> Someone:
    """Who did it."""
    actor, task = event.private["actor"], event.task or {}
    run = task["run_type"] if event.via == Via.TASK else None
    stands_behind = event.private.get("triggered_by", {}).get("name")
    return Someone(actor["issuer"], actor["subject"], actor["name"], event.via, run, stands_behind)


def _number(event: Event) -> int:
    assert event.version is not None
    return event.version


def _alias(event: Event) -> str:
    assert event.alias in ALIASES
    return event.alias
