"""Routes: challengers beside the holder of an alias, through its policy, until the alias moves."""

from __future__ import annotations

from datetime import timedelta

import pytest

from airflow_provider_registry import errors
from airflow_provider_registry.registry import RouteKind
from tests.registry.requests.worlds import LEAD, approve, by, protect
from tests.support.kernel import FLOOR, LIFTED, World


def canary(world: World, *aucs: float) -> World:
    """Versions of which the first is production."""
    world.versions(*(aucs or (0.9, 0.91, 0.92)))
    world.registry.promote("churn", 1, "production")
    return world


def shares(world: World) -> dict[int, float]:
    """What each challenger has in percent."""
    return {route.version: route.traffic for route in world.registry.routes("churn", "production")}


class TestRouting:
    def test_a_challenger_gets_its_share_with_one_event_and_the_alias_keeps_its_holder(self, world):
        canary(world)
        route = world.registry.route("churn", 2, "production", traffic=12.5, reason="canary")
        assert [route] == world.registry.routes("churn", "production") == world.registry.route_history("churn")
        assert (1_250, 12.5, RouteKind.TRAFFIC, None) == (route.share, route.traffic, route.kind, route.to_at)
        assert 1 == world.registry.get_version("models:/churn@production").version
        (*_, event) = world.registry.events(model_name="churn")
        assert ("alias.routed", 2, "production", route.event) == (event.type, event.version, event.alias, event.seq)
        said = "tester gave version 2 12.5 % of the traffic of production, beside version 1. Reason: canary"
        assert str(event).endswith(said)
        assert route.sentence() == "Version 2 of churn gets 12.5 % of the traffic of production."
        world.registry.verify_record("churn")

    def test_a_share_changes_in_place_and_the_history_keeps_what_it_was(self, world):
        canary(world)
        first = world.registry.route("churn", 2, "production", traffic="10")
        between = world.registry.route("churn", 3, "production", traffic=20)
        second = world.registry.route("churn", 2, "production", traffic=15)
        assert {2: 15.0, 3: 20.0} == shares(world)
        assert ((0, 1_000), (3_000, 3_500)) == second.buckets
        history = [(one.version, one.traffic, one.to_at) for one in world.registry.route_history("churn")]
        assert [(2, 10.0, second.from_at), (3, 20.0, None), (2, 15.0, None)] == history
        at = world.registry.routes_at("churn", "production", between.from_at)
        assert [2, 3] == [one.version for one in at]
        assert [] == world.registry.routes_at("churn", "production", first.from_at - timedelta(microseconds=1))
        world.registry.verify_record("churn")

    def test_a_shadow_takes_nothing_and_becomes_a_canary(self, world):
        canary(world)
        shadow = world.registry.route("churn", 2, "production", shadow=True)
        assert (0, ()) == (shadow.share, shadow.buckets)
        assert [2] == [version.version for version in world.registry.shadows("models:/churn@production")]
        world.registry.route("churn", 2, "production", traffic=1)
        assert ([], {2: 1.0}) == (world.registry.shadows("models:/churn@production"), shares(world))
        world.registry.verify_record("churn")

    def test_the_same_again_changes_nothing(self, world):
        canary(world)
        once = world.registry.route("churn", 2, "production", traffic=10)
        assert once == world.registry.route("churn", 2, "production", traffic=10.0, reason="again")
        assert once.event == world.registry.record_head("churn").count

    def test_a_repeat_answers_while_the_route_stands_and_is_superseded_after(self, world):
        task = canary(world).as_task()
        once = task.registry.route("churn", 2, "production", traffic=10)
        assert once == task.registry.route("churn", 2, "production", traffic=10)
        world.registry.route("churn", 2, "production", traffic=50)
        with pytest.raises(errors.SupersededSinceError, match=r"Version 2 got 10 % of 'production' by event 6"):
            task.registry.route("churn", 2, "production", traffic=10)
        assert {2: 50.0} == shares(world)

    @pytest.mark.parametrize(
        ("said", "message"),
        [
            ({}, "one of traffic=, in percent, and shadow=True"),
            ({"traffic": 10, "shadow": True}, "one of traffic=, in percent, and shadow=True"),
            ({"traffic": 0}, "to give it none, end the route"),
            ({"traffic": 100}, "below 100"),
            ({"traffic": 0.001}, "at most two decimals"),
            ({"traffic": float("nan")}, "percent above 0"),
            ({"traffic": "None"}, "percent above 0"),
            ({"traffic": True}, "percent above 0"),
            ({"traffic": "1e999999999"}, "percent above 0"),
            ({"shadow": "False"}, "give True or False"),
        ],
    )
    def test_what_is_no_share_is_refused(self, world, said, message):
        canary(world)
        with pytest.raises(errors.InvalidInputError, match=message):
            world.registry.route("churn", 2, "production", **said)

    def test_the_holder_keeps_something(self, world):
        canary(world)
        world.registry.route("churn", 2, "production", traffic=60)
        with pytest.raises(errors.NoTrafficLeftError, match=r"get 60 %: with 40 % more its holder would get none"):
            world.registry.route("churn", 3, "production", traffic=40)
        world.registry.route("churn", 3, "production", traffic=39.99)
        world.registry.route("churn", 2, "production", traffic=60.0)
        assert {2: 60.0, 3: 39.99} == shares(world)

    def test_a_challenger_stands_beside_a_holder_and_is_another(self, world):
        world.versions(0.9, 0.91)
        with pytest.raises(errors.AliasNotFoundError, match="promote one before others challenge it"):
            world.registry.route("churn", 1, "production", traffic=10)
        world.registry.promote("churn", 1, "production")
        with pytest.raises(errors.AlreadyHeldError, match="Version 1 holds 'production'"):
            world.registry.route("churn", 1, "production", traffic=10)


