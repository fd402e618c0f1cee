"""The list of acts is complete: whatever a registry offers is either killed here, or writes nothing."""

from __future__ import annotations

import pytest

from airflow_provider_registry.registry import Registry
from tests.faults.killed.acts import ACTS, DOORS, POSTS, READS
from tests.faults.killed.test_killed import ON_POSTGRES, ON_S3, REGISTERING


def test_everything_that_a_registry_offers_is_an_act_or_only_reads():
    """A new method that writes needs an act in `acts.ACTS`; one that only reads, a call in `acts.READS`."""
    offered = {name for name in dir(Registry) if not name.startswith("_")}
    killed = {act.method for act in ACTS if act.method}
    assert offered == killed | set(READS) | DOORS | POSTS
    assert len(killed) + len(READS) + len(DOORS) + len(POSTS) == len(offered)


def test_acts_have_names_of_their_own():
    names = {str(act) for act in ACTS}
    assert len(names) == len(ACTS)
    assert names >= ON_POSTGRES | ON_S3
    assert all(chosen.intersection(map(str, REGISTERING)) for chosen in (ON_POSTGRES, ON_S3))


@pytest.mark.parametrize("backend", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def test_what_is_said_to_read_writes_nothing(scenes, backend):
    scene = scenes(backend, "local", "base")
    scene.restore()
    with scene.hands(1) as hands:
        for read in READS.values():
            read(hands)
    assert scene.kept.differences(scene.world()) == []
