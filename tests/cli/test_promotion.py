from __future__ import annotations

import getpass
import json
import socket

import pytest

from airflow_provider_registry.registry import Actor
from tests.support.kernel import FLOOR


def test_promote_moves_the_alias_and_prints_what_it_did(run, world):
    world.versions(0.8, 0.9)
    world.registry.promote("churn", 1, "production")
    rows = dict(run.table("promote", "churn", 2, "production", "--reason", "better")[1:])
    assert ("models:/churn/2", "production", "1", "promoted", "better") == tuple(
        rows[name] for name in ("reference", "alias", "instead_of", "act", "reason")
    )
    assert [1, 2] == world.holders()


@pytest.mark.parametrize("version", ["2", "@staging", "models:/churn/2"])
def test_a_version_is_named_by_number_alias_or_reference(run, world, version):
    world.versions(0.8, 0.9)
    world.registry.promote("churn", 2, "staging")
    assert 2 == run.json("promote", "churn", version, "production")[0]["version"]


def test_gates_that_do_not_pass_are_said(run, world):
    world.versions(0.7)
    world.registry.set_policy("churn", "production", FLOOR)
    assert "Version 1 of churn did not pass the gates of production" in run.fails("promote", "churn", 1, "production")
    assert [] == world.holders()


def test_rollback_goes_back_with_a_reason(run, world):
    world.versions(0.8, 0.9, 0.95)
    for version in (1, 2, 3):
        world.registry.promote("churn", version, "production")
    assert 2 == run.json("rollback", "churn", "production", "--reason", "slow")[0]["version"]
    assert 1 == run.json("rollback", "churn", "production", "--reason", "slow", "--to", 1)[0]["version"]
    assert "slow" == world.registry.history("churn")[-1].reason


def test_rollback_without_a_reason_is_a_wrong_command(run, world):
    with pytest.raises(SystemExit) as caught:
        run("rollback", "churn", "production")
    assert 2 == caught.value.code
    assert "--reason" in run.err


def test_a_key_makes_a_promotion_one_act(run, world):
    world.versions(0.8)
    for _ in range(2):
        run("promote", "churn", 1, "production", "--key", "release-7")
    assert 1 == world.types().count("alias.promoted")


def test_who_acts_is_user_at_host_and_a_claim(run, world):
    world.versions(0.8)
    run("promote", "churn", 1, "production")
    event = world.registry.model_events("churn")[-1]
    user, host = getpass.getuser(), socket.gethostname()
    actor = Actor("cli", f"{user}@{host}", user)
    assert (("cli", False)) == (event.via, event.authenticated)
    assert {"issuer": actor.issuer, "subject": actor.subject, "name": actor.name} == event.private["actor"]


def test_json_is_one_list_with_the_assignment(run, world):
    world.versions(0.8)
    (done,) = json.loads(run("promote", "churn", 1, "production", "-o", "json"))
    assert ("alias.promoted", None) == (done["act"], done["to_at"])