class TestThroughThePolicy:
    def test_the_gates_are_asked_and_their_report_is_kept(self, world):
        canary(world, 0.9, 0.85, 0.95).registry.set_policy("churn", "production", LIFTED)
        with pytest.raises(errors.NotPassedError) as refused:
            world.registry.route("churn", 2, "production", traffic=10)
        assert not refused.value.report.passed
        assert "version.validated" == world.types()[-1]
        world.registry.route("churn", 3, "production", traffic=10)
        (report,) = world.registry.gate_reports(3, model_name="churn")
        assert (report.passed, 1) == (True, report.baseline_version)
        world.registry.promote("churn", 3, "production")
        assert 1 == len(world.registry.gate_reports(3, model_name="churn"))
        world.registry.verify_record("churn")

    def test_an_approved_request_is_needed_and_stays_for_the_promotion(self, world):
        protect(world, LEAD, override={"users": ["boss"]}, versions=3)
        by(world, "boss").override("churn", 1, "production", reason="first")
        with pytest.raises(errors.ApprovalNeededError, match="Route again once it is approved") as asked:
            world.registry.route("churn", 2, "production", traffic=10)
        with pytest.raises(errors.ApprovalNeededError):
            world.registry.route("churn", 2, "production", shadow=True)
        approve(world, "ana", asked.value.request)
        world.registry.route("churn", 2, "production", traffic=10)
        assert "approved" == world.registry.get_request(asked.value.request.request_id).state
        world.registry.route("churn", 2, "production", traffic=50)
        promoted = world.registry.promote("churn", 2, "production")
        assert asked.value.request.request_id == promoted.request
        world.registry.verify_record("churn")

    def test_what_people_rejected_gets_no_route(self, world):
        protect(world, LEAD, override={"users": ["boss"]})
        by(world, "boss").override("churn", 1, "production", reason="first")
        with pytest.raises(errors.ApprovalNeededError) as asked:
            world.registry.route("churn", 2, "production", traffic=10)
        by(world, "ana").decide(asked.value.request.request_id, verdict="reject")
        with pytest.raises(errors.RequestRejectedError):
            world.registry.route("churn", 2, "production", traffic=10)
        assert [] == world.registry.routes("churn")

    def test_what_no_gate_can_help_gets_no_route(self, world):
        canary(world)
        world.registry.archive_version("models:/churn/2")
        with pytest.raises(errors.ArchivedVersionError):
            world.registry.route("churn", 2, "production", traffic=10)
        world.registry.set_policy("churn", "production", FLOOR)
        world.registry.remove_policy("churn", "production", reason="gone")
        with pytest.raises(errors.LockedAliasError):
            world.registry.route("churn", 3, "production", traffic=10)


