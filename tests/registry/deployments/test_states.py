"""The states of a deployment."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_registry.registry.deployments.states import ActualState, DesiredState, meets

VERSIONS = st.integers(1, 3)


@given(st.sampled_from(DesiredState), VERSIONS, st.sampled_from(ActualState), VERSIONS)
def test_what_runs_is_what_should_run_where_state_and_version_are_the_same(desired, wanted, actual, found):
    assert (desired.value == actual.value and wanted == found) is meets(desired, wanted, actual, found)


@given(st.sampled_from([None, *DesiredState]), st.sampled_from([None, *ActualState]))
def test_what_nobody_said_meets_nothing(desired, actual):
    assert desired is not None or not meets(desired, None, actual, 1)
    assert actual is not None or not meets(desired, 1, actual, None)
