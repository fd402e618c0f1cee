"""Deciding: who may, what counts, and that every attempt is in the record."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from airflow_provider_registry.errors import (
    DecisionRefusedError,
    InvalidInputError,
    RequestEndedError,
    RequestNotFoundError,
    RequestRejectedError,
    StaleReportError,
    TooLargeError,
)
from airflow_provider_registry.registry.caller import Actor, Caller, Producer, Via
from tests.registry.requests.worlds import (
    LEAD,
    RISK,
    approve,
    ask,
    asks,
    by,
    last_event,
    now,
    pending_count,
    person,
    protect,
    reject,
    said_of,
)
from tests.support.kernel import contents

TWO = {"role": "ml-lead", "count": 2, "users": ["ana", "bo", "cy"]}


@pytest.fixture
def request_(world):
    return ask(protect(world))


class TestApproving:
    def test_the_last_approval_that_was_missing_approves_the_request(self, world):
        request = ask(protect(world, TWO, {"role": "risk"}))
        first = approve(world, "ana", request, role="ml-lead")
        assert (first.state, first.missing) == ("open", {"ml-lead": 1, "risk": 1})
        assert approve(world, "dee", request, role="risk").missing == {"ml-lead": 1}
        last = approve(world, "bo", request, role="ml-lead")
        assert (last.state, last.missing) == ("approved", {})
        assert said_of(world, request) == [("approved", None)]
        assert pending_count(world) == 1
        world.registry.verify_record("churn")

    def test_a_decision_keeps_who_how_and_what_they_wrote(self, world, request_):
        found = approve(world, person("ana", "4"), request_, comment="looks good")
        (decision,) = found.decisions
        assert (decision.verdict, decision.role, decision.by) == ("approve", "ml-lead", "ana")
        assert (decision.comment, decision.via, decision.authenticated) == ("looks good", "airflow-ui", True)
        assert decision.counts
        event = last_event(world)
        assert (event.type, event.seq, event.at) == ("request.decided", decision.event, decision.at)
        assert event.payload["report_digest"] == request_.report_digest
        assert "ana" not in str(event.payload)
        assert "looks good" not in str(event.payload)
        assert str(event).endswith(
            f"ana approved request {request_.request_id} for version 1 to become production, as ml-lead; it has all "
            "its approvals. Comment: looks good"
        )

    def test_the_sentence_says_what_is_still_missing(self, world):
        approve(world, "ana", ask(protect(world, TWO, RISK)), role="ml-lead")
        assert str(last_event(world)).endswith("as ml-lead; still missing: 1 of ml-lead, 1 of risk.")

    def test_the_only_role_of_somebody_need_not_be_named(self, world):
        request = ask(protect(world, LEAD, RISK))
        assert approve(world, "bo", request).decisions[0].role == "ml-lead"
        with pytest.raises(InvalidInputError, match="as ml-lead and as risk: say which"):
            approve(world, "ana", request)

    def test_a_role_is_found_regardless_of_case_and_kept_as_the_policy_spells_it(self, world, request_):
        assert approve(world, "ana", request_, role="ML-Lead").decisions[0].role == "ml-lead"

    def test_a_role_that_the_policy_does_not_have_is_named_with_those_it_has(self, world, request_):
        before = contents(world.registry.engine)
        with pytest.raises(InvalidInputError, match="no role 'boss', but for ml-lead"):
            approve(world, "ana", request_, role="boss")
        assert before == contents(world.registry.engine)

    def test_a_request_is_found_by_its_digits(self, world, request_):
        digits: Any = str(request_.request_id)  # as templates and XComs carry it
        assert by(world, "ana").decide(digits, verdict="approve").state == "approved"

    @pytest.mark.parametrize("given", [0, 10**18 - 1, 10**30, -1, True, None, "x", "٣", 1.0])
    def test_what_is_no_request_is_said_to_be_none(self, world, request_, given):
        registry = by(world, "ana")
        for act in (
            lambda: registry.decide(given, verdict="approve"),
            lambda: registry.withdraw(given, reason="x"),
            lambda: registry.get_request(given),
        ):
            with pytest.raises(RequestNotFoundError):
                act()

    @pytest.mark.parametrize("verdict", ["Approve", "", None, "maybe"])
    def test_another_verdict_than_the_two_is_refused(self, world, request_, verdict):
        with pytest.raises(InvalidInputError, match="give approve or reject"):
            by(world, "ana").decide(request_.request_id, verdict=verdict)

    @pytest.mark.parametrize("given", [{"role": b"lead"}, {"role": "\ud800"}, {"report": 123}, {"key": "\ud800"}])
    def test_what_is_no_text_is_refused(self, world, request_, given):
        with pytest.raises(InvalidInputError, match=next(iter(given))):
            by(world, "ana").decide(request_.request_id, **{"verdict": "approve", **given})

    def test_a_comment_that_is_too_long_is_refused(self, world, request_):
        with pytest.raises(TooLargeError):
            approve(world, "ana", request_, comment="x" * 10_000_000)

    def test_nobody_decides_where_the_policy_asks_nobody(self, world):
        world.versions(0.9)
        world.registry.set_policy("churn", "production", {"gates": asks()["gates"]})
        with pytest.raises(InvalidInputError, match="asks for no approvals"):
            reject(world, "ana", ask(world))


class TestLastWords:
    def test_one_person_counts_once_for_a_request(self, world):
        request = ask(protect(world, LEAD, RISK))
        approve(world, "ana", request, role="ml-lead")
        found = approve(world, "ana", request, role="risk")
        assert (found.state, found.missing) == ("open", {"ml-lead": 1})
        assert [decision.counts for decision in found.decisions] == [False, True]
        assert approve(world, "bo", request).state == "approved"

    def test_one_person_counts_once_for_each_role_where_the_policy_says_so(self, world):
        request = ask(protect(world, LEAD, RISK, distinct_people=False))
        approve(world, "ana", request, role="ml-lead")
        found = approve(world, "ana", request, role="risk")
        assert found.state == "approved"
        assert [decision.counts for decision in found.decisions] == [True, True]

    def test_one_person_by_two_doors_is_one(self, world):
        request = ask(protect(world, TWO))
        approve(world, person("ana", "4"), request)
        assert approve(world, person("ana", "ana", Via.CLI, "cli"), request).missing == {"ml-lead": 1}

    def test_an_approved_request_keeps_its_approvals_when_somebody_approves_in_another_role(self, world):
        request = ask(protect(world, LEAD, {"role": "risk", "users": ["ana", "cy"]}))
        approve(world, "ana", request, role="ml-lead")
        approve(world, "cy", request)
        before = contents(world.registry.engine)
        assert approve(world, "ana", request, role="risk").state == "approved"
        assert before == contents(world.registry.engine)
        assert world.registry.promote("churn", 1, "production").version == 1

    def test_more_approvals_than_asked_are_kept_and_change_nothing(self, world, request_):
        approve(world, "ana", request_)
        found = approve(world, "bo", request_)
        assert [decision.by for decision in found.decisions] == ["ana", "bo"]
        assert found.state == "approved"
        world.registry.verify_record("churn")


class TestRejecting:
    @pytest.mark.parametrize("approvals", [0, 1, 2])
    def test_one_reject_ends_an_open_and_an_approved_request(self, world, approvals):
        request = ask(protect(world, {**TWO, "count": 2}))
        for name in ("ana", "bo")[:approvals]:
            approve(world, name, request)
        found = reject(world, "cy", request, comment="drifts")
        assert (found.state, found.ended_by) == ("rejected", "cy")
        assert found.ended_why == "was rejected by cy as ml-lead: drifts"
        assert found.ended_at == last_event(world).at
        assert pending_count(world) == 0
        assert said_of(world, request)[-1] == ("rejected", None)
        world.registry.verify_record("churn")

    def test_somebody_who_approved_may_still_reject(self, world, request_):
        approve(world, "ana", request_)
        assert reject(world, "ana", request_).state == "rejected"

    def test_after_it_nobody_decides_and_nobody_withdraws(self, world, request_):
        reject(world, "ana", request_, comment="drifts")
        before = contents(world.registry.engine)
        for act in (
            lambda: approve(world, "bo", request_),
            lambda: reject(world, "bo", request_),
            lambda: world.registry.withdraw(request_.request_id, reason="x"),
        ):
            with pytest.raises(RequestRejectedError, match="rejected by ana as ml-lead: drifts.*ask again") as caught:
                act()
            assert caught.value.request.state == "rejected"
        assert before == contents(world.registry.engine)


class TestRefused:
    def attempted(self, world, request, bar, who, act=approve, **more):
        """The attempt is refused, is in the record, and changes nothing of the request."""
        events, before = len(world.types()), now(world, request)
        with pytest.raises(DecisionRefusedError) as caught:
            act(world, who, request, **more)
        event = last_event(world)
        assert (event.type, event.payload["bar"]) == ("request.decision_refused", bar)
        assert len(world.types()) == events + 1
        assert now(world, request) == before == caught.value.request
        assert event.private["why"] in str(caught.value)
        world.registry.verify_record("churn")
        return event

    @pytest.mark.parametrize("act", [approve, reject])
    def test_who_is_not_in_the_role_is_refused_and_remembered(self, world, request_, act):
        event = self.attempted(world, request_, "role", "eve", act, comment="me too")
        assert event.private["actor"]["name"] == "eve"
        assert event.private["comment"] == "me too"
        assert "eve" not in str(event.payload)
        assert f"eve tried to {event.payload['verdict']} request {request_.request_id}" in str(event)

    def test_who_is_in_no_role_is_refused_also_where_there_are_several(self, world):
        event = self.attempted(world, ask(protect(world, LEAD, RISK)), "role", "eve")
        assert event.payload["role"] == ""
        assert event.private["why"] == "eve may not decide as ml-lead or risk."

    def test_another_role_than_ones_own(self, world):
        self.attempted(world, ask(protect(world, LEAD, RISK)), "role", "bo", role="risk")

    @pytest.mark.parametrize("role", [None, "any"])
    def test_a_task_is_never_a_person_also_where_anybody_may(self, world, role):
        request = ask(protect(world, {"role": "any"}))
        for name in ("ana", "retrain"):
            task = Caller(Actor("airflow:one", name, name), Via.TASK, authenticated=True)
            self.attempted(world, request, "task", task, role=role)
            self.attempted(world, request, "task", task, reject, role=role)

    def test_a_door_that_the_policy_does_not_take(self, world):
        request = ask(protect(world, via=["airflow-ui"]))
        for door in (Via.CLI, Via.PYTHON):
            self.attempted(world, request, "via", person("ana", via=door))
        assert approve(world, "ana", request).state == "approved"

    def test_a_refused_attempt_that_is_repeated_is_one_event(self, world, request_):
        task = Producer(instance_id="one", dag_id="d", run_id="r", task_id="t")
        eve = Caller(Actor("airflow:one", "eve", "eve"), Via.UI, True, task)
        self.attempted(world, request_, "role", eve)
        before = contents(world.registry.engine)
        with pytest.raises(DecisionRefusedError):
            approve(world, eve, request_)
        assert before == contents(world.registry.engine)
        self.attempted(world, request_, "role", eve, reject)


class TestFourEyes:
    """With the simple auth manager, whose id is the name, and with FAB, whose id is a number."""

    @pytest.fixture(params=["simple", "fab"])
    def ids(self, request):
        numbers = {"ana": "4", "bo": "5"}
        return lambda name: person(name, numbers[name] if request.param == "fab" else name)

    refused = TestRefused().attempted

    def test_who_asked_may_not_decide(self, world, ids):
        protect(world, four_eyes=True)
        request = ask(world.seen_by(ids("ana")))
        self.refused(world, request, "four_eyes", ids("ana"))
        self.refused(world, request, "four_eyes", ids("ana"), reject)
        assert approve(world, ids("bo"), request).state == "approved"

    def test_who_asked_by_another_door_may_not_decide(self, world, ids):
        protect(world, four_eyes=True)
        request = ask(world.seen_by(person("ana", "ana@host", Via.CLI, "cli")))
        self.refused(world, request, "four_eyes", ids("ana"))

    def test_who_started_the_run_that_asks_may_not_decide(self, world, ids):
        protect(world, four_eyes=True)
        request = ask(world.as_task(run_type="manual", triggered_by="ana"))
        self.refused(world, request, "four_eyes", ids("ana"))
        assert approve(world, ids("bo"), request).state == "approved"

    def test_who_started_the_run_that_made_the_version_may_not_decide(self, world, ids):
        world.as_task(run_type="manual", triggered_by="ana").register(auc=0.9)
        world.registry.set_policy("churn", "production", asks(four_eyes=True))
        request = ask(world.as_task(run_type="scheduled"))
        self.refused(world, request, "four_eyes", ids("ana"))
        assert approve(world, ids("bo"), request).state == "approved"

    def test_anybody_else_may_decide_on_what_a_run_on_schedule_made_and_asks(self, world, ids):
        task = world.as_task(run_type="scheduled")
        task.register(auc=0.9)
        world.registry.set_policy("churn", "production", asks(four_eyes=True))
        assert approve(world, ids("ana"), ask(task)).state == "approved"

    @pytest.mark.parametrize("run_type", ["manual", "asset_materialization", None])
    def test_nobody_may_decide_where_nobody_knows_who_started_the_run(self, world, ids, run_type):
        protect(world, four_eyes=True)
        request = ask(world.as_task(run_type=run_type))
        self.refused(world, request, "four_eyes", ids("bo"))

    def test_nobody_may_decide_once_it_was_erased_who_made_the_version(self, world, ids):
        protect(world, four_eyes=True)
        request = ask(world)
        world.registry.erase_event("churn", 2, reason="asked for")
        self.refused(world, request, "four_eyes", ids("bo"))

    def test_a_policy_without_four_eyes_lets_who_asked_decide(self, world, ids):
        protect(world)
        assert approve(world, ids("ana"), ask(world.seen_by(ids("ana")))).state == "approved"


class TestReports:
    def test_who_says_which_report_they_saw_decides_on_that_one_only(self, world):
        protect(world)
        ask(world)
        seen = ask(world).report_digest
        request = ask(world, 2)
        before = contents(world.registry.engine)
        with pytest.raises(StaleReportError, match="look again") as caught:
            approve(world, "ana", request, report=seen)
        assert caught.value.request == request
        assert before == contents(world.registry.engine)
        assert approve(world, "ana", request, report=request.report_digest).state == "approved"


class TestRepeats:
    @pytest.fixture
    def ana(self):
        """As the Approve operator decides: a person, in a task."""
        task = Producer(instance_id="one", dag_id="d", run_id="r", task_id="t")
        return Caller(Actor("airflow:one", "4", "ana"), Via.UI, True, task)

    def test_the_same_answer_of_a_task_is_one_decision(self, world, request_, ana):
        first = approve(world, ana, request_)
        before = contents(world.registry.engine)
        assert approve(world, ana, request_, comment="again") == first
        assert before == contents(world.registry.engine)

    def test_an_answer_that_was_given_before_the_request_ended_repeats_quietly(self, world, request_, ana):
        approve(world, ana, request_)
        world.registry.promote("churn", 1, "production")
        assert approve(world, ana, request_).state == "promoted"

    def test_an_answer_that_the_person_replaced_since_is_given_again_and_once(self, world, ana):
        request = ask(protect(world, {**LEAD, "count": 2}, RISK))
        approve(world, ana, request, role="ml-lead")
        approve(world, "ana", request, role="risk")
        found = approve(world, ana, request, role="ml-lead")
        assert [decision.counts for decision in found.decisions] == [False, False, True]
        before = contents(world.registry.engine)
        approve(world, ana, request, role="ml-lead")
        assert before == contents(world.registry.engine)
        world.registry.verify_record("churn")

    def test_a_refused_answer_on_a_request_that_ended_says_how_it_ended(self, world, ana):
        request = ask(protect(world, {"role": "risk", "users": ["cy"]}))
        with pytest.raises(DecisionRefusedError):
            approve(world, ana, request)
        world.registry.withdraw(request.request_id, reason="wait")
        with pytest.raises(RequestEndedError, match="was withdrawn by tester: wait"):
            approve(world, ana, request)

    def test_a_renamed_model_still_has_its_requests(self, world, request_):
        world.registry.rename_model("churn", "leave")
        assert approve(world, "ana", request_).model_name == "leave"


def test_people_who_decide_at_once_are_all_counted_and_one_of_them_approves_it(world):
    names = ["ana", "bo", "cy", "dee", "eve", "fay"]
    request = ask(protect(world, {"role": "any", "count": 4}))
    gate = threading.Barrier(len(names))

    def decide(name):
        gate.wait()
        return approve(world, name, request)

    with ThreadPoolExecutor(len(names)) as pool:
        list(pool.map(decide, names))
    found = now(world, request)
    assert found.state == "approved"
    assert sorted(decision.by for decision in found.decisions) == names
    assert all(decision.counts for decision in found.decisions)
    assert said_of(world, request) == [("approved", None)]
    world.registry.verify_record("churn")


def test_of_an_approval_and_a_reject_at_once_the_reject_stands(world):
    request = ask(protect(world, {"role": "any"}))
    gate = threading.Barrier(2)

    def decide(act, name):
        gate.wait()
        try:
            return act(world, name, request).state
        except RequestRejectedError:
            return "told"

    with ThreadPoolExecutor(2) as pool:
        said = [pool.submit(decide, approve, "ana"), pool.submit(decide, reject, "bo")]
    assert said[1].result() == "rejected"
    assert now(world, request).state == "rejected"
    world.registry.verify_record("churn")
