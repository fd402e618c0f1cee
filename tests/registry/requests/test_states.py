"""The states of a request: the table of the design page, and nothing beside it."""

from __future__ import annotations

from itertools import product

import pytest

from airflow_provider_registry.registry.requests.states import PENDING, TRANSITIONS, Ending, RequestState

# As docs and design write them: where from, and where to.
ALLOWED = {
    "open": {"approved", "rejected", "withdrawn", "expired", "superseded", "invalidated"},
    "approved": {"promoted", "rejected", "withdrawn", "expired", "superseded", "invalidated"},
    "promoted": set(),
    "rejected": set(),
    "withdrawn": set(),
    "expired": set(),
    "superseded": set(),
    "invalidated": set(),
}


def test_every_state_has_its_line_in_the_table():
    assert {*ALLOWED} == {*TRANSITIONS} == {*RequestState}


@pytest.mark.parametrize(("one", "other"), list(product(RequestState, RequestState)))
def test_a_state_leads_to_those_of_the_table_and_to_none_beside(one, other):
    assert one.leads_to(other) is (other in ALLOWED[one])


def test_open_and_approved_are_pending_and_the_others_are_final():
    assert PENDING == (RequestState.OPEN, RequestState.APPROVED)
    assert [state for state in RequestState if state.is_pending] == [*PENDING]


@pytest.mark.parametrize("why", Ending)
def test_every_reason_has_words(why):
    assert why.words
