"""Tasks that are killed with SIGKILL at the worst moments, and tried again by Airflow."""

from __future__ import annotations

import os
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest

from tests.support.runs import Place, Run

MOMENTS = ("killed_in_upload", "killed_before_commit", "killed_before_answer")


@pytest.fixture(scope="module")
def runs(places: Mapping[str, Place]) -> dict[tuple[str, str], Run]:
    """A large model, registered by a task that is killed once, by registry and moment."""
    begun = {
        (place.name, moment): place.start("large_training", moment, accident=moment)
        for place in places.values()
        for moment in MOMENTS
    }
    # Each on its own: a task that stands in its transaction keeps others of its database waiting.
    with ThreadPoolExecutor(len(begun)) as pool:
        list(pool.map(Run.kill, begun.values()))
    for run in begun.values():
        run.end()
    return begun


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_killed_task_that_is_tried_again_makes_one_version_of_the_right_bytes(
    place: Place, runs: Mapping[tuple[str, str], Run], moment: str, tmp_path: Path
) -> None:
    run = runs[place.name, moment]
    assert "success" == run.states()["register"]
    assert 2 == run.tries()["register"]
    assert f"models:/{moment}/1" == run.xcom("register")["reference"]
    assert ["model.created", "version.registered"] == place.event_types(moment)
    folder = place.registry.download(1, tmp_path / "model", model_name=moment)
    for name in ("first", "second", "third"):
        assert name.encode() * 4_000_000 == (folder / f"{name}.bin").read_bytes()


def test_gc_finds_every_version_with_its_bytes_and_removes_what_the_killed_left(
    place: Place, runs: Mapping[tuple[str, str], Run]
) -> None:
    folder = Path(place.registry.get_version("models:/killed_in_upload/1").uri.removeprefix("file://")).parent
    (leftover,) = folder.glob(".tmp-*")
    for path in (leftover, *leftover.rglob("*")):
        os.utime(path, (0, 0))  # a writer that is alive has touched its files of late
    assert () == place.registry.gc(grace=timedelta(0)).artifacts
    assert not leftover.exists()
    for moment in MOMENTS:
        place.registry.verify_artifact(1, model_name=moment)
