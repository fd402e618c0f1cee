"""The connection to S3 is cut, stalls, gives half a message, or an error, at each message of each act."""

from __future__ import annotations

from datetime import timedelta

import pytest

from airflow_provider_registry.artifacts.ownership import MARKS
from airflow_provider_registry.errors import DigestMismatchError, RootOwnershipError, StorageUnavailableError
from tests.faults.cut.acts import STORE_ACTS
from tests.faults.cut.points import STORE_CUTS, Direction, Fault, Point, every_point
from tests.faults.cut.trying import ALLOWED, try_everywhere, try_points, undisturbed

pytestmark = pytest.mark.integration

SHORT = 2


@pytest.mark.parametrize("name", STORE_ACTS)
def test_an_act_whose_store_is_disturbed_succeeds_or_says_so_and_done_again_is_done_once(store_scene, name):
    try_everywhere(store_scene, name, STORE_CUTS, SHORT)


def test_no_upload_waits_for_leave_to_send(store_scene):
    """Where the connection breaks within a `100 Continue`, botocore waits for the rest of it for ever."""
    assert "100" not in undisturbed(store_scene, "register a large file").seen[Direction.ANSWER]


@pytest.mark.parametrize("point", [Point(Direction.ANSWER, 0, Fault.TORN), Point(Direction.ANSWER, 1, Fault.CLOSE)])
def test_a_listing_that_was_torn_is_not_an_empty_one(store_scene, point):
    """Else a root of somebody else would be nobody's: without all of its head or body, it is no answer."""
    with store_scene.fresh() as url:
        store_scene.world.write(f"{MARKS}/another", b"")
        store_scene.proxy.arm(point)
        before = store_scene.bytes()
        with (
            store_scene.open(url, through=True) as registry,
            pytest.raises((RootOwnershipError, StorageUnavailableError)),
        ):
            registry.gc(grace=timedelta(0))
        assert store_scene.proxy.fired
        assert before == store_scene.bytes()


@pytest.mark.parametrize("name", ["download", "verify_artifact"])
def test_an_object_whose_head_was_torn_is_asked_for_again(store_scene, name):
    """It came without its length."""
    expected = undisturbed(store_scene, name)
    count = try_points(store_scene, name, expected, [Point(Direction.ANSWER, 0, Fault.TORN)])
    assert count.succeeded == 1


@pytest.mark.parametrize("name", ["download", "verify_artifact"])
def test_half_a_body_that_says_it_is_whole_is_never_handed_out(store_scene, name):
    """As a proxy or a cache that lost half of it would answer: TCP and HTTP have nothing to say against it."""
    expected = undisturbed(store_scene, name)
    answers = {Direction.ANSWER: expected.seen[Direction.ANSWER]}
    bodies = [point for point in every_point(answers, (Fault.SHORT,)) if point.kind.endswith("to GET")]
    count = try_points(store_scene, name, expected, bodies, allowed=(*ALLOWED, DigestMismatchError))
    assert bodies
    assert count.succeeded + count.refused == len(bodies)
