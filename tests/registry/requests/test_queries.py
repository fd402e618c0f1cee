"""Reading requests: by id, in lists, and many newest ones at once."""

from __future__ import annotations

import pytest
from sqlalchemy import event

from airflow_provider_registry.errors import InvalidInputError, InvalidNameError, ModelNotFoundError
from tests.registry.requests.worlds import LEAD, approve, ask, asks, by, last_event, now, protect, reject


@pytest.fixture
def several(world):
    """Requests of two models, newest first."""
    protect(world)
    first = ask(world)
    second = ask(world, 2)
    world.versions(0.9, model="leave")
    world.registry.set_policy("leave", "live", asks())
    third = world.registry.request_promotion("leave", 1, "live")
    reject(world, "ana", second)
    return [now(world, each) for each in (third, second, first)]


class TestLists:
    def test_the_newest_comes_first(self, world, several):
        assert world.registry.requests() == several
        assert [each.state for each in several] == ["open", "rejected", "superseded"]

    def test_of_a_model_by_any_name_and_case_it_has_or_had(self, world, several):
        world.registry.rename_model("leave", "gone")
        for name in ("leave", "LEAVE", "gone"):
            assert [each.request_id for each in world.registry.requests(name)] == [several[0].request_id]

    def test_of_an_alias_of_every_model(self, world, several):
        assert world.registry.requests(alias="Production") == several[1:]
        assert world.registry.requests("leave", alias="production") == []

    def test_of_one_state_or_several(self, world, several):
        assert world.registry.requests(state="open") == several[:1]
        assert world.registry.requests(state=["rejected", "superseded"]) == several[1:]
        assert world.registry.requests("churn", state="open") == []

    def test_at_most_so_many(self, world, several):
        assert world.registry.requests(limit=2) == several[:2]

    def test_a_model_that_is_not_there_is_named(self, world, several):
        with pytest.raises(ModelNotFoundError, match="chrun"):
            world.registry.requests("chrun")

    @pytest.mark.parametrize("limit", [0, -1, 1_001, True, "5", None])
    def test_a_limit_that_is_none_is_refused(self, world, limit):
        with pytest.raises(InvalidInputError, match="limit is"):
            world.registry.requests(limit=limit)

    @pytest.mark.parametrize("state", ["Open", ["open", "closed"], [None]])
    def test_a_state_that_there_is_not_is_refused_with_those_there_are(self, world, state):
        with pytest.raises(InvalidInputError, match="open, approved, promoted"):
            world.registry.requests(state=state)

    def test_a_list_costs_as_many_statements_however_long_it_is(self, world, several):
        def count(limit):
            seen = []
            event.listen(world.registry.engine, "before_cursor_execute", lambda *said: seen.append(said[2]))
            world.registry.requests(limit=limit)
            return len(seen)

        assert count(1) == count(3) == 2


class TestNewest:
    def test_the_newest_of_each_is_found_by_the_names_that_were_asked(self, world, several):
        named = [("churn", 1, "production"), ("Churn", 2, "PRODUCTION"), ("leave", 1, "live"), ("leave", 1, "none")]
        found = world.registry.newest_requests(named)
        assert {name: status.state for name, status in found.items()} == {
            named[0]: "superseded",
            named[1]: "rejected",
            named[2]: "open",
        }
        rejected = found[named[1]]
        assert (rejected.request_id, rejected.ended_by) == (several[1].request_id, "ana")
        assert rejected.ended_why == several[1].ended_why

    def test_a_later_request_of_the_same_is_the_newest(self, world, several):
        again = ask(world)
        assert world.registry.newest_requests([("churn", 1, "production")]).popitem()[1].request_id == again.request_id

    def test_an_approval_is_seen(self, world, several):
        approve(world, "ana", several[0])
        assert world.registry.newest_requests([("leave", 1, "live")]).popitem()[1].state == "approved"

    def test_a_renamed_model_is_found_by_both_names(self, world, several):
        world.registry.rename_model("leave", "gone")
        found = world.registry.newest_requests([("leave", 1, "live"), ("gone", 1, "live")])
        assert [status.state for status in found.values()] == ["open", "open"]

    def test_any_number_of_them_is_one_statement(self, world, several):
        seen = []
        named = [(model, version, "production") for model in ("churn", "other") for version in range(1, 20_001)]
        event.listen(world.registry.engine, "before_cursor_execute", lambda *said: seen.append(said[2]))
        found = world.registry.newest_requests(named)
        assert len(seen) == 1
        assert {*found} == {("churn", 1, "production"), ("churn", 2, "production")}

    def test_nothing_asked_is_nothing_answered(self, world):
        assert world.registry.newest_requests([]) == {}

    def test_what_is_no_name_is_refused(self, world):
        with pytest.raises(InvalidNameError):
            world.registry.newest_requests([("churn", 1, "no alias!")])


class TestErased:
    def test_of_an_ended_request_persons_may_go_and_the_rest_stays(self, world):
        request = ask(protect(world, {**LEAD, "count": 2}), reason="eve wants it")
        approve(world, "ana", request, comment="eve is right")
        reject(world, "bo", request, comment="eve is wrong")
        for seq in (request.event, request.event + 1, request.event + 2):
            world.registry.erase_event("churn", seq, reason="asked for")
        found = now(world, request)
        assert (found.requested_by, found.reason, found.ended_by) == ("(erased)", "", "(erased)")
        assert found.ended_why == "was rejected by (erased) as ml-lead"
        assert [(each.by, each.comment, each.verdict) for each in found.decisions] == [
            ("(erased)", "", "approve"),
            ("(erased)", "", "reject"),
        ]
        assert not {"ana", "bo", "eve"} & set(str(found.as_mapping()).replace("'", " ").split())
        world.registry.verify_record("churn")


class TestActingAs:
    def test_it_is_the_same_registry_on_behalf_of_somebody_else(self, world):
        protect(world)
        ana = by(world, "ana")
        assert ana.engine is world.registry.engine
        ana.set_tag("models:/churn/1", "a", "b")
        assert last_event(world).by == "ana"
        world.registry.set_tag("models:/churn/1", "a", "c")
        assert last_event(world).by == "tester"
        ana.verify_artifact("models:/churn/1")
