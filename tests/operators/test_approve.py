"""People are asked under Required Actions; what they answer is written to a real registry."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from airflow.sdk.api.datamodels._generated import DagRunType

from airflow_provider_registry.errors import InvalidInputError
from airflow_provider_registry.operators.approve import ApproveModelVersionOperator
from airflow_provider_registry.registry import EventType
from tests.support.people import Asking, answer, as_person
from tests.support.skin import THRESHOLD
from tests.support.tasks import a_dag

LEAD = {"role": "ml-lead", "users": ["ana", "bo"]}
FAB = {"role": "ml-lead", "users": [{"name": "ana", "id": "4"}, {"name": "bo", "id": "7"}]}
RISK = {"role": "risk", "users": ["eve"]}
LATER = timedelta(hours=1)


def approve(task_id="approve", **kwargs):
    given = {"model_name": "churn", "version": 2, "alias": "production", "role": "ml-lead", **kwargs}
    with a_dag():
        return ApproveModelVersionOperator(task_id=task_id, **given)


@pytest.fixture
def registry(skin_registry, artifact):
    """Two versions of `churn`, of which 1 is live and 2 has to be approved by one `ml-lead`."""
    for number, auc in ((1, 0.85), (2, 0.9)):
        artifact.write_bytes(b"weights %d" % number)
        skin_registry.register_version("churn", artifact, metrics={"auc": auc}, inputs=[{"name": f"day {number}"}])
    skin_registry.promote("churn", 1, "production")
    skin_registry.set_policy("churn", "production", {**THRESHOLD, "approvals": [LEAD]})
    return skin_registry


@pytest.fixture
def run():
    return Asking()


def asks(registry, **policy):
    registry.set_policy("churn", "production", {**THRESHOLD, "approvals": [LEAD], **policy})


def types(registry):
    return [event.type for event in registry.events(model_name="churn")]


def newest(registry):
    return registry.requests("churn")[0]


def test_it_opens_the_request_shows_the_question_and_waits_without_a_worker(registry, run):
    ran = run.task(approve())
    request = newest(registry)
    assert ("deferred", "open") == (ran.state, request.state)
    question = run.supervisor.question
    assert "Version 2 of churn to become production? (as ml-lead)" == question.subject
    assert ["Approve", "Reject"] == question.options
    assert question.defaults is None
    assert request.report_digest == question.params["report"]["value"]
    assert request.report_digest in question.body
    assert run.waits.classpath == "airflow_provider_registry.triggers.approval.ApprovalTrigger"


def test_a_request_that_is_pending_is_asked_about_and_none_is_opened(registry, run):
    opened = registry.request_promotion("churn", 2, "production", reason="better")
    run.task(approve())
    assert [opened.request_id] == [request.request_id for request in registry.requests("churn")]
    assert "better" in run.supervisor.question.body


def test_an_approval_is_written_as_the_persons_own(registry, run):
    task = approve()
    run.task(task)
    saw = newest(registry).report_digest
    ran = run.fire(task, answer("ana", comment="fine by me", report=saw))
    (decision,) = newest(registry).decisions
    assert ("success", "approved") == (ran.state, ran.returned["state"])
    assert ("ana", "ml-lead", "approve", "fine by me") == (
        decision.by, decision.role, decision.verdict, decision.comment,
    )  # fmt: skip
    assert ("airflow-ui", True) == (decision.via, decision.authenticated)
    event = next(event for event in registry.events(model_name="churn") if event.type is EventType.REQUEST_DECIDED)
    assert {"issuer": "airflow:airflow", "subject": "ana", "name": "ana"} == event.private["actor"]
    assert saw == event.payload["report_digest"]
    assert ("retrain", "approve") == (event.task["dag_id"], event.task["task_id"])


@pytest.mark.parametrize(("on_reject", "state"), [("fail", "failed"), ("skip", "skipped")])
def test_a_rejection_is_written_down_and_ends_the_task_without_a_retry(registry, run, on_reject, state):
    task = approve(on_reject=on_reject)
    run.task(task)
    ran = run.fire(task, answer("bo", "Reject", comment="not on this data"))
    assert state == ran.state
    assert "was rejected by bo as ml-lead: not on this data" in newest(registry).sentence()
    if state == "failed":
        assert newest(registry).sentence() in str(ran.error)


@pytest.mark.parametrize(
    ("who", "policy", "why"),
    [
        ("eve", {}, "eve may not decide as ml-lead"),
        ("tester", {"approvals": [{"role": "ml-lead"}], "four_eyes": True}, "four eyes"),
        ("ana", {"via": ["cli"]}, "comes from airflow-ui"),
    ],
)
def test_an_answer_that_may_not_count_is_recorded_and_the_question_stays(registry, run, who, policy, why):
    asks(registry, **policy)
    registry.request_promotion("churn", 2, "production")
    task = approve()
    run.task(task)
    ran = run.fire(task, answer(who, comment="let me"))
    assert "deferred" == ran.state
    assert 2 == run.supervisor.asked
    (refused,) = ran.xcoms["refused"]
    assert (who, "Approve") == (refused["by"], refused["option"])
    assert why in refused["why"]
    assert EventType.REQUEST_DECISION_REFUSED is types(registry)[-1]
    assert () == newest(registry).decisions


def test_after_an_answer_that_does_not_count_the_next_one_may(registry, run):
    task = approve()
    run.task(task)
    run.fire(task, answer("eve"))
    ran = run.fire(task, answer("mallory"))
    assert ["eve", "mallory"] == [refused["by"] for refused in ran.xcoms["refused"]]
    assert "success" == run.fire(task, answer("ana")).state


def test_it_asks_until_as_many_people_have_approved_as_the_role_needs(registry, run):
    asks(registry, approvals=[{**LEAD, "count": 2}])
    task = approve()
    run.task(task)
    assert "deferred" == run.fire(task, answer("ana")).state
    assert {"ml-lead": 1} == newest(registry).missing
    assert "deferred" == run.fire(task, answer("ana")).state
    assert {"ml-lead": 1} == newest(registry).missing
    ran = run.fire(task, answer("bo"))
    assert ("success", "approved") == (ran.state, ran.returned["state"])


def test_it_is_done_when_its_role_is_though_others_are_missing(registry, run):
    asks(registry, approvals=[LEAD, RISK])
    task = approve()
    run.task(task)
    ran = run.fire(task, answer("ana"))
    assert ("success", "open", {"risk": 1}) == (ran.state, ran.returned["state"], ran.returned["missing"])


def test_without_a_role_it_waits_for_all_and_each_decides_in_theirs(registry, run):
    asks(registry, approvals=[LEAD, RISK])
    task = approve(role=None)
    run.task(task)
    assert ["", "ml-lead", "risk"] == run.supervisor.question.params["role"]["schema"]["enum"]
    assert "deferred" == run.fire(task, answer("eve")).state
    ran = run.fire(task, answer("ana"))
    assert "success" == ran.state
    assert ["risk", "ml-lead"] == [decision.role for decision in newest(registry).decisions]


def test_who_has_several_roles_says_which(registry, run):
    asks(registry, approvals=[LEAD, {"role": "risk", "users": ["ana"]}])
    task = approve(role=None)
    run.task(task)
    ran = run.fire(task, answer("ana"))
    assert "say which" in ran.xcoms["refused"][0]["why"]
    run.fire(task, answer("ana", role="risk"))
    assert {"ml-lead": 1} == newest(registry).missing


def test_a_decision_by_another_door_wakes_and_ends_it(registry, run):
    task = approve()
    run.task(task)
    request = as_person(registry, "bo").decide(newest(registry).request_id, verdict="approve")
    ran = run.fire(task, {"request_id": request.request_id, "state": "approved"})
    assert ("success", "bo") == (ran.state, ran.returned["decisions"][0]["by"])


def test_one_of_two_approvals_by_another_door_leaves_it_waiting(registry, run):
    asks(registry, approvals=[{**LEAD, "count": 2}])
    task = approve()
    run.task(task)
    before = run.waits.trigger_kwargs["known"]
    as_person(registry, "bo").decide(newest(registry).request_id, verdict="approve")
    assert "deferred" == run.fire(task, {"state": "open", "mark": newest(registry).mark}).state
    assert before != run.waits.trigger_kwargs["known"] == newest(registry).mark


def test_an_answer_given_while_another_doors_decision_woke_it_is_not_wiped_away(registry, run):
    """Airflow takes an answer at any time, and forgets it when the task asks again; the trigger would find it."""
    asks(registry, approvals=[{**LEAD, "count": 2}])
    task = approve()
    run.task(task)
    as_person(registry, "bo").decide(newest(registry).request_id, verdict="approve")
    run.fire(task, {"state": "open", "mark": newest(registry).mark})
    assert (1, False) == (run.supervisor.asked, run.waits.trigger_kwargs["look_only"])
    assert "success" == run.fire(task, answer("ana")).state


def withdrawn(registry):
    registry.withdraw(newest(registry).request_id, reason="no need")


def invalidated(registry):
    asks(registry, approvals=[LEAD, RISK])


def rejected(registry):
    as_person(registry, "bo").decide(newest(registry).request_id, verdict="reject")


@pytest.mark.parametrize("end", [withdrawn, invalidated, rejected])
def test_a_request_that_ends_otherwise_fails_it_for_good(registry, run, end):
    task = approve()
    run.task(task)
    end(registry)
    ran = run.fire(task, {"state": end.__name__})
    assert "failed" == ran.state
    assert f"was {end.__name__}" in str(ran.error)


def test_a_request_that_a_newer_one_supersedes_skips_it(registry, run, artifact):
    task = approve()
    run.task(task)
    artifact.write_bytes(b"weights 3")
    registry.register_version("churn", artifact, metrics={"auc": 0.95})
    registry.request_promotion("churn", 3, "production")
    ran = run.fire(task, {"state": "superseded"})
    assert "skipped" == ran.state
    assert "skipped" == run.task(task, try_number=2).state


def test_no_timeout_approves(registry, run):
    task = approve(response_timeout=timedelta(hours=1))
    run.task(task)
    assert run.waits.trigger_kwargs["deadline"] is not None
    ran = run.fire(task, {"timed_out": True})
    assert "failed" == ran.state
    assert "no timeout approves" in str(ran.error)
    assert ("open", ()) == (newest(registry).state, newest(registry).decisions)


def test_a_decision_at_the_last_moment_goes_before_the_timeout(registry, run):
    task = approve(response_timeout=timedelta(hours=1))
    run.task(task)
    as_person(registry, "bo").decide(newest(registry).request_id, verdict="approve")
    assert "success" == run.fire(task, {"timed_out": True}).state


@pytest.mark.parametrize("nobody", [{"responded_by_user": None}, {"timedout": True}])
def test_an_answer_that_nobody_gave_is_none(registry, run, nobody):
    task = approve()
    run.task(task)
    assert "deferred" == run.fire(task, {**answer("ana"), **nobody}).state
    assert () == newest(registry).decisions


def test_the_time_that_is_left_is_kept_when_people_are_asked_again(registry, run):
    task = approve(response_timeout=timedelta(hours=1))
    run.task(task)
    deadline = run.waits.trigger_kwargs["deadline"]
    run.fire(task, answer("eve"))
    assert deadline == run.waits.trigger_kwargs["deadline"]


class TestRunAgain:
    """A retry or a clear: what was decided stands."""

    def test_what_was_approved_is_used_and_nobody_asked(self, registry, run):
        task = approve()
        run.task(task)
        first = run.fire(task, answer("ana")).returned
        ran = run.task(task, try_number=2)
        assert ("success", first) == (ran.state, ran.returned)
        assert 1 == run.supervisor.asked

    def test_also_once_it_was_promoted(self, registry, run):
        task = approve()
        run.task(task)
        run.fire(task, answer("ana"))
        registry.promote("churn", 2, "production")
        ran = run.task(task, try_number=2)
        assert ("success", "promoted") == (ran.state, ran.returned["state"])

    def test_what_was_rejected_fails_again(self, registry, run):
        task = approve()
        run.task(task)
        run.fire(task, answer("ana", "Reject"))
        assert "failed" == run.task(task, try_number=2).state
        assert 1 == len(registry.requests("churn"))

    def test_after_a_request_was_withdrawn_people_are_asked_anew(self, registry, run):
        task = approve()
        run.task(task)
        withdrawn(registry)
        run.task(task, try_number=2)
        assert ["open", "withdrawn"] == [request.state for request in registry.requests("churn")]

    def test_it_looks_for_an_answer_that_was_lost_before_it_asks_again(self, registry, run):
        """Airflow may fail a task that is answered at once. Asking again would wipe the answer away."""
        task = approve()
        run.task(task)
        given = answer("ana", comment="c", report=newest(registry).report_digest)
        assert "deferred" == run.task(task, try_number=2).state
        assert 1 == run.supervisor.asked
        assert run.waits.trigger_kwargs["look_only"] is True
        assert "success" == run.fire(task, given, try_number=2).state
        assert 1 == run.supervisor.asked
        assert "c" == newest(registry).decisions[0].comment

    def test_where_none_was_lost_people_are_asked(self, registry, run):
        task = approve()
        run.task(task)
        run.task(task, try_number=2)
        assert "deferred" == run.fire(task, {"looked": True}, try_number=2).state
        assert (2, False) == (run.supervisor.asked, run.waits.trigger_kwargs["look_only"])

    def test_an_answer_to_an_earlier_question_is_none_to_this_one(self, registry, run):
        task = approve()
        run.task(task)
        given = answer("ana", at=datetime.now(UTC) - LATER)
        withdrawn(registry)
        run.task(task, try_number=2)
        assert "deferred" == run.fire(task, given, try_number=2).state
        assert () == newest(registry).decisions

    def test_the_same_answer_twice_is_one_decision(self, registry, run):
        asks(registry, approvals=[{**LEAD, "count": 2}])
        task = approve()
        run.task(task)
        given = answer("ana")
        run.fire(task, given)
        run.fire(task, given)
        assert 1 == len(newest(registry).decisions)


class TestAnotherRun:
    """A run that begins after an earlier one's request has ended asks anew; one that was there then does not."""

    def test_a_new_run_asks_again_about_what_was_rejected_before(self, registry, run):
        run.task(approve())
        rejected(registry)
        later = Asking(run_id="later", day=datetime.now(UTC) + LATER, run_type=DagRunType.MANUAL)
        assert "deferred" == later.task(approve()).state
        assert ["open", "rejected"] == [request.state for request in registry.requests("churn")]

    def test_a_retry_in_a_new_run_does_not_take_the_end_of_an_earlier_one_for_its_answer(self, registry, run):
        task = approve()
        run.task(task)
        run.fire(task, answer("ana"))
        registry.promote("churn", 2, "production")
        registry.rollback("churn", "production", reason="too slow")
        later = Asking(run_id="later", day=datetime.now(UTC) + LATER, run_type=DagRunType.MANUAL)
        assert "deferred" == later.task(approve(), try_number=2).state
        assert ["open", "promoted"] == [request.state for request in registry.requests("churn")]

    @pytest.mark.parametrize("end", [withdrawn, rejected])
    def test_a_task_that_comes_late_in_its_run_does_not_ask_again(self, registry, run, end):
        registry.request_promotion("churn", 2, "production")
        end(registry)
        assert "failed" == run.task(approve()).state
        assert 1 == len(registry.requests("churn"))

    def test_a_new_run_has_nothing_to_ask_about_what_is_live(self, registry, run):
        task = approve()
        run.task(task)
        run.fire(task, answer("ana"))
        registry.promote("churn", 2, "production")
        later = Asking(run_id="later", day=datetime.now(UTC) + LATER)
        assert "success" == later.task(approve()).state


