"""Feedback is erased on request, by an act of its own, and the record still verifies."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update

from airflow_provider_registry.errors import InvalidInputError, NotFoundError, RecordTamperedError
from airflow_provider_registry.registry.database.engine import acting, reading
from airflow_provider_registry.registry.feedback import erase
from airflow_provider_registry.registry.feedback.tables import FeedbackRow

ROWS = [
    {"kind": "rating", "value": 4, "subject": "p-1", "source": "eva"},
    {"kind": "comment", "value": "she called us", "subject": "p-1"},
    {"kind": "correction", "value": {"churns": False}, "subject": "p-2", "source": "eva"},
    {"kind": "rating", "value": 1},
]
VERSION = "models:/churn/1"


def said(world, version=VERSION):
    return {
        one.id.partition(".")[2]: (one.value, one.subject, one.source, one.erased)
        for one in world.registry.feedback(version)
    }


class TestErasing:
    def test_one_row_goes_by_its_id_and_its_rating_and_time_stay(self, world):
        world.versions(0.9)
        done = world.registry.record_feedback_batch(VERSION, ROWS)
        before = {one.id: one.at for one in world.registry.feedback(VERSION)}
        assert world.registry.erase_feedback(VERSION, f"{done.events[0]}.1", reason="asked for") == 1
        assert said(world)["1"] == (4.0, None, None, True)
        assert said(world)["2"] == ("she called us", "p-1", None, False)
        assert before == {one.id: one.at for one in world.registry.feedback(VERSION)}
        world.registry.verify_record("churn")

    def test_everything_of_a_subject_goes_by_one_act_which_says_which_rows(self, world):
        world.versions(0.9)
        done = world.registry.record_feedback_batch(VERSION, ROWS)
        assert world.registry.erase_feedback(VERSION, subject="p-1", reason="asked for") == 2
        assert said(world) == {
            "1": (4.0, None, None, True),
            "2": (None, None, None, True),
            "3": ({"churns": False}, "p-2", "eva", False),
            "4": (1.0, None, None, False),
        }
        (*_, event) = world.registry.events(model_name="churn")
        assert event.type == "version.feedback_erased"
        assert event.payload == {"rows": 2, "erased": {str(done.events[0]): [1, 2]}}
        assert str(event).endswith("erased what was private in 2 of the feedback on version 1. Reason: asked for")
        world.registry.verify_record("churn")

    def test_a_source_goes_from_all_versions_of_a_model(self, world):
        world.versions(0.9, 0.91)
        world.registry.record_feedback_batch(VERSION, ROWS)
        world.registry.record_feedback_batch("models:/churn/2", ROWS)
        assert world.registry.erase_feedback("churn", source="eva", reason="asked for") == 4
        for version in (VERSION, "models:/churn/2"):
            assert [one.source for one in world.registry.feedback(version)] == [None] * 4
        (*_, event) = world.registry.events(model_name="churn")
        assert (event.version, event.summary) == (
            None,
            "churn: erased what was private in 4 of the feedback on versions of the model.",
        )
        world.registry.verify_record("churn")

    def test_nothing_is_left_in_the_table_that_a_guess_could_be_tried_with(self, world):
        world.versions(0.9)
        world.registry.record_feedback_batch(VERSION, ROWS)
        world.registry.erase_feedback(VERSION, subject="p-1", reason="asked for")
        private = (FeedbackRow.subject, FeedbackRow.source, FeedbackRow.text, FeedbackRow.private_key)
        with reading(world.registry.engine).connect() as connection:
            rows = connection.execute(select(*private).where(FeedbackRow.position <= 2)).all()
        assert rows == [(None, None, None, None)] * 2

    def test_again_it_changes_nothing_and_appends_no_event(self, world):
        world.versions(0.9)
        done = world.registry.record_feedback_batch(VERSION, ROWS)
        one = f"{done.events[0]}.1"
        assert world.registry.erase_feedback(VERSION, one, reason="asked for") == 1
        head = world.registry.record_head("churn")
        assert world.registry.erase_feedback(VERSION, one, reason="asked for") == 0
        assert world.registry.erase_feedback(VERSION, f"{done.events[0]}.4", reason="nothing is private there") == 0
        assert world.registry.erase_feedback("churn", subject="nobody", reason="asked for") == 0
        assert head == world.registry.record_head("churn")

    def test_many_rows_are_erased_by_several_acts(self, world, monkeypatch):
        world.versions(0.9)
        monkeypatch.setattr(erase, "ROWS_PER_ACT", 2)
        rows = [{"kind": "rating", "value": 1, "source": "eva"}] * 5
        world.registry.record_feedback_batch(VERSION, rows)
        assert world.registry.erase_feedback(VERSION, source="eva", reason="asked for") == 5
        erased = [event.payload["rows"] for event in world.registry.events() if event.type == "version.feedback_erased"]
        assert erased == [2, 2, 1]
        world.registry.verify_record("churn")

    def test_a_retry_of_the_task_that_recorded_it_does_not_bring_it_back(self, world):
        world.versions(0.9)
        task = world.as_task().registry
        done = task.record_feedback_batch(VERSION, ROWS)
        world.registry.erase_feedback(VERSION, subject="p-1", reason="asked for")
        assert task.record_feedback_batch(VERSION, ROWS) == done
        assert said(world)["2"] == (None, None, None, True)
        assert len(world.registry.feedback(VERSION)) == 4

    def test_text_that_is_put_back_is_found(self, world):
        world.versions(0.9)
        world.registry.record_feedback_batch(VERSION, ROWS)
        with reading(world.registry.engine).connect() as connection:
            key = connection.execute(select(FeedbackRow.private_key).where(FeedbackRow.position == 1)).scalar_one()
        world.registry.erase_feedback(VERSION, subject="p-1", reason="asked for")
        with acting(world.registry.engine).begin() as connection:
            back = update(FeedbackRow).where(FeedbackRow.position == 1)
            connection.execute(back.values(subject="p-1", source="eva", private_key=key))
        with pytest.raises(RecordTamperedError, match="another subject, source or text than was recorded"):
            world.registry.verify_record("churn")

    def test_an_edit_of_what_stays_is_found_after_erasing_too(self, world):
        world.versions(0.9)
        world.registry.record_feedback_batch(VERSION, ROWS)
        world.registry.erase_feedback(VERSION, subject="p-1", reason="asked for")
        with acting(world.registry.engine).begin() as connection:
            connection.execute(update(FeedbackRow).where(FeedbackRow.position == 1).values(rating=5.0))
        with pytest.raises(RecordTamperedError, match="the feedback is not what was recorded"):
            world.registry.verify_record("churn")


class TestRefusing:
    @pytest.mark.parametrize(
        ("which", "message"),
        [
            ({}, "Give one of feedback_id, subject and source"),
            ({"subject": "p-1", "source": "eva"}, "and not two"),
            ({"feedback_id": "seventeen"}, "'seventeen' is no id of feedback"),
            ({"feedback_id": 17.1}, "is no id of feedback"),
            ({"subject": ""}, "give the text that was recorded"),
            ({"subject": "p-1", "reason": " "}, "Erasing needs a reason"),
        ],
    )
    def test_what_names_no_feedback_is_refused(self, world, which, message):
        world.versions(0.9)
        with pytest.raises(InvalidInputError, match=message):
            world.registry.erase_feedback(VERSION, **{"reason": "asked for", **which})

    def test_an_id_that_is_not_there_or_is_of_another_version_is_named(self, world):
        world.versions(0.9, 0.91)
        done = world.registry.record_feedback_batch(VERSION, ROWS)
        for named, one in (
            (VERSION, "999.1"),
            (VERSION, f"{done.events[0]}.9"),
            ("models:/churn/2", f"{done.events[0]}.1"),
        ):
            with pytest.raises(NotFoundError, match=f"no feedback {one}"):
                world.registry.erase_feedback(named, one, reason="asked for")
