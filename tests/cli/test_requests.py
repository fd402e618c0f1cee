from __future__ import annotations

import getpass

import pytest

from tests.support.kernel import FLOOR

ME = getpass.getuser()


def policy(*roles, **more):
    """A policy with a gate, and of each role, with who may decide in it, one approval."""
    approvals = [{"role": role, "users": users} for role, users in roles]
    return {**FLOOR, "approvals": approvals, **more}


@pytest.fixture
def asked(world):
    """The id of a request for version 2 that two roles must approve, of which this user has one."""
    world.versions(0.85, 0.9)
    world.registry.promote("churn", 1, "production")
    world.registry.set_policy("churn", "production", policy(("ml-lead", [ME]), ("risk", ["ana"])))
    return world.registry.request_promotion("churn", 2, "production", reason="better").request_id


def test_list_shows_the_newest_first_and_what_is_missing(run, asked):
    header, row = run.table("requests", "list")
    assert ["request_id", "model_name", "version", "alias", "state", "missing"] == header[:6]
    assert [str(asked), "churn", "2", "production", "open", "ml-lead=1, risk=1", "tester"] == row[:7]


def test_list_takes_a_model_an_alias_and_states(run, world, asked):
    run("requests", "withdraw", asked, "--reason", "not yet")
    newer = world.registry.request_promotion("churn", 2, "production").request_id
    assert [newer, asked] == [
        row["request_id"] for row in run.json("requests", "list", "churn", "--alias", "production")
    ]
    assert [newer] == [
        row["request_id"] for row in run.json("requests", "list", "--state", "open", "--state", "approved")
    ]
    assert "the states are" in run.fails("requests", "list", "--state", "opened")


def test_show_has_the_gates_the_decisions_and_what_is_missing(run, asked):
    run("requests", "approve", asked, "--comment", "looks good")
    rows = dict(run.table("requests", "show", asked)[1:])
    assert ("open", "models:/churn/2", "1", "risk=1", "better") == tuple(
        rows[name] for name in ("state", "reference", "instead_of", "missing", "reason")
    )
    (gate,) = [value for name, value in rows.items() if name.startswith("gate: auc")]
    assert gate.startswith("passed")
    (decision,) = [value for name, value in rows.items() if name.startswith("event ")]
    assert f"approve by {ME} as ml-lead via cli, claimed: looks good" == decision


def test_approve_counts_as_user_at_host(run, asked):
    (request,) = run.json("requests", "approve", asked, "--comment", "looks good")
    (decision,) = request["decisions"]
    assert ("open", {"risk": 1}) == (request["state"], request["missing"])
    assert ("approve", "ml-lead", ME, "cli", False) == tuple(
        decision[name] for name in ("verdict", "role", "by", "via", "authenticated")
    )


def test_a_role_that_is_not_mine_is_refused_and_recorded(run, world, asked):
    assert "risk" in run.fails("requests", "approve", asked, "--role", "risk")
    assert "request.decision_refused" == world.types()[-1]


def test_another_report_than_the_one_seen_is_refused(run, asked):
    assert "report" in run.fails("requests", "approve", asked, "--report", "0" * 64)
    digest = run.json("requests", "show", asked)[0]["report_digest"]
    run("requests", "approve", asked, "--report", digest)


def test_one_reject_ends_it(run, asked):
    assert "rejected" == run.json("requests", "reject", asked, "--comment", "too slow")[0]["state"]
    assert "ended" in dict(run.table("requests", "show", asked)[1:])
    assert "airflow model-registry: " in run.fails("requests", "approve", asked)


def test_withdraw_takes_it_back_with_a_reason(run, asked):
    (request,) = run.json("requests", "withdraw", asked, "--reason", "not yet")
    assert "withdrawn" == request["state"]
    assert "not yet" in request["ended_why"]


def test_a_request_that_is_not_there_is_said(run, asked):
    assert "4711" in run.fails("requests", "show", 4711)


def test_a_policy_may_refuse_decisions_from_the_command_line(run, world):
    world.versions(0.9)
    world.registry.set_policy("churn", "production", policy(("ml-lead", [ME]), via=["airflow-ui"]))
    asked = world.registry.request_promotion("churn", 1, "production").request_id
    assert "cli" in run.fails("requests", "approve", asked)
    assert "request.decision_refused" == world.types()[-1]


def test_promote_opens_a_request_and_commits_it_once_it_is_approved(run, world):
    world.versions(0.9)
    world.registry.set_policy("churn", "production", policy(("ml-lead", [ME])))
    said = run.fails("promote", "churn", 1, "production")
    (asked,) = (request.request_id for request in world.registry.requests("churn"))
    assert f"Request {asked} " in said
    assert "ml-lead" in said
    run("requests", "approve", asked)
    assert 1 == run.json("promote", "churn", 1, "production")[0]["version"]
    assert "promoted" == run.json("requests", "show", asked)[0]["state"]


def test_override_passes_the_policy_for_whom_it_names(run, world):
    world.versions(0.5)
    world.registry.set_policy("churn", "production", {**FLOOR, "override": {"users": [ME]}})
    (done,) = run.json("override", "churn", 1, "production", "--reason", "the live one is broken")
    assert ("alias.overridden", "the live one is broken") == (done["act"], done["reason"])
    assert "overridden" == run.table("live")[1][5]
    (shown,) = [row[1] for row in run.table("versions", "show", "churn", 1) if row[0].startswith("production, from ")]
    assert f"overridden by {ME}, until now: the live one is broken" == shown
    assert "alias.overridden" == run.json("versions", "show", "churn", 1)[0]["assignments"][0]["act"]


def test_override_is_refused_to_others(run, world):
    world.versions(0.5)
    world.registry.set_policy("churn", "production", {**FLOOR, "override": {"users": ["ana"]}})
    assert "override" in run.fails("override", "churn", 1, "production", "--reason", "please")
    assert [] == world.holders()
