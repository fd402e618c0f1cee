"""Ten thousand tasks wait for people's decisions in one triggerer, beside as many that wait for a time."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

from airflow_provider_registry.registry import Actor, Caller, Registry
from airflow_provider_registry.registry.caller import Via
from benchmarks.measure import Bar, Finding, Spread
from benchmarks.setting import POSTGRESQL, SQLITE, Setting
from benchmarks.triggerer.running import Given, Triggerer, running_triggerer
from benchmarks.triggerer.world import ALIAS, EACH, POLICY, fill
from tests.support.postgres import create_database, running_postgres

MOST = 10_000
INTERVAL = 1.0
# Longer than no wait ends after it began.
SETTLED = 12.0
WATCHED = 20.0

NOTE = (
    "A runner of Airflow's triggers in a process of its own, below Airflow's supervisor without Airflow's database; a "
    "look each second. Nine in ten wait as PromotionApprovalSensor does, one as ApproveModelVersionOperator. The floor "
    "is Airflow's DateTimeTrigger, as many of them, in the same runner: what blocks the event loop there is Airflow's "
    "runner and Python's garbage collector, which goes through all that waits. All at once: one act ends the requests "
    "of a model, 100 of them."
)
_CONN_ID = "model_registry_default"
_SENSOR = "airflow_provider_registry.triggers.request.PromotionRequestTrigger"
_APPROVAL = "airflow_provider_registry.triggers.approval.ApprovalTrigger"
_TIME = "airflow.providers.standard.triggers.temporal.DateTimeTrigger"


@dataclass
class Seen:
    """What a triggerer went through.

    Attributes:
        blocked: the longest block of its event loop in each part of the story, in seconds; and without what the
            garbage collector took of it.
        memory: bytes of a waiting task.
        woken: seconds from each decision until its trigger fired, by part.
        statements: the most that came within an interval.
    """

    blocked: dict[str, float] = field(default_factory=dict)
    memory: float = 0.0
    woken: dict[str, list[float]] = field(default_factory=dict)
    statements: int = 0


def run(setting: Setting) -> Iterator[Finding]:
    """The waits on each database, beside Airflow's own."""
    models = max(1, min(MOST, max(setting.sizes)) // EACH)
    floor = _floor(setting.new_folder(), models)
    for database in (SQLITE, POSTGRESQL):
        folder = setting.new_folder()
        with _registry(database, folder) as (url, statements):
            fill(url, folder / "artifacts", models)
            yield from _findings(_waits(url, folder, models, statements), floor, f"{database}, {models * EACH:,} waits")


def _findings(seen: Seen, floor: Seen, where: str) -> Iterator[Finding]:
    def one(
        work: str, value: float, unit: str = "s", beside: float | None = None, most: float | None = None
    ) -> Finding:
        least = None if beside is None else Spread.of([beside])
        return Finding(work, where, Spread.of([value]), unit, floor=least, bar=Bar(at_most=most), note=NOTE)

    yield one("wait: most statements in an interval", seen.statements, "statements", most=2)
    for part, took in seen.woken.items():
        yield one(f"wait: slowest to wake, {part}", max(took), most=2 * INTERVAL)
    for part, longest in seen.blocked.items():
        yield one(f"wait: event loop blocked, {part}", longest, beside=floor.blocked.get(part), most=0.1)
    yield one("wait: memory of a waiting task", seen.memory / 1024, "KiB", floor.memory / 1024)


def _floor(folder: Path, models: int) -> Seen:
    """Airflow's own triggers, some of which fire at once in the end."""
    far = time.time() + 10 * 365 * 86_400
    with running_triggerer(folder) as triggerer:
        story = Story(triggerer)
        count = models * EACH
        story.start(count, lambda number: (number, _TIME, {"moment": far}))
        with story.part("while nothing happens"):
            time.sleep(WATCHED)
        fire = _at_once(models)
        at = time.time() + SETTLED
        triggerer.start([(count + number + 1, _TIME, {"moment": at}) for number in range(fire * EACH)])
        triggerer.until_running(count + fire * EACH)
        with story.part(f"{fire * EACH:,} at once"):
            triggerer.until_fired(fire * EACH)
    return story.seen


def _waits(url: str, folder: Path, models: int, statements: Callable[[Triggerer], list[float]]) -> Seen:
    connection = {"conn_type": "model_registry", "host": url, "extra": {"artifact_root": str(folder / "artifacts")}}
    environment = {f"AIRFLOW_CONN_{_CONN_ID.upper()}": json.dumps(connection)}
    me = Caller(Actor("python", "ana", "ana"), via=Via.PYTHON)
    named = f"{url}{'&' if '?' in url else '?'}application_name=people" if url.startswith("postgresql") else url
    with (
        running_triggerer(folder, **environment) as triggerer,
        Registry.connect(named, artifact_root=folder / "artifacts", actor="people") as registry,
    ):
        story = Story(triggerer)
        story.start(models * EACH, _waiting)
        with story.part("while nothing happens"):
            begin = time.time()
            time.sleep(WATCHED)
        sent = [at for at in statements(triggerer) if begin <= at < begin + WATCHED]
        story.seen.statements = max(Counter(int((at - begin) / INTERVAL) for at in sent).values())
        ana = registry.acting_as(me)
        story.decide("one by one", lambda: _one_by_one(ana))
        story.decide(f"{_at_once(models) * EACH:,} at once", lambda: _all_at_once(registry, models))
    return story.seen


@dataclass
class Story:
    """A triggerer from its beginning to its end."""

    triggerer: Triggerer
    seen: Seen = field(default_factory=Seen)

    def start(self, count: int, given: Callable[[int], Given]) -> None:
        """Have one wait, and then all others."""
        self.triggerer.start([given(1)])
        self.triggerer.until_running(1)
        time.sleep(SETTLED)
        before = self._memory()
        with self.part("while they start"):
            self.triggerer.start([given(number) for number in range(2, count + 1)])
            self.triggerer.until_running(count)
            time.sleep(SETTLED)
        self.seen.memory = (self._memory() - before) / max(1, count - 1)

    @contextmanager
    def part(self, name: str) -> Iterator[None]:
        """Measure how long the event loop is blocked meanwhile."""
        begin = time.time()
        yield
        time.sleep(INTERVAL)
        blocks = [line for line in self.triggerer.lines("blocked") if line["at"] >= begin]
        collected = self.triggerer.lines("collected")
        self.seen.blocked[name] = max((line["blocked"] for line in blocks), default=0.0)
        self.seen.blocked[f"{name}, garbage collection apart"] = max(
            (max(0.0, line["blocked"] - _within(line, collected)) for line in blocks), default=0.0
        )

    def decide(self, name: str, act: Callable[[], Mapping[int, float]]) -> None:
        """Have people decide, and wait until all tasks that this is for have been woken."""
        before = len(self.triggerer.lines("fired"))
        with self.part(name):
            decided = act()
            self.triggerer.until_fired(before + len(decided))
        fired = {line["fired"]: line["at"] for line in self.triggerer.lines("fired")}
        self.seen.woken[name] = [fired[number] - at for number, at in decided.items()]

    def _memory(self) -> int:
        return int(self.triggerer.lines("rss")[-1]["rss"])


def _within(block: Mapping[str, float], collected: list[dict[str, float]]) -> float:
    """Seconds that the garbage collector took during a block, which each has the time of its end.

    One in another thread is written down late: first the loop goes on.
    """
    begin, end = block["at"] - block["blocked"], block["at"]
    return sum(max(0.0, min(end, line["at"]) - max(begin, line["at"] - line["collected"])) for line in collected)


def _waiting(number: int) -> Given:
    """The trigger of a task that waits for the request of a version of its own."""
    model, version = divmod(number - 1, EACH)
    kwargs: dict[str, Any] = {
        "model_registry_conn_id": _CONN_ID,
        "model_name": f"m{model}",
        "version": version + 1,
        "alias": ALIAS,
        "poll_interval": INTERVAL,
        "deadline": None,
        "known": None,
        "settled": True,
    }
    if number % 10:
        return number, _SENSOR, kwargs
    return number, _APPROVAL, kwargs | {"ti_id": str(UUID(int=number)), "look_only": False}


def _one_by_one(ana: Registry) -> dict[int, float]:
    """Approve the requests of one model, one after the other; gives when each was."""
    decided = {}
    asked = [("m0", version, ALIAS) for version in range(1, EACH + 1)]
    for (_, version, _), status in ana.newest_requests(asked).items():
        ana.decide(status.request_id, verdict="approve")
        decided[version] = time.time()
    return decided


def _all_at_once(registry: Registry, models: int) -> dict[int, float]:
    """Change the policies of some models, which ends all requests of each; gives when each was."""
    decided = {}
    for model in range(models - _at_once(models), models):
        gates = [{"metric": "auc", "threshold": 0.7, "greater_is_better": True}]
        registry.set_policy(f"m{model}", ALIAS, {**POLICY, "gates": gates})
        decided.update(dict.fromkeys(range(model * EACH + 1, (model + 1) * EACH + 1), time.time()))
    return decided


def _at_once(models: int) -> int:
    return max(1, models // 10)


@contextmanager
def _registry(database: str, folder: Path) -> Iterator[tuple[str, Callable[[Triggerer], list[float]]]]:
    """A database, and what gives the times of the statements that a triggerer has sent to it."""
    if database == SQLITE:
        yield (
            f"sqlite:///{folder / 'registry.db'}",
            lambda triggerer: [line["at"] for line in triggerer.lines("statement")],
        )
        return
    with running_postgres(durable=True) as server:
        server.log_statements()
        yield create_database(server), lambda _: [at for at, _ in server.statements()]
