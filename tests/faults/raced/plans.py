"""What a process of the race means to do: random acts, each with its key, so that it can be done again."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from typing import Any

from airflow_provider_registry.registry import RegisteredModel, Registry
from tests.registry.state_machine.drawn import LEAD, RISK
from tests.registry.state_machine.gates import NO_GATES, Gates, Series
from tests.registry.state_machine.people import ON_SCHEDULE, PEOPLE, TASKS, Someone
from tests.registry.state_machine.policy import Policy, Role
from tests.registry.state_machine.recording import DANGEROUS
from tests.registry.state_machine.retaining import Keep
from tests.registry.state_machine.state import PENDING
from tests.support.pickles import call, pickled, text

MODELS = tuple(f"model-{number}" for number in range(3))
ALIASES = ("production", "staging")
AUCS = {"u": 0.65, "v": 0.75, "w": 0.85, "x": 0.7, "y": 0.8, "z": 0.9}
# Of artifacts: pickles that are never loaded.
CONTENTS = {name: pickled(call("os", "system", "true") if name == DANGEROUS else text(name)) for name in AUCS}
POLICIES = (
    Policy(0.65),
    Policy(None, roles=(Role("any"),)),
    Policy(0.75, override=("ana", "cy"), rollback=("bo",)),
    Policy(0.85, roles=(LEAD,), expires_after=timedelta(hours=24)),
    Policy(None, roles=(LEAD, RISK), four_eyes=True, supersedes=False),
    Policy(None, roles=(Role("any", 2),), distinct=True, override=("bo",)),
    Policy(),  # which nothing passes
    Policy(0.75, roles=(Role("lead", 2, ("ana", "bo", "cy")),), via=("airflow-ui", "cli")),
    Policy(0.65, Gates(looks=True), (Role("any"),)),
    Policy(0.65, Gates(asks_card=True), (Role("any"),)),
    Policy(None, Gates(days=1), (Role("any"),), supersedes=False),
    Policy(None, Gates(days=2, no_worse=True), (Role("any"),)),
    Policy(None, Gates(scans=True), (LEAD,), supersedes=False),
    Policy(None, Gates(scans=True, max_age=timedelta(seconds=3))),
    Policy(None, Gates(signers=("ci",)), (Role("any"),), supersedes=False),
    Policy(None, Gates(days=1, signers=("ci", "lab")), (Role("any"),), supersedes=False),
)
# So short that what is archived early in a race is purged in it.
KEEPS = tuple(Keep(last, timedelta(seconds=1), timedelta(seconds=1)) for last in (1, 3))
ANYBODY = (*PEOPLE, *TASKS)
# What each act is worth: how often it is tried, of all.
WEIGHTS = {
    "register": 10, "archive": 4, "restore": 4, "check": 10, "card": 6, "tag": 8, "untag": 3, "describe": 3,
    "set_policy": 4, "remove_policy": 1, "validate": 6, "request": 12, "decide": 22, "withdraw": 3, "promote": 22,
    "override": 3, "rollback": 12, "clear": 2, "gc": 1, "set_webhooks": 2, "review": 6, "set_retention": 3,
    "retain": 10,
    "route": 14, "end_route": 3, "deploy": 4,
    "measure": 14, "scan": 8, "sign": 10, "feedback": 5, "erase": 2, "profile": 4,
}  # fmt: skip
# What records what gates read.
READ = {"check", "card", "measure", "scan", "sign"}
# What asks gates.
ASKING = {"validate", "request", "promote", "route"}
# What people are not asked to do.
OF_TASKS = READ | {"register", "tag", "untag", "describe", "validate", "feedback", "profile"}
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
        self._road: list[Plan] = []

    def next(self, count: int, before: list[Plan]) -> Plan:
        """The next act; now and then one of the last once more, as a task that is cleared does.

        Parameters:
            count: of acts so far: makes the key.
        """
        pick = self._chance
        if self._road:
            return self._road.pop(0)
        if before and pick.random() < AGAIN:
            return pick.choice(before[-6:])
        act = pick.choices(list(WEIGHTS), list(WEIGHTS.values()))[0]
        model, alias = pick.choice(MODELS), pick.choice(ALIASES[:1] * 3 + ALIASES[1:])
        places = [place for place, who in enumerate(ANYBODY) if act not in OF_TASKS or who.is_task]
        version = self._version(act, self._registry.get_model(model), before)
        plan = Plan(f"{act} {self._number}-{count}", act, model, pick.choice(places), alias, version)
        return self._said(plan)

    def _version(self, act: str, model: RegisteredModel, before: list[Plan]) -> int:
        """One of the last; mostly one that gates look at, or of which something was recorded that they read."""
        pick, latest = self._chance, model.latest_version
        likely: list[int] = []
        live = list(model.aliases.values())
        if act in READ:
            asked = [one.version for one in self._registry.requests(model.name, state=list(PENDING), limit=4)]
            likely = [*asked, *live] if asked else []
        elif act in ASKING:
            read = (one.version for one in before[-40:] if one.act in READ and one.model == model.name)
            likely = [version for version in read if version not in live]
        if likely and pick.random() < 0.75:
            return pick.choice(likely)
        return max(1, latest - pick.choice([-1, *[0] * 10, *[1] * 5, 2, 2, 3, 4, 5]))

    def _said(self, plan: Plan) -> Plan:
        pick = self._chance
        match plan.act:
            case "register":
                who = plan.someone
                task = f"register {self._number}-{pick.randrange(8)} in {who.run} {who.triggered_by}"
                return replace(plan, key=task, given=pick.choice(list(AUCS)))
            case "decide" | "withdraw":
                return self._about_a_request(plan)
            case "request" if pick.random() < 0.6:
                self._road = [*self._steps(plan), plan]
                return self._road.pop(0)
            case act if act in _GIVEN:
                return replace(plan, given=_GIVEN[act](pick))
        return plan

    def _steps(self, plan: Plan) -> Iterator[Plan]:
        """What gates ask of a version before it may be asked for, which chance alone seldom finds."""
        policy = self._registry.policies(plan.model).get(plan.alias)
        if policy is None:
            return
        asked = {
            "measure": policy.over_time and ["auc", "", 1, 0, [0.9, 0.9]],
            "scan": policy.asks_scan,
            "sign": policy.signers and "ci",
            "check": bool(policy.checks),
            "card": policy.reads_card,
        }
        for act, given in asked.items():
            if given:
                yield replace(plan, key=plan.key.replace(plan.act, act), act=act, given=given)

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


def first(chance: random.Random) -> Iterator[Plan]:
    """What is done before the race, so that there is something to race for: versions, a holder, and a policy."""
    count = itertools.count()
    for model in MODELS:
        for content in chance.sample(list(AUCS), 3):
            yield Plan(f"register 0-{next(count)}", "register", model, ANYBODY.index(ON_SCHEDULE), given=content)
        yield Plan(f"promote 0-{next(count)}", "promote", model, 0, ALIASES[0], 1)
        policy = chance.choice([place for place, one in enumerate(POLICIES) if one.gates != NO_GATES])
        yield Plan(f"set_policy 0-{next(count)}", "set_policy", model, 0, ALIASES[0], given=policy)


def measured(plan: Plan) -> tuple[Series, int, dict[int, float]]:
    """What is measured: the series, the revision, and the values by day."""
    name, dataset, revision, day, values = plan.given
    return Series(name, dataset=dataset), revision, dict(enumerate(values, day))


def _measured(pick: random.Random) -> list[Any]:
    values = pick.choices([0.7, 0.8, 0.8, 0.9], k=pick.choice([1, 2, 2]))
    name, dataset = pick.choice(["auc"] * 9 + ["lag"]), pick.choice([""] * 9 + ["abroad"])
    return [name, dataset, pick.choice([1, 1, 2, 3]), pick.randrange(3), values]


# What else is said, by chance.
_GIVEN: dict[str, Callable[[random.Random], Any]] = {
    "tag": lambda pick: [pick.choice("ab"), pick.choice("12")],
    "untag": lambda pick: [pick.choice("ab")],
    "check": lambda pick: pick.random() < 0.8,
    "card": lambda pick: pick.random() < 0.8,
    "review": lambda pick: [pick.choice(["keep", "replace", "retire"]), pick.choice(["lead", "any", None])],
    "set_retention": lambda pick: pick.randrange(len(KEEPS)),
    "route": lambda pick: pick.choice([None, 10, 40, 60]),
    "deploy": lambda pick: pick.choice(["running", "stopped", "stopped"]),
    "describe": lambda pick: pick.choice("abc"),
    "set_policy": lambda pick: pick.randrange(len(POLICIES)),
    "set_webhooks": lambda pick: pick.sample(["audit", "chat", "deploy"], pick.randrange(3)),
    "measure": _measured,
    "sign": lambda pick: pick.choice(["ci", "ci", "lab"]),
    "feedback": lambda pick: [pick.choice(["p1", "p2", None]), *pick.choice([("rating", 4.0), ("comment", "late")])],
    "erase": lambda pick: [pick.choice(["p1", "p2"]), pick.random() < 0.5],
    "profile": lambda pick: [pick.choice(["", "web"]), pick.choice([1, 2])],
}
_USERS = {"lead": ("ana", "bo"), "risk": ("bo", "cy")}
