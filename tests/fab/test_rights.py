"""`airflow model-registry rights`, on a real FAB."""

from __future__ import annotations

import json

import yaml

COUNT_LATER = "They count once [model_registry] authorization is custom_view; now it is asset.\n"
READERS = ["Admin", "Op", "Reviewer", "User", "Viewer"]


def test_before_they_are_created_nobody_has_them(said):
    assert [(False, [])] * 3 == [(right["exists"], right["roles"]) for right in json.loads(said["before"].out)]
    assert f"Some are not there yet: airflow model-registry rights create.\n{COUNT_LATER}" == said["before"].err


def test_a_role_that_is_not_there_is_named_and_nothing_is_created(said):
    assert 1 == said["unknown"].code
    assert "FAB has no role 'Nobody', and nothing was granted: its roles are Admin, Decider, " in said["unknown"].err
    assert [False] * 3 == [right["exists"] for right in json.loads(said["still"].out)]


def test_they_are_created_and_granted_and_what_was_done_is_said(said):
    assert """\
right      | action   | resource                | roles
===========+==========+=========================+==================================
read       | can_read | Model Registry          | Admin, Op, Reviewer, User, Viewer
decide     | can_edit | Model Registry Requests | Admin, Op, Reviewer
administer | can_edit | Model Registry          | Admin, Op
""" == "".join(f"{line.rstrip()}\n" for line in said["created"].out.splitlines() if line.strip())
    done = (
        "Created read, decide, administer. Granted read to Admin, Op, Reviewer, User, Viewer. "
        "Granted decide to Admin, Op, Reviewer. Granted administer to Admin, Op."
    )
    assert f"{done}\n{COUNT_LATER}" == said["created"].err


def test_again_changes_nothing_and_says_so(said):
    assert (0, said["created"].out) == (said["again"].code, said["again"].out)
    assert f"Nothing to do: all of it was there.\n{COUNT_LATER}" == said["again"].err


def test_what_airflow_synchronises_keeps_them(said):
    assert 0 == said["sync-perm"].code
    read, decide, administer = json.loads(said["after"].out)
    assert {
        "right": "read",
        "action": "can_read",
        "resource": "Model Registry",
        "exists": True,
        "roles": READERS,
    } == read
    assert (["Admin", "Op", "Reviewer"], ["Admin", "Op"]) == (decide["roles"], administer["roles"])


def test_airflows_own_command_grants_them_too_and_that_is_shown(said):
    assert "Added can edit on Model Registry Requests to role Decider" in said["by hand"].out
    read, decide, _ = yaml.safe_load(said["read"].out)
    assert (READERS, ["Admin", "Decider", "Op", "Reviewer"]) == (read["roles"], decide["roles"])
    assert said["read"].err.startswith("Nothing to do")


def test_airflows_audit_log_has_who_created_them(server):
    with server.client("admin") as admin:
        found = admin.get(f"{server.url}/api/v2/eventLogs", params={"event": "cli_create_rights"}).json()
    assert 4 == found["total_entries"]
