"""Feedback: kept beside a version, one event for a batch, and what is private in it kept out of the hashed bytes."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import delete, select, update

from airflow_provider_registry.errors import (
    InvalidFeedbackError,
    RecordTamperedError,
    VersionNotFoundError,
)
from airflow_provider_registry.registry.database.engine import acting
from airflow_provider_registry.registry.feedback import batches
from airflow_provider_registry.registry.feedback.tables import FeedbackRow

NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)
ROWS: list[dict[str, Any]] = [
    {"kind": "rating", "value": 4, "subject": "p-1", "source": "eva@example.com", "at": "2026-03-03T12:00:00+00:00"},
    {"kind": "flag", "value": "offensive", "subject": "p-1", "at": NOON},
    {"kind": "correction", "value": {"churns": False}, "subject": 17},
    {"kind": "comment", "value": "she called us", "source": "eva@example.com"},
    {"kind": "rating", "value": "2.5"},
]


class TestRecording:
    def test_one_is_kept_beside_the_version_with_one_event(self, world):
        world.versions(0.9)
        done = world.registry.record_feedback("models:/churn/1", kind="rating", value=4, subject="p-1", at=NOON)
        (found,) = world.registry.feedback("models:/churn/1")
        assert (found.id, found.kind, found.value, found.subject, found.source, found.at, found.erased) == (
            f"{done.events[0]}.1",
            "rating",
            4.0,
            "p-1",
            None,
            NOON,
            False,
        )
        (*_, event) = world.registry.events(model_name="churn")
        assert (event.type, event.seq, event.version) == ("version.feedback_recorded", found.event, 1)
        assert (event.payload["rows"], event.payload["counts"]) == (1, {"rating": 1})
        assert str(event).endswith("recorded feedback on version 1: 1 of the kind rating.")

    def test_a_batch_is_one_act_whatever_its_kinds_and_a_time_that_nobody_said_is_that_of_the_act(self, world):
        world.versions(0.9)
        done = world.registry.record_feedback_batch("models:/churn/1", ROWS)
        assert (done.rows, done.counts, len(done.events)) == (
            5,
            {"comment": 1, "correction": 1, "flag": 1, "rating": 2},
            1,
        )
        (*_, event) = world.registry.events(model_name="churn")
        found = sorted(world.registry.feedback("models:/churn/1"), key=lambda one: one.id)
        assert [(one.kind, one.value, one.subject, one.source) for one in found] == [
            ("rating", 4.0, "p-1", "eva@example.com"),
            ("flag", "offensive", "p-1", None),
            ("correction", {"churns": False}, "17", None),
            ("comment", "she called us", None, "eva@example.com"),
            ("rating", 2.5, None, None),
        ]
        assert [one.at for one in found] == [NOON, NOON, event.at, event.at, event.at]
        world.registry.verify_record("churn")

    def test_nothing_private_is_in_the_hashed_bytes_or_in_the_fingerprint(self, world):
        world.versions(0.9)
        for _ in range(2):
            world.registry.record_feedback(
                "models:/churn/1", kind="comment", value="she called us", subject="p-1", source="eva", at=NOON
            )
        one, other = list(world.registry.export_record("churn"))[-2:]
        for text in (b"she called", b"p-1", b"eva"):
            assert text not in one.body
        assert one.body != other.body
        bodies = [event.body.decode() for event in (one, other)]
        digests = [body.partition('"rows_digest":')[2][:66] for body in bodies]
        prints = [body.partition('"fingerprint":')[2][:66] for body in bodies]
        # What was said is the same twice, and neither digest tells so.
        assert (len({*digests}), len({*prints})) == (2, 2)

    def test_a_sentence_says_how_much_was_recorded(self, world):
        world.versions(0.9)
        done = world.registry.record_feedback_batch("models:/churn/1", ROWS)
        assert done.sentence() == "Feedback on models:/churn/1: 5 rows (comment 1, correction 1, flag 1, rating 2)."
        assert done.as_mapping()["reference"] == "models:/churn/1"

    def test_a_version_that_is_not_there_is_named(self, world):
        world.versions(0.9)
        with pytest.raises(VersionNotFoundError):
            world.registry.record_feedback("models:/churn/7", kind="rating", value=1)


class TestRepeats:
    def test_the_same_rows_of_one_task_are_recorded_once(self, world):
        world.versions(0.9)
        task = world.as_task().registry
        assert task.record_feedback_batch("models:/churn/1", ROWS) == task.record_feedback_batch(
            "models:/churn/1", ROWS
        )
        assert len(world.registry.feedback("models:/churn/1")) == len(ROWS)

    def test_other_rows_another_version_or_another_key_are_news(self, world):
        world.versions(0.9, 0.91)
        task = world.as_task().registry
        other = [{**ROWS[0], "source": "bo"}, *ROWS[1:]]
        task.record_feedback_batch("models:/churn/1", ROWS)
        task.record_feedback_batch("models:/churn/1", other)
        task.record_feedback_batch("models:/churn/1", ROWS[1:])
        task.record_feedback_batch("models:/churn/1", ROWS, key="again")
        task.record_feedback_batch("models:/churn/2", ROWS)
        assert len(world.registry.feedback("models:/churn/1")) == 4 * len(ROWS) - 1
        assert len(world.registry.feedback("models:/churn/2")) == len(ROWS)
        assert task.record_feedback_batch("models:/churn/1", other).events == (
            task.record_feedback_batch("models:/churn/1", other).events
        )
        world.registry.verify_record("churn")

    def test_outside_a_task_each_call_says_it_once_more(self, world):
        world.versions(0.9)
        for _ in range(2):
            world.registry.record_feedback("models:/churn/1", kind="rating", value=5)
        assert len(world.registry.feedback("models:/churn/1")) == 2

    def test_many_rows_are_several_acts_of_which_a_repeat_does_those_that_are_missing(self, world, monkeypatch):
        world.versions(0.9)
        monkeypatch.setattr(batches, "ROWS_PER_ACT", 2)
        task = world.as_task().registry
        rows = [{"kind": "rating", "value": number % 5} for number in range(5)]
        # As when a worker died after its first batch.
        first = task.record_feedback_batch("models:/churn/1", rows[:2])
        done = task.record_feedback_batch("models:/churn/1", rows)
        assert (done.rows, len(done.events), done.events[0]) == (5, 3, first.events[0])
        assert task.record_feedback_batch("models:/churn/1", rows) == done
        assert len(world.registry.feedback("models:/churn/1")) == 5
        world.registry.verify_record("churn")


class TestRefusing:
    def test_a_bad_row_is_named_and_nothing_is_recorded(self, world):
        world.versions(0.9)
        with pytest.raises(InvalidFeedbackError, match="row 2: The rating is 'good'") as caught:
            world.registry.record_feedback_batch("models:/churn/1", [ROWS[0], {"kind": "rating", "value": "good"}])
        assert [number for number, _ in caught.value.problems] == [2]
        assert len(world.registry.feedback("models:/churn/1")) == 0

    def test_every_bad_row_is_there_by_its_number_up_to_a_bound_and_the_first_are_spelt_out(self, world, monkeypatch):
        world.versions(0.9)
        monkeypatch.setattr(batches, "ROWS_PER_ACT", 50)
        rows = [{"kind": "rating", "value": number if number % 2 else "?"} for number in range(1, 301)]
        with pytest.raises(InvalidFeedbackError, match="row 2: .*row 4: ") as caught:
            world.registry.record_feedback_batch("models:/churn/1", rows)
        assert [number for number, _ in caught.value.problems] == list(range(2, 201, 2))
        assert str(caught.value).endswith("; and 140 more.")
        assert len(world.registry.feedback("models:/churn/1")) == 0

    def test_what_can_be_read_only_once_is_checked_batch_by_batch(self, world, monkeypatch):
        world.versions(0.9)
        monkeypatch.setattr(batches, "ROWS_PER_ACT", 2)
        rows = iter([{"kind": "rating", "value": value} for value in (1, 2, "?")])
        with pytest.raises(InvalidFeedbackError, match="row 3"):
            world.registry.record_feedback_batch("models:/churn/1", rows)
        assert len(world.registry.feedback("models:/churn/1")) == 2


class TestVerifying:
    @pytest.mark.parametrize(
        ("changes", "message"),
        [
            ({"rating": 5.0}, "the feedback is not what was recorded"),
            ({"flag": "fine"}, "the feedback is not what was recorded"),
            ({"at": datetime(2026, 3, 4, tzinfo=UTC)}, "the feedback is not what was recorded"),
            ({"subject": "p-2"}, "another subject, source or text than was recorded"),
            ({"source": "bo"}, "another subject, source or text than was recorded"),
            ({"private_digest": ""}, "another subject, source or text than was recorded"),
            # Erased by hand: no act says so.
            (
                {"subject": None, "source": None, "text": None, "private_key": None},
                "another subject, source or text than was recorded",
            ),
        ],
    )
    def test_an_edit_is_found(self, world, changes, message):
        world.versions(0.9)
        done = world.registry.record_feedback_batch("models:/churn/1", ROWS)
        with acting(world.registry.engine).begin() as connection:
            connection.execute(update(FeedbackRow).where(FeedbackRow.position == 1).values(**changes))
        with pytest.raises(RecordTamperedError, match=message) as caught:
            world.registry.verify_record("churn")
        assert caught.value.seq == done.events[0]

    def test_a_row_that_was_removed_or_moved_to_another_version_is_found(self, world):
        world.versions(0.9, 0.91)
        world.registry.record_feedback_batch("models:/churn/1", ROWS)
        for change in (
            update(FeedbackRow)
            .where(FeedbackRow.position == 2)
            .values(version_id=select(FeedbackRow.version_id + 1).limit(1).scalar_subquery()),
            delete(FeedbackRow).where(FeedbackRow.position == 5),
        ):
            with acting(world.registry.engine).connect() as connection, connection.begin() as transaction:
                connection.execute(change)
                transaction.commit()
            with pytest.raises(RecordTamperedError, match="version 1: "):
                world.registry.verify_record("churn")
