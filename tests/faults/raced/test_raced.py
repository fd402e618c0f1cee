"""Eight processes at once on three models, and the record that they leave, told from nothing to the rules."""

from __future__ import annotations

import os
import random
from collections import Counter

import pytest

from airflow_provider_registry.artifacts.source import LocalSource
from airflow_provider_registry.registry import Registry
from airflow_provider_registry.signing.bundle import check_can_sign
from tests.faults.how_long import LONG, examples
from tests.faults.noting import noting
from tests.faults.raced.compare import check_answers, check_tables, ids_of
from tests.faults.raced.plans import CONTENTS, MODELS, first
from tests.faults.raced.recorded import check_answered
from tests.faults.raced.replay import Replay
from tests.faults.raced.runner import Race
from tests.registry.state_machine.people import SIGNERS

PROCESSES = 8
SEED = int(os.environ.get("REGISTRY_RACED_SEED") or random.SystemRandom().randrange(10**6))
# A process dies after so many statements and changes on disk at most; one act has some dozens.
DEADLY = 4_000


@pytest.mark.integration
@pytest.mark.timeout(7200)
@pytest.mark.parametrize("deadly", [0, DEADLY] if LONG else [0])
def test_what_many_did_at_once_is_what_the_record_says_and_what_they_were_answered(
    migrated_url, tmp_path, record_property, deadly
):
    contents = {}
    check_can_sign(SIGNERS["ci"])  # what that imports, each process has from this one
    for content, data in CONTENTS.items():
        (tmp_path / content).write_bytes(data)
        contents[LocalSource.scan(tmp_path / content).manifest().digest] = content
    with Registry.connect(migrated_url, artifact_root=tmp_path / "root", actor="start") as registry:
        for name in MODELS:
            registry.create_model(name)
    race = Race(migrated_url, tmp_path, SEED, examples(120) // PROCESSES, deadly)
    with noting(f"REGISTRY_RACED_SEED={SEED}"):
        race.begin(first(random.Random(SEED)))
        record_property("killed", race.run(PROCESSES))
        with Registry.connect(migrated_url, artifact_root=tmp_path / "root", actor="end") as registry:
            record_property("answers", str(check(registry, race, contents)))
            record_property("requests", str(moved(registry)))


def check(registry: Registry, race: Race, contents: dict[str, str]) -> dict[str, int]:
    """What the race left is what its record says; gives how often each act was answered how."""
    told: dict[str, Replay] = {}
    tries = [one for number in range(PROCESSES + 1) for one in race.tries(number)]
    plans = {one.plan.key: one.plan for one in tries}
    for name in MODELS:
        events = registry.model_events(name, limit=10_000)
        told[name] = Replay(contents, ids_of(registry, name), plans).tell(events)
        check_tables(registry, name, told[name], events)
        there = {one.content: one.number for one in told[name].versions.values() if not one.purged}
        for number in there.values():
            registry.verify_artifact(number, model_name=name)
    check_answered(tries, told)
    return dict(check_answers(tries, told))


def moved(registry: Registry) -> Counter[str]:
    """How often requests were moved, and by what."""
    events = (event for name in MODELS for event in registry.model_events(name, limit=10_000))
    return Counter(f"{one['state']} by {event.type}" for event in events for one in event.payload.get("requests", ()))
