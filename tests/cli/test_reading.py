from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_registry.cli.reading import duration, inputs, metrics, moment, named_version, pairs
from airflow_provider_registry.errors import InvalidInputError


@given(st.dictionaries(st.from_regex(r"[a-z]{1,5}", fullmatch=True), st.text()))
def test_pairs_are_read_as_they_were_written(said):
    assert said == pairs("param", [f"{name}={value}" for name, value in said.items()])


def test_nothing_given_is_nothing():
    assert ({}, [], []) == (pairs("tag", None), metrics(None, None), inputs(None))


def test_metrics_of_a_file_may_be_a_mapping(tmp_path):
    (tmp_path / "metrics.json").write_text('{"f1": 0.5}')
    expected = [{"name": "auc", "value": "0.9"}, {"name": "f1", "value": 0.5}]
    assert expected == metrics(["auc=0.9"], str(tmp_path / "metrics.json"))


def test_metrics_of_a_file_may_not_be_a_number(tmp_path):
    (tmp_path / "metrics.json").write_text("3")
    with pytest.raises(InvalidInputError, match="holds no metrics"):
        metrics(None, str(tmp_path / "metrics.json"))


def test_a_model_and_its_alias_are_a_reference():
    assert ("models:/growth/churn@production", "growth/churn") == named_version("growth/churn", "@production")
    assert ("models:/growth/churn@production", None) == named_version("models:/growth/churn@production", None)


def test_a_time_with_a_zone_is_that_moment(capsys):
    assert datetime(2026, 3, 3, 11, tzinfo=UTC) == moment("2026-03-03T12:00+01:00")
    assert datetime(2026, 3, 3, 12, tzinfo=UTC) == moment("2026-03-03T12:00Z")
    assert "" == capsys.readouterr().err


def test_a_date_alone_is_its_first_moment_in_utc(capsys):
    assert datetime(2026, 3, 3, tzinfo=UTC) == moment("2026-03-03")
    assert "is taken as UTC" in capsys.readouterr().err


def test_durations_are_those_of_policies():
    assert timedelta(hours=36) == duration("--grace", "36h")
