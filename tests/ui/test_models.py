"""Registered models over HTTP."""

from __future__ import annotations

import pytest
from sqlalchemy import event

from tests.support.skin import THRESHOLD


@pytest.fixture
def churn(skin_registry, artifact):
    """A model with a version that is live, and one that was."""
    skin_registry.create_model("growth/churn", team="growth", description="Who *leaves*")
    for number in (1, 2):
        artifact.write_bytes(b"weights %d" % number)
        skin_registry.register_version("growth/churn", artifact, metrics={"auc": 0.8 + number / 100})
        skin_registry.promote("growth/churn", number, "production", reason=f"reason {number}")
    skin_registry.set_policy("growth/churn", "production", THRESHOLD, reason="from now on")
    return skin_registry


def test_a_list_has_what_is_live_beside_each_model(churn, asked_by):
    churn.create_model("fraud")
    answer = asked_by("vic").get("models").json()
    assert (["fraud", "growth/churn"], None) == ([one["name"] for one in answer["models"]], answer["next_page_token"])
    fraud, found = answer["models"]
    assert [] == fraud["holders"]
    (holder,) = found["holders"]
    held = churn.history("growth/churn", "production")[-1]
    assert (2, "models:/growth/churn/2", held.from_at) == (
        holder["version"], holder["reference"], held.from_at.fromisoformat(holder["from_at"])
    )  # fmt: skip


def test_pages_lead_on_to_the_last(churn, asked_by):
    churn.create_model("fraud")
    first = asked_by("vic").get("models", params={"page_size": 1}).json()
    second = asked_by("vic").get("models", params={"page_size": 1, "page_token": first["next_page_token"]}).json()
    assert [["fraud"], ["growth/churn"]] == [[one["name"] for one in page["models"]] for page in (first, second)]


def test_a_filter_finds_some(churn, asked_by):
    churn.create_model("fraud")
    answer = asked_by("vic").get("models", params={"filter": "team = 'growth'"}).json()
    assert ["growth/churn"] == [one["name"] for one in answer["models"]]


def test_a_page_takes_as_many_statements_however_many_models_it_has(churn, asked_by):
    def statements():
        asked_by("vic").get("models")  # what is asked once for each connection
        seen = []
        event.listen(engine, "before_cursor_execute", seen_by := lambda *said: seen.append(said[2]))
        asked_by("vic").get("models")
        event.remove(engine, "before_cursor_execute", seen_by)
        return len(seen)

    from airflow_provider_registry.ui.registries import open_registry

    engine = open_registry("model_registry_default").engine
    few = statements()
    for number in range(20):
        churn.create_model(f"model-{number}")
    assert (few, True) == (statements(), few <= 7)


def test_a_model_says_what_the_gates_said_of_its_newest_version(churn, asked_by):
    def last():
        (listed,) = asked_by("vic").get("models").json()["models"]
        alone = asked_by("vic").get("model", params={"name": "growth/churn"}).json()
        assert listed["last_gates"] == alone["last_gates"]
        return listed["last_gates"]

    assert last() is None
    churn.validate("growth/churn", 2, alias="production")
    assert (2, "production", True) == tuple(last()[key] for key in ("version", "alias", "passed"))
    churn.set_policy("growth/churn", "staging", {"gates": [{**THRESHOLD["gates"][0], "threshold": 0.99}]}, reason="r")
    churn.validate("growth/churn", 2, alias="staging")
    assert (2, "staging", False) == tuple(last()[key] for key in ("version", "alias", "passed"))


def test_a_filter_that_is_being_written_is_completed(churn, asked_by):
    answer = asked_by("vic").get("models/completions", params={"text": "team = 'gr"}).json()
    assert {"start": 7, "words": ["'growth'"]} == answer
    assert ["metrics."] == asked_by("vic").get("versions/completions?text=metr").json()["words"]


def test_a_model_has_its_policies(churn, asked_by):
    answer = asked_by("vic").get("model", params={"name": "GROWTH/churn"}).json()
    assert ("growth/churn", "growth", "Who *leaves*", 2) == tuple(
        answer[key] for key in ("name", "team", "description", "latest_version")
    )
    assert {"production": churn.get_policy("growth/churn", "production").as_mapping()} == answer["policies"]
    assert {"production": [{"text": "auc >= 0.8", "severity": "error"}]} == answer["gates"]
    assert ([2], {"production": 2}, ["production"]) == (
        [one["version"] for one in answer["holders"]], answer["aliases"], answer["protected"]
    )  # fmt: skip


def test_a_history_says_who_held_an_alias_from_when_to_when_and_why(churn, asked_by):
    first, second = asked_by("vic").get("model/history", params={"name": "growth/churn"}).json()
    assert (first["to_at"], None) == (second["from_at"], second["to_at"])
    assert [("reason 1", "tester"), ("reason 2", "tester")] == [(one["reason"], one["by"]) for one in (first, second)]
    asked = {"name": "growth/churn", "alias": "production", "at": first["from_at"]}
    assert first == asked_by("vic").get("model/alias-at", params=asked).json()
    before = asked_by("vic").get("model/alias-at", params=asked | {"at": "2001-01-01T00:00:00Z"})
    assert (200, None) == (before.status_code, before.json())
