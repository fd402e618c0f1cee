"""What could come next in a filter."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_registry.errors import InvalidFilterError, InvalidInputError
from airflow_provider_registry.registry import Registry

FIELDS = ("name", "team", "alias", "latest_version", "created_at", "created_by")


@pytest.fixture
def stocked(registry):
    """Models of two teams, one of which is hard to write."""
    for name, team in (("churn", "growth"), ("fraud", "o'hara"), ("uplift", "growth")):
        registry.create_model(name, team=team)
    return registry


@pytest.mark.parametrize(
    ("text", "start", "words"),
    [
        ("", 0, (*FIELDS, "not")),
        ("te", 0, ("team",)),
        ("TE", 0, ("team",)),
        ("(not ", 5, (*FIELDS, "not")),
        ("team ", 5, ("=", "!=", "like", "ilike", "in", "is null", "is not null")),
        ("team not ", 9, ("like", "ilike", "in")),
        ("team is ", 8, ("null", "not null")),
        ("team i", 5, ("ilike", "in", "is null", "is not null")),
        ("latest_version ", 15, ("=", "!=", "<", "<=", ">", ">=", "in", "is null", "is not null")),
        ("team = ", 7, ("'growth'", "'o''hara'")),
        ("team = 'o", 7, ("'o''hara'",)),
        ("team in ('growth', 'O", 19, ("'o''hara'",)),
        ("name like 'FR", 10, ("'fraud'",)),
        ("team = 'growth' ", 16, ("and", "or")),
        ("team = 'growth' and latest", 20, ("latest_version",)),
        ("team = 'growth' nonsense ", 25, ()),
        ("latest_version > ", 17, ()),
    ],
)
def test_a_filter_of_models_goes_on_with_what_fits(stocked, text, start, words):
    found = stocked.complete_filter(text, of="models")
    assert (start, words) == (found.start, found.words)


def test_a_filter_of_versions_has_fields_with_keys_and_flags(stocked):
    assert ("tags.", "task_id", "team") == tuple(sorted(stocked.complete_filter("t").words))
    assert ("true", "false") == stocked.complete_filter("archived = ").words
    assert "<=" in stocked.complete_filter("metrics.`a b`[phase=training] ").words
    assert "<=" not in stocked.complete_filter("tags.cost ").words


def test_what_is_no_filter_is_refused(registry):
    with pytest.raises(InvalidFilterError, match="is a text"):
        registry.complete_filter(7)
    with pytest.raises(InvalidInputError, match="models or versions"):
        registry.complete_filter("", of="tags")


@given(text=st.text(alphabet="nameti '\"`=()[].,<!x", max_size=30))
def test_whatever_is_written_has_completions_that_stand_behind_it(text, empty):
    found = empty.complete_filter(text, of="models")
    assert 0 <= found.start <= len(text)
    assert all(word.lower().startswith(text[found.start :].lower()) for word in found.words)


@pytest.fixture(scope="module")
def empty(tmp_path_factory):
    """A registry with nothing in it."""
    made = Registry.connect(f"sqlite:///{tmp_path_factory.mktemp('empty')}/registry.db")
    made.migrate()
    yield made
    made.close()