class TestWhatTheySaw:
    """Airflow never changes a question that it shows."""

    def test_a_decision_on_another_report_does_not_count(self, registry, run):
        task = approve()
        run.task(task)
        ran = run.fire(task, answer("ana", report="0" * 64))
        assert "deferred" == ran.state
        assert "look again" in ran.xcoms["refused"][0]["why"]

    @pytest.mark.parametrize("said", [{}, {"comment": "c"}])
    def test_an_answer_without_the_form_is_to_the_text_that_is_shown(self, registry, run, artifact, said):
        run.task(approve())
        artifact.write_bytes(b"weights 3")
        registry.register_version("churn", artifact, metrics={"auc": 0.95})
        cleared = approve(version=3)
        run.task(cleared, try_number=2)
        run.fire(cleared, {"looked": True}, try_number=2)
        ran = run.fire(cleared, answer("ana", **said), try_number=2)
        assert "deferred" == ran.state
        assert "look again" in ran.xcoms["refused"][0]["why"]
        entered = answer("ana", report=registry.requests("churn")[0].report_digest)
        assert "success" == run.fire(cleared, entered, try_number=2).state

    def test_an_answer_that_was_lost_is_to_the_text_that_was_shown(self, registry, run, artifact):
        run.task(approve())
        artifact.write_bytes(b"weights 3")
        registry.register_version("churn", artifact, metrics={"auc": 0.95})
        cleared = approve(version=3)
        run.task(cleared, try_number=2)
        ran = run.fire(cleared, answer("ana"), try_number=2)
        assert "deferred" == ran.state
        assert () == newest(registry).decisions


