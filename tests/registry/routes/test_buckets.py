"""How keys are shared out."""

from __future__ import annotations

import hashlib
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_registry.registry.routes.buckets import (
    BUCKETS,
    Range,
    bucket_of,
    overlap,
    resized,
    rest_of,
    salt_of,
    size_of,
)
from airflow_provider_registry.registry.routes.share import RouteKind
from airflow_provider_registry.registry.versions.views import AnsweredBy
from tests.registry.routes.tables import HOLDER, laid_out, owners

# Which of three challengers is to have how many buckets, again and again; together they never have all.
CHANGES = st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, BUCKETS // 3 - 1)), max_size=12)


def _after(changes: list[tuple[str, int]]) -> dict[str, list[Range]]:
    owned: dict[str, list[Range]] = {}
    for name, size in changes:
        others = [each for other, ranges in owned.items() if other != name for each in ranges]
        owned[name] = resized(owned.get(name, []), others, size)
    return owned


@given(CHANGES)
def test_each_share_is_met_exactly_in_buckets_that_nobody_else_has(changes: list[tuple[str, int]]):
    owned = _after(changes)
    every = [each for ranges in owned.values() for each in ranges]
    assert dict(changes) == {name: size_of(ranges) for name, ranges in owned.items()}
    assert not overlap(every)
    assert size_of(every) + size_of(rest_of(every)) == BUCKETS
    assert not overlap([*every, *rest_of(every)])
    assert all(before[1] < after[0] for ranges in owned.values() for before, after in pairwise(ranges))


@given(CHANGES, st.sampled_from("abc"), st.integers(0, BUCKETS // 3 - 1))
def test_when_a_share_changes_exactly_that_many_buckets_move_and_only_between_it_and_the_holder(
    changes: list[tuple[str, int]], name: str, size: int
):
    before, after = owners(_after(changes)), owners(_after([*changes, (name, size)]))
    moved = [(was, now) for was, now in zip(before, after, strict=True) if was != now]
    assert abs(size - dict(changes).get(name, 0)) == len(moved)
    assert {frozenset(each) for each in moved} <= {frozenset((HOLDER, name))}


@given(CHANGES, st.text(min_size=1))
def test_a_key_is_answered_by_whoever_has_its_bucket_and_always_by_the_same(changes: list[tuple[str, int]], key: str):
    owned = _after(changes)
    routing = laid_out({name: (RouteKind.TRAFFIC, ranges) for name, ranges in owned.items()})
    expected = owners(owned)[bucket_of(salt_of(7, "production"), key)]
    assert [expected] * 2 == [routing.answers(key).digest, routing.answers(key).digest]


@given(st.lists(st.text(min_size=1), min_size=1))
def test_a_shadow_answers_no_key(keys: list[str]):
    routing = laid_out({"a": (RouteKind.TRAFFIC, [(0, 5_000)]), "b": (RouteKind.SHADOW, [])})
    assert ["b"] == [version.digest for version in routing.shadows]
    assert [AnsweredBy.SHADOW] == [version.answered_by for version in routing.shadows]
    assert "b" not in {routing.answers(key).digest for key in keys}


def test_the_bucket_of_a_key_is_what_the_documentation_says():
    digest = hashlib.sha256(b"7/production/customer-42").hexdigest()
    assert int(digest, 16) % 10_000 == bucket_of(salt_of(7, "Production"), "customer-42")


def test_keys_fall_into_all_buckets_alike():
    salt = salt_of(7, "production")
    share = sum(bucket_of(salt, f"customer-{number}") < BUCKETS // 10 for number in range(20_000)) / 20_000
    assert 0.09 < share < 0.11
