"""A promotion commits an approved request, for exactly what was approved, in one transaction; or asks for one."""

from __future__ import annotations

import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import delete, select, update

from airflow_provider_registry.errors import (
    ApprovalNeededError,
    InvalidInputError,
    NotPassedError,
    RecordTamperedError,
    RequestEndedError,
    RequestNotFoundError,
    RequestRejectedError,
    RolledBackSinceError,
)
from airflow_provider_registry.registry.requests.states import RequestState
from airflow_provider_registry.registry.requests.tables import DecisionRow, RequestRow
from airflow_provider_registry.registry.versions.tables import MetricRow, VersionRow
from tests.registry.requests.worlds import (
    LEAD,
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
from tests.support.kernel import FLOOR, LIFTED, contents

CHECKOUT = Path(__file__).parents[3]


def promote(world, version=1, **more):
    return world.registry.promote("churn", version, "production", **more)


def edit(world, statement):
    with world.registry.engine.begin() as connection:
        assert connection.execute(statement).rowcount == 1


class TestCommitting:
    @pytest.mark.parametrize("named", [False, True])
    def test_an_approved_request_is_promoted_with_the_alias_in_one_event(self, world, named):
        request = approve(world, "ana", ask(protect(world)))
        done = promote(world.as_task(), request=request.request_id if named else None, reason="approved")
        assert (done.version, done.request) == (1, request.request_id)
        found, event = now(world, request), last_event(world)
        assert (found.state, found.ended_by, found.ended_at) == ("promoted", "retrain", done.from_at)
        assert found.ended_why == "was promoted by retrain"
        assert (event.type, event.seq, event.at) == ("alias.promoted", done.event, done.from_at)
        assert event.payload["request"] == request.request_id
        assert event.payload["report"]["report_digest"] == request.report_digest
        assert said_of(world, request)[-1] == ("promoted", None)
        assert [one.request for one in world.registry.history("churn")] == [request.request_id]
        assert world.holders() == [1]
        assert pending_count(world) == 0
        world.registry.verify_record("churn")

    def test_the_other_requests_of_the_alias_are_invalidated_in_the_same_event(self, world):
        protect(world, on_newer="keep_open")
        first, second = ask(world), approve(world, "ana", ask(world, 2))
        promote(world, 2)
        assert now(world, first).ended_why.startswith("was invalidated by tester, since production moved to version 2")
        assert said_of(world, first)[-1] == ("invalidated", "baseline")
        assert said_of(world, second)[-1] == ("promoted", None)
        assert len([each for each in world.types() if each == "alias.promoted"]) == 1
        world.registry.verify_record("churn")

    def test_a_task_promotes_once_and_its_retry_is_the_same(self, world):
        approve(world, "ana", ask(protect(world)))
        task = world.as_task()
        first, before = promote(task), contents(world.registry.engine)
        assert promote(task) == first
        assert before == contents(world.registry.engine)

    def test_a_promotion_that_was_rolled_back_does_not_come_back_by_a_retry(self, world):
        protect(world)
        for version in (2, 1):
            approve(world, "ana", ask(world, version))
            promote(world.as_task(), version)
        world.registry.rollback("churn", "production", reason="bad")
        with pytest.raises(RolledBackSinceError):
            promote(world.as_task(), 1)
        assert world.holders() == [2, 1, 2]

    def test_where_the_policy_asks_for_none_no_request_is_looked_for(self, world):
        world.versions(0.9)
        world.registry.set_policy("churn", "production", FLOOR)
        assert promote(world).request is None
        assert world.registry.requests() == []


class TestAsking:
    def test_where_none_is_pending_one_is_opened_and_the_error_has_it(self, world):
        protect(world, expires_after="7d")
        with pytest.raises(
            ApprovalNeededError, match=r"is open: approvals missing: 1 of ml-lead.*once it is"
        ) as caught:
            promote(world, reason="better")
        request = caught.value.request
        assert (request.state, request.reason, request.requested_by) == ("open", "better", "tester")
        assert last_event(world).type == "request.opened"
        assert world.holders() == []
        assert pending_count(world) == 1
        world.registry.verify_record("churn")

    def test_a_promotion_waits_is_approved_and_goes_through(self, world):
        task = protect(world).as_task()
        for _ in range(3):
            with pytest.raises(ApprovalNeededError) as caught:
                promote(task)
        assert world.types().count("request.opened") == 1
        approve(world, "ana", caught.value.request)
        assert promote(task).version == 1

    def test_it_finds_the_one_that_somebody_else_opened(self, world):
        request = ask(protect(world))
        before = contents(world.registry.engine, without=("registry_bytes_check",))
        with pytest.raises(ApprovalNeededError) as caught:
            promote(world.as_task())
        assert caught.value.request == request
        assert before == contents(world.registry.engine, without=("registry_bytes_check",))

    def test_the_same_task_may_ask_and_promote(self, world):
        task = protect(world).as_task()
        request = ask(task, key="k")
        with pytest.raises(ApprovalNeededError) as caught:
            promote(task, key="k")
        assert caught.value.request == request
        world.registry.withdraw(request.request_id, reason="wait")
        with pytest.raises(ApprovalNeededError) as caught:
            promote(task, key="k")
        assert caught.value.request.state == "open"
        assert ask(task, key="k") == caught.value.request

    def test_gates_that_fail_ask_nobody(self, world):
        protect(world)
        world.register("bad", auc=0.1)
        with pytest.raises(NotPassedError):
            promote(world, 3)
        assert world.registry.requests() == []

    def test_gates_that_fail_meanwhile_invalidate_what_was_approved(self, world):
        world.registry.create_model("churn", metadata_schema={"type": "object"})
        protect(world, gates=[*FLOOR["gates"], {"metadata": "required"}])
        request = approve(world, "ana", ask(world))
        world.registry.update_model("churn", metadata_schema={"type": "object", "required": ["owner"]})
        with pytest.raises(NotPassedError):
            promote(world)
        assert now(world, request).state == "invalidated"
        assert said_of(world, request)[-1] == ("invalidated", "gates")
        assert world.holders() == []
        world.registry.verify_record("churn")


class TestAfterAReject:
    @pytest.fixture
    def rejected(self, world):
        return reject(world, "ana", ask(protect(world)), comment="drifts")

    def test_what_was_rejected_is_not_asked_again_by_promoting_it(self, world, rejected):
        before = contents(world.registry.engine, without=("registry_bytes_check",))
        for caller in (world, world.as_task(), world.seen_by(person("bo"))):
            with pytest.raises(RequestRejectedError, match="rejected by ana as ml-lead: drifts") as caught:
                promote(caller)
            assert caught.value.request == rejected
        assert before == contents(world.registry.engine, without=("registry_bytes_check",))

    def test_after_another_policy_it_is(self, world, rejected):
        world.registry.set_policy("churn", "production", asks({**LEAD, "users": ["bo"]}))
        with pytest.raises(ApprovalNeededError, match="rejected by ana.*is open"):
            promote(world)

    def test_after_another_baseline_it_is(self, world, rejected):
        approve(world, "ana", ask(world, 2))
        promote(world, 2)
        with pytest.raises(ApprovalNeededError):
            promote(world, 1)

    def test_asked_for_on_purpose_it_is(self, world, rejected):
        approve(world, "bo", ask(world))
        assert promote(world).version == 1

    def test_after_a_policy_that_asks_nobody_it_just_goes_in(self, world, rejected):
        world.registry.set_policy("churn", "production", FLOOR)
        assert promote(world).request is None


class TestNamed:
    def test_an_open_one_is_waited_for(self, world):
        request = ask(protect(world))
        with pytest.raises(ApprovalNeededError):
            promote(world, request=request.request_id)

    def test_one_that_ended_says_how(self, world):
        request = ask(protect(world))
        ask(world, 2)
        before = contents(world.registry.engine)
        with pytest.raises(RequestEndedError, match="superseded by tester, since a newer request"):
            promote(world, request=request.request_id)
        assert before == contents(world.registry.engine)

    def test_one_that_was_rejected_says_so(self, world):
        request = reject(world, "bo", ask(protect(world)))
        with pytest.raises(RequestRejectedError, match="rejected by bo"):
            promote(world, request=request.request_id)

    def test_one_that_ended_does_not_go_in_by_another_that_is_approved(self, world):
        old = ask(protect(world))
        world.registry.withdraw(old.request_id, reason="wait")
        approve(world, "ana", ask(world))
        with pytest.raises(RequestEndedError, match="withdrawn"):
            promote(world, request=old.request_id)
        assert world.holders() == []

    def test_who_lost_is_told_who_won_though_the_gates_would_refuse_it_too(self, world):
        world.versions(0.85, 0.9)
        world.registry.set_policy("churn", "production", {**asks(on_newer="keep_open"), **LIFTED})
        requests = [approve(world, "ana", ask(world, version)) for version in (1, 2)]
        promote(by_process(world, "bo"), 2, request=requests[1].request_id)
        before = contents(world.registry.engine)
        with pytest.raises(RequestEndedError, match="invalidated by bo, since production moved to version 2"):
            promote(world, 1, request=requests[0].request_id)
        assert before == contents(world.registry.engine)

    def test_who_lost_and_named_none_is_told_too_and_has_asked_anew(self, world):
        protect(world, on_newer="keep_open")
        requests = [approve(world, "ana", ask(world, version)) for version in (1, 2)]
        promote(by_process(world, "bo"), 2)
        with pytest.raises(ApprovalNeededError, match="invalidated by bo, since production moved.*is open") as caught:
            promote(world, 1)
        assert caught.value.request.request_id not in [each.request_id for each in requests]
        assert caught.value.request.baseline_version == 2

    def test_one_of_something_else_is_refused(self, world):
        request = approve(world, "ana", ask(protect(world)))
        with pytest.raises(InvalidInputError, match="not for version 2 to become 'production'"):
            promote(world, 2, request=request.request_id)
        with pytest.raises(InvalidInputError, match="not for version 1 to become 'free'"):
            world.registry.promote("churn", 1, "free", request=request.request_id)
        with pytest.raises(InvalidInputError, match="Request 999"):
            promote(world, 1, request=999)
        with pytest.raises(RequestNotFoundError):
            promote(world, 1, request="none")
        assert world.holders("free") == world.holders() == []

    def test_one_that_was_promoted_answers_quietly_while_it_stands(self, world):
        request = approve(world, "ana", ask(protect(world)))
        first = promote(world, request=request.request_id)
        assert promote(world, request=request.request_id) == first


def by_process(world, name):
    return world.seen_by(person(name))


class TestPastTheActs:
    """Whoever writes into the tables promotes nothing that way."""

    def test_a_state_without_the_decisions_is_no_approval(self, world):
        request = ask(protect(world))
        edit(world, update(RequestRow).values(state=RequestState.APPROVED))
        with pytest.raises(RecordTamperedError, match="decisions lack 1 of ml-lead.*ask again"):
            promote(world)
        assert world.holders() == []
        assert world.registry.withdraw(request.request_id, reason="forged").state == "withdrawn"

    def test_nor_is_one_whose_decision_is_gone(self, world):
        approve(world, "ana", ask(protect(world)))
        edit(world, delete(DecisionRow))
        with pytest.raises(RecordTamperedError):
            promote(world)

    def test_one_person_moved_into_another_role_is_none(self, world):
        request = ask(protect(world, {**LEAD, "count": 2}))
        for name in ("ana", "bo"):
            approve(world, name, request)
        first = select(DecisionRow.event_id).order_by(DecisionRow.event_id).limit(1).scalar_subquery()
        edit(world, update(DecisionRow).where(DecisionRow.event_id == first).values(role="other"))
        with pytest.raises(RecordTamperedError):
            promote(world)

    def test_other_metric_rows_than_those_that_people_saw_are_asked_about_again(self, world):
        request = approve(world, "ana", ask(protect(world)))
        mine = select(VersionRow.id).where(VersionRow.version == 1).scalar_subquery()
        edit(world, update(MetricRow).where(MetricRow.version_id == mine).values(value=0.99))
        with pytest.raises(ApprovalNeededError, match="was invalidated by tester, since what its gates read"):
            promote(world)
        assert now(world, request).state == "invalidated"
        assert said_of(world, request)[-1] == ("invalidated", "evidence")
        assert world.holders() == []
        assert world.registry.requests(state="open") != []


class TestAtOnce:
    @pytest.fixture
    def both(self, world):
        """Two approved requests for one alias."""
        protect(world, on_newer="keep_open")
        return [approve(world, "ana", ask(world, version)) for version in (1, 2)]

    def right(self, world, both):
        (won,) = world.holders()
        assert sorted(now(world, each).state for each in both) == ["invalidated", "promoted"]
        assert now(world, both[won - 1]).state == "promoted"
        assert world.types().count("alias.promoted") == 1
        world.registry.verify_record("churn")
        return won

    def test_of_two_threads_one_wins_and_the_other_is_told_who(self, world, both):
        gate = threading.Barrier(2)

        def run(number):
            gate.wait()
            try:
                return promote(by_process(world, f"p{number}"), number, request=both[number - 1].request_id).version
            except RequestEndedError as error:
                return str(error)

        with ThreadPoolExecutor(2) as pool:
            said = list(pool.map(run, (1, 2)))
        won = self.right(world, both)
        assert said[won - 1] == won
        assert f"was invalidated by p{won}, since production moved to version {won}" in said[2 - won]

    def test_of_two_processes_one_wins_and_the_other_is_told_who(self, world, both, migrated_url):
        commands = [
            [sys.executable, "-m", "tests.support.promoting", migrated_url, str(world.root), str(each.version),
             str(each.request_id)]
            for each in both
        ]  # fmt: skip
        pipe = subprocess.PIPE
        processes = [subprocess.Popen(each, cwd=CHECKOUT, stdin=pipe, stdout=pipe, text=True) for each in commands]
        for process in processes:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
        for process in processes:
            assert process.stdin is not None
            process.stdin.write("go\n")
            process.stdin.flush()
        said = [process.communicate(timeout=120)[0].strip() for process in processes]
        won = self.right(world, both)
        assert said[won - 1] == f"promoted {won}"
        assert said[2 - won].startswith("RequestEndedError: ")
        assert f"invalidated by process of {won}, since production moved to version {won}" in said[2 - won]

    def test_two_that_commit_one_request_promote_it_once(self, world, both):
        gate = threading.Barrier(2)

        def run(_):
            gate.wait()
            return promote(world, 1, request=both[0].request_id)

        with ThreadPoolExecutor(2) as pool:
            first, second = pool.map(run, range(2))
        assert first == second
        assert world.types().count("alias.promoted") == 1

    def test_a_promotion_and_a_reject_at_once_leave_one_of_the_two(self, world, both):
        gate = threading.Barrier(2)

        def run(act):
            gate.wait()
            try:
                return act()
            except (RequestEndedError, RequestRejectedError) as error:
                return error

        request = both[0]
        acts = (
            lambda: promote(world, 1, request=request.request_id),
            lambda: by(world, "bo").decide(request.request_id, verdict="reject"),
        )
        with ThreadPoolExecutor(2) as pool:
            promoted, rejected = pool.map(run, acts)
        state = now(world, request).state
        assert isinstance(promoted, Exception) == (state == "rejected")
        assert isinstance(rejected, Exception) == (state == "promoted")
        assert world.holders() == ([1] if state == "promoted" else [])
        world.registry.verify_record("churn")
