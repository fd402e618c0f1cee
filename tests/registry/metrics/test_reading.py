"""Reading metrics over time: in bounds, through indexes, thinned by the database."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from airflow_provider_registry.errors import InvalidCursorError, InvalidInputError
from airflow_provider_registry.registry import Registry
from airflow_provider_registry.registry.metrics import queries
from tests.support.plans import scans, sent

FIRST = datetime(2026, 3, 3, tzinfo=UTC)
HOUR = timedelta(hours=1)
ONE = "models:/churn/1"


def rows(count: int, **more: Any) -> Iterator[dict[str, Any]]:
    """A row for each hour, whose value is its number."""
    for number in range(count):
        yield {"name": "load", "value": number, "window": (FIRST + number * HOUR, FIRST + (number + 1) * HOUR), **more}


@pytest.fixture
def registry(world: Any) -> Registry:
    """A thousand hours, of which one was corrected, and ten of a slice."""
    world.versions(0.9, 0.91)
    found: Registry = world.registry
    found.record_metrics(ONE, rows(1_000))
    found.record_metrics(ONE, rows(10, slice="country=NO"))
    found.record_metrics(ONE, {"load": 5_000}, window=(FIRST, FIRST + HOUR), revision=2)
    found.record_metrics("models:/churn/2", rows(20))
    return found


class TestThinned:
    def test_neighbours_are_joined_with_the_least_the_greatest_and_the_mean(self, registry):
        whole, slice = registry.metrics(ONE, "load", points=10)
        assert (whole.slice, slice.slice) == ("", "country=NO")
        assert [span.count for span in whole.spans] == [100] * 10
        first, second, *_, last = whole.spans
        assert (first.minimum, first.maximum, first.mean, first.revision) == (1, 5_000, (5_000 + 99 * 50) / 100, 2)
        assert (second.minimum, second.maximum, second.mean, second.revision) == (100, 199, 149.5, 1)
        assert (second.window_from, second.window_to) == (FIRST + 100 * HOUR, FIRST + 200 * HOUR)
        assert (last, whole.count) == (whole.latest, 1_000)

    def test_few_come_as_they_are(self, registry):
        (slice,) = registry.metrics(ONE, slice={"country": "NO"})
        assert [(span.minimum, span.maximum, span.mean, span.count) for span in slice.spans] == [
            (number, number, number, 1) for number in range(10)
        ]
        assert slice.as_mapping()["spans"][0]["window_from"] == FIRST.isoformat()

    def test_a_span_of_time_is_of_windows_that_begin_in_it(self, registry):
        (whole,) = registry.metrics(ONE, slice="", since=FIRST + HOUR, until=(FIRST + 3 * HOUR).isoformat())
        assert [span.mean for span in whole.spans] == [1, 2]
        assert registry.metrics(ONE, since=FIRST - 2 * HOUR, until=FIRST) == ()

    def test_all_revisions_are_read_where_that_is_asked(self, registry):
        (whole,) = registry.metrics(ONE, slice="", until=FIRST + HOUR, revision="all")
        assert [(span.mean, span.revision) for span in whole.spans] == [(0, 1), (5_000, 2)]

    def test_too_many_series_are_refused(self, registry, monkeypatch):
        monkeypatch.setattr(queries.find_series, "__defaults__", (1,))
        with pytest.raises(InvalidInputError, match="More than 1 series are meant: .* load production"):
            registry.metrics(ONE)

    @pytest.mark.parametrize(
        "wrong", [{"points": 0}, {"points": 10_001}, {"revision": "2"}, {"since": "noon"}, {"phase": "live"}]
    )
    def test_what_cannot_be_asked_is_refused(self, registry, wrong):
        with pytest.raises(InvalidInputError):
            registry.metrics(ONE, **wrong)


class TestPages:
    def test_every_value_comes_once(self, registry):
        found, token = [], None
        while True:
            page = registry.metric_points(ONE, page_size=300, page_token=token)
            found += [(point.slice, point.value) for point in page]
            token = page.next_page_token
            if token is None:
                break
        wanted = [("", 5_000.0), *(("", float(number)) for number in range(1, 1_000))]
        assert found == [*wanted, *(("country=NO", float(number)) for number in range(10))]

    def test_a_token_is_of_one_read(self, registry):
        token = registry.metric_points(ONE, page_size=10).next_page_token
        for other in ({"slice": ""}, {"revision": "all"}, {"page_token": "x"}):
            with pytest.raises(InvalidCursorError):
                registry.metric_points(ONE, **{"page_token": token, **other})


def test_an_index_finds_what_is_read(registry):
    """However many values other versions have, and however many of a series are not asked for."""
    with registry.engine.begin() as connection:
        connection.exec_driver_sql("ANALYZE")
    with sent(registry) as statements:
        registry.metrics(ONE, slice="", since=FIRST + 990 * HOUR)
        registry.metric_points(ONE, page_size=5)
        registry.degradation(ONE, {"metric": "load", "threshold": 1, "greater_is_better": True})
    explain = "EXPLAIN QUERY PLAN " if registry.engine.dialect.name == "sqlite" else "EXPLAIN "
    read = [(statement, values) for statement, values in statements if "registry_metric_point" in statement]
    assert len(read) == 3
    for statement, values in read:
        with registry.engine.connect() as connection:
            plan = "\n".join(str(row[-1]) for row in connection.exec_driver_sql(explain + statement, values))
        assert not scans(plan, "registry_metric_point"), plan
