"""What must hold after a race: tables as the replayed record says, and every answer in the record, once."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from itertools import pairwise

from sqlalchemy import select

from airflow_provider_registry.registry import Event, EventType, Registry
from airflow_provider_registry.registry.models.tables import ModelRow
from airflow_provider_registry.registry.record.tables import EventRow
from tests.faults.raced.recorded import check_recorded
from tests.faults.raced.replay import Replay
from tests.faults.raced.runner import Try
from tests.registry.state_machine.beside import as_said, as_seen, same, shares

# The events that an act may append, by how it was answered; None stands for any other error.
_EVENTS: dict[str, set[EventType]] = {
    "register": {EventType.VERSION_REGISTERED},
    "archive": {EventType.VERSION_ARCHIVED},
    "restore": {EventType.VERSION_RESTORED},
    "check": {EventType.VERSION_CHECKED},
    "card": {EventType.VERSION_CARD_SET},
    "measure": {EventType.VERSION_MEASURED},
    "scan": {EventType.VERSION_SCANNED},
    "sign": {EventType.VERSION_SIGNED},
    "feedback": {EventType.VERSION_FEEDBACK_RECORDED},
    "erase": {EventType.VERSION_FEEDBACK_ERASED},
    "profile": {EventType.VERSION_PROFILED},
    "tag": {EventType.VERSION_TAGGED},
    "untag": {EventType.VERSION_UNTAGGED},
    "describe": {EventType.VERSION_DESCRIBED},
    "set_policy": {EventType.POLICY_SET},
    "remove_policy": {EventType.POLICY_REMOVED},
    "set_webhooks": {EventType.WEBHOOKS_SET},
    "validate": {EventType.VERSION_VALIDATED},
    "request": {EventType.REQUEST_OPENED},
    "decide": {EventType.REQUEST_DECIDED},
    "withdraw": {EventType.REQUEST_WITHDRAWN},
    "promote": {EventType.ALIAS_PROMOTED, EventType.ALIAS_CONFIRMED},
    "override": {EventType.ALIAS_OVERRIDDEN},
    "route": {EventType.ALIAS_ROUTED},
    "end_route": {EventType.ALIAS_ROUTE_ENDED},
    "deploy": {EventType.DEPLOYMENT_RECORDED},
    "rollback": {EventType.ALIAS_ROLLED_BACK},
    "clear": {EventType.ALIAS_CLEARED, EventType.ALIAS_OVERRIDDEN},
    "gc": set(),
    "review": {EventType.ALIAS_REVIEWED},
    "set_retention": {EventType.RETENTION_SET},
    "retain": {EventType.VERSION_ARCHIVED, EventType.VERSION_PURGED},
}
_OF_ERRORS: dict[str, set[EventType]] = {
    "NotPassedError": {EventType.VERSION_VALIDATED},
    "ApprovalNeededError": {EventType.REQUEST_OPENED},
    "DecisionRefusedError": {EventType.REQUEST_DECISION_REFUSED},
}
# Acts that may find that there was nothing to do: the policy is in force, the webhooks stand, the request is pending,
# the card says the same, the request has the approvals that it needs, and keeps them; the route is there, the target
# stands so; the values are known, nobody is left to erase.
_MAY_BE_IDLE = {
    *("card", "set_policy", "set_webhooks", "set_retention", "retain", "request", "decide", "gc"),
    *("route", "deploy", "measure", "erase"),
}
# The last word counts: where somebody else said another meanwhile, the same is said once more.
_SAID_AGAIN = {"tag", "untag", "describe", "check", "card", "deploy", "profile", "erase"}
# What answers with the place of its event; 0 for none.
_PLACED = {"measure", "sign", "feedback"}
# When these are done again under their key, since what they were about is another now, is for the rules to say.
_JUDGED = {"validate", "request", "promote", "route", "decide", "review"}


def check_tables(registry: Registry, name: str, told: Replay, events: list[Event]) -> None:
    """The tables of a model, through all that reads them, are what the record says."""
    same(len(events), registry.verify_record(name).count)
    found = registry.requests(name, limit=1_000)
    same([one.id for one in told.requests[::-1]][:1_000], [one.request_id for one in found])
    for request, seen in zip(told.requests[::-1], found, strict=False):
        same(as_said(told, request), as_seen(seen))
    same(told.webhooks, {webhook.name: webhook.digest for webhook in registry.webhooks(name)})
    _check_aliases(registry, name, told)
    _check_versions(registry, name, told)
    reviewed = [(one.alias, one.version, one.outcome.value, one.by) for one in registry.reviews(name)]
    same(told.reviews, reviewed)
    same(told.keep and told.keep.last, (kept := registry.retention(name)) and kept.keep_last)
    should = {one.desired_version: one.desired for one in registry.deployments(name)}
    same({one.number: one.should for one in told.versions.values() if one.should}, should)
    check_recorded(registry, name, told)


def _check_aliases(registry: Registry, name: str, told: Replay) -> None:
    model, aliases = registry.get_model(name), told.aliases
    same({one: alias.holder.version for one, alias in aliases.items() if alias.holder}, dict(model.aliases))
    same({one for one, alias in aliases.items() if alias.locked or alias.policy is not None}, set(model.protected))
    in_force = {alias: policy.as_mapping() for alias, policy in registry.policies(name).items()}
    same({one for one, alias in aliases.items() if alias.policy is not None}, set(in_force))
    routes = {(each.alias, each.version, each.share) for each in registry.routes(name)}
    same({(one, *each) for one, alias in aliases.items() for each in shares(alias)}, routes)
    for one, alias in aliases.items():
        history = registry.history(name, one)
        same([stay.version for stay in alias.stays], [assignment.version for assignment in history])
        same([stay.ended_by is None for stay in alias.stays], [each.to_at is None for each in history])
        assert all(before.to_at <= after.from_at for before, after in pairwise(history) if before.to_at)


def _check_versions(registry: Registry, name: str, told: Replay) -> None:
    token, seen = None, []
    while True:
        page = registry.search_versions(f"name = '{name}'", order_by="version", page_size=500, page_token=token)
        seen += list(page)
        token = page.next_page_token
        if token is None:
            break
    same(list(told.versions), [one.version for one in seen])
    for said, one in zip(told.versions.values(), seen, strict=True):
        known = (
            said.archived,
            said.purged,
            said.supersedes,
            told.tags.get(said.number, {}),
            told.descriptions.get(said.number, ""),
        )
        same(
            known,
            (one.archived_at is not None, one.purged_at is not None, one.supersedes, dict(one.tags), one.description),
        )
        same(said.auc, one.metric("auc"))


def check_answers(tries: Iterable[Try], by_model: Mapping[str, Replay]) -> Counter[str]:
    """No act that was answered is lost, none is done twice, and none was refused that was done; gives how many."""
    grouped: dict[tuple[str, str], list[Try]] = defaultdict(list)
    counts: Counter[str] = Counter()
    for one in tries:
        grouped[one.plan.model, one.plan.key].append(one)
        counts[f"{one.plan.act} {_word(one)}"] += 1
    for (model, key), of_key in grouped.items():
        _check_key(key, of_key, by_model[model].by_key.get(key, []))
    for model, told in by_model.items():
        same(set(), {key for key in told.by_key if (model, key) not in grouped})
    return counts


def _check_key(key: str, tries: list[Try], events: list[Event]) -> None:
    plan, about = tries[0].plan, f"{key}: {[one.said for one in tries]}, {[str(one.type) for one in events]}"
    could = [_may_append(one) for one in tries]
    types = [one.type for one in events]
    assert set(types) <= set().union(*could), f"done, and not answered so: {about}"
    if plan.act == "register":
        _check_registrations(tries, events)
        return
    if plan.act == "retain":  # as many acts as there is to do, each of which the rules have judged
        return
    if plan.act not in _SAID_AGAIN | _JUDGED:
        assert len(types) <= 1, f"done twice: {about}"
    assert len(types) <= len(tries), f"done more often than tried: {about}"
    for one, appends in zip(tries, could, strict=True):
        done = one.said is not None and (("answer" in one.said) or one.said["error"] == "DecisionRefusedError")
        if done and plan.act not in _MAY_BE_IDLE:
            assert appends & set(types), f"answered, and lost: {about}"
    answers = {one.said["answer"] for one in tries if one.said and "answer" in one.said}
    if plan.act in _PLACED:
        assert answers - {0} <= {one.seq for one in events}, f"answered by another event: {about}"
    if plan.act in ("promote", "override", "rollback", "withdraw", "decide"):
        assert len(answers) <= 1, f"answered differently: {about}"
        assert all(one.version in answers for one in events if answers and one.type in _EVENTS["promote"]), about


def _check_registrations(tries: list[Try], events: list[Event]) -> None:
    """One version for each content that a task came with, however often it did."""
    numbers: dict[str, set[int]] = defaultdict(set)
    for one in tries:
        numbers[one.plan.given] |= {one.said["answer"]} if one.said and "answer" in one.said else set()
    answered = [number for each in numbers.values() for number in each]
    if any("unpurged" in one.payload for one in events):  # it is not handed out a version whose bytes are gone
        assert {*answered} <= {one.version for one in events}, (numbers, events)
        return
    assert all(len(each) <= 1 for each in numbers.values()), numbers
    assert sorted(answered) == sorted({one.version or 0 for one in events}), (numbers, events)
    assert len(events) == len(answered)


def _may_append(one: Try) -> set[EventType]:
    every = _EVENTS[one.plan.act]
    if one.said is None:  # killed: nobody knows yet
        return every.union(*_OF_ERRORS.values()) if every else set()
    return every if "answer" in one.said else _OF_ERRORS.get(one.said["error"], set())


def _word(one: Try) -> str:
    return "killed" if one.said is None else one.said.get("error", "done")


def ids_of(registry: Registry, name: str) -> dict[int, int]:
    """The id of each event of a model, by its place."""
    mine = select(EventRow.seq, EventRow.id).join(ModelRow, ModelRow.id == EventRow.model_id)
    with registry.engine.connect() as connection:
        return {row.seq: row.id for row in connection.execute(mine.where(ModelRow.name == name))}
