from __future__ import annotations

import pytest


@pytest.fixture
def two(world):
    """Two versions that differ in a metric, a param, an input, the code and a file."""
    for auc, depth, rows, commit in ((0.91, 3, 1000, "abc"), (0.93, 5, 1200, "def")):
        world.register(
            str(auc),
            metrics={"auc": auc, "loss": 0.5},
            params={"depth": depth, "kernel": "rbf"},
            inputs=[{"name": "customers", "rows": rows}],
            code_revision=commit,
            environment={
                "interpreter": {"version": "3.11"},
                "distributions": [{"name": "NumPy", "version": str(depth)}],
            },
        )
    world.registry.promote("churn", 1, "production")
    return world


def test_what_differs_stands_side_by_side_with_the_change(run, two):
    header, *rows = run.table("versions", "diff", "churn", 1, 2)
    assert ["aspect", "name", "churn/1", "churn/2", "change"] == header
    assert ["metric", "auc", "0.91", "0.93", "+0.02"] == rows[0]
    assert ["param", "depth", "3", "5", ""] == rows[1]
    assert ["input", "customers.rows", "1000", "1200", "+200"] == rows[2]
    assert ["producer", "code_revision", "abc", "def", ""] == rows[3]
    assert ["environment", "numpy", "3", "5", ""] == rows[4]
    assert ["artifact", "digest"] == rows[5][:2]
    assert ["file", "model.pkl"] == rows[6][:2]
    assert 7 == len(rows)
    assert run.err.endswith("more, equal in both: --all shows them.\n")


def test_what_is_equal_is_shown_with_all(run, two):
    rows = run.table("versions", "diff", "churn", 1, 2, "--all")
    assert ["metric", "loss", "0.5", "0.5", "+0"] in rows
    assert ["environment", "interpreter.version", "3.11", "3.11", ""] in rows
    assert "" == run.err


def test_versions_may_be_named_by_alias_and_by_reference(run, two):
    expected = run("versions", "diff", "churn", 1, 2)
    assert expected == run("versions", "diff", "churn", "@production", 2)
    assert expected == run("versions", "diff", "models:/churn@production", "models:/churn/2")


def test_versions_of_two_models(run, two):
    two.register("other", auc=0.5, model="fraud")
    assert ["churn/1", "fraud/1"] == run.table("versions", "diff", "models:/churn/1", "models:/fraud/1")[0][2:4]


def test_a_version_beside_itself_differs_in_nothing(run, two):
    assert "No data found\n" == run("versions", "diff", "churn", 1, 1)
    assert ["churn/1", "churn/1 again"] == run.table("versions", "diff", "churn", 1, 1, "--all")[0][2:4]


def test_json_has_the_numbers(run, two):
    (auc, *_) = run.json("versions", "diff", "churn", 1, 2)
    assert {"aspect": "metric", "name": "auc", "first": 0.91, "second": 0.93} == {
        key: value for key, value in auc.items() if key != "change"
    }
    assert pytest.approx(0.02) == auc["change"]


@pytest.mark.parametrize("named", [("churn", 1), ("models:/churn/1", 2)])
def test_one_version_alone_cannot_be_compared(run, two, named):
    assert "Which two versions?" in run.fails("versions", "diff", *named)
