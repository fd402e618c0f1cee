"""People are asked under Required Actions of a real Airflow, and answer through its REST API as different users."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from airflow_provider_registry.registry.requests.views import PromotionRequest
from demo.client import AirflowApiError, AirflowClient
from demo.standalone import Airflow
from tests.conftest import USERS
from tests.support.people import as_person
from tests.support.runs import POLICY, Place, Run

LEAD = {"role": "ml-lead", "users": ["ana", "bo"]}
BY_ID = {"role": "ml-lead", "users": [{"name": name, "id": name} for name in ("ana", "bo")]}
STARTERS = {"role": "ml-lead", "users": ["admin", "ana"]}

# What the policy of each story asks beside its gates.
ON_BOTH: Mapping[str, Mapping[str, Any]] = {
    **{name: {"approvals": [LEAD]} for name in ("both", "cleared", "rejected", "door", "withdrawn")},
    "two": {"approvals": [{**LEAD, "count": 2}]},
}
ON_SQLITE: Mapping[str, Mapping[str, Any]] = {
    "in-time": {"approvals": [LEAD]},
    "by-id": {"approvals": [BY_ID]},
    "eyes": {"approvals": [STARTERS], "four_eyes": True},
}


@pytest.fixture(scope="module")
def people(airflow: Airflow) -> Iterator[Mapping[str, AirflowClient]]:
    """The users, each with a login."""
    clients = {user: airflow.client_of(user) for user in USERS}
    yield clients
    for client in clients.values():
        client.close()


class Asked:
    """A run whose task asks people."""

    def __init__(
        self, place: Place, people: Mapping[str, AirflowClient], model: str, dag_id: str = "approving"
    ) -> None:
        self.place, self.people, self.model = place, people, model
        self.run: Run = place.start(dag_id, model)

    @property
    def request(self) -> PromotionRequest:
        """The newest request."""
        return self.place.registry.requests(self.model)[0]

    def wait(self) -> dict[str, Any]:
        """Wait until people are asked, or asked again, and give the question as Required Actions shows it."""
        return self.run.client.wait_until_asked(self.run.dag_id, self.run.run_id, "approve")

    @property
    def log(self) -> str:
        """What the task has logged in its last try, which follows where an answer came too early for Airflow."""
        return self.run.log("approve", self.run.tries()["approve"])

    def answer(self, user: str, option: str = "Approve", **said: Any) -> None:
        """Answer as a user."""
        self.people[user].answer(self.run.dag_id, self.run.run_id, "approve", option, **said)


def asked(place: Place, people: Mapping[str, AirflowClient], name: str, asks: Mapping[str, Any]) -> Asked:
    """A run that asks about the one version of a new model."""
    model = place.model(f"asked-{name}", {**POLICY, **asks})
    place.versions(model, 1)
    return Asked(place, people, model, dag_id="approving_in_time" if name == "in-time" else "approving")


Stories = Mapping[tuple[str, str], Asked]


@pytest.fixture(scope="module")
def stories(places: Mapping[str, Place], embedded: Place, people: Mapping[str, AirflowClient]) -> Stories:
    """All of them, begun together: who waits for people takes no worker."""
    wanted = [(place, name, asks) for place in places.values() for name, asks in ON_BOTH.items()]
    wanted += [(embedded, name, asks) for name, asks in ON_SQLITE.items()]
    begun = {(place.name, name): asked(place, people, name, asks) for place, name, asks in wanted}
    for (_, name), story in begun.items():
        if name != "in-time":
            story.wait()
    return begun


def test_who_may_approves_and_who_may_not_is_asked_over(place: Place, stories: Stories) -> None:
    story = stories[place.name, "both"]
    shown = story.wait()
    assert f"Version 1 of {story.model} to become production? (as ml-lead)" == shown["subject"]
    assert story.request.report_digest in shown["body"]
    story.answer("eve", comment="I think so")
    again = story.wait()
    assert shown["body"] == again["body"]
    assert "request.decision_refused" == place.event_types(story.model)[-1]
    refused = story.run.xcom("approve", "refused")
    assert ["eve"] == [each["by"] for each in refused]
    assert "eve may not decide as ml-lead" in refused[0]["why"]
    story.answer("ana", comment="it is", report=shown["params"]["report"]["value"])
    assert {"approve": "success", "promote": "success"} == story.run.states()
    (decision,) = story.request.decisions
    assert ("ana", "it is", "airflow-ui", True) == (
        decision.by, decision.comment, decision.via, decision.authenticated,
    )  # fmt: skip
    assert 1 == place.live(story.model)
    assert [] == story.run.client.required_actions(story.run.dag_id, story.run.run_id)


def test_cleared_after_an_approval_it_asks_nobody(place: Place, stories: Stories) -> None:
    story = stories[place.name, "cleared"]
    story.wait()
    story.answer("bo")
    story.run.end()
    before = place.event_types(story.model)
    story.run.clear()
    assert {"approve": "success", "promote": "success"} == story.run.states()
    assert before == place.event_types(story.model)
    assert "People are asked" not in story.log


def test_a_rejection_fails_it_at_once_and_is_in_the_record(place: Place, stories: Stories) -> None:
    story = stories[place.name, "rejected"]
    story.wait()
    story.answer("bo", "Reject", comment="too few rows")
    assert {"approve": "failed", "promote": "upstream_failed"} == story.run.states()
    assert "was rejected by bo as ml-lead: too few rows" in story.request.sentence()
    story.run.clear()
    assert "failed" == story.run.end()
    assert 1 == len(place.registry.requests(story.model))


def test_a_decision_by_another_door_wakes_it(place: Place, stories: Stories) -> None:
    story = stories[place.name, "door"]
    story.wait()
    as_person(place.registry, "bo").decide(story.request.request_id, verdict="approve")
    assert {"approve": "success", "promote": "success"} == story.run.states()
    assert "bo" == story.run.xcom("approve")["decisions"][0]["by"]


def test_a_request_that_is_withdrawn_fails_it(place: Place, stories: Stories) -> None:
    story = stories[place.name, "withdrawn"]
    story.wait()
    place.registry.withdraw(story.request.request_id, reason="no need")
    assert {"approve": "failed", "promote": "upstream_failed"} == story.run.states()
    assert "was withdrawn by tester: no need" in story.log


def test_two_people_are_asked_where_the_role_needs_two(place: Place, stories: Stories) -> None:
    story = stories[place.name, "two"]
    story.wait()
    story.answer("ana")
    story.wait()
    assert {"ml-lead": 1} == story.request.missing
    story.answer("bo")
    assert {"approve": "success", "promote": "success"} == story.run.states()


def test_no_timeout_approves(stories: Stories) -> None:
    story = stories["sqlite", "in-time"]
    assert {"approve": "failed"} == story.run.states()
    assert "no timeout approves" in story.log
    assert 1 == story.run.tries()["approve"]
    assert ("open", ()) == (story.request.state, story.request.decisions)


def test_airflow_itself_turns_away_whom_the_policy_does_not_name_by_id(stories: Stories) -> None:
    story = stories["sqlite", "by-id"]
    story.wait()
    for user in ("eve", "vic", "admin"):
        with pytest.raises(AirflowApiError, match="403"):
            story.answer(user)
    story.answer("ana")
    assert {"approve": "success", "promote": "success"} == story.run.states()


def test_whoever_started_the_run_may_not_approve_under_four_eyes(stories: Stories) -> None:
    story = stories["sqlite", "eyes"]
    story.wait()
    story.answer("admin")
    story.wait()
    assert "four eyes" in story.run.xcom("approve", "refused")[0]["why"]
    story.answer("ana")
    assert {"approve": "success", "promote": "success"} == story.run.states()


def test_an_answer_given_as_soon_as_people_are_asked_is_not_lost(
    embedded: Place, people: Mapping[str, AirflowClient]
) -> None:
    """Airflow fails some tasks that are answered before its scheduler knows that they wait. The retry finds it."""
    stories = [asked(embedded, people, f"hasty-{number}", {"approvals": [LEAD]}) for number in range(4)]
    for story in stories:
        story.run.wait_for("approve", "deferred")
        story.answer("ana", comment="hasty")
    for story in stories:
        assert {"approve": "success", "promote": "success"} == story.run.states()
        assert ["hasty"] == [decision.comment for decision in story.request.decisions]
