"""PostgreSQL's connection is cut, stalls, or gives half a message, at each message of each act."""

from __future__ import annotations

import pytest

from tests.faults.cut.acts import DATABASE_ACTS
from tests.faults.cut.points import CUTS, Direction, Fault, Point
from tests.faults.cut.trying import try_everywhere, try_points, undisturbed

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.usefixtures("no_cursor_left"),
    # psycopg cannot close a cursor of the server's whose connection is gone, and warns of it.
    pytest.mark.filterwarnings("ignore:.*ServerCursor.*was deleted while still open:ResourceWarning"),
]

SHORT = 1


@pytest.mark.parametrize("name", DATABASE_ACTS)
def test_an_act_whose_connection_is_disturbed_succeeds_or_says_so_and_done_again_is_done_once(database_scene, name):
    try_everywhere(database_scene, name, CUTS, SHORT)


def test_a_check_of_the_record_whose_connection_is_cut_begins_again(database_scene):
    """It reads in one transaction, which cannot go on where it was."""
    expected = undisturbed(database_scene, "verify_record")
    middle = Point(Direction.ANSWER, len(expected.seen[Direction.ANSWER]) // 2, Fault.RESET)
    count = try_points(database_scene, "verify_record", expected, [middle])
    assert count.succeeded == 1
