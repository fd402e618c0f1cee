"""Asking for a promotion: bound to exact things, once however often, and what a newer one does to the others."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import update

from airflow_provider_registry.errors import (
    AlreadyHeldError,
    ArchivedVersionError,
    InvalidInputError,
    LockedAliasError,
    MutableArtifactError,
    NotPassedError,
    OlderDataError,
    PolicyNotFoundError,
    SupersededSinceError,
    TestVersionError,
    VersionNotFoundError,
)
from airflow_provider_registry.registry.policies.policy import Policy
from airflow_provider_registry.registry.versions.tables import VersionRow
from tests.registry.requests.worlds import (
    LEAD,
    approve,
    ask,
    asks,
    last_event,
    now,
    pending_count,
    person,
    protect,
    reject,
    said_of,
)
from tests.support.kernel import FLOOR, LIFTED, contents


@pytest.fixture
def protected(world):
    return protect(world)


class TestOpening:
    def test_a_request_is_bound_to_the_exact_things_that_people_look_at(self, world):
        world.versions(0.9, 0.91)
        world.registry.promote("churn", 1, "production")
        policy = asks(expires_after="7d")
        world.registry.set_policy("churn", "production", policy)
        request = ask(world.seen_by(person("dee", "9")), 2, reason="better")
        (report,) = world.registry.gate_reports("models:/churn/2")
        assert (request.model_name, request.version, request.alias, request.state) == ("churn", 2, "production", "open")
        assert request.digest == world.registry.get_version("models:/churn/2").digest
        assert request.baseline_version == 1
        assert request.policy_digest == Policy.parse(policy).digest
        assert (request.report_id, request.report_digest) == (report.report_id, report.digest_of_report)
        assert request.metrics_digest == report.metrics_digest
        assert (request.requested_by, request.reason) == ("dee", "better")
        assert request.expires_at == request.requested_at + timedelta(days=7)
        assert request.missing == {"ml-lead": 1}
        assert request.decisions == ()
        assert (request.ended_at, request.ended_by, request.ended_why) == (None, "", "")
        assert request.is_pending

    def test_its_event_says_all_of_that_and_no_person(self, protected):
        request = ask(protected.seen_by(person("dee")), reason="because")
        event = last_event(protected)
        assert (event.type, event.version, event.alias) == ("request.opened", 1, "production")
        assert event.seq == request.event
        assert event.payload["digest"] == request.digest
        assert event.payload["state"] == "open"
        assert event.payload["report"]["policy_digest"] == request.policy_digest
        assert event.payload["report"]["report_digest"] == request.report_digest
        assert event.payload["report"]["baseline_version"] is None
        assert "dee" not in str(event.payload)
        assert str(event).endswith("dee asked that version 1 become production. Reason: because")
        assert pending_count(protected) == 1
        protected.registry.verify_record("churn")

    def test_a_report_that_is_still_bound_is_the_one_that_people_look_at(self, protected):
        report = protected.registry.validate("churn", 1, alias="production")
        assert ask(protected).report_id == report.report_id

    def test_its_mapping_is_json(self, protected):
        import json

        request = approve(protected, "ana", ask(protected), comment="fine")
        said = json.loads(json.dumps(request.as_mapping()))
        assert said["state"] == "approved"
        assert said["decisions"][0]["by"] == "ana"
        assert said["expires_at"] is None

    def test_where_the_policy_asks_nobody_it_is_approved_at_once(self, world):
        world.versions(0.9)
        world.registry.set_policy("churn", "production", FLOOR)
        request = ask(world)
        assert (request.state, request.missing) == ("approved", {})
        assert world.registry.promote("churn", 1, "production").request == request.request_id
        assert now(world, request).state == "promoted"
        world.registry.verify_record("churn")

    def test_a_policy_that_asks_people_alone_has_no_gate_to_fail(self, world):
        world.register(auc=0.1)
        world.registry.set_policy("churn", "production", {"approvals": [LEAD]})
        assert ask(world).state == "open"

    def test_a_version_may_wait_for_several_aliases_at_once(self, protected):
        protected.registry.set_policy("churn", "staging", asks())
        first, second = ask(protected), protected.registry.request_promotion("churn", 1, "staging")
        assert first.request_id != second.request_id
        assert now(protected, first).state == now(protected, second).state == "open"


class TestRefusals:
    def refused(self, world, error, match, version=1, alias="production", **more):
        before = contents(world.registry.engine)
        with pytest.raises(error, match=match):
            world.registry.request_promotion("churn", version, alias, **more)
        assert before == contents(world.registry.engine)

    def test_a_free_alias_is_promoted_without_asking(self, world):
        world.versions(0.9)
        self.refused(world, PolicyNotFoundError, "is free.*promote without")

    def test_a_locked_alias_needs_a_policy_first(self, protected):
        protected.registry.remove_policy("churn", "production", reason="gone")
        self.refused(protected, LockedAliasError, "set another policy")

    def test_a_version_that_holds_the_alias_has_nothing_to_ask_for(self, world):
        world.versions(0.9)
        world.registry.promote("churn", 1, "production")
        world.registry.set_policy("churn", "production", asks())
        self.refused(world, AlreadyHeldError, "nothing to ask for")

    def test_an_archived_version(self, protected):
        protected.registry.archive_version("models:/churn/1")
        self.refused(protected, ArchivedVersionError, "archived")

    def test_a_version_of_a_test_run(self, world):
        world.as_task(is_test=True).register(auc=0.9)
        world.registry.set_policy("churn", "production", asks())
        self.refused(world, TestVersionError, "dags test")

    def test_a_version_whose_bytes_others_can_change(self, world):
        protect(world)
        with world.registry.engine.begin() as connection:
            connection.execute(update(VersionRow).values(mutable=True))
        self.refused(world, MutableArtifactError, "others can change")

    def test_a_backfill_without_being_allowed(self, world):
        world.as_task(run_type="backfill").register(auc=0.9)
        world.registry.set_policy("churn", "production", asks())
        self.refused(world, OlderDataError, "backfill")
        assert ask(world, allow_older=True).is_pending

    def test_a_version_that_is_not_there(self, protected):
        self.refused(protected, VersionNotFoundError, "9", version=9)

    @pytest.mark.parametrize("reason", [None, "nul \0"])
    def test_a_reason_that_cannot_be_kept(self, protected, reason):
        self.refused(protected, InvalidInputError, "reason", reason=reason)

    def test_gates_that_do_not_pass_leave_their_report_and_no_request(self, world):
        world.register(auc=0.1)
        world.registry.set_policy("churn", "production", asks())
        with pytest.raises(NotPassedError) as caught:
            ask(world)
        assert [caught.value.report] == world.registry.gate_reports("models:/churn/1")
        assert world.types()[-1] == "version.validated"
        assert world.registry.requests() == []
        world.registry.verify_record("churn")


class TestNewer:
    def test_a_newer_request_supersedes_the_open_one_in_its_own_event(self, protected):
        first = ask(protected)
        second = ask(protected.seen_by(person("dee")), 2)
        ended = now(protected, first)
        assert (ended.state, ended.ended_by) == ("superseded", "dee")
        assert ended.ended_at == second.requested_at
        assert ended.ended_why == (
            f"was superseded by dee, since a newer request took its place (event {second.event} of the record)"
        )
        assert said_of(protected, first) == [("superseded", "newer")]
        assert last_event(protected).seq == second.event
        assert str(last_event(protected)).endswith(
            f"Request {first.request_id} for version 1 was superseded, since a newer request took its place."
        )
        assert pending_count(protected) == 1
        protected.registry.verify_record("churn")

    def test_an_approved_one_too(self, protected):
        first = approve(protected, "ana", ask(protected))
        ask(protected, 2)
        assert now(protected, first).state == "superseded"

    def test_a_policy_may_keep_the_open_ones(self, world):
        protect(world, on_newer="keep_open")
        first, second = ask(world), ask(world, 2)
        assert [now(world, each).state for each in (first, second)] == ["open", "open"]
        assert pending_count(world) == 2
        world.registry.verify_record("churn")

    def test_a_request_for_another_alias_is_left_alone(self, protected):
        protected.registry.set_policy("churn", "staging", asks())
        first = ask(protected)
        protected.registry.request_promotion("churn", 2, "staging")
        assert now(protected, first).state == "open"

    def test_another_models_requests_are_left_alone(self, protected):
        first = ask(protected)
        protected.versions(0.9, model="leave")
        protected.registry.set_policy("leave", "production", asks())
        protected.registry.request_promotion("leave", 1, "production")
        assert now(protected, first).state == "open"


class TestRepeats:
    @pytest.fixture
    def task(self, protected):
        return protected.as_task(run_type="scheduled")

    def test_the_same_asked_twice_is_one_request_and_one_event(self, protected, task):
        for world in (task, protected):
            first = ask(world)
            before = contents(world.registry.engine)
            assert ask(world) == first
            assert before == contents(world.registry.engine)

    def test_somebody_else_who_asks_the_same_finds_it(self, protected, task):
        first = ask(task)
        assert ask(protected.seen_by(person("dee"))).request_id == first.request_id
        assert protected.types().count("request.opened") == 1

    def test_an_approved_one_is_found(self, protected, task):
        approve(protected, "ana", ask(task))
        assert ask(task).state == "approved"

    def test_a_promoted_one_answers_its_task_and_nobody_else(self, protected, task):
        request = approve(protected, "ana", ask(task))
        protected.registry.promote("churn", 1, "production")
        assert ask(task).request_id == request.request_id
        assert ask(task).state == "promoted"
        with pytest.raises(AlreadyHeldError):
            ask(protected)

    def test_a_rejected_one_answers_its_task_and_is_asked_again_by_somebody_else(self, protected, task):
        request = ask(task)
        reject(protected, "ana", request)
        assert ask(task).state == "rejected"
        assert ask(task).request_id == request.request_id
        assert ask(protected).state == "open"

    def withdrawn(self, world, request):
        world.registry.withdraw(request.request_id, reason="wait")

    def superseded(self, world, request):
        self.withdrawn(world, ask(world, 2))

    def archived(self, world, request):
        world.registry.archive_version("models:/churn/1")
        world.registry.restore_version("models:/churn/1")

    def policy_changed_and_back(self, world, request):
        world.registry.set_policy("churn", "production", asks(four_eyes=True))
        world.registry.set_policy("churn", "production", asks())

    @pytest.mark.parametrize("end", [withdrawn, superseded, archived, policy_changed_and_back])
    def test_one_that_ended_otherwise_never_answers_and_another_is_opened_once(self, protected, task, end):
        first = ask(task)
        end(self, protected, first)
        second = ask(task)
        assert second.request_id != first.request_id
        assert second.state == "open"
        before = contents(protected.registry.engine)
        assert ask(task) == second
        assert before == contents(protected.registry.engine)
        protected.registry.verify_record("churn")

    @pytest.mark.parametrize("act", [ask, lambda world: world.registry.promote("churn", 1, "production")])
    def test_a_repeat_does_not_take_the_place_of_what_took_its_own(self, protected, task, act):
        """A cleared task of an older run would otherwise end what people have approved since."""
        first = ask(task)
        newer = approve(protected, "ana", ask(protected, 2))
        with pytest.raises(SupersededSinceError, match=f"request {newer.request_id} waits in its place") as caught:
            act(task)
        assert protected.registry.get_request(newer.request_id).state == "approved"
        assert (caught.value.event, caught.value.ended_by) == (first.event, newer.event)
        assert ask(protected).state == "open"  # for somebody else, it is a wish of its own

    def test_after_another_policy_the_same_task_asks_anew_also_after_a_reject(self, protected, task):
        reject(protected, "ana", ask(task))
        protected.registry.set_policy("churn", "production", asks(expires_after="1d"))
        assert ask(task).state == "open"

    def test_what_was_asked_again_and_then_rejected_is_not_asked_a_third_time(self, protected, task):
        self.withdrawn(protected, ask(task))
        second = ask(task)
        reject(protected, "ana", second)
        assert ask(task).request_id == second.request_id
        assert protected.types().count("request.opened") == 2

    def test_another_key_of_the_same_task_finds_what_is_pending(self, protected, task):
        assert ask(task, key="a").request_id == ask(task, key="b").request_id

    def test_one_that_the_gates_refused_before_is_asked_once_they_pass(self, world):
        world.versions(0.85, 0.9)
        world.registry.promote("churn", 2, "production")
        world.registry.set_policy("churn", "production", {**asks(), **LIFTED})
        task = world.as_task(run_type="scheduled")
        for _ in range(2):
            with pytest.raises(NotPassedError):
                ask(task)
        assert world.types().count("version.validated") == 1
        world.registry.set_policy("churn", "production", asks())
        assert ask(task).state == "open"
