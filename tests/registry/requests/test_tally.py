"""Counting decisions: what a policy still lacks."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_registry.registry.caller import Actor
from airflow_provider_registry.registry.requests.states import Verdict
from airflow_provider_registry.registry.requests.tally import Said, last_words, missing
from tests.registry.requests.worlds import policy_of

ANA, BO, CY = (Actor("airflow:one", str(number), name) for number, name in enumerate(("ana", "bo", "cy")))
TWO = policy_of({"role": "lead", "count": 2}, {"role": "risk"})
EACH = policy_of({"role": "lead", "count": 2}, {"role": "risk"}, distinct_people=False)


def yes(person: Actor | None, role: str = "lead") -> Said:
    return Said(person, role, Verdict.APPROVE)


def no(person: Actor, role: str = "lead") -> Said:
    return Said(person, role, Verdict.REJECT)


def test_before_anybody_decides_every_role_lacks_all():
    assert missing(TWO, []) == {"lead": 2, "risk": 1}


def test_a_role_that_has_its_approvals_is_left_out():
    assert missing(TWO, [yes(ANA), yes(BO)]) == {"risk": 1}
    assert missing(TWO, [yes(ANA), yes(BO), yes(CY, "risk")]) == {}


def test_more_approvals_than_a_role_asks_do_not_count_for_another():
    assert missing(TWO, [yes(ANA), yes(BO), yes(CY)]) == {"risk": 1}


def test_a_person_counts_once_in_a_role_however_often_they_approve():
    assert missing(EACH, [yes(ANA)] * 3) == {"lead": 1, "risk": 1}


def test_a_person_counts_once_in_a_request_in_the_role_they_named_last():
    said = [yes(ANA), yes(ANA, "risk")]
    assert missing(TWO, said) == {"lead": 2}
    assert last_words(TWO, said) == [False, True]


def test_a_person_counts_once_in_each_role_where_the_policy_lets_them():
    said = [yes(ANA), yes(ANA, "risk")]
    assert missing(EACH, said) == {"lead": 1}
    assert last_words(EACH, said) == [True, True]


def test_a_later_reject_takes_an_approval_back():
    assert missing(TWO, [yes(ANA), no(ANA)])["lead"] == 2
    assert missing(EACH, [yes(ANA), no(ANA, "risk")]) == {"lead": 1, "risk": 1}


@pytest.mark.parametrize(
    "same", [Actor("cli", "ana@host", "ana"), Actor("airflow:two", "ana", "Ana B."), Actor("python", "x", "ANA")]
)
def test_one_person_by_two_doors_counts_once(same):
    assert missing(EACH, [yes(ANA), yes(same)])["lead"] == 1
    assert last_words(EACH, [yes(ANA), yes(same)]) == [False, True]


def test_an_approval_of_somebody_erased_counts_no_more():
    assert missing(TWO, [yes(None), yes(BO)]) == {"lead": 1, "risk": 1}


def test_an_approval_in_a_role_that_the_policy_does_not_have_counts_for_none():
    assert missing(TWO, [yes(ANA, "boss")]) == {"lead": 2, "risk": 1}


SAID = st.builds(Said, st.sampled_from([ANA, BO, CY]), st.sampled_from(["lead", "risk"]), st.sampled_from(Verdict))


@given(st.lists(SAID, max_size=8), st.booleans())
def test_what_is_missing_is_what_the_last_words_leave(said, distinct):
    """Against the rule as a reader would write it: one dictionary of last words."""
    last = {(each.person if distinct else (each.person, each.role)): each for each in said}
    given = [each.role for each in last.values() if each.verdict is Verdict.APPROVE]
    expected = {"lead": 2 - given.count("lead"), "risk": 1 - given.count("risk")}
    assert missing(TWO if distinct else EACH, said) == {role: left for role, left in expected.items() if left > 0}
    assert sum(last_words(TWO if distinct else EACH, said)) == len(last)
