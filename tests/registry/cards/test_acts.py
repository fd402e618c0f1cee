"""Cards: kept beside a version in revisions, and read by the gates of policies."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from airflow_provider_registry.errors import (
    InvalidInputError,
    NotPassedError,
    RecordTamperedError,
    TooLargeError,
    VersionNotFoundError,
)
from airflow_provider_registry.registry.cards.tables import CardRow
from airflow_provider_registry.registry.database.engine import acting
from tests.registry.cards.worlds import ASKED, CARD, EMPTY
from tests.registry.requests.worlds import ask, now, protect, said_of


class TestSetting:
    def test_what_people_write_is_kept_beside_the_version_with_one_event(self, world):
        world.versions(0.9)
        card = world.registry.set_card("models:/churn/1", CARD, reason="the first")
        assert world.registry.card_revisions("models:/churn/1") == [card]
        assert (card.revision, card.text, card.reason) == (1, CARD, "the first")
        assert card.metadata == {"license": "apache-2.0", "language": "no", "tags": ["churn", "tabular"]}
        (*_, event) = world.registry.events(model_name="churn")
        assert (event.type, event.seq, event.at, event.by) == (
            "version.card_set",
            card.event,
            card.created_at,
            card.by,
        )
        assert event.payload == {"revision": 1, "sections": ["intended_use", "limitations", "ethical_considerations"]}
        assert str(event).endswith("set revision 1 of the card of version 1. Reason: the first")
        world.registry.verify_record("churn")

    def test_no_event_says_in_the_open_what_people_wrote(self, world):
        world.versions(0.9)
        world.registry.set_card("models:/churn/1", "# By Eva Smith\n\ntext\n\n## Eva's limits\n\nmore")
        (*_, event) = world.registry.export_record("churn")
        assert b"eva" not in event.body.lower()

    def test_earlier_revisions_stay_and_the_newest_comes_first(self, world):
        world.versions(0.9, 0.91)
        for number, text in ((1, "a"), (1, "b"), (2, "a")):
            world.registry.set_card(number, text, model_name="churn")
        found = world.registry.card_revisions("models:/churn/1")
        assert [(one.revision, one.text) for one in found] == [(2, "b"), (1, "a")]
        assert [one.revision for one in world.registry.card_revisions("models:/churn/2")] == [1]

    def test_what_says_the_same_as_the_newest_is_no_new_revision(self, world):
        world.versions(0.9)
        first = world.registry.set_card("models:/churn/1", CARD)
        assert world.registry.set_card("models:/churn/1", CARD, reason="again") == first
        assert world.types()[-1:] == ["version.card_set"]
        world.registry.set_card("models:/churn/1", "other")
        assert world.registry.set_card("models:/churn/1", CARD).revision == 3

    def test_a_task_that_is_cleared_says_what_it_said(self, world):
        world.versions(0.9)
        task = world.as_task().registry
        first = task.set_card("models:/churn/1", "a")
        assert task.set_card("models:/churn/1", "a") == first
        world.registry.set_card("models:/churn/1", "b")
        assert task.set_card("models:/churn/1", "a").revision == 3
        world.registry.verify_record("churn")

    @pytest.mark.parametrize(
        ("card", "error", "said"),
        [
            ("  \n", InvalidInputError, "The card is empty"),
            ("None", InvalidInputError, "template rendered nothing"),
            (5, InvalidInputError, "must be text"),
            ("a\x00b", InvalidInputError, "NUL"),
            ("---\na: [\n---\n", InvalidInputError, "line 3"),
            ("x" * 256 * 1024 + "x", TooLargeError, "The card has"),
        ],
    )
    def test_what_cannot_be_kept_is_refused_and_changes_nothing(self, world, card, error, said):
        world.versions(0.9)
        with pytest.raises(error, match=said):
            world.registry.set_card("models:/churn/1", card)
        assert world.types()[-1] == "version.registered"

    def test_a_version_that_is_not_there_has_no_card(self, world):
        world.versions(0.9)
        for act in (lambda: world.registry.set_card("models:/churn/2", "a"), lambda: world.registry.card_revisions(2)):
            with pytest.raises((VersionNotFoundError, InvalidInputError)):
                act()


class TestRegistering:
    def test_a_version_is_registered_with_its_card_in_two_acts(self, world):
        version = world.register(card=CARD)
        (card,) = world.registry.card_revisions(version.as_mapping())
        assert (card.revision, card.text) == (1, CARD)
        assert world.types() == ["model.created", "version.registered", "version.card_set"]
        world.registry.verify_record("churn")

    def test_a_card_that_cannot_be_read_keeps_the_version_from_being_registered(self, world):
        with pytest.raises(InvalidInputError, match="The metadata at the top of the card"):
            world.register(card="---\n- a\n---\n")
        assert not world.root.exists()

    def test_a_repeat_gives_the_card_that_a_killed_task_did_not(self, world):
        task = world.as_task()
        task.register(key="k")
        task.register(key="k", card=CARD)
        assert [one.text for one in world.registry.card_revisions("models:/churn/1")] == [CARD]

    def test_a_repeat_does_not_write_over_what_people_wrote_since(self, world, caplog):
        task = world.as_task()
        task.register(card=CARD)
        world.registry.set_card("models:/churn/1", "by a person")
        for card in (CARD, "another"):
            task.register(card=card)
        assert world.registry.card_revisions("models:/churn/1")[0].text == "by a person"
        assert "has a card already, and keeps revision 2 of it" in caplog.text


class TestGates:
    def test_a_promotion_waits_for_the_sections_that_its_policy_asks_for(self, world):
        world.versions(0.9)
        world.registry.set_policy("churn", "production", ASKED)
        with pytest.raises(NotPassedError, match="version 1 has no card; give it one"):
            world.registry.promote("churn", 1, "production")
        world.registry.set_card("models:/churn/1", EMPTY)
        with pytest.raises(NotPassedError, match=r"\(revision 1\) says nothing under intended_use, limitations"):
            world.registry.promote("churn", 1, "production")
        world.registry.set_card("models:/churn/1", CARD)
        world.registry.promote("churn", 1, "production")
        assert world.holders() == [1]
        world.registry.verify_record("churn")

    def test_the_card_of_another_version_of_the_same_bytes_says_nothing(self, world):
        world.register("same", key="a", card=CARD)
        world.register("same", key="b")
        world.registry.set_policy("churn", "production", ASKED)
        assert not world.registry.validate("churn", 2, alias="production").passed

    def test_a_report_that_read_an_earlier_revision_no_longer_counts(self, world):
        world.register(card=CARD)
        world.registry.set_policy("churn", "production", ASKED)
        report = world.registry.validate("churn", 1, alias="production")
        world.registry.set_card("models:/churn/1", f"{CARD}\nmore")
        world.registry.promote("churn", 1, "production")
        first, second = world.registry.gate_reports("models:/churn/1")
        assert (first, first.metrics_digest != second.metrics_digest) == (report, True)
        assert [one.results[0].card_revision for one in (first, second)] == [1, 2]

    def test_a_card_that_no_gate_asks_for_changes_no_report(self, world):
        world.versions(0.9)
        world.registry.set_policy(
            "churn", "production", {"gates": [{"metric": "auc", "threshold": 0.8, "greater_is_better": True}]}
        )
        before = world.registry.validate("churn", 1, alias="production")
        world.registry.set_card("models:/churn/1", CARD)
        world.registry.promote("churn", 1, "production")
        assert world.registry.gate_reports("models:/churn/1") == [before]

    def test_another_card_ends_the_requests_that_read_it_in_its_own_event(self, world):
        protect(world, gates=ASKED["gates"], on_newer="keep_open")
        for number in (1, 2):
            world.registry.set_card(number, CARD, model_name="churn")
        one, other = ask(world, 1), ask(world, 2)
        world.registry.set_card("models:/churn/1", CARD)
        assert now(world, one).state == "open"
        world.registry.set_card("models:/churn/1", f"{CARD}\nmore")
        assert (now(world, one).state, now(world, other).state) == ("invalidated", "open")
        assert said_of(world, one)[-1] == ("invalidated", "evidence")
        world.registry.verify_record("churn")


class TestErasing:
    def test_the_text_goes_with_its_event_and_that_it_was_set_stays(self, world):
        world.versions(0.9)
        event = world.registry.set_card("models:/churn/1", CARD, reason="eva asked").event
        world.registry.erase_event("churn", event, reason="asked for")
        (left,) = world.registry.card_revisions("models:/churn/1")
        assert (left.text, left.metadata, left.sections, left.by, left.reason) == ("", {}, (), "(erased)", "")
        assert world.registry.set_card("models:/churn/1", "new").revision == 2
        world.registry.verify_record("churn")

    def test_a_pending_request_that_read_it_ends_with_it(self, world):
        protect(world, gates=ASKED["gates"])
        event = world.registry.set_card("models:/churn/1", CARD).event
        request = ask(world, 1)
        world.registry.erase_event("churn", event, reason="asked for")
        assert now(world, request).state == "invalidated"
        world.registry.verify_record("churn")

    @pytest.mark.parametrize(
        "edit",
        [{"text": "other"}, {"front_matter": {"a": 1}}, {"sections": ["limitations"]}, {"revision": 2}],
    )
    def test_a_card_that_is_edited_or_put_back_is_found(self, world, edit):
        world.versions(0.9)
        event = world.registry.set_card("models:/churn/1", CARD).event
        for erased in (False, True):
            if erased:
                world.registry.erase_event("churn", event, reason="asked for")
            with acting(world.registry.engine).begin() as connection:
                before = connection.execute(CardRow.__table__.select()).mappings().one()
                connection.execute(update(CardRow).values(edit))
            with pytest.raises(RecordTamperedError, match="version 1: revision 1 of its card is not the one"):
                world.registry.verify_record("churn")
            with acting(world.registry.engine).begin() as connection:
                connection.execute(update(CardRow).values({key: before[key] for key in edit}))
