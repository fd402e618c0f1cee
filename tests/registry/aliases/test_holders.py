from __future__ import annotations

import pytest
from sqlalchemy import event

from airflow_provider_registry.errors import InvalidNameError


@pytest.fixture
def held(registry, tmp_path):
    """`churn` and `growth/churn`, each with a version that has `production`."""
    (tmp_path / "model.pkl").write_bytes(b"weights")
    for name in ("churn", "growth/churn"):
        registry.register_version(name, tmp_path / "model.pkl")
        registry.promote(name, 1, "production")
    return registry


def test_each_alias_that_points_at_a_version_is_answered_and_the_others_left_out(held):
    asked = [("churn", "production"), ("growth/churn", "production"), ("churn", "staging"), ("nothing", "production")]
    found = held.holders(asked)
    assert set(found) == {("churn", "production"), ("growth/churn", "production")}
    assert found["churn", "production"] == held.history("churn", "production")[-1]


def test_names_are_answered_as_they_were_asked(held):
    found = held.holders([("Churn", "PRODUCTION"), ("churn", "production")])
    assert set(found) == {("Churn", "PRODUCTION"), ("churn", "production")}
    assert found["Churn", "PRODUCTION"].alias == "production"


def test_a_former_name_leads_to_the_model(held):
    held.rename_model("churn", "attrition")
    assert held.holders([("churn", "production")])["churn", "production"].model_name == "attrition"


def test_an_alias_of_one_model_is_not_taken_for_that_of_another(held):
    held.promote("churn", 1, "staging")
    assert held.holders([("growth/churn", "staging")]) == {}


def test_an_emptied_alias_holds_nothing(held):
    held.clear_alias("churn", "production")
    assert held.holders([("churn", "production")]) == {}


def test_nothing_asked_is_nothing_answered(registry):
    assert registry.holders([]) == {}


def test_what_is_no_name_is_refused(registry):
    with pytest.raises(InvalidNameError, match="latest"):
        registry.holders([("churn", "latest")])


def test_a_thousand_are_one_statement(held):
    held.holders([("churn", "production")])
    statements = []

    def count(*arguments):
        statements.append(arguments[2])

    event.listen(held.engine, "before_cursor_execute", count)
    found = held.holders(
        [(f"model-{number}", f"alias-{number % 7}") for number in range(1_000)] + [("churn", "production")]
    )
    event.remove(held.engine, "before_cursor_execute", count)
    assert len(statements) == 1
    assert set(found) == {("churn", "production")}


def test_live_is_what_every_alias_points_at_by_model_and_alias(held):
    held.promote("churn", 1, "champion")
    expected = [("churn", "champion"), ("churn", "production"), ("growth/churn", "production")]
    assert expected == [(found.model_name, found.alias) for found in held.live()]
    held.clear_alias("churn", "production")
    assert [("growth/churn", "production")] == [(found.model_name, found.alias) for found in held.live("PRODUCTION")]
    assert held.history("churn", "champion") == held.live("champion")


def test_live_asks_one_statement(held):
    with pytest.raises(InvalidNameError):
        held.live("no alias")
    statements = []
    held.live()
    event.listen(held.engine, "before_cursor_execute", lambda *arguments: statements.append(arguments[2]))
    held.live()
    assert 1 == len(statements)
