"""Promotions, rollbacks and approvals start the Dags that are scheduled on them, each with the right version."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import pytest

from airflow_provider_registry.assets.uris import ModelUri
from airflow_provider_registry.registry import Actor, Caller
from airflow_provider_registry.triggers.record import reader_of
from demo.client import until
from demo.standalone import Airflow
from tests.support.releases import KEYS, needs_keys
from tests.support.runs import Place

MODEL = "scheduled-on"
DAGS = ("release", "release_many", "score", "score_mapped", "score_each", "follow", "asked")
APPROVALS = {"approvals": [{"role": "ml-lead", "users": ["ana"]}]}


@dataclass
class Story:
    """What happened at one registry, and which runs it started.

    Attributes:
        heard: what the events said that started runs, by Dag and moment.
    """

    place: Place
    airflow: Airflow
    heard: dict[str, Sequence[Mapping[str, Any]]] = field(default_factory=dict)

    def runs(self, dag: str) -> list[dict[str, Any]]:
        """The runs of a Dag, oldest first."""
        return self.place.client.runs(f"assets_{dag}_{self.place.name}")

    def started(self, dag: str, number: int) -> list[str]:
        """Wait until a Dag has been started so often, and its runs have ended; gives them."""
        until(f"{number} runs of {dag}", lambda: len(self.runs(dag)) >= number, 120)
        runs = [run["dag_run_id"] for run in self.runs(dag)]
        dag_id = f"assets_{dag}_{self.place.name}"
        assert {"success"} == {self.place.client.wait_for_run(dag_id, run) for run in runs}
        return runs

    def told(self, dag: str, number: int, task: str = "heard") -> list[Any]:
        """What a task returned in each run of a Dag, once there are so many."""
        dag_id = f"assets_{dag}_{self.place.name}"
        return [self.place.client.xcom(dag_id, run, task) for run in self.started(dag, number)]

    def cli(self, *arguments: str) -> str:
        """Run a command of the registry, as a person at a terminal."""
        return self.airflow.run("model-registry", *arguments, "--conn-id", self.place.conn_id)


@pytest.fixture(scope="module")
def stories(places: Mapping[str, Place], airflow: Airflow) -> dict[str, Story]:
    """Two releases by tasks, of which the second waits for a person; then the triggerer is lost, and people act."""
    stories = {name: Story(place, airflow) for name, place in places.items()}
    for story in stories.values():
        for dag in DAGS:
            story.place.client.wait_for_dag(f"assets_{dag}_{story.place.name}")
        story.place.registry.create_model(MODEL)
        story.place.client.parse_again(f"assets_follow_{story.place.name}")
    _watching(stories)
    for story in stories.values():
        _release(story, "first")
        story.heard["follow 1"] = story.told("follow", 1)[0]
        _noted(story, story.heard["follow 1"][-1]["event"])
    airflow.kill("triggerer")
    for story in stories.values():
        story.place.registry.set_policy(MODEL, "production", APPROVALS)
        _approve(story, story.place.versions(MODEL, 1)[0])
    airflow.start_component("triggerer")
    for story in stories.values():
        story.heard["asked"] = story.told("asked", 1)[0]
        story.cli("promote", MODEL, "2", "production")
        story.heard["follow 2"] = story.told("follow", 2)[1]
        story.cli("rollback", MODEL, "production", "--reason", "second readers disagree")
        story.heard["follow 3"] = story.told("follow", 3)[2]
    return stories


@pytest.fixture
def story(stories: dict[str, Story], place: Place) -> Story:
    """The one of this registry."""
    return stories[place.name]


def _watching(stories: Mapping[str, Story]) -> None:
    """Wait until the watchers have begun: what was before is not theirs."""
    for story in stories.values():
        conn_id = story.place.conn_id
        for uri in (
            ModelUri.of(MODEL, "production", conn_id=conn_id, watch=True),
            ModelUri.of(MODEL, conn_id=conn_id, event="request.approved"),
        ):
            position = partial(story.place.registry.position, reader_of(uri), MODEL)
            until(f"the watcher of {uri} to begin", position, 120)


def _noted(story: Story, event: int) -> None:
    """Wait until the watcher has noted what it told: what it told just before it was lost, it tells again."""
    reader = reader_of(ModelUri.of(MODEL, "production", conn_id=story.place.conn_id, watch=True))
    until("the watcher to take note", lambda: story.place.registry.position(reader, MODEL) >= event, 60)


def _release(story: Story, weights: str) -> None:
    run = story.place.start(f"assets_release_{story.place.name}", MODEL, {"model.txt": weights})
    assert {"register": "success", "promote": "success"} == run.states()


def _approve(story: Story, version: int) -> None:
    registry = story.place.registry
    request = registry.request_promotion(MODEL, version, "production")
    registry.acting_as(Caller(Actor("python", "ana", "ana"))).decide(request.request_id, verdict="approve")


def test_a_promotion_by_a_task_starts_what_is_scheduled_on_it_with_the_right_version(story: Story) -> None:
    (said,) = story.told("score", 1)[0]
    version = story.place.registry.get_version(1, model_name=MODEL)
    assert (1, version.digest, "production", None) == tuple(
        said[key] for key in ("version", "digest", "alias", "previous_version")
    )
    (fetched,) = story.told("score", 1, "fetch")
    assert (1, version.digest) == (fetched["version"], fetched["digest"])


def test_what_people_do_does_not_come_by_the_tasks_own_events(story: Story) -> None:
    assert (1, int(KEYS)) == (len(story.runs("score")), len(story.runs("score_each")))


@needs_keys
def test_each_version_has_a_run_of_its_own_where_that_is_asked(story: Story) -> None:
    assert [f"{MODEL}/1"] == story.told("score_each", 1, "scored")


def test_a_watcher_hears_of_everything_once_and_in_order(story: Story) -> None:
    heard = [said for moment in ("follow 1", "follow 2", "follow 3") for said in story.heard[moment]]
    assert [("alias.promoted", 1, None), ("alias.promoted", 2, 1), ("alias.rolled_back", 1, 2)] == [
        (said["type"], said["version"], said["previous_version"]) for said in heard
    ]
    assert 3 == len(story.runs("follow"))
    assert len({said["event"] for said in heard}) == 3


def test_what_was_decided_while_no_triggerer_ran_is_heard_of_afterwards(story: Story) -> None:
    (said,) = story.heard["asked"]
    assert ("request.approved" in said["kinds"], 2) == (True, said["version"])
    assert 1 == len(story.runs("asked"))


def test_mapped_tasks_with_a_templated_name_start_what_is_scheduled_on_it(story: Story) -> None:
    """Airflow puts events together that come at once, so there may be one run or two."""
    mapped = story.place.model("mapped-on", None)
    dag_id = f"assets_release_many_{story.place.name}"
    run = story.place.start(dag_id, mapped, versions=story.place.versions(mapped, 2))
    assert "success" == run.end()
    until("both to be heard of", lambda: len(_versions(story)) == 2, 120)
    assert [1, 2] == _versions(story)


def _versions(story: Story) -> list[int]:
    runs = story.told("score_mapped", 1)
    return sorted(said["version"] for told in runs for said in told)
