"""`kill -9` before and after each statement and each change of what is stored, and then the next try of the task."""

from __future__ import annotations

import os
import random
import re
from typing import Any

import pytest

from tests.faults.how_long import LONG
from tests.faults.killed.acts import ACTS, Act
from tests.faults.killed.scene import Scene, World
from tests.faults.noting import noting

SEED = int(os.environ.get("REGISTRY_KILLED_SEED") or random.SystemRandom().randrange(10**6))
# What stores bytes and registers them, which is two things: killed in the middle of the one and of the other always.
REGISTERING = [act for act in ACTS if act.method == "register_version" and act.stores]
# The acts that lock and write most differently; all others are killed on SQLite alone, where there is little time.
ON_POSTGRES = {
    "register_version: with all that can be said",
    "register_version: of other bytes, under the key of one before",
    "promote: by the approved request",
    "decide: approve",
    "gc: of what nobody wants",
    "apply_retention: that archives and purges",
    "migrate: an empty database",
}
ON_S3 = {"register_version: of a model that is there", "apply_retention: that archives and purges"}


KINDS = [(backend, place) for backend in ("sqlite", "postgresql") for place in ("local", "s3")]


def case(backend: str, place: str, act: Act) -> Any:
    """An act on a database and a place, as a parameter of a test."""
    marks = [pytest.mark.postgres] if backend == "postgresql" else []
    return pytest.param(backend, place, act, id=f"{backend}-{place}-{act}", marks=marks)


def cases() -> list[Any]:
    """Every act on both databases, and those that store on S3 too."""
    found = []
    for backend, place in KINDS:
        for act in ACTS:
            little = (backend == "sqlite" or str(act) in ON_POSTGRES) if place == "local" else str(act) in ON_S3
            if (LONG or (little and (backend, place) != ("postgresql", "s3"))) and (place == "local" or act.stores):
                found.append(case(backend, place, act))
    return found


@pytest.mark.timeout(3600)
@pytest.mark.parametrize(("backend", "place", "act"), cases())
def test_an_act_killed_anywhere_and_tried_again_leaves_what_one_that_was_not_killed_leaves(
    scenes, record_property, backend, place, act
):
    scene = scenes(backend, place, act.begins)
    scene.restore()
    counted = scene.act_apart(act.do)
    undisturbed = afterwards(scene, act)
    if act.stores:
        scene.check_bytes()
    points = chosen(act, counted.labels)
    record_property("points", len(points))
    for point in points:
        scene.restore()
        with noting(killed_at(act, counted.labels, point)):
            assert scene.act_apart(act.do, die_at=point).killed
            half_done(scene, act, undisturbed)
            again = scene.act(act.do, try_number=2)
            assert again == counted.answer or not act.same_answer
            assert undisturbed.differences(afterwards(scene, act)) == []


def afterwards(scene: Scene, act: Act) -> World:
    """What is there in the end; of bytes, when gc has had its turn."""
    if act.stores:
        scene.settle()
    world = scene.world()
    scene.verify(world)
    return world


def half_done(scene: Scene, act: Act, after: World) -> None:
    """A killed act has done nothing, or all of it; or of the acts that it is made of, the first ones."""
    if act.begins != "no tables":
        scene.database.even()
    now = scene.world()
    if now.rows not in (scene.kept.rows, after.rows):
        assert len(scene.kept.record) <= len(now.record)
        assert now.record == after.record[: len(now.record)]
    scene.verify(now)


def chosen(act: Act, labels: list[str]) -> list[int]:
    """The places at which to kill: all of them; where there is little time, one, and of a registration two more.

    Right after one statement is right before the next: nothing outside the process changes in between. Of few, half are
    where all is done and its answer is lost, and the others where something is written.
    """
    two = list(zip(labels, [*labels[1:], ""], strict=True))
    every = [place for place, (one, after) in enumerate(two, 1) if not (one[:5] == "after" and after[:6] == "before")]
    if LONG:
        return every
    chance, reads = random.Random(f"{SEED} {len(labels)}"), ("SELECT", "PRAGMA", "BEGIN")
    writing = [place for place in every if not labels[place - 1].partition(" ")[2].startswith(reads)]
    found = {chance.choice([chance.choice(writing), every[-1]])}
    return sorted(found.union(around_an_upload(labels) if act in REGISTERING else ()))


def around_an_upload(labels: list[str]) -> tuple[int, int]:
    """The places in the middle of an upload, and right before the version of its bytes is committed."""
    storing = [place for place, label in enumerate(labels, 1) if re.search(" bytes: (Storing|Uploading) ", label)]
    commits = [place for place, label in enumerate(labels, 1) if label in ("before COMMIT", "before _commit_gen")]
    last = commits[-1]  # which ends the lease too
    assert storing[-1] < last
    return storing[0], last


def killed_at(act: Act, labels: list[str], point: int) -> str:
    """Which act was killed where, and the seed that chooses the same places."""
    return f"{act}, killed {labels[point - 1]} (place {point} of {len(labels)}; REGISTRY_KILLED_SEED={SEED})"
