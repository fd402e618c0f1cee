"""Scans: kept beside a version with what was found, and read by the gates of policies."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import update

from airflow_provider_registry.errors import (
    InvalidInputError,
    NotPassedError,
    RecordTamperedError,
    VersionNotFoundError,
)
from airflow_provider_registry.registry import Finding, ScanOutcome
from airflow_provider_registry.registry.database.engine import acting
from airflow_provider_registry.registry.scans.tables import ScanRow
from tests.registry.requests.worlds import ask, now, protect
from tests.support.pickles import call, pickled
from tests.support.scanned import SUSPICIOUS, scanned

SCAN = {"gates": [{"scan": "pickle"}]}


def register(world, data: bytes, name: str = "model.pkl"):
    """A version of one file."""
    path = Path(world.folder) / name
    path.write_bytes(data)
    return world.registry.register_version("churn", path, environment=False)


def record(world, *findings: Finding, key: str | None = None):
    """Record a scan of version 1 that found these."""
    return scanned(world.registry, "models:/churn/1", *findings, key=key)


class TestScanning:
    def test_what_was_found_is_kept_beside_the_version_with_one_event(self, world):
        version = register(world, pickled(call("os", "system", "true")))
        recorded = world.registry.scan(version.reference)
        assert world.registry.scans(version.reference) == [recorded]
        assert (ScanOutcome.DANGEROUS, version.digest) == (recorded.outcome, recorded.digest)
        assert (Finding("model.pkl", ScanOutcome.DANGEROUS, "os.system"),) == recorded.findings
        (*_, event) = world.registry.events(model_name="churn")
        assert (event.type, event.seq, event.at) == ("version.scanned", recorded.event, recorded.created_at)
        assert {"outcome": "dangerous", "digest": version.digest}.items() <= event.payload.items()
        assert f"by picklescan {recorded.scanner_version}: dangerous." in str(event)
        assert "came to dangerous: model.pkl: os.system" in recorded.sentence()

    def test_the_same_found_again_in_one_act_is_a_repeat_and_after_another_it_is_news(self, world):
        register(world, pickled(b"N"))
        first = record(world, key="night")
        assert first == record(world, key="night")
        record(world, SUSPICIOUS)
        assert first.event < record(world, key="night").event
        assert [False, True, False] == [bool(one.findings) for one in world.registry.scans("models:/churn/1")]

    def test_what_is_no_number_of_seconds_is_refused_and_so_is_what_is_not_there(self, world):
        register(world, pickled(b"N"))
        with pytest.raises(InvalidInputError, match="timeout is 0"):
            world.registry.scan("models:/churn/1", timeout=0)
        with pytest.raises(VersionNotFoundError):
            world.registry.scan("models:/churn/2")


class TestGates:
    def test_a_version_takes_the_alias_once_it_was_found_clean(self, world):
        register(world, pickled(b"N"))
        world.registry.set_policy("churn", "production", SCAN)
        with pytest.raises(NotPassedError, match="were not scanned; run ScanModelVersionOperator"):
            world.registry.promote("churn", 1, "production")
        world.registry.scan("models:/churn/1")
        world.registry.promote("churn", 1, "production")
        assert [1] == world.holders()

    def test_a_newer_scan_takes_the_place_of_a_report_that_read_the_older(self, world):
        register(world, pickled(b"N"))
        world.registry.set_policy("churn", "production", SCAN)
        record(world)
        assert world.registry.validate("churn", 1, alias="production").passed
        record(world, SUSPICIOUS)
        with pytest.raises(NotPassedError, match="found what is suspicious: model.pkl: house.models.Churn"):
            world.registry.promote("churn", 1, "production")

    def test_two_versions_of_the_same_bytes_do_not_share_a_scan(self, world):
        register(world, pickled(b"N"))
        register(world, pickled(b"N"))
        record(world)
        world.registry.set_policy("churn", "production", SCAN)
        assert not world.registry.validate("churn", 2, alias="production").passed

    def test_a_scan_ends_the_pending_requests_that_read_scans(self, world):
        protect(world, gates=[{"scan": "pickle", "severity": "warning"}])
        request = ask(world)
        record(world)
        assert "invalidated" == now(world, request).state


class TestTheRecord:
    @pytest.mark.parametrize(
        "edit", [{"outcome": ScanOutcome.SUSPICIOUS}, {"findings": []}, {"scanner_version": "2"}, {"digest": "0" * 64}]
    )
    def test_an_edited_scan_is_found(self, world, edit):
        register(world, pickled(b"N"))
        record(world, Finding("a", ScanOutcome.DANGEROUS, "os.system"))
        world.registry.verify_record("churn")
        with acting(world.registry.engine).begin() as connection:
            connection.execute(update(ScanRow).values(**edit))
        with pytest.raises(RecordTamperedError, match="its scan is not the one that was recorded"):
            world.registry.verify_record("churn")
