"""What a request is bound to changes: the act that changes it ends the request, and its one event says so."""

from __future__ import annotations

import pytest
from sqlalchemy import event

from airflow_provider_registry.errors import RequestEndedError
from tests.registry.requests.worlds import (
    LEAD,
    approve,
    ask,
    asks,
    by,
    last_event,
    now,
    pending_count,
    protect,
    said_of,
)

SCHEMA = {"type": "object", "required": ["owner"]}
METADATA = {"gates": [*asks()["gates"], {"metadata": "required"}]}


def set_policy(world):
    world.registry.set_policy("churn", "production", asks(four_eyes=True))


def remove_policy(world):
    world.registry.remove_policy("churn", "production", reason="over")


def promote_another(world):
    world.registry.promote("churn", 3, "production")


def override(world):
    by(world, "boss").override("churn", 3, "production", reason="now")


def override_it(world):
    by(world, "boss").override("churn", 2, "production", reason="now")


def roll_back(world):
    world.registry.rollback("churn", "production", reason="bad", to=4)


def archive(world):
    world.registry.archive_version("models:/churn/2")


def validate_and_fail(world):
    world.registry.update_model("churn", metadata_schema=SCHEMA)
    assert not world.registry.validate("churn", 2, alias="production").passed


# How a request for version 2 ends, by the act: the reason in the record, and in words.
ENDS = {
    set_policy: ("policy", "since the policy of the alias changed", "policy.set"),
    remove_policy: ("policy", "since the policy of the alias changed", "policy.removed"),
    promote_another: ("baseline", "since production moved to version 3", "alias.promoted"),
    override: ("baseline", "since production moved to version 3", "alias.overridden"),
    override_it: ("baseline", "since production moved to version 2", "alias.overridden"),
    roll_back: ("baseline", "since production moved to version 4", "alias.rolled_back"),
    archive: ("archived", "since the version was archived", "version.archived"),
    validate_and_fail: ("gates", "since its gates do not pass any more", "version.validated"),
}


@pytest.fixture(params=["open", "approved"])
def request_(world, request):
    """A request for version 2, while one for version 3 is approved, and versions 4 and 1 held production."""
    world.registry.create_model("churn", metadata_schema={"type": "object"})
    world.versions(0.81, 0.82, 0.83, 0.84)
    world.registry.promote("churn", 4, "production")
    world.registry.promote("churn", 1, "production")
    policy = {**asks(on_newer="keep_open", override={"users": ["boss"]}), **METADATA}
    world.registry.set_policy("churn", "production", policy)
    approve(world, "ana", ask(world, 3))
    asked = ask(world, 2)
    return approve(world, "ana", asked) if request.param == "approved" else asked


@pytest.mark.parametrize("act", ENDS, ids=lambda act: act.__name__)
def test_the_act_that_changes_what_a_request_is_bound_to_invalidates_it_in_its_own_event(world, request_, act):
    why, words, kind = ENDS[act]
    act(world)
    found, said = now(world, request_), last_event(world)
    assert said.type == kind
    assert (found.state, found.ended_by, found.ended_at) == ("invalidated", said.by, said.at)
    assert found.ended_why == f"was invalidated by {said.by}, {words} (event {said.seq} of the record)"
    assert said_of(world, request_)[-1] == ("invalidated", why)
    assert f"Request {request_.request_id} for version 2 was invalidated, since" in str(said)
    left = [each for each in world.registry.requests() if each.is_pending]
    assert pending_count(world) == len(left)
    assert (left == []) is (why in ("policy", "baseline"))  # the request for version 3 has its own version and gates
    world.registry.verify_record("churn")
    with pytest.raises(RequestEndedError, match=words):
        approve(world, "bo", request_)


@pytest.mark.parametrize(
    "act",
    [
        lambda world: world.registry.set_tag("models:/churn/2", "a", "b"),
        lambda world: world.registry.describe_version("models:/churn/2", "good"),
        lambda world: world.registry.set_policy("churn", "staging", asks()),
        lambda world: world.registry.promote("churn", 3, "free"),
        lambda world: world.registry.archive_version("models:/churn/4"),
        lambda world: world.registry.validate("churn", 2, alias="production"),
        lambda world: world.registry.update_model("churn", team="growth"),
        lambda world: world.registry.rename_model("churn", "churn2"),
        lambda world: by(world, "boss").clear_alias("churn", "production", reason="empty it"),
        lambda world: world.register("new", auc=0.9),
    ],
)
def test_an_act_that_changes_nothing_of_it_leaves_it_as_it_is(world, request_, act):
    act(world)
    found = now(world, request_)
    assert (found.state, found.decisions, found.missing) == (request_.state, request_.decisions, request_.missing)
    assert pending_count(world) == 2
    world.registry.verify_record(found.model_name)


def test_a_policy_that_is_set_as_it_was_changes_nothing(world):
    request = ask(protect(world))
    world.registry.set_policy("churn", "production", asks(LEAD))
    assert now(world, request).state == "open"


def test_acts_on_a_model_without_pending_requests_read_none(world):
    """What nobody uses costs no statement."""
    protect(world, four_eyes=True)
    statements: list[str] = []

    def note(connection, cursor, statement, *_):
        statements.append(statement)

    world.registry.withdraw(ask(world).request_id, reason="done with")
    event.listen(world.registry.engine, "before_cursor_execute", note)
    world.register("new", auc=0.9)
    world.registry.promote("churn", 1, "free")
    world.registry.promote("churn", 2, "free")
    world.registry.rollback("churn", "free", reason="bad")
    world.registry.validate("churn", 1, alias="production")
    world.registry.archive_version("models:/churn/3")
    world.registry.set_policy("churn", "production", asks())
    event.remove(world.registry.engine, "before_cursor_execute", note)
    assert statements
    assert [each for each in statements if "registry_request" in each or "registry_decision" in each] == []
