"""Profiles from a terminal."""

from __future__ import annotations

import json

import pytest

from airflow_provider_registry.registry import profile_of

TRAINED = profile_of({"age": [20, 30, 40, 50], "country": ["NO", "SE", "NO", "NO"]})


@pytest.fixture
def file(world, tmp_path):
    """A version with a profile of its training data, and the file of another profile."""
    world.versions(0.9)
    world.registry.record_profile("models:/churn/1", TRAINED)
    path = tmp_path / "profile.json"
    path.write_text(
        json.dumps(profile_of({"age": [60, 70, 80, 90], "country": ["NO", "SE", "NO", "NO"]}, like=TRAINED))
    )
    return path


def test_a_profile_is_recorded_and_listed(run, world, file, monkeypatch):
    monkeypatch.setenv("COLUMNS", "250")
    window = ("--since", "2026-03-03T00:00Z", "--until", "2026-03-04T00:00Z")
    run("profiles", "record", "churn", "1", "-f", file, "--phase", "production", "--dataset", "clicks", *window)
    header, newest, oldest = run.table("profiles", "list", "churn", "1")
    shown = dict(zip(header, newest, strict=True))
    assert (shown["phase"], shown["dataset"], shown["columns"]) == ("production", "clicks", "age, country")
    assert shown["window_from"] == "2026-03-03 00:00:00 UTC"
    (one,) = run.json("profiles", "list", "churn", "1", "--phase", "training")
    assert one["profile"] == TRAINED
    assert oldest[2] == "training"


def test_drift_compares_with_the_training(run, world, file):
    run("profiles", "record", "churn", "1", "-f", file, "--phase", "production")
    age, country = run.json("profiles", "drift", "churn", "1")
    assert (age["column"], age["psi"] > 1, country["psi"]) == ("age", True, 0)
    assert "age" in run("profiles", "drift", "models:/churn/1", "-o", "plain")


def test_what_is_wrong_is_named(run, world, file):
    assert "has no production profile" in run.fails("profiles", "drift", "churn", "1")
    assert "Give both --since and --until" in run.fails(
        "profiles", "record", "churn", "1", "-f", file, "--since", "2026-03-03T00:00Z"
    )
    file.write_text('{"age": [1, 2]}')
    assert "This is no profile" in run.fails("profiles", "record", "churn", "1", "-f", file)
