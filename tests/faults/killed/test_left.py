"""What is left where nobody tries again, and what gc leaves alone."""

from __future__ import annotations

from typing import Any

import pytest

from airflow_provider_registry.artifacts.progress import Counter
from tests.faults.how_long import LONG
from tests.faults.killed.acts import Act
from tests.faults.killed.scene import NOW, World
from tests.faults.killed.test_killed import KINDS, REGISTERING, case, chosen, killed_at
from tests.faults.noting import noting

STORING = [act for act in REGISTERING if act.begins == "base"][::-1]


def cases() -> list[Any]:
    """Each registration that stores bytes, on each database and place; where there is little time, one on a disk."""
    kinds, acts = (KINDS, STORING) if LONG else ([kind for kind in KINDS if "local" in kind], STORING[:1])
    return [case(*kind, act) for kind in kinds for act in acts]


@pytest.mark.timeout(3600)
@pytest.mark.parametrize(("backend", "place", "act"), cases())
def test_what_a_killed_registration_left_goes_with_the_next_gc(scenes, backend, place, act: Act):
    """Once its lease has lapsed: what lies there afterwards are the bytes of versions, whether this is one or not."""
    scene = scenes(backend, place, act.begins)
    scene.restore()
    scene.settle()
    without = bytes_of(scene.world())
    scene.restore()
    labels = scene.act_apart(act.do).labels
    scene.settle()
    stored = bytes_of(scene.world())
    for point in chosen(act, labels):
        scene.restore()
        with noting(killed_at(act, labels, point)):
            assert scene.act_apart(act.do, die_at=point).killed
            scene.settle()
            world = scene.world()
            registered = len(world.rows["registry_version"]) > len(scene.kept.rows["registry_version"])
            assert (stored if registered else without) == bytes_of(world)
            assert world.leases == 0


def bytes_of(world: World) -> dict[str, str]:
    """All that is stored, but for folders with nothing in them: a model's own stays."""
    return {name: digest for name, digest in world.files.items() if not name.endswith("/")}


@pytest.mark.parametrize("backend", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def test_gc_leaves_an_upload_that_is_under_way_alone(scenes, backend):
    """It runs without any grace while bytes are stored, as often as there are bytes to tell of."""
    scene = scenes(backend, "local", "base")
    scene.restore()
    collected: list[int] = []

    class Collecting(Counter):
        def _on_advance(self) -> None:
            if self.label.startswith("Storing"):
                with scene.registry() as other:
                    collected.append(len(other.gc(grace=NOW).artifacts))

    with scene.hands(1) as hands:
        version = hands.task.register_version("churn", hands.made("new"), environment=False, progress=Collecting())
        hands.task.verify_artifact(version.reference)
    assert sum(collected) == 1  # what nobody wants
    assert len(collected) > 1
