"""Any filter finds what the same filter in plain Python finds, on both databases."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from airflow_provider_registry.registry import Registry
from airflow_provider_registry.registry.search import queries
from tests.registry.search.population import Sample, found, measured, minutes, settle, walk

SAMPLES = [
    Sample(
        model=f"model{place % 4}",
        team=[None, "a", "B", "a"][place % 4],
        created_at=minutes(place * 600),
        run_id=[None, "r1", "R1"][place % 3],
        archived=place % 7 == 0,
        metrics={measured("auc"): (place % 5) / 4, measured("auc", slice="c=NO"): 0.5} if place % 3 else {},
        tags={"k": ["a", "A", "ab%", "b_"][place % 4]} if place % 2 else {},
        aliases=("production",) if place in (4, 5) else ("staging",) if place in (6, 9) else (),
    )
    for place in range(20)
]
TEXTS = ["a", "A", "B", "ab%", "b_", "r1", "R1", "model1", "x"]


@dataclass(frozen=True)
class Filter:
    """A filter, and what it says in Python."""

    text: str
    holds: Callable[[Sample], bool]

    def __repr__(self) -> str:
        return self.text


def of_text(name: str, value: Callable[[Sample], str | None]) -> st.SearchStrategy[Filter]:
    """Conditions on a text that may be missing."""

    def build(sign: str, texts: list[str]) -> Filter:
        first, among = texts[0], ", ".join(f"'{text}'" for text in texts)
        written, test = {
            "=": (f"= '{first}'", lambda it: it == first),
            "!=": (f"!= '{first}'", lambda it: it != first),
            "in": (f"in ({among})", lambda it: it in texts),
            "not in": (f"NOT IN ({among})", lambda it: it not in texts),
            "like": (f"like '{first[:1]}%'", lambda it: it.startswith(first[:1])),
            "not ilike": (f"not ilike '{first[:1]}%'", lambda it: not it.lower().startswith(first[:1].lower())),
        }[sign]
        return Filter(f"{name} {written}", lambda sample: (it := value(sample)) is not None and bool(test(it)))

    signs = st.sampled_from(["=", "!=", "in", "not in", "like", "not ilike"])
    missing = Filter(f"{name} is null", lambda sample: value(sample) is None)
    there = Filter(f"{name} is not null", lambda sample: value(sample) is not None)
    return st.builds(build, signs, st.lists(st.sampled_from(TEXTS), min_size=1, max_size=3)) | st.sampled_from(
        [missing, there]
    )


def of_number(name: str, value: Callable[[Sample], float | None]) -> st.SearchStrategy[Filter]:
    """Conditions on a number that may be missing."""
    signs: dict[str, Any] = {
        "=": operator.eq,
        "!=": operator.ne,
        "<": operator.lt,
        "<=": operator.le,
        ">": operator.gt,
        ">=": operator.ge,
    }

    def build(sign: str, number: float) -> Filter:
        compare = signs[sign]
        return Filter(f"{name} {sign} {number}", lambda s: (it := value(s)) is not None and compare(it, number))

    return st.builds(build, st.sampled_from(list(signs)), st.sampled_from([0.0, 0.25, 0.5, 1.0, -1.5]))


ALIAS = [
    Filter("alias = 'production'", lambda sample: "production" in sample.aliases),
    Filter("alias != 'production'", lambda sample: "production" not in sample.aliases),
    Filter("alias is null", lambda sample: not sample.aliases),
    Filter("archived = true", lambda sample: sample.archived),
    Filter("archived != true", lambda sample: not sample.archived),
    Filter("created_at <= '2026-01-03'", lambda sample: sample.created_at < minutes(3 * 1440)),
    Filter("created_at > '2026-01-03'", lambda sample: sample.created_at >= minutes(3 * 1440)),
    Filter("created_at = '2026-01-02'", lambda sample: minutes(1440) <= sample.created_at < minutes(2 * 1440)),
]
CONDITIONS = st.one_of(
    of_text("name", lambda sample: sample.model),
    of_text("team", lambda sample: sample.team),
    of_text("run_id", lambda sample: sample.run_id),
    of_text("tags.k", lambda sample: sample.tags.get("k")),
    of_number("metrics.auc", lambda sample: sample.metrics.get(measured("auc"))),
    of_number("metrics.auc[slice='c=NO']", lambda sample: sample.metrics.get(measured("auc", slice="c=NO"))),
    st.sampled_from(ALIAS),
)


def joined(word: str, combine: Callable[[Iterable[bool]], bool], parts: list[Filter]) -> Filter:
    """Filters joined by `and` or `or`."""
    text = f" {word} ".join(f"({part})" for part in parts)
    return Filter(text, lambda sample: combine(part.holds(sample) for part in parts))


FILTERS = st.recursive(
    CONDITIONS,
    lambda inner: st.one_of(
        st.builds(lambda part: Filter(f"not ({part})", lambda sample: not part.holds(sample)), inner),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: joined("and", all, parts)),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: joined("OR", any, parts)),
    ),
    max_leaves=8,
)


ORDERS = ["", "metrics.auc desc", "tags.k, metrics.auc", "team desc"]


def test_any_filter_finds_what_it_says(registry: Registry):
    samples = settle(registry, SAMPLES)

    @settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
    @given(FILTERS, st.sampled_from(ORDERS))
    def check(filter: Filter, order: str) -> None:
        expected = {reference for reference, sample in samples.items() if filter.holds(sample)}
        references = found(registry, filter.text, order_by=order)
        assert expected == set(references)
        assert len(expected) == len(references)

    check()


def test_the_pages_of_any_filter_are_one_page_in_parts(registry: Registry, monkeypatch: pytest.MonkeyPatch):
    settle(registry, SAMPLES)

    @settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
    @given(FILTERS, st.sampled_from(ORDERS), st.integers(1, 8), st.integers(1, 21))
    def check(filter: Filter, order: str, size: int, most: int) -> None:
        expected = found(registry, filter.text, order_by=order)
        with monkeypatch.context() as fewer:
            fewer.setattr(queries, "MOST_PASSED", most)
            assert expected == walk(registry, filter.text, size, full=False, order_by=order)

    check()
