from __future__ import annotations

import logging

import pytest
from airflow.sdk.exceptions import AirflowFailException, AirflowSkipException

from airflow_provider_registry import errors
from airflow_provider_registry.operators.answers import airflow_answers

SKIPPED = {errors.SupersededSinceError, errors.OlderDataError}
RETRIED = {
    errors.BusyAliasError,
    errors.LeaseLostError,
    errors.LoadLostError,
    errors.PartlyAppliedError,
    errors.DigestMismatchError,
    errors.RecordTamperedError,
    errors.SchemaError,
    errors.SearchTimeoutError,
    errors.StorageUnavailableError,
    errors.StorageDeniedError,
    errors.DatabaseDeniedError,
    errors.DatabaseUnavailableError,
}


def leaves():
    found = [
        kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, errors.RegistryError)
    ]
    return sorted((kind for kind in found if kind is not errors.RegistryError), key=lambda kind: kind.__name__)


@pytest.mark.parametrize("kind", leaves())
def test_every_error_is_a_skip_a_failure_or_left_to_retries(kind):
    expected = AirflowSkipException if kind in SKIPPED else kind if kind in RETRIED else AirflowFailException
    with pytest.raises(expected) as caught, airflow_answers():
        raise kind("what was wrong")
    assert "what was wrong" in str(caught.value)
    if expected is not kind:
        assert isinstance(caught.value.__cause__, kind)


def test_what_is_not_ours_stays_as_it_is():
    with pytest.raises(ZeroDivisionError), airflow_answers():
        1 / 0  # noqa: B018 - the error is the point


def test_the_log_says_why_a_task_was_skipped(caplog):
    with caplog.at_level(logging.INFO), pytest.raises(AirflowSkipException), airflow_answers():
        raise errors.OlderDataError("Version 3 comes from a backfill")
    assert "Version 3 comes from a backfill" in caplog.text
