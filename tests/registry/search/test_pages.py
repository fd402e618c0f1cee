"""Pages of both searches, on both databases: each result once, in order, whatever happens meanwhile."""

from __future__ import annotations

from itertools import permutations, product
from typing import Any

import pytest

from airflow_provider_registry.errors import InvalidCursorError, InvalidFilterError, InvalidInputError
from airflow_provider_registry.registry import Registry
from airflow_provider_registry.registry.search import queries
from tests.registry.search.population import Sample, found, measured, minutes, settle, walk
from tests.support.kernel import World

# Values that are equal, that are missing, and that one database or the other might sort in its own way.
SAMPLES = [
    Sample(
        model=f"model{place % 3}",
        team=[None, "a"][place % 2 if place % 3 else 0],
        created_at=minutes(place // 4),
        run_id=[None, "B", "a", "_", "Ä"][place % 5],
        metrics={measured("auc"): [0.5, 0.25, -1.0][place % 3]} if place % 4 else {},
        tags={"k": ["b", "B", "a"][place % 3]} if place % 2 else {},
    )
    for place in range(24)
]
FIELDS: dict[str, Any] = {
    "created_at": lambda sample: sample.created_at,
    "run_id": lambda sample: sample.run_id,
    "metrics.auc": lambda sample: sample.metrics.get(measured("auc")),
    "tags.k": lambda sample: sample.tags.get("k"),
    "name": lambda sample: sample.model,
}


def sorted_by(samples: dict[str, Sample], *terms: tuple[str, bool]) -> list[str]:
    """The ordering in plain Python: by the last field first, each time keeping what is equal in its order."""
    references = list(samples)
    last = terms[-1][1]
    if last:
        references.reverse()
    for field, descending in reversed(terms):
        value = FIELDS[field]
        there = [reference for reference in references if value(samples[reference]) is not None]
        missing = [reference for reference in references if value(samples[reference]) is None]
        if descending:
            there.reverse()
        there.sort(key=lambda reference: value(samples[reference]))
        if descending:
            there.reverse()
        references = there + missing
    return references


def test_every_ordering_is_that_of_python_and_its_pages_hold_each_version_once(registry: Registry):
    samples = settle(registry, SAMPLES)
    one = [[(field, descending)] for field in FIELDS for descending in (False, True)]
    two = [
        [(first, down), (second, up)]
        for first, second in product(FIELDS, FIELDS)
        if first != second
        for down, up in ((False, True), (True, True))
    ]
    for terms in [*one, *two]:
        order = ", ".join(f"{field} {'desc' if descending else 'asc'}" for field, descending in terms)
        expected = sorted_by(samples, *terms)
        assert expected == found(registry, "", order_by=order), order
        assert expected == walk(registry, page_size=5, order_by=order), order


@pytest.mark.parametrize("most", [1, 4])
def test_pages_that_end_early_hold_each_version_once_too(
    registry: Registry, most: int, monkeypatch: pytest.MonkeyPatch
):
    samples = settle(registry, SAMPLES)
    monkeypatch.setattr(queries, "MOST_PASSED", most)
    terms = [("metrics.auc", True), ("tags.k", False), ("created_at", True), ("run_id", False)]
    for ordering in permutations(terms, 2):
        order = ", ".join(f"{field} {'desc' if descending else 'asc'}" for field, descending in ordering)
        assert sorted_by(samples, *ordering) == walk(registry, page_size=3, full=False, order_by=order), order


def test_a_page_ends_where_it_went_through_enough(registry: Registry, monkeypatch: pytest.MonkeyPatch):
    settle(registry, [Sample(metrics={} if place in (0, 7) else {measured("auc"): place}) for place in range(10)])
    monkeypatch.setattr(queries, "MOST_PASSED", 4)
    pages: list[list[int]] = []
    token = None
    while not pages or token is not None:
        page = registry.search_versions(order_by="metrics.auc", page_size=6, page_token=token)
        pages.append([version.version for version in page])
        token = page.next_page_token
    assert [[2, 3, 4, 5, 6, 7], [9, 10, 1], [8], []] == pages


def test_an_ordering_by_a_tag_follows_its_changes(world: World):
    world.versions(0.5, 0.5, 0.5)
    world.registry.set_tag("models:/churn/2", "k", "a")
    assert found(world.registry, "", order_by="tags.k") == [f"models:/churn/{number}" for number in (2, 1, 3)]
    world.registry.set_tag("models:/churn/3", "k", "A")
    world.registry.delete_tag("models:/churn/2", "k")
    assert found(world.registry, "", order_by="tags.k") == [f"models:/churn/{number}" for number in (3, 1, 2)]


def test_the_last_registered_come_first(registry: Registry):
    expected = list(settle(registry, SAMPLES))[::-1]
    for size in (1, 7, 23, 24, 25):
        assert expected == walk(registry, page_size=size)


def test_those_of_some_time_come_by_time(registry: Registry):
    samples = settle(registry, SAMPLES)
    expected = sorted_by(samples, ("created_at", True))
    for size in (1, 7, 25):
        assert expected == walk(registry, "created_at >= '2026-01-01' and version > 0", page_size=size)


def test_pages_of_a_filter_hold_what_it_finds(registry: Registry):
    samples = settle(registry, SAMPLES)
    filter = "tags.k ilike 'B' and metrics.auc is not null"
    for order in ("metrics.auc desc", "tags.k", "run_id desc, metrics.auc"):
        pages = walk(registry, filter, page_size=2, order_by=order)
        assert pages == found(registry, filter, order_by=order)
        has = {name for name, it in samples.items() if it.tags.get("k", "").lower() == "b" and it.metrics}
        assert has == set(pages)
        assert len(has) == len(pages)


def test_what_is_registered_between_pages_moves_nothing(world: World):
    world.versions(*[0.5] * 5)
    before = found(world.registry, "", order_by="metrics.auc desc")
    seen: list[str] = []
    token = None
    for number in range(10):
        page = world.registry.search_versions(order_by="metrics.auc desc", page_size=2, page_token=token)
        seen += [version.reference for version in page]
        token = page.next_page_token
        if token is None:
            break
        world.register(f"new {number}", auc=[0.4, 0.5, 0.6][number % 3])
    assert before == [reference for reference in seen if reference in before]
    assert len(seen) == len(set(seen))


def test_a_page_has_what_a_version_has(world: World):
    world.register(auc=0.9, tags={"team": "growth"}, params={"lr": 0.1})
    world.registry.promote("churn", 1, "production")
    page = world.registry.search_versions("alias = 'production'")
    assert (world.registry.get_version("models:/churn/1"),) == page.versions
    assert (1, None) == (len(page), page.next_page_token)
    models = world.registry.search_models("alias = 'production'")
    assert (world.registry.get_model("churn"),) == models.models == tuple(models)


def test_a_registry_with_nothing_in_it_has_one_empty_page(registry: Registry):
    assert (0, None) == (len(registry.search_versions()), registry.search_versions().next_page_token)
    assert (0, None) == (len(registry.search_models()), registry.search_models().next_page_token)


def test_a_token_of_another_search_is_refused(registry: Registry):
    settle(registry, SAMPLES)
    token = registry.search_versions(page_size=1).next_page_token
    assert registry.search_versions(page_size=2, page_token=token)
    for filter, order in (("version > 0", ""), ("", "version")):
        with pytest.raises(InvalidCursorError, match="another search's"):
            registry.search_versions(filter, order_by=order, page_token=token)
    with pytest.raises(InvalidCursorError, match="another search's"):
        registry.search_models(page_token=token)
    with pytest.raises(InvalidCursorError, match="no page token"):
        registry.search_versions(page_token="nonsense")


@pytest.mark.parametrize("size", [0, -1, 1_001, True, "5", 1.0, None])
@pytest.mark.parametrize("backend", ["sqlite"])
def test_a_page_size_out_of_bounds_is_refused(registry: Registry, size: Any):
    with pytest.raises(InvalidInputError, match="1 to 1,000"):
        registry.search_versions(page_size=size)


@pytest.mark.parametrize(
    ("order", "position", "words"),
    [
        ("alias", 0, "cannot be sorted by alias"),
        ("version, archived desc", 9, "cannot be sorted by archived"),
        ("version, version desc", 9, "stands twice"),
        ("created_by, creator", 12, "stands twice"),
        ("metrics.auc, metrics.auc[phase=validation] desc", 13, "stands twice"),
        ("metrics", 0, "needs a key"),
        ("naem", 0, "Did you mean 'name'?"),
    ],
)
@pytest.mark.parametrize("backend", ["sqlite"])
def test_what_nothing_is_sorted_by_is_refused(registry: Registry, order: str, position: int, words: str):
    with pytest.raises(InvalidFilterError, match="order_by") as caught:
        registry.search_versions(order_by=order)
    assert position == caught.value.position
    assert words in str(caught.value)


def test_models_are_found_by_what_they_have(registry: Registry):
    settle(
        registry, [Sample("Alpha", "a"), Sample("alpha2", aliases=("production",)), Sample("beta", "b"), Sample("beta")]
    )
    cases = {
        "": ["Alpha", "alpha2", "beta"],
        "name = 'ALPHA'": ["Alpha"],
        "name != 'alpha'": ["alpha2", "beta"],
        "name in ('alpha', 'BETA')": ["Alpha", "beta"],
        "name like 'alpha%'": ["alpha2"],
        "name ilike 'alpha%'": ["Alpha", "alpha2"],
        "team = 'a'": ["Alpha"],
        "team != 'a'": ["beta"],
        "team is null": ["alpha2"],
        "not team = 'a'": ["alpha2", "beta"],
        "alias = 'Production'": ["alpha2"],
        "alias is null": ["Alpha", "beta"],
        "latest_version >= 2": ["beta"],
        "created_at = '2026-01-01' and created_by = 'ana'": ["Alpha", "alpha2", "beta"],
        "created_at < '2026-01-01'": [],
    }
    assert cases == {filter: [model.name for model in registry.search_models(filter)] for filter in cases}
    with pytest.raises(InvalidFilterError, match="registered models have no field 'metrics'"):
        registry.search_models("metrics.auc > 1")


def test_pages_of_models_hold_each_once(registry: Registry):
    settle(registry, [Sample(f"m{place}", team=[None, "a", "b"][place % 3]) for place in range(10)])
    for order in ("", "team desc", "team, name desc", "created_at"):
        names: list[str] = []
        token = None
        while True:
            page = registry.search_models(order_by=order, page_size=3, page_token=token)
            names += [model.name for model in page]
            token = page.next_page_token
            if token is None:
                break
        assert names == [model.name for model in registry.search_models(order_by=order)]
        assert 10 == len(set(names))
