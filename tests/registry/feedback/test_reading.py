"""Feedback is read page by page, and summed up by the database through an index."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from airflow_provider_registry.errors import InvalidCursorError, InvalidInputError, ModelNotFoundError, TooLargeError
from airflow_provider_registry.registry.feedback import summary
from airflow_provider_registry.registry.feedback.summary import Asked
from airflow_provider_registry.registry.feedback.views import FeedbackSummary

VERSION = "models:/churn/1"
NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def rows_of(*values, kind="rating", **more):
    """A row every hour, from noon on."""
    return [{"kind": kind, "value": value, "at": NOON + number * HOUR, **more} for number, value in enumerate(values)]


class TestPages:
    def test_pages_go_on_where_the_one_before_ended_also_within_one_moment(self, world):
        world.versions(0.9)
        world.registry.record_feedback_batch(VERSION, [{**row, "at": NOON} for row in rows_of(*range(7))])
        world.registry.record_feedback_batch(VERSION, rows_of(*range(7, 10)))
        found, token = [], None
        while True:
            page = world.registry.feedback(VERSION, page_size=4, page_token=token)
            found += [one.value for one in page]
            token = page.next_page_token
            if token is None:
                break
        assert found == [9, 8, 7, 6, 5, 4, 3, 2, 1, 0]

    def test_kind_subject_and_time_narrow_it(self, world):
        world.versions(0.9, 0.91)
        world.registry.record_feedback_batch(VERSION, rows_of(1, 2, 3, subject="p-1") + rows_of("bad", kind="flag"))
        world.registry.record_feedback_batch("models:/churn/2", rows_of(5, subject="p-1"))
        assert [one.value for one in world.registry.feedback(VERSION, kind="flag")] == ["bad"]
        assert [one.value for one in world.registry.feedback(VERSION, subject="p-1")] == [3, 2, 1]
        within = world.registry.feedback(VERSION, kind="rating", since=NOON + HOUR, until="2026-03-03T14:00:00Z")
        assert [one.value for one in within] == [2]

    def test_a_token_of_another_question_is_refused(self, world):
        world.versions(0.9)
        world.registry.record_feedback_batch(VERSION, rows_of(1, 2))
        token = world.registry.feedback(VERSION, page_size=1).next_page_token
        with pytest.raises(InvalidCursorError):
            world.registry.feedback(VERSION, kind="rating", page_token=token)

    @pytest.mark.parametrize(
        ("asked", "message"),
        [
            ({"kind": "praise"}, "no feedback of the kind"),
            ({"page_size": 0}, "page_size is 0"),
            ({"since": "noon"}, "since is 'noon'"),
            ({"since": NOON, "until": NOON}, "There is no time from"),
        ],
    )
    def test_a_question_that_makes_no_sense_is_refused(self, world, asked, message):
        world.versions(0.9)
        with pytest.raises(InvalidInputError, match=message):
            world.registry.feedback(VERSION, **asked)


class TestSummary:
    def test_without_spans_there_is_one_line_for_each_version(self, world):
        world.versions(0.9, 0.91, 0.92)
        world.registry.record_feedback_batch(VERSION, rows_of(1, 2, 6) + rows_of("bad", "rude", "bad", kind="flag"))
        world.registry.record_feedback("models:/churn/2", kind="comment", value="good", at=NOON)
        assert world.registry.feedback_summary("churn") == [
            FeedbackSummary("churn", 1, None, None, 6, {"flag": 3, "rating": 3}, 3.0, 1.0, 6.0, {"bad": 2, "rude": 1}),
            FeedbackSummary("churn", 2, None, None, 1, {"comment": 1}, None, None, None, {}),
        ]
        (one,) = world.registry.feedback_summary("models:/churn/2")
        assert one.counts == {"comment": 1}
        assert world.registry.feedback_summary("models:/churn/3") == []

    def test_time_is_cut_into_spans_that_begin_at_multiples_since_1970(self, world):
        world.versions(0.9)
        world.registry.record_feedback_batch(VERSION, rows_of(*range(24)))
        day = datetime(2026, 3, 3, tzinfo=UTC)
        assert [
            (one.from_at, one.until_at, one.rows, one.mean)
            for one in world.registry.feedback_summary("churn", every="1d")
        ] == [(day, day + 24 * HOUR, 12, 5.5), (day + 24 * HOUR, day + 48 * HOUR, 12, 17.5)]
        (one,) = world.registry.feedback_summary(VERSION, every="1h", since=NOON + HOUR, until=NOON + 2 * HOUR)
        assert (one.from_at, one.rows, one.lowest) == (NOON + HOUR, 1, 1.0)

    @pytest.mark.parametrize(
        "at",
        [
            datetime(1969, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC),
            datetime(1970, 1, 1, tzinfo=UTC),
            datetime(2026, 3, 3, 23, 59, 59, 999_999, tzinfo=UTC),
            datetime(2100, 2, 28, 12, 30, 15, 1, tzinfo=UTC),
        ],
    )
    def test_a_moment_is_in_the_span_that_holds_it_on_both_databases(self, world, at):
        world.versions(0.9)
        world.registry.record_feedback(VERSION, kind="rating", value=1, at=at)
        (one,) = world.registry.feedback_summary("churn", every=timedelta(hours=5))
        assert one.from_at <= at < one.until_at

    def test_more_numbers_than_anybody_reads_are_refused(self, world, monkeypatch):
        world.versions(0.9)
        world.registry.record_feedback_batch(VERSION, rows_of(1, 2, 3))
        monkeypatch.setattr(summary, "MOST_GROUPS", 2)
        with pytest.raises(TooLargeError, match="ask for a shorter time"):
            world.registry.feedback_summary("churn", every="1h")

    def test_what_is_not_there_is_named(self, world):
        with pytest.raises(ModelNotFoundError):
            world.registry.feedback_summary("nothing")
        world.versions(0.9)
        with pytest.raises(InvalidInputError, match="every must be a duration"):
            world.registry.feedback_summary("churn", every="daily")

    def test_an_index_serves_it(self, world):
        """As the planner does it once there is more than a page of rows."""
        world.versions(0.9)
        world.registry.record_feedback_batch(VERSION, rows_of(*range(2_000)))
        engine, asked = world.registry.engine, Asked(1, None, NOON, NOON + HOUR, HOUR)
        compiled = summary.summary(engine.dialect.name, asked).compile(engine, compile_kwargs={"literal_binds": True})
        explain = "EXPLAIN " if engine.dialect.name == "postgresql" else "EXPLAIN QUERY PLAN "
        with engine.connect() as connection:
            connection.exec_driver_sql("ANALYZE registry_feedback")
            plan = "\n".join(str(row[-1]) for row in connection.exec_driver_sql(explain + str(compiled)))
        assert "ix_registry_feedback_version_id_at_event_id_position" in plan, plan
