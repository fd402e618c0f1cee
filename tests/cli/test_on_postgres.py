"""The commands on PostgreSQL: one story, since what differs below them is the kernel's to test."""

from __future__ import annotations

import getpass

import pytest

from tests.support.kernel import FLOOR

pytestmark = pytest.mark.postgres


@pytest.fixture
def backend():
    return "postgresql"


def test_from_the_first_version_to_an_export(run, world, tmp_path):
    for auc in (0.85, 0.9):
        run("versions", "register", "churn", world.artifact(str(auc)), "-m", f"auc={auc}", "-t", "by=hand")
    assert [2, 1] == [row["version"] for row in run.json("versions", "list", "churn", "--filter", "tags.by = 'hand'")]
    assert "+0.05" == run.table("versions", "diff", "churn", 1, 2)[1][4]
    run("promote", "churn", 1, "production")
    approvals = [{"role": "ml-lead", "users": [getpass.getuser()]}]
    world.registry.set_policy("churn", "production", {**FLOOR, "approvals": approvals})
    run.fails("promote", "churn", "models:/churn/2", "production")
    (asked,) = run.json("requests", "list", "churn")
    run("requests", "approve", asked["request_id"])
    run("promote", "churn", 2, "production")
    assert ["churn", "production", "2"] == run.table("live")[1][:3]
    assert 2 == len(run.table("alias", "list", "churn"))
    assert ["1", "2"] == [row[1] for row in run.table("alias", "history", "churn", "production")[1:]]
    assert "ml-lead" in run("policy", "show", "churn", "production", "-o", "yaml")
    run("versions", "archive", "churn", 1)
    assert [] == run.json("gc")
    (head,) = run.json("record", "verify")
    assert head["count"] == len(run("record", "export").splitlines())
    run("versions", "download", "churn", "@production", "--to", tmp_path / "here")
    assert "0.9" == (tmp_path / "here" / "model.pkl").read_text()
    assert "as this release needs it" in run("db", "check")
