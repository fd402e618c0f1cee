"""Metrics over time: recorded once however often, corrected by a revision, and published by one act."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select, text, update

from airflow_provider_registry.errors import (
    InvalidMetricError,
    LoadLostError,
    MetricRecordedError,
    RecordTamperedError,
    TooLargeError,
    VersionNotFoundError,
)
from airflow_provider_registry.registry.database.engine import acting
from airflow_provider_registry.registry.metrics import load
from airflow_provider_registry.registry.metrics.remnants import STANDSTILL
from airflow_provider_registry.registry.metrics.tables import BatchRow, PointRow
from tests.registry.requests.worlds import ask, now, protect, said_of

FIRST = datetime(2026, 3, 3, tzinfo=UTC)
DAY = timedelta(days=1)
ONE = "models:/churn/1"
LIVE = {"gates": [{"metric": "auc", "threshold": 0.7, "greater_is_better": True, "phase": "production"}]}


def day(number: int) -> tuple[datetime, datetime]:
    """The window of a day."""
    return FIRST + number * DAY, FIRST + (number + 1) * DAY


def values(world: Any, **named: Any) -> list[tuple[float, int]]:
    """Value and revision of everything that is read of version 1."""
    return [(one.value, one.revision) for one in world.registry.metric_points(ONE, **named)]


def rows(*aucs: float) -> Iterator[dict[str, Any]]:
    """A row for each day."""
    return ({"name": "auc", "value": auc, "window": day(number)} for number, auc in enumerate(aucs))


def batches(world: Any) -> int:
    """How many there are, published or not."""
    with world.registry.engine.connect() as connection:
        return len(connection.execute(select(BatchRow.id)).all())


class TestRecording:
    def test_one_act_publishes_all_that_came(self, world):
        world.versions(0.9)
        recorded = world.registry.record_metrics(
            ONE, {"auc": 0.8, "loss": "0.5"}, window=day(0), slice={"b": 1, "a": 2}
        )
        (*_, event) = world.registry.events(model_name="churn")
        assert (recorded.new, recorded.known, recorded.event) == (2, 0, event.seq)
        assert event.payload == {
            "digest": recorded.digest,
            "points": 2,
            "series": 2,
            "phases": ["production"],
            "first_at": "2026-03-03T00:00:00.000000Z",
            "last_at": "2026-03-04T00:00:00.000000Z",
        }
        assert str(event).endswith(
            "recorded 2 values of metrics of version 1, from 2026-03-03 00:00 to 2026-03-04 00:00 UTC."
        )
        (auc, loss) = world.registry.metric_points(ONE)
        assert (auc.name, auc.phase, auc.dataset, auc.slice) == ("auc", "production", "", "a=2,b=1")
        assert (auc.window_from, auc.window_to, auc.value, auc.revision) == (*day(0), 0.8, 1)
        assert (loss.value, loss.event) == (0.5, event.seq)
        world.registry.verify_record("churn")

    def test_rows_say_of_themselves_what_differs(self, world):
        world.versions(0.9)
        given = [
            {"name": "auc", "value": 0.8, "window_from": "2026-03-03T00:00Z", "window_to": "2026-03-04T01:00+01:00"},
            {"name": "auc", "value": 0.7, "dataset": "held out", "phase": "validation", "revision": "2"},
            {"name": "auc", "value": 0.6, "window": "", "observed_at": "2026-03-05T00:00Z", "slice": ""},
        ]
        world.registry.record_metrics(ONE, given, window=day(9), slice="country=NO")
        found = {(one.phase, one.dataset, one.slice, one.window_from, one.window_to, one.revision, one.value)
                 for one in world.registry.metric_points(ONE)}  # fmt: skip
        assert found == {
            ("production", "", "country=NO", *day(0), 1, 0.8),
            ("validation", "held out", "country=NO", *day(9), 2, 0.7),
            ("production", "", "country=NO", *day(9), 1, 0.6),
        }

    def test_what_is_measured_at_a_moment_has_no_window(self, world):
        world.versions(0.9)
        world.registry.record_metrics(ONE, {"rows": 10}, observed_at=FIRST)
        (point,) = world.registry.metric_points(ONE)
        assert (point.window_from, point.window_to, point.observed_at) == (FIRST, FIRST, FIRST)

    def test_the_text_of_a_template_is_read(self, world):
        world.versions(0.9)
        world.registry.record_metrics(ONE, "{'auc': '0.8'}", window=[str(day(0)[0]), str(day(0)[1])], revision="1")
        assert values(world) == [(0.8, 1)]

    def test_the_same_again_is_nothing_new_whoever_says_it(self, world):
        world.versions(0.9)
        first = world.registry.record_metrics(ONE, rows(0.8, 0.7))
        again = world.as_task().registry.record_metrics(ONE, rows(0.8, 0.7), observed_at=FIRST)
        assert (again.new, again.known) == (0, 2)
        assert (again.digest, again.event) == (first.digest, first.event)
        assert (len(world.types()), batches(world)) == (3, 1)

    def test_what_is_new_among_what_is_known_is_recorded_alone(self, world):
        world.versions(0.9)
        world.registry.record_metrics(ONE, rows(0.8))
        recorded = world.registry.record_metrics(ONE, rows(0.8, 0.7, 0.6))
        assert (recorded.new, recorded.known) == (2, 1)
        assert values(world) == [(0.8, 1), (0.7, 1), (0.6, 1)]
        world.registry.verify_record("churn")

    def test_another_value_is_refused_with_what_was_recorded_and_how_to_correct_it(self, world):
        world.versions(0.9)
        first = world.registry.record_metrics(ONE, rows(0.8), slice="country=NO")
        with pytest.raises(MetricRecordedError, match="recorded as 0.8 .* and is 0.7 now.* give revision=2") as caught:
            world.registry.record_metrics(ONE, rows(0.7, 0.6), slice="country=NO")
        assert (caught.value.recorded, caught.value.revision, caught.value.event) == (0.8, 1, first.event)
        assert (values(world), batches(world)) == ([(0.8, 1)], 1)

    def test_a_correction_is_a_revision_and_what_was_corrected_stays(self, world):
        world.versions(0.9)
        world.registry.record_metrics(ONE, rows(0.8, 0.7))
        world.registry.record_metrics(ONE, {"auc": 0.75}, window=day(0), revision=2)
        assert values(world) == [(0.75, 2), (0.7, 1)]
        assert values(world, revision="all") == [(0.8, 1), (0.75, 2), (0.7, 1)]
        assert [one.mean for one in world.registry.metrics(ONE)[0].spans] == [0.75, 0.7]
        world.registry.verify_record("churn")

    @pytest.mark.parametrize(
        ("given", "more", "said"),
        [
            ({"auc": float("nan")}, {}, "'auc' is nan, which is not a finite number"),
            ({}, {}, "no metrics to record"),
            ([], {}, "no metrics to record"),
            ("None", {}, "a template rendered nothing"),
            (5, {}, "a mapping of names to numbers"),
            ([{"name": "auc"}], {}, "Row 1: A row has the keys name, value"),
            ([{"name": "auc", "value": 1, "wnidow": 1}], {}, "Row 1: A row has the keys"),
            ([{"name": "auc", "value": 1, "window": day(0), "window_to": FIRST}], {}, "give it once"),
            ([{"name": "auc", "value": 1, "window_to": FIRST}], {}, "The begin of the window is None"),
            ({"auc": 1}, {"window": (FIRST, FIRST)}, "does not end after it begins"),
            ({"auc": 1}, {"window": "today"}, "give when it begins and when it ends"),
            ({"auc": 1}, {"observed_at": datetime(2026, 3, 3)}, "no time zone"),  # noqa: DTZ001
            ({"auc": 1}, {"phase": "live"}, "the phases are training, validation, production"),
            ({"auc": 1}, {"revision": 0}, "revision is 0: give a whole number from 1 to"),
            ({"auc": 1}, {"slice": "country"}, "without '='"),
            ([*rows(0.8), *rows(0.8)], {}, "'auc' .* stands twice for the window from 2026-03-03"),
        ],
    )
    def test_what_cannot_be_taken_is_named_and_leaves_nothing(self, world, given, more, said):
        world.versions(0.9)
        with pytest.raises(ValueError, match=said):
            world.registry.record_metrics(ONE, given, **more)
        assert (batches(world), len(world.types())) == (0, 2)

    def test_there_must_be_such_a_version(self, world):
        world.versions(0.9)
        with pytest.raises(VersionNotFoundError):
            world.registry.record_metrics("models:/churn/2", {"auc": 1})

    def test_a_batch_has_so_many_series_at_most(self, world, monkeypatch):
        monkeypatch.setattr(load, "SERIES_PER_BATCH", 2)
        world.versions(0.9)
        with pytest.raises(TooLargeError, match="more than 2 series"):
            world.registry.record_metrics(ONE, {"a": 1, "b": 2, "c": 3})


class TestLoading:
    @pytest.fixture(autouse=True)
    def small_chunks(self, monkeypatch):
        monkeypatch.setattr(load, "CHUNK", 2)

    def test_rows_are_read_as_they_are_loaded_and_nobody_sees_them_before_all_are(self, world):
        world.versions(0.9)
        told: list[int] = []
        seen: list[tuple[int, Any]] = []

        def come() -> Iterator[dict[str, Any]]:
            for row in rows(0.1, 0.2, 0.3, 0.4, 0.5):
                seen.append((len(told), values(world)))
                yield row

        world.registry.record_metrics(ONE, come(), progress=told.append)
        assert told == [2, 4, 5]
        assert seen == [(0, []), (0, []), (1, []), (1, []), (2, [])]
        assert len(values(world)) == 5

    def test_a_row_of_an_earlier_chunk_stands_twice_too(self, world):
        world.versions(0.9)
        with pytest.raises(InvalidMetricError, match="stands twice for the window from 2026-03-03"):
            world.registry.record_metrics(ONE, [*rows(0.1, 0.2, 0.3), *rows(0.1)])
        assert batches(world) == 0

    def test_what_another_published_meanwhile_is_compared_once_more(self, world):
        world.versions(0.9)

        def come() -> Iterator[dict[str, Any]]:
            yield from rows(0.1, 0.2, 0.3)
            world.registry.record_metrics(ONE, rows(0.1, 0.2))

        recorded = world.registry.record_metrics(ONE, come())
        assert (recorded.new, recorded.known) == (1, 2)
        world.registry.verify_record("churn")

    def test_what_another_published_between_the_check_and_the_lock_is_compared_once_more(self, world, monkeypatch):
        from airflow_provider_registry.registry.metrics import acts, content

        world.versions(0.9)
        once = [rows(0.1)]

        def read(core, batch_id):
            found = content.read_content(core, batch_id)
            if once:
                world.registry.record_metrics(ONE, once.pop())
            return found

        monkeypatch.setattr(acts, "read_content", read)
        recorded = world.registry.record_metrics(ONE, rows(0.1, 0.2))
        assert (recorded.new, recorded.known, len(world.types())) == (1, 1, 4)
        world.registry.verify_record("churn")

    def test_another_value_that_was_published_right_after_the_check_is_refused_too(self, world, monkeypatch):
        """It was taken for a repeat, and this value was lost without a word."""
        from airflow_provider_registry.registry.metrics import acts, known

        world.versions(0.9)
        world.registry.record_metrics(ONE, {"auc": 0.5}, window=day(7))
        once = [rows(0.1)]

        def refuse(connection, batch_id):
            known.refuse_others(connection, batch_id)
            if once:
                world.registry.record_metrics(ONE, once.pop())

        monkeypatch.setattr(acts, "refuse_others", refuse)
        with pytest.raises(MetricRecordedError, match=r"was recorded as 0.1 for .* and is 0.2 now"):
            world.registry.record_metrics(ONE, rows(0.2))
        assert (values(world, until=day(1)[0]), batches(world)) == ([(0.1, 1)], 2)

    def test_what_a_killed_load_left_goes_once_it_is_old_and_not_before(self, world):
        world.versions(0.9)
        version = world.registry._core.first(select(BatchRow.id.label("none")))
        assert version is None
        left = load.begin(world.registry._core, 1)
        world.registry.record_metrics(ONE, rows(0.1))
        assert batches(world) == 2
        old = update(BatchRow).where(BatchRow.id == left).values(loaded_at=BatchRow.loaded_at)
        with acting(world.registry.engine).begin() as connection:
            at = connection.execute(select(BatchRow.loaded_at).where(BatchRow.id == left)).scalar_one()
            connection.execute(old.values(loaded_at=at - STANDSTILL - DAY))
        assert world.registry.gc(grace=2 * DAY).loads == 0
        assert (world.registry.gc(dry_run=True, grace=timedelta(0)).loads, batches(world)) == (1, 2)
        assert (world.registry.gc(grace=timedelta(0)).loads, batches(world)) == (1, 1)

    def test_a_load_whose_rows_were_removed_says_so(self, world):
        world.versions(0.9)

        def come() -> Iterator[dict[str, Any]]:
            yield from rows(0.1, 0.2)
            load.discard(world.registry._core, 1)
            yield from ({"name": "loss", "value": 1},)

        with pytest.raises(LoadLostError, match="removed as left behind"):
            world.registry.record_metrics(ONE, come())
        assert batches(world) == 0

    def test_a_load_whose_rows_were_removed_after_the_last_one_says_so_too(self, world, monkeypatch):
        from airflow_provider_registry.registry.metrics import acts, content

        world.versions(0.9)

        def read(core, batch_id):
            found = content.read_content(core, batch_id)
            load.discard(core, batch_id)
            return found

        monkeypatch.setattr(acts, "read_content", read)
        with pytest.raises(LoadLostError, match="removed as left behind"):
            world.registry.record_metrics(ONE, rows(0.1))
        assert (batches(world), len(world.types())) == (0, 2)


class TestRequests:
    def test_what_a_gate_reads_ends_the_request_in_its_own_event(self, world):
        protect(world, gates=[{**LIVE["gates"][0], "severity": "warning"}], on_newer="keep_open")
        for number in (1, 2):
            world.registry.record_metrics(f"models:/churn/{number}", rows(0.8))
        one, other = ask(world, 1), ask(world, 2)
        world.registry.record_metrics(ONE, {"auc": 0.8}, window=day(1), slice="country=NO")
        world.registry.record_metrics(ONE, {"loss": 0.8}, window=day(1))
        world.registry.record_metrics(ONE, {"auc": 0.8}, window=day(1), phase="validation")
        world.registry.record_metrics(ONE, rows(0.8))
        assert now(world, one).state == "open"
        world.registry.record_metrics(ONE, {"auc": 0.8}, window=day(1))
        assert (now(world, one).state, now(world, other).state) == ("invalidated", "open")
        assert said_of(world, one)[-1] == ("invalidated", "evidence")
        world.registry.verify_record("churn")


class TestVerifying:
    @pytest.mark.parametrize(
        ("statement", "said"),
        [
            ("UPDATE registry_metric_point SET value = 0.99 WHERE value = 0.7", "are others now"),
            ("DELETE FROM registry_metric_point WHERE value = 0.7", "are others now"),
            ("UPDATE registry_metric_series SET slice = 'a=b'", "are others now"),
            ("UPDATE registry_metric_series SET version_id = 2", "are others now"),
            ("UPDATE registry_metric_batch SET event_id = NULL", "are not there"),
            ("UPDATE registry_metric_batch SET points = 3", "are others now"),
            ("UPDATE registry_metric_batch SET event_id = 1", "came with no event"),
        ],
    )
    def test_an_edit_is_found(self, world, statement, said):
        world.versions(0.9, 0.91)
        world.registry.record_metrics(ONE, rows(0.8, 0.7))
        world.registry.verify_record("churn")
        with acting(world.registry.engine).begin() as connection:
            connection.execute(text(statement))
        with pytest.raises(RecordTamperedError, match=f"version 1: .*{said}"):
            world.registry.verify_record("churn")

    def test_points_that_nobody_published_are_no_ones_concern(self, world):
        world.versions(0.9)
        world.registry.record_metrics(ONE, rows(0.8))
        left = load.begin(world.registry._core, 1)
        with acting(world.registry.engine).begin() as connection:
            (row,) = connection.execute(select(PointRow.__table__)).mappings().all()
            connection.execute(insert(PointRow).values({**row, "batch_id": left, "value": 0.1}))
        assert values(world) == [(0.8, 1)]
        world.registry.verify_record("churn")
