"""Who may say what of a version that holds an alias, and what is kept of it."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from airflow_provider_registry.errors import (
    AliasNotFoundError,
    InvalidInputError,
    LockedAliasError,
    NotAllowedError,
    PolicyNotFoundError,
    StaleReviewError,
)
from airflow_provider_registry.registry.caller import Via
from airflow_provider_registry.registry.record.kinds import kinds_of
from airflow_provider_registry.registry.reviews.tables import ReviewRow
from tests.registry.requests.worlds import LEAD, RISK, asks, by, last_event, person
from tests.support.kernel import FLOOR, contents


@pytest.fixture
def live(world):
    """Version 1 is production, whose policy names people and asks for a review every 90 days."""
    world.versions(0.9, 0.91)
    world.registry.promote("churn", 1, "production")
    world.registry.set_policy("churn", "production", asks(review_every="90d"))
    return world


def review(world, who="ana", outcome="keep", **more):
    return by(world, who).record_review("churn", "production", outcome=outcome, **more)


class TestRecording:
    def test_what_was_said_is_one_event_and_one_row(self, live):
        said = review(live, reason="still the best")
        assert ("keep", "ml-lead", "ana", "still the best", 1) == (
            said.outcome, said.role, said.by, said.reason, said.version,
        )  # fmt: skip
        assert [said] == live.registry.reviews("churn", "production") == live.registry.reviews("churn")
        event = last_event(live)
        assert (said.event, "production", 1) == (event.seq, event.alias, event.version)
        assert ("alias.reviewed", "review.keep") == kinds_of(event)
        assert str(event).endswith(
            "ana looked again at version 1, which holds production, as ml-lead, and said keep. Reason: still the best"
        )
        with live.registry.engine.connect() as connection:
            (row,) = connection.execute(select(ReviewRow.outcome, ReviewRow.role, ReviewRow.created_at))
        assert ("keep", "ml-lead", event.at) == tuple(row)
        live.registry.verify_record("churn")

    @pytest.mark.parametrize("outcome", ["replace", "retire"])
    def test_wanting_another_version_moves_nothing_and_shows_until_the_alias_moves(self, live, outcome):
        assert f"review.{outcome}" in kinds_of(last_event(live)) or review(live, outcome=outcome)
        (held,) = live.registry.live()
        assert (1, outcome) == (held.version, held.review)
        live.registry.set_policy("churn", "production", {**FLOOR, "review_every": "90d"})
        live.registry.promote("churn", 2, "production")
        (held,) = live.registry.live()
        assert (2, None) == (held.version, held.review)
        assert outcome == live.registry.history("churn", "production")[0].review

    def test_the_same_person_with_the_same_key_says_it_once(self, live):
        first = review(live, key="k")
        assert first == review(live, key="k")
        assert review(live, "bo", key="k").event != first.event
        assert review(live, outcome="retire", key="k").event != first.event
        assert 3 == len(live.registry.reviews("churn"))

    def test_what_a_person_wrote_can_be_erased_and_the_record_holds(self, live):
        said = review(live, reason="Eva left")
        live.registry.erase_event("churn", said.event, reason="asked for")
        (left,) = live.registry.reviews("churn")
        assert ("(erased)", "", "keep") == (left.by, left.reason, left.outcome)
        live.registry.verify_record("churn")

    def test_what_a_task_hands_on_names_no_person(self, live):
        assert "ana" not in str(review(live, reason="secret").as_mapping())


class TestWhoMay:
    def test_a_task_decides_nothing(self, live):
        with pytest.raises(NotAllowedError, match="A task is no person"):
            live.as_task().registry.record_review("churn", "production", outcome="keep")

    def test_whom_the_policy_does_not_name_is_refused_and_nothing_is_written(self, live):
        before = contents(live.registry.engine)
        with pytest.raises(NotAllowedError, match="eve may not decide as ml-lead"):
            review(live, "eve")
        assert before == contents(live.registry.engine)

    def test_another_door_than_the_policy_takes_is_refused(self, live):
        live.registry.set_policy("churn", "production", asks(via=["airflow-ui"]))
        with pytest.raises(NotAllowedError, match="from cli"):
            review(live, person("ana", via=Via.CLI))

    def test_without_approvals_anybody_may(self, live):
        live.registry.set_policy("churn", "production", {**FLOOR, "review_every": "1d"})
        assert ("eve", "") == ((said := review(live, "eve")).by, said.role)
        with pytest.raises(InvalidInputError, match="no role 'boss', but for none"):
            review(live, "eve", role="boss")

    def test_who_is_in_several_roles_must_say_in_which(self, live):
        live.registry.set_policy("churn", "production", asks(LEAD, RISK))
        with pytest.raises(InvalidInputError, match="as ml-lead and as risk"):
            review(live, "ana")
        assert "risk" == review(live, "ana", role="RISK").role

    def test_a_free_alias_and_a_locked_one_are_reviewed_by_nobody(self, live):
        live.registry.promote("churn", 1, "free")
        with pytest.raises(PolicyNotFoundError, match="is free"):
            by(live, "ana").record_review("churn", "free", outcome="keep")
        live.registry.remove_policy("churn", "production", reason="gone")
        with pytest.raises(LockedAliasError):
            review(live)


class TestWhatIsReviewed:
    def test_what_holds_nothing_is_not_there_to_be_reviewed(self, live):
        live.registry.set_policy("churn", "empty", asks())
        with pytest.raises(AliasNotFoundError, match="nothing to review"):
            by(live, "ana").record_review("churn", "empty", outcome="keep")

    def test_a_person_who_looked_at_another_version_is_told(self, live):
        with pytest.raises(StaleReviewError, match="You looked at version 2, and version 1 holds"):
            review(live, version=2)
        assert 1 == review(live, version="models:/churn/1").version

    @pytest.mark.parametrize("version", ["models:/churn@production", "@production"])
    def test_an_alias_says_not_what_was_looked_at(self, live, version):
        with pytest.raises(InvalidInputError):
            review(live, version=version)

    @pytest.mark.parametrize("outcome", ["maybe", "", None, 1, "KEEP"])
    def test_there_are_three_outcomes(self, live, outcome):
        with pytest.raises(InvalidInputError, match="give keep, replace, retire"):
            review(live, outcome=outcome)