class TestIdentity:
    """FAB's ids are numbers, as text, beside the name."""

    def test_an_id_and_a_name_are_both_kept(self, registry, run):
        asks(registry, approvals=[FAB])
        task = approve()
        run.task(task)
        ran = run.fire(task, answer("4", name="ana"))
        assert ("success", "ana") == (ran.state, ran.returned["decisions"][0]["by"])
        event = registry.events(model_name="churn").events[-1]
        assert {"issuer": "airflow:airflow", "subject": "4", "name": "ana"} == event.private["actor"]

    def test_another_person_of_the_same_name_or_id_is_not_meant(self, registry, run):
        asks(registry, approvals=[FAB])
        task = approve()
        run.task(task)
        run.fire(task, answer("5", name="ana"))
        ran = run.fire(task, answer("4", name="mallory"))
        assert 2 == len(ran.xcoms["refused"])

    def test_whoever_started_the_run_by_name_is_known_by_the_number(self, registry):
        """Airflow says the name of who triggered a run, and gives an answer's number beside it."""
        asks(registry, approvals=[FAB], four_eyes=True)
        run = Asking(run_type=DagRunType.MANUAL, triggering_user_name="ana")
        task = approve()
        run.task(task)
        ran = run.fire(task, answer("4", name="ana"))
        assert "four eyes" in ran.xcoms["refused"][0]["why"]

    def test_airflow_lets_answer_whom_the_role_names_by_id(self, registry, run):
        asks(registry, approvals=[FAB])
        run.task(approve())
        assert ["4", "7"] == [user.id for user in run.supervisor.question.assigned_users]

    def test_and_whoever_may_where_it_names_them_otherwise(self, registry, run):
        run.task(approve())
        assert [] == run.supervisor.question.assigned_users


