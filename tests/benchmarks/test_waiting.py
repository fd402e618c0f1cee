"""The parts of the work on waits; the whole takes minutes, and is for `make bench`."""

from __future__ import annotations

import asyncio
import json
import time
from contextlib import closing

import pytest

from airflow_provider_registry.registry import Registry
from benchmarks.setting import POSTGRESQL, open_setting
from benchmarks.triggerer import world
from benchmarks.triggerer.probe import Probe
from benchmarks.works import waiting
from tests.faults.how_long import LONG
from tests.support.people import as_person


def test_copied_models_have_requests_that_people_can_decide_on(tmp_path, monkeypatch):
    monkeypatch.setattr(world, "EACH", 3)
    url = f"sqlite:///{tmp_path / 'registry.db'}"
    world.fill(url, tmp_path / "artifacts", models=4)
    with Registry.connect(url, artifact_root=tmp_path / "artifacts", actor="tester") as registry:
        assert 12 == len(registry.requests(state="open"))
        asked = registry.newest_requests([("m3", 2, world.ALIAS)])["m3", 2, world.ALIAS]
        assert "approved" == as_person(registry, "ana").decide(asked.request_id, verdict="approve").state
        registry.promote("m3", 2, world.ALIAS)
        assert 4 == registry.register_version("m3", tmp_path / "model.bin").version


def test_a_blocked_event_loop_is_found(tmp_path):
    async def story():
        probing = asyncio.create_task(probe.run())
        await asyncio.sleep(0.05)
        time.sleep(0.2)
        await asyncio.sleep(0.05)
        probing.cancel()

    with closing(Probe(tmp_path / "lines")) as probe:
        asyncio.run(story())
    lines = [json.loads(line) for line in (tmp_path / "lines").read_text().splitlines()]
    assert max(line.get("blocked", 0) for line in lines) > 0.15


@pytest.mark.parametrize(
    ("collections", "seconds"),
    [
        ([(10.0, 0.4)], 0.4),
        ([(10.1, 0.4)], 0.3),  # written down after the block
        ([(10.4, 0.3), (9.4, 0.3)], 0.0),  # after it, and before it
        ([(9.8, 0.2), (10.0, 0.2)], 0.4),
    ],
)
def test_collections_count_for_what_they_have_in_common_with_a_block(collections, seconds):
    lines = [{"at": at, "collected": took} for at, took in collections]
    assert waiting._within({"at": 10.0, "blocked": 0.5}, lines) == pytest.approx(seconds)


@pytest.mark.skipif(not LONG, reason="takes minutes: make soak")
@pytest.mark.timeout(1200)
def test_all_of_it_runs(tmp_path):
    with open_setting(tmp_path, rounds=1, sizes=(200,), file_size=1, with_mlflow=False) as setting:
        findings = list(waiting.run(setting))
    statements = [found.ours.median for found in findings if found.unit == "statements"]
    assert 2 == len(statements)
    assert max(statements) <= 2
    assert any(found.setting.startswith(POSTGRESQL) for found in findings)
