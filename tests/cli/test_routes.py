from __future__ import annotations


def test_a_challenger_gets_a_share_answers_its_keys_and_gives_it_back(run, world):
    world.versions(0.8, 0.9)
    world.registry.promote("churn", 1, "production")
    said = ("--traffic", "99.5", "--reason", "canary")
    assert 99.5 == run.json("routes", "set", "churn", 2, "production", *said)[0]["share"] / 100
    assert ["production", "2", "traffic", "99.5"] == run.table("routes", "list", "churn")[1][:4]
    rows = run.json("routes", "resolve", "churn", "production", *(f"customer-{number}" for number in range(20)))
    assert {2} <= {row["version"] for row in rows}
    assert {"route"} <= {row["answered_by"] for row in rows}
    run("routes", "end", "churn", 2, "production", "--reason", "worse")
    assert "has no route to production any more" in run.err
    assert [] == run.json("routes", "list", "churn", "production")
    assert 1 == len(run.json("routes", "list", "churn", "--ended"))


def test_a_shadow_is_set_by_its_reference(run, world):
    world.versions(0.8, 0.9)
    world.registry.promote("churn", 1, "production")
    world.registry.promote("churn", 2, "staging")
    assert "shadow" == run.json("routes", "set", "churn", "@staging", "production", "--shadow")[0]["kind"]
    assert "holder would get none" not in run.err
    assert "Give a route one of" in run.fails("routes", "set", "churn", 2, "production")
