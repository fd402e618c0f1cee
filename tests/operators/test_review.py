"""People look again at what is live, under Required Actions; what they say is written to a real registry."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from airflow_provider_registry.errors import InvalidInputError
from airflow_provider_registry.operators.review import ReviewModelOperator
from airflow_provider_registry.registry import EventType
from tests.support.kernel import later
from tests.support.people import Asking, answer, as_person
from tests.support.skin import THRESHOLD
from tests.support.tasks import a_dag

LEAD = {"role": "ml-lead", "users": ["ana", "bo"]}
RISK = {"role": "risk", "users": ["ana", "eve"]}


def review(**kwargs):
    with a_dag():
        return ReviewModelOperator(task_id="review", **{"model_name": "churn", "alias": "production", **kwargs})


@pytest.fixture
def registry(skin_registry, artifact):
    """Version 1 of `churn` is live since a hundred days, and is looked at every ninety; there is a version 2."""
    with later(days=-100):
        for number in (1, 2):
            artifact.write_bytes(b"weights %d" % number)
            skin_registry.register_version("churn", artifact, metrics={"auc": 0.9}, environment=False)
        skin_registry.promote("churn", 1, "production")
    asks(skin_registry)
    return skin_registry


@pytest.fixture
def run():
    return Asking()


def asks(registry, **policy):
    asked = {**THRESHOLD, "review_every": "90d", "approvals": [LEAD], **policy}
    registry.set_policy("churn", "production", asked)


def said(registry):
    return [(one.outcome, one.by, one.role, one.reason) for one in registry.reviews("churn")]


def test_it_shows_the_question_and_waits_without_a_worker(registry, run):
    ran = run.task(review(role="ml-lead"))
    question = run.supervisor.question
    assert "deferred" == ran.state
    assert "Version 1 of churn as production: keep, replace or retire? (as ml-lead)" == question.subject
    assert ["Keep", "Replace", "Retire"] == question.options
    assert question.defaults is None
    assert ["comment"] == list(question.params)
    assert "is due for a review since" in question.body
    assert "| auc | 0.9 |" in question.body
    assert "airflow_provider_registry.triggers.review.ReviewTrigger" == run.waits.classpath


@pytest.mark.parametrize("option", ["Keep", "Replace", "Retire"])
def test_the_answer_is_written_as_the_persons_own(registry, run, option):
    task = review()
    run.task(task)
    ran = run.fire(task, answer("ana", option, comment="as ever"))
    assert [(option.lower(), "ana", "ml-lead", "as ever")] == said(registry)
    assert ("success", option.lower(), 1) == (ran.state, ran.returned["outcome"], ran.returned["version"])
    assert "ana" not in str(ran.returned)
    event = list(registry.events(model_name="churn"))[-1]
    assert (EventType.ALIAS_REVIEWED, "airflow-ui", True) == (event.type, event.via, event.authenticated)
    assert ("retrain", "review") == (event.task["dag_id"], event.task["task_id"])


def test_where_nothing_is_due_it_is_skipped_unless_told_otherwise(registry, run):
    as_person(registry, "ana").record_review("churn", "production", outcome="keep")
    assert "skipped" == tomorrow().task(review()).state
    assert "deferred" == tomorrow().task(review(only_if_due=False)).state


def test_what_people_want_replaced_is_not_asked_about_again(registry):
    as_person(registry, "ana").record_review("churn", "production", outcome="replace")
    assert "skipped" == tomorrow().task(review()).state


def test_what_another_door_recorded_since_the_run_was_to_begin_is_its_answer(registry, run):
    said = as_person(registry, "ana").record_review("churn", "production", outcome="keep")
    ran = run.task(review())
    assert ("success", said.as_mapping()) == (ran.state, ran.returned)


def tomorrow():
    """A run that begins after all that was said."""
    return Asking(day=datetime.now(UTC) + timedelta(days=1))


def test_an_alias_that_holds_nothing_is_skipped(registry, run):
    assert "skipped" == run.task(review(alias="none")).state


def test_a_task_that_is_cleared_has_its_answer_and_asks_nobody(registry, run):
    task = review()
    run.task(task)
    first = run.fire(task, answer("bo", "Retire", comment="old"))
    again = run.task(task, try_number=2)
    assert first.returned == again.returned
    assert 1 == run.supervisor.asked
    assert 1 == len(said(registry))


def test_a_second_try_looks_first_at_what_the_one_before_was_answered(registry, run):
    task = review()
    run.task(task)
    run.task(task, try_number=2)
    assert run.waits.trigger_kwargs["look_only"] is True
    ran = run.fire(task, answer("ana", "Keep"), try_number=2)
    assert ("success", 1) == (ran.state, run.supervisor.asked)


@pytest.mark.parametrize(
    ("who", "policy", "why"),
    [
        ("eve", {}, "eve may not decide as ml-lead"),
        ("ana", {"via": ["cli"]}, "comes from airflow-ui"),
        ("ana", {"approvals": [LEAD, RISK]}, "say which, with role="),
    ],
)
def test_an_answer_that_does_not_count_is_shown_and_the_question_stays(registry, run, who, policy, why):
    asks(registry, **policy)
    task = review()
    run.task(task)
    ran = run.fire(task, answer(who, "Keep"))
    assert ("deferred", []) == (ran.state, said(registry))
    (refused,) = ran.xcoms["refused"]
    assert (who, "Keep") == (refused["by"], refused["option"])
    assert why in refused["why"]
    asks(registry)
    assert "success" == run.fire(task, answer("bo", "Keep")).state


def test_of_several_roles_people_say_in_which(registry, run):
    asks(registry, approvals=[LEAD, RISK])
    task = review()
    run.task(task)
    assert ["comment", "role"] == list(run.supervisor.question.params)
    run.fire(task, answer("ana", "Keep", role="risk"))
    assert ["risk"] == [role for _, _, role, _ in said(registry)]


@pytest.mark.parametrize("event", [{"moved_on": True}, answer("ana", "Retire")], ids=["woken by that", "answered"])
def test_where_the_alias_moves_on_meanwhile_it_is_skipped(registry, run, event):
    task = review()
    run.task(task)
    registry.set_policy("churn", "production", THRESHOLD)
    registry.promote("churn", 2, "production")
    assert "skipped" == run.fire(task, event).state
    assert [] == said(registry)


def test_no_timeout_keeps_anything(registry, run):
    task = review(response_timeout=timedelta(days=1))
    run.task(task)
    ran = run.fire(task, {"timed_out": True})
    assert "failed" == ran.state
    assert "no timeout keeps a version" in str(ran.error)
    assert [] == said(registry)


def test_people_are_told_once(registry, run):
    told = []
    task = review(notifiers=[lambda context: told.append(context["ti"].task_id)])
    run.task(task)
    run.fire(task, answer("eve", "Keep"))
    assert ["review"] == told


@pytest.mark.parametrize("name", ["options", "defaults", "subject", "body"])
def test_the_question_is_not_for_the_author_to_say(name):
    with pytest.raises(InvalidInputError, match="is not for you to say"):
        review(**{name: ["x"]})


def test_what_a_person_reads_is_the_earlier_reviews_too(registry):
    with later(days=-95):
        as_person(registry, "bo").record_review("churn", "production", outcome="keep", reason="*good*")
    run = tomorrow()
    run.task(review(only_if_due=False))
    assert r"| keep | bo | \*good\* |" in run.supervisor.question.body
