"""What a process of the race means to do: random acts, each with its key, so that it can be done again."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from airflow_provider_registry import errors
from airflow_provider_registry.registry import Actor, Caller, Producer, Registry
from airflow_provider_registry.registry.caller import Via
from tests.registry.state_machine.machine import CARDS, LEAD, RISK
from tests.registry.state_machine.people import PEOPLE, TASKS, Someone
from tests.registry.state_machine.policy import Policy, Role
from tests.registry.state_machine.retaining import Keep
from tests.registry.state_machine.state import PENDING

MODELS = tuple(f"model-{number}" for number in range(5))
ALIASES = ("production", "staging")
AUCS = {"u": 0.65, "v": 0.75, "w": 0.85, "x": 0.7, "y": 0.8, "z": 0.9}
POLICIES = (
    Policy(0.65),
    Policy(None, (Role("any"),)),
    Policy(0.75, override=("ana", "cy"), rollback=("bo",)),
    Policy(0.85, (LEAD,), expires_after=timedelta(hours=24)),
    Policy(None, (LEAD, RISK), four_eyes=True, supersedes=False),
    Policy(None, (Role("any", 2),), distinct=True, override=("bo",)),
    Policy(),  # which nothing passes
    Policy(0.75, (Role("lead", 2, ("ana", "bo", "cy")),), via=("airflow-ui", "cli")),
    Policy(0.65, (Role("any"),), looks=True),
    Policy(0.65, (Role("any"),), reads=True),
)
# So short that what is archived early in a race is purged in it.
KEEPS = tuple(Keep(last, timedelta(seconds=1), timedelta(seconds=1)) for last in (1, 3))
ANYBODY = (*PEOPLE, *TASKS)
# What each act is worth: how often it is tried, of all.
WEIGHTS = {
    "register": 14, "archive": 4, "restore": 4, "check": 10, "card": 6, "tag": 8, "untag": 3, "describe": 3,
    "set_policy": 4, "remove_policy": 1, "validate": 6, "request": 12, "decide": 22, "withdraw": 3, "promote": 22,
    "override": 3, "rollback": 12, "clear": 2, "gc": 1, "set_webhooks": 2, "review": 6, "set_retention": 3,
    "retain": 10,
    "route": 14, "end_route": 3, "deploy": 4,
}  # fmt: skip
# What people are not asked to do.
OF_TASKS = {"register", "check", "card", "tag", "untag", "describe", "validate"}
AGAIN = 0.12


@dataclass(frozen=True)
class Plan:
    """An act that is meant.

    Attributes:
        key: begins with the act's name; of registrations, the key of several.
        who: place among `ANYBODY`.
        given: what else is said.
    """

    key: str
    act: str
    model: str
    who: int
    alias: str = ""
    version: int = 0
    given: Any = None

    @property
    def someone(self) -> Someone:
        """Who does it."""
        return ANYBODY[self.who]

    def as_json(self) -> dict[str, Any]:
        """For the log."""
        return asdict(self)


class Planner:
    """Means to do one thing after another, mostly where there is something to do.

    Parameters:
        number: of the process.
    """

    def __init__(self, number: int, registry: Registry, chance: random.Random) -> None:
        self._number, self._registry, self._chance = number, registry, chance

    def next(self, count: int, before: list[Plan]) -> Plan:
        """The next act; now and then one of the last once more, as a task that is cleared does.

        Parameters:
            count: of acts so far: makes the key.
        """
        pick = self._chance
        if before and pick.random() < AGAIN:
            return pick.choice(before[-6:])
        act = pick.choices(list(WEIGHTS), list(WEIGHTS.values()))[0]
        model, alias = pick.choice(MODELS), pick.choice(ALIASES[:1] * 3 + ALIASES[1:])
        latest = self._registry.get_model(model).latest_version
        places = [place for place, who in enumerate(ANYBODY) if act not in OF_TASKS or who.is_task]
        version = pick.randint(max(1, latest - 5), max(1, latest + (pick.random() < 0.05)))
        plan = Plan(f"{act} {self._number}-{count}", act, model, pick.choice(places), alias, version)
        return self._said(plan)

    def _said(self, plan: Plan) -> Plan:
        pick = self._chance
        match plan.act:
            case "register":
                who = plan.someone
                task = f"register {self._number}-{pick.randrange(8)} in {who.run} {who.triggered_by}"
                return replace(plan, key=task, given=pick.choice(list(AUCS)))
            case "tag" | "untag":
                return replace(plan, given=[pick.choice("ab"), pick.choice("12")])
            case "check" | "card":
                return replace(plan, given=pick.random() < 0.8)
            case "review":
                return replace(
                    plan, given=[pick.choice(["keep", "replace", "retire"]), pick.choice(["lead", "any", None])]
                )
            case "set_retention":
                return replace(plan, given=pick.randrange(len(KEEPS)))
            case "route":
                traffic = pick.choice([None, 10, 40, 60])
                return replace(plan, key=f"{plan.key} {traffic}", given=traffic)
            case "deploy":
                return replace(plan, given=pick.choice(["running", "stopped", "stopped"]))
            case "describe":
                return replace(plan, given=pick.choice("abc"))
            case "set_policy":
                return replace(plan, given=pick.randrange(len(POLICIES)))
            case "set_webhooks":
                return replace(plan, given=pick.sample(["audit", "chat", "deploy"], pick.randrange(3)))
            case "decide" | "withdraw":
                return self._about_a_request(plan)
        return plan

    def _about_a_request(self, plan: Plan) -> Plan:
        """Of one that is pending, mostly; as somebody who may, mostly."""
        pick = self._chance
        state = list(PENDING) if pick.random() < 0.9 else None
        found = self._registry.requests(plan.model, state=state, limit=4)
        if not found:
            return replace(plan, act="promote", key=plan.key.replace(plan.act, "promote"))
        request = pick.choice(found)
        role = pick.choice(list(request.missing) or ["lead"])
        able = [place for place, who in enumerate(PEOPLE) if who.is_among(_USERS.get(role, ("ana", "bo", "cy")))]
        who = pick.choice(able) if pick.random() < 0.85 else plan.who
        given = [request.request_id, "approve" if pick.random() < 0.85 else "reject", role]
        return replace(plan, who=who, given=given)


_USERS = {"lead": ("ana", "bo"), "risk": ("bo", "cy")}


def caller_of(plan: Plan) -> Caller:
    """Who does it, as the registry knows them; the task, and people answer for one too, is named by the key."""
    who = plan.someone
    actor, via = Actor(who.issuer, who.subject, who.name), Via(who.via)
    run = f"{who.run} {who.triggered_by}"
    more: dict[str, Any] = {"instance_id": "one", "run_type": who.run or "scheduled", "triggered_by": who.triggered_by}
    return Caller(actor, via, via is Via.UI, Producer("race", plan.key, run, **more))


def perform(registry: Registry, plan: Plan, contents: Path) -> dict[str, Any]:
    """Do what is meant, and say what was answered, as JSON has it."""
    mine = registry.acting_as(caller_of(plan))
    try:
        return {"answer": _DO[plan.act](mine, plan, contents)}
    except errors.RegistryError as error:
        return {"error": type(error).__name__}


def _register(registry: Registry, plan: Plan, contents: Path) -> Any:
    metrics = {"auc": AUCS[plan.given]}
    return registry.register_version(plan.model, contents / plan.given, metrics=metrics, environment=False).version


def _promote(registry: Registry, plan: Plan, _: Path) -> Any:
    return registry.promote(plan.model, plan.version, plan.alias, reason=plan.key, key=plan.key).version


def _decide(registry: Registry, plan: Plan, _: Path) -> Any:
    request, verdict, role = plan.given
    return registry.decide(request, verdict=verdict, role=role, comment=plan.key, key=plan.key).request_id


def _set_policy(registry: Registry, plan: Plan, _: Path) -> None:
    policy = POLICIES[plan.given].tidied().as_mapping()
    registry.set_policy(plan.model, plan.alias, policy, reason=plan.key, key=plan.key)


def _set_webhooks(registry: Registry, plan: Plan, _: Path) -> None:
    webhooks = [{"name": name, "url": "https://hooks.example.com/", "secret": "signing"} for name in plan.given]
    registry.set_webhooks(plan.model, webhooks, reason=plan.key, key=plan.key)


def _review(registry: Registry, plan: Plan, _: Path) -> Any:
    outcome, role = plan.given
    said = registry.record_review(plan.model, plan.alias, outcome=outcome, role=role, reason=plan.key, key=plan.key)
    return said.version


def _set_retention(registry: Registry, plan: Plan, _: Path) -> None:
    registry.set_retention(plan.model, KEEPS[plan.given].as_mapping(), reason=plan.key, key=plan.key)


def _retain(registry: Registry, plan: Plan, _: Path) -> None:
    registry.apply_retention(plan.model)


def _check(registry: Registry, plan: Plan, _: Path) -> Any:
    return registry.record_check(plan.model, plan.version, "looks", plan.given, {"of": plan.key}, key=plan.key).version


def _card(registry: Registry, plan: Plan, _: Path) -> Any:
    return registry.set_card(plan.version, CARDS[plan.given], model_name=plan.model, key=plan.key).version


def _route(registry: Registry, plan: Plan, _: Path) -> Any:
    share = {"traffic": plan.given, "shadow": plan.given is None}
    return registry.route(plan.model, plan.version, plan.alias, **share, reason=plan.key, key=plan.key).version


def _deploy(registry: Registry, plan: Plan, _: Path) -> None:
    said = {"desired": plan.given, "model_name": plan.model, "reason": plan.key, "key": plan.key}
    registry.record_deployment(plan.version, "production", f"target {plan.version}", **said)


def _collect(registry: Registry, plan: Plan, _: Path) -> None:
    registry.gc(grace=timedelta(0))


def _said(act: str, *names: str, **more: str) -> Callable[[Registry, Plan, Path], Any]:
    """An act of the registry, its arguments by their names in the plan, and keywords that it takes the key by."""

    def do(registry: Registry, plan: Plan, _: Path) -> Any:
        given = [getattr(plan, name) for name in names]
        got = getattr(registry, act)(*given, key=plan.key, **dict.fromkeys(more, plan.key))
        return getattr(got, "version", None) if act in ("override", "rollback") else None

    return do


def _on_version(act: str, given: Callable[[Plan], list[Any]], *, reason: bool = False) -> Callable[..., Any]:
    def do(registry: Registry, plan: Plan, _: Path) -> None:
        why = {"reason": plan.key} if reason else {}
        getattr(registry, act)(plan.version, *given(plan), model_name=plan.model, key=plan.key, **why)

    return do


_DO: dict[str, Callable[[Registry, Plan, Path], Any]] = {
    "register": _register,
    "promote": _promote,
    "route": _route,
    "end_route": _said("end_route", "model", "version", "alias", reason=""),
    "deploy": _deploy,
    "decide": _decide,
    "archive": _on_version("archive_version", lambda plan: [], reason=True),
    "restore": _on_version("restore_version", lambda plan: [], reason=True),
    "tag": _on_version("set_tag", lambda plan: plan.given),
    "untag": _on_version("delete_tag", lambda plan: plan.given[:1]),
    "describe": _on_version("describe_version", lambda plan: [plan.given]),
    "check": _check,
    "card": _card,
    "set_policy": _set_policy,
    "set_webhooks": _set_webhooks,
    "remove_policy": _said("remove_policy", "model", "alias", reason=""),
    "validate": lambda registry, plan, _: (
        registry.validate(plan.model, plan.version, alias=plan.alias, key=plan.key).passed
    ),
    "request": lambda registry, plan, _: (
        registry.request_promotion(plan.model, plan.version, plan.alias, reason=plan.key, key=plan.key).request_id
    ),
    "withdraw": lambda registry, plan, _: registry.withdraw(plan.given[0], reason=plan.key, key=plan.key).request_id,
    "override": _said("override", "model", "version", "alias", reason=""),
    "rollback": _said("rollback", "model", "alias", reason=""),
    "clear": _said("clear_alias", "model", "alias", reason=""),
    "gc": _collect,
    "review": _review,
    "set_retention": _set_retention,
    "retain": _retain,
}