class TestNotAsked:
    def test_where_the_gates_do_not_pass(self, registry, run):
        registry.set_policy("churn", "production", {"gates": [{"metric": "auc", "threshold": 0.99,
                            "greater_is_better": True}], "approvals": [LEAD]})  # fmt: skip
        ran = run.task(approve())
        assert "failed" == ran.state
        assert ran.xcoms["gate_report"]["passed"] is False
        assert "skipped" == run.task(approve(if_not_passed="skip")).state

    def test_where_the_policy_asks_for_no_approval(self, registry, run):
        registry.set_policy("churn", "production", THRESHOLD)
        assert "success" == run.task(approve(role=None)).state

    def test_in_a_role_that_the_policy_does_not_ask_for(self, registry, run):
        ran = run.task(approve(role="mllead"))
        assert "failed" == ran.state
        assert "no role 'mllead', but for ml-lead" in str(ran.error)

    def test_where_the_alias_is_free(self, registry, run):
        assert "failed" == run.task(approve(alias="staging")).state


@pytest.mark.parametrize(
    "wrong",
    [{"on_reject": "ignore"}, {"if_not_passed": "ignore"}, {"allow_older": "False"}, {"defaults": "Approve"},
     {"options": ["Yes"]}, {"fail_on_reject": True}],
)  # fmt: skip
def test_what_it_cannot_take_is_refused_when_the_dag_is_parsed(wrong):
    with pytest.raises(InvalidInputError):
        approve(**wrong)


def test_a_task_that_says_nothing_of_retries_has_some():
    assert 2 == approve().retries
    assert 0 == approve(retries=0).retries
    with a_dag(default_args={"retries": 5}):
        task = ApproveModelVersionOperator(task_id="approve", model_name="churn", version=2, alias="production")
    assert 5 == task.retries
