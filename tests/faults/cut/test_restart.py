"""PostgreSQL goes down in the middle of an act, and comes up again while the act tries anew."""

from __future__ import annotations

import random
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest
from psycopg import sql

from airflow_provider_registry.registry import Registry
from tests.faults.cut.points import SEED, Direction, Fault, every_point
from tests.faults.cut.scenes import DatabaseScene, database_proxy
from tests.faults.cut.trying import try_points, undisturbed
from tests.faults.how_long import LONG
from tests.support.postgres import PostgresServer, create_database, running_postgres

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.usefixtures("no_cursor_left"),
    pytest.mark.filterwarnings("ignore:.*ServerCursor.*was deleted while still open:ResourceWarning"),
]

ACTS = ("register", "decide", "promote", "gc", "verify_record") if LONG else ("promote",)
# A restart takes a second.
POINTS = 8 if LONG else 1


@pytest.fixture(scope="module")
def restarting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[DatabaseScene, PostgresServer]]:
    """A server of our own, of which a committed transaction survives a crash."""
    with running_postgres() as server:
        server.execute(sql.SQL("ALTER SYSTEM SET synchronous_commit = on").format())
        server.execute(sql.SQL("SELECT pg_reload_conf()").format())
        template = create_database(server)
        with Registry.connect(template) as registry:
            registry.migrate()
        with database_proxy(server).running() as proxy:
            folder: Path = tmp_path_factory.mktemp("restarted")
            yield DatabaseScene(folder, server, template, proxy), server


@pytest.mark.parametrize("mode", ["fast", "immediate"])
@pytest.mark.parametrize("name", ACTS)
def test_an_act_whose_server_is_restarted_under_it_is_done_once(restarting, name, mode):
    """`fast` says goodbye to its clients, `immediate` is a crash: in both the act finds nobody for a moment."""
    scene, server = restarting
    expected = undisturbed(scene, name)
    every = every_point({Direction.REQUEST: expected.seen[Direction.REQUEST]}, (Fault.CALL,))
    chosen = random.Random(f"{SEED} {name} {mode}").sample(every, POINTS)
    with ThreadPoolExecutor(1) as aside:
        starting: list[Future[None]] = []

        def go_down() -> None:
            server.stop(mode)
            starting.append(aside.submit(server.start))

        scene.proxy.call = go_down
        count = try_points(scene, name, expected, chosen, settle=lambda: starting.pop().result())
    assert count.succeeded == len(chosen), "a restart takes less time than an act tries for"
