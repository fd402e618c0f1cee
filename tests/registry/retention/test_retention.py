"""The form of a retention: what it says, and what is wrong with one."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_registry.errors import InvalidRetentionError
from airflow_provider_registry.registry.policies.durations import read_duration
from airflow_provider_registry.registry.retention.retention import Retention
from tests.registry.strategies import DURATIONS

RETENTIONS = st.builds(Retention, st.integers(1, 1_000_000), DURATIONS, DURATIONS)


@given(RETENTIONS)
def test_what_is_kept_of_one_reads_back_as_the_same(retention):
    assert retention == Retention.parse(retention.as_mapping()) == Retention.parse(retention)


def test_all_of_it_is_kept_defaults_too():
    kept = Retention.parse({"keep_last": 10}).as_mapping()
    assert {"keep_last": 10, "keep_aliased_within": "365d", "grace": "30d"} == kept
    assert timedelta(days=365) == read_duration(kept["keep_aliased_within"])


@pytest.mark.parametrize(
    ("given", "violations"),
    [
        ({}, {"$.keep_last": "is missing"}),
        ({"keep_last": 0}, {"$.keep_last": "from 1 to 1000000, not 0"}),
        ({"keep_last": "10"}, {"$.keep_last": "whole number"}),
        ({"keep_last": 1, "grace": "a month"}, {"$.grace": "duration such as"}),
        ({"keep_last": 1, "keep_aliased_within": "0d"}, {"$.keep_aliased_within": "more than none"}),
        ({"keep_lst": 1}, {"$": "did you mean 'keep_last'", "$.keep_last": "is missing"}),
        (10, {"$": "must be a mapping such as {keep_last: 10}, not 10"}),
        (None, {"$": "must be a mapping"}),
    ],
)
def test_every_violation_is_named_with_its_path(given, violations):
    with pytest.raises(InvalidRetentionError) as caught:
        Retention.parse(given)
    found = dict(caught.value.violations)
    assert set(violations) == set(found)
    assert all(said in found[path] for path, said in violations.items())