ENDS = {
    "promote the challenger": lambda w: w.registry.promote("churn", 2, "production"),
    "promote another": lambda w: w.registry.promote("churn", 4, "production"),
    "roll back": lambda w: w.registry.rollback("churn", "production", reason="bad"),
    "override": lambda w: by(w, "boss").override("churn", 4, "production", reason="must"),
    "empty": lambda w: by(w, "boss").clear_alias("churn", "production", reason="must"),
    "remove the policy": lambda w: w.registry.remove_policy("churn", "production", reason="gone"),
}


@pytest.mark.parametrize("act", ENDS)
def test_what_moves_the_alias_ends_its_routes_in_its_own_event(world, act):
    canary(world, 0.9, 0.91, 0.92, 0.93)
    world.registry.promote("churn", 4, "production")
    world.registry.promote("churn", 1, "production")
    world.registry.set_policy("churn", "production", {**FLOOR, "override": {"users": ["boss"]}})
    world.registry.route("churn", 3, "production", shadow=True)
    world.registry.route("churn", 2, "production", traffic=10)
    ENDS[act](world)
    (*_, event) = world.registry.events(model_name="churn")
    assert [2, 3] == event.payload["routes_ended"]
    assert "The route of version 2 ended. The route of version 3 ended." in str(event)
    assert [] == world.registry.routes("churn")
    assert {event.at} == {route.to_at for route in world.registry.route_history("churn")}
    world.registry.verify_record("churn")


def test_a_new_policy_leaves_the_routes_and_the_free_alias_may_be_emptied_with_them(world):
    canary(world)
    world.registry.route("churn", 2, "production", traffic=10)
    world.registry.clear_alias("churn", "production")
    world.registry.promote("churn", 1, "production")
    world.registry.route("churn", 2, "production", traffic=10)
    world.registry.set_policy("churn", "production", FLOOR)
    assert {2: 10.0} == shares(world)
    world.registry.verify_record("churn")


class TestEnding:
    def test_what_the_challenger_had_goes_back_to_the_holder(self, world):
        canary(world)
        world.registry.route("churn", 2, "production", traffic=10)
        world.registry.end_route("churn", 2, "production", reason="worse")
        assert [] == world.registry.routes("churn")
        (*_, event) = world.registry.events(model_name="churn")
        said = "ended the route of version 2, which had 10 % of the traffic of production. Reason: worse"
        assert str(event).endswith(said)
        with pytest.raises(errors.RouteNotFoundError, match="Version 2 of 'churn' has no route"):
            world.registry.end_route("churn", 2, "production")
        world.registry.verify_record("churn")

    def test_a_repeat_answers_until_there_is_another_route(self, world):
        canary(world)
        world.registry.route("churn", 2, "production", traffic=10)
        for _ in range(2):
            world.registry.end_route("churn", 2, "production", key="k")
        world.registry.route("churn", 2, "production", traffic=20)
        with pytest.raises(errors.SupersededSinceError):
            world.registry.end_route("churn", 2, "production", key="k")

    def test_a_version_with_a_route_is_not_archived(self, world):
        canary(world)
        world.registry.route("churn", 2, "production", shadow=True)
        with pytest.raises(errors.VersionInUseError, match="it has a route beside the holder of production"):
            world.registry.archive_version("models:/churn/2")
        world.registry.end_route("churn", 2, "production")
        world.registry.archive_version("models:/churn/2")
