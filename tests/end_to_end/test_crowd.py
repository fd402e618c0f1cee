"""A thousand tasks wait in one triggerer, through whatever happens to it and to the registry's database."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import pytest

from airflow_provider_registry.registry import Registry
from demo.client import until
from demo.standalone import Airflow
from tests.support.crowd import CONN_ID, EACH, KINDS, MODEL
from tests.support.people import as_person
from tests.support.postgres import PostgresServer, create_database, running_postgres
from tests.support.runs import Place, Run
from tests.support.skin import APPROVALS

CROWD = 2 * KINDS * EACH
LOOKS = 5


@dataclass(frozen=True)
class Story:
    """What became of the thousand.

    Attributes:
        place: their registry, on a server of their own.
        crowd: the run of those who are in the triggerer all the time.
        decided: a run of tasks that come and go through workers.
        looks: the statements of an undisturbed time, with their times.
        waiting: how many waited after the database had been away.
    """

    place: Place
    crowd: Run
    decided: Run
    looks: Sequence[tuple[float, str]]
    waiting: int


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    """A server that may be restarted, and logs what it is asked."""
    with running_postgres() as running:
        yield running


@pytest.fixture(scope="module")
def place(airflow: Airflow, server: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A registry there, with a model whose aliases people decide on or that are free, and another model."""
    url, root = create_database(server), tmp_path_factory.mktemp("artifacts")
    # By another name than the tasks, whose statements are counted.
    with Registry.connect(f"{url}&application_name=tests", artifact_root=root, actor="tester") as registry:
        registry.migrate()
        found = Place("crowd", CONN_ID, airflow.client, registry, tmp_path_factory.mktemp("runs"))
        for model in (MODEL, "decided"):
            found.versions(found.model(model, APPROVALS), 1)
        for number in range(KINDS):
            registry.set_policy(MODEL, f"asked-{number}", APPROVALS)
        connection = {"conn_type": "model_registry", "host": url, "extra": {"artifact_root": str(root)}}
        airflow.client.add_connection(CONN_ID, connection)
        yield found


@pytest.fixture(scope="module")
def story(airflow: Airflow, server: PostgresServer, place: Place) -> Story:
    """They wait; nothing happens; the database is restarted; the triggerer is killed; people decide meanwhile."""
    place.client.wait_for_dag("crowd")
    crowd = Run(place.client, "crowd", place.client.trigger("crowd"), place.folder)
    decided = place.start("deciding", "decided")
    for task_id in ("wait", "promote"):
        decided.wait_for(task_id, "deferred")
    place.client.wait_for_tasks("crowd", crowd.run_id, "deferred", CROWD, timeout=300)
    # They are the triggerer's now. Airflow's scheduler would read them all, several times a second.
    place.client.pause("crowd")
    # A trigger that runs has a log of its own.
    until(
        "all triggers to run", lambda: len(list(airflow.logs.glob("tasks/dag_id=crowd/**/*.trigger.*"))) >= CROWD, 300
    )

    server.log_statements()
    looks = _looks_from_now_on(server)
    server.restart()
    _looks_from_now_on(server)
    waiting = place.client.count_tasks("crowd", crowd.run_id, "deferred")

    airflow.kill("triggerer")
    _decide(place)
    airflow.start_component("triggerer")
    return Story(place, crowd, decided, looks, waiting)


def _looks_from_now_on(server: PostgresServer) -> Sequence[tuple[float, str]]:
    """The next statements of the triggerer."""
    before = len(server.statements())
    until("the triggerer to look", lambda: len(server.statements()) >= before + 2 * LOOKS, 120)
    return server.statements()[before : before + 2 * LOOKS]


def _decide(place: Place) -> None:
    registry, ana = place.registry, as_person(place.registry, "ana")
    for number in range(KINDS):
        request = registry.request_promotion(MODEL, 1, f"asked-{number}")
        ana.decide(request.request_id, verdict="approve")
        registry.promote(MODEL, 1, f"free-{number}")
    (request,) = registry.requests("decided")
    ana.decide(request.request_id, verdict="approve")


def test_they_cost_at_most_two_statements_per_interval(story: Story) -> None:
    """One for all aliases and one for all requests, a second apart or more, as the server says it was."""
    assert all("SELECT" in text for _, text in story.looks)
    for wanted in ("registry_request", "registry_assignment"):
        times = [at for at, text in story.looks if text.startswith(f"SELECT {wanted}.")]
        assert len(times) == LOOKS
        assert min(later - earlier for earlier, later in pairwise(times)) >= 1


def test_none_fails_while_the_database_is_away(story: Story) -> None:
    assert CROWD == story.waiting


def test_each_resumes_once_and_ends_right_after_the_triggerer_was_killed(story: Story) -> None:
    client = story.place.client
    client.wait_for_tasks("crowd", story.crowd.run_id, "skipped", CROWD, timeout=300)
    client.wait_for_dag("crowd")  # which switches it on again
    assert "success" == story.crowd.end()
    assert CROWD == client.count_tasks("crowd", story.crowd.run_id, "skipped")
    tries = [row["try_number"] for row in client.tasks("crowd", story.crowd.run_id).values()]
    assert {1} == set(tries)


def test_tasks_that_come_back_through_workers_do_so_once_too(story: Story) -> None:
    assert {"request": "success", "wait": "success", "promote": "success"} == story.decided.states()
    assert {1} == set(story.decided.tries().values())
    assert 1 == story.place.event_types("decided").count("alias.promoted")
