"""Removing what nobody refers to, and never what somebody does, whoever registers the same bytes meanwhile."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from airflow_provider_registry.errors import InvalidInputError, LeaseLostError, RootOwnershipError
from airflow_provider_registry.registry import Registry
from airflow_provider_registry.registry.core import Core
from airflow_provider_registry.registry.storage import gc, leases
from airflow_provider_registry.registry.storage.tables import LeasePurpose, LeaseRow
from airflow_provider_registry.registry.versions import register
from tests.registry.storage.worlds import NOW, lapse, strand
from tests.support.kernel import contents


class TestCollect:
    def test_bytes_of_versions_stay_and_those_of_nobody_go(self, world, monkeypatch):
        version = world.register("one")
        digest = strand(world, monkeypatch)
        assert (world.root / "churn" / digest).is_dir()
        collected = world.registry.gc(grace=NOW)
        assert [artifact.digest for artifact in collected.artifacts] == [digest]
        assert collected.bytes >= len("stranded")
        assert sorted(path.name for path in (world.root / "churn").iterdir()) == [
            version.digest,
            f"{version.digest}.manifest.json",
        ]
        assert world.registry.gc(grace=NOW).artifacts == ()
        world.registry.verify_artifact(version.reference)

    def test_nothing_goes_within_the_grace_period(self, world, monkeypatch):
        digest = strand(world, monkeypatch)
        assert world.registry.gc().artifacts == ()
        assert (world.root / "churn" / digest).is_dir()
        with pytest.raises(InvalidInputError, match="negative"):
            world.registry.gc(grace=-timedelta(seconds=1))

    def test_a_dry_run_says_what_would_go_and_leaves_it(self, world, monkeypatch):
        digest = strand(world, monkeypatch)
        found = world.registry.gc(grace=NOW, dry_run=True)
        assert (found.dry_run, [artifact.digest for artifact in found.artifacts]) == (True, [digest])
        assert (world.root / "churn" / digest).is_dir()
        assert contents(world.registry.engine)["registry_lease"] == []
        assert len(world.registry.gc(grace=NOW).artifacts) == 1

    def test_a_collector_that_stood_still_until_its_lease_lapsed_removes_nothing(self, world, monkeypatch):
        """Meanwhile the same bytes were registered: a lapsed lease of gc holds no writer up."""
        digest = strand(world, monkeypatch)
        claim = gc._claim

        def stand_still(core, artifact, dry_run):
            token = claim(core, artifact, dry_run)
            lapse(world)
            world.register("stranded")
            return token

        monkeypatch.setattr(gc, "_claim", stand_still)
        assert () == world.registry.gc(grace=NOW).artifacts
        world.registry.verify_artifact("models:/churn/1")
        assert digest == world.registry.get_version("models:/churn/1").digest

    def test_what_lies_under_the_name_of_no_model_is_left_alone_and_said(self, world):
        version = world.register("one")
        (world.root / "churn").rename(world.root / "unknown")
        found = world.registry.gc(grace=NOW)
        assert [artifact.model_name for artifact in found.unknown] == ["unknown"]
        assert (world.root / "unknown" / version.digest).is_dir()

    def test_archived_and_superseded_versions_keep_their_bytes(self, world):
        world.register("one", key="k")
        world.register("two", key="k")
        world.registry.archive_version("models:/churn/1")
        assert world.registry.gc(grace=NOW).artifacts == ()
        for number in (1, 2):
            world.registry.verify_artifact(number, model_name="churn")

    def test_a_root_that_is_reached_by_another_path_keeps_its_bytes(self, world, tmp_path, migrated_url):
        """One disk, mounted here and there: the URIs differ, the bytes are the same."""
        version = world.register("one")
        (tmp_path / "mounted").symlink_to(world.root)
        with Registry.connect(migrated_url, artifact_root=tmp_path / "mounted") as elsewhere:
            assert elsewhere.gc(grace=NOW).artifacts == ()
        world.registry.verify_artifact(version.reference)

    def test_the_root_of_another_registry_is_refused(self, world, tmp_path):
        world.register("one")
        with Registry.connect(f"sqlite:///{tmp_path}/other.db", artifact_root=world.root) as other:
            other.migrate()
            with pytest.raises(RootOwnershipError, match="belongs to"):
                other.gc(grace=NOW)
        world.registry.verify_artifact("models:/churn/1")

    def test_a_root_that_is_not_there_has_nothing_to_collect(self, world):
        assert world.registry.gc(grace=NOW).artifacts == ()


class TestLease:
    def test_a_registration_whose_bytes_are_stored_is_not_collected(self, world, monkeypatch):
        """Between the last byte and the version, the lease alone guards them."""
        wrote = register._write
        seen: list[Any] = []

        def collect_first(core, *arguments, **more):
            seen.append(world.registry.gc(grace=NOW))
            return wrote(core, *arguments, **more)

        monkeypatch.setattr(register, "_write", collect_first)
        version = world.register("one")
        assert [collected.artifacts for collected in seen] == [()]
        world.registry.verify_artifact(version.reference)
        assert contents(world.registry.engine)["registry_lease"] == []

    def test_a_registration_whose_lease_lapsed_stores_its_bytes_again(self, world, monkeypatch):
        wrote = register._write
        seen: list[Any] = []

        def lapse_once(core, *arguments, **more):
            if not seen:
                lapse(world)
                seen.append(world.registry.gc(grace=NOW))
            return wrote(core, *arguments, **more)

        monkeypatch.setattr(register, "_write", lapse_once)
        version = world.register("one")
        assert len(seen[0].artifacts) == 1
        world.registry.verify_artifact(version.reference)
        assert world.registry.get_model("churn").latest_version == 1

    def test_a_registration_that_loses_its_lease_each_time_gives_up_and_writes_nothing(self, world, monkeypatch):
        wrote = register._write

        def lapse_always(core, *arguments, **more):
            lapse(world)
            world.registry.gc(grace=NOW)
            return wrote(core, *arguments, **more)

        monkeypatch.setattr(register, "_write", lapse_always)
        with pytest.raises(LeaseLostError, match="store them again"):
            world.register("one")
        assert world.types() == ["model.created"]

    def test_a_lease_that_lapsed_though_nobody_collected_is_good_enough(self, world, monkeypatch):
        wrote = register._write

        def lapse_only(core, *arguments, **more):
            lapse(world)
            return wrote(core, *arguments, **more)

        monkeypatch.setattr(register, "_write", lapse_only)
        assert world.register("one").version == 1

    def test_a_registration_waits_while_the_same_bytes_are_removed(self, world, monkeypatch):
        digest = strand(world, monkeypatch)
        store = world.registry._core.store
        delete, started = type(store).delete, threading.Event()
        registered: list[int] = []
        thread = threading.Thread(target=lambda: registered.append(world.register("stranded").version))

        def slowly(self, *arguments):
            thread.start()
            started.wait(1)  # the registration meets the lease of gc, or comes later: both must end well
            assert registered == []
            return delete(self, *arguments)

        monkeypatch.setattr(type(store), "delete", slowly)
        assert [artifact.digest for artifact in world.registry.gc(grace=NOW).artifacts] == [digest]
        thread.join()
        assert registered == [1]
        world.registry.verify_artifact("models:/churn/1")

    def test_a_lease_is_renewed_while_its_holder_lives(self, world):
        world.registry.create_model("churn")
        core = world.registry._core
        with leases.writing(core, 1, "0" * 64) as lease:
            lapse(world)
            leases.renew_lease(core, lease.token)
            with world.registry.engine.begin() as connection:
                assert not leases.take_to_collect(connection, 1, "0" * 64, leases.new_token())
                (row,) = connection.execute(select(LeaseRow.purpose)).scalars()
                assert row == LeasePurpose.WRITE
        assert contents(world.registry.engine)["registry_lease"] == []

    def test_a_lease_whose_answer_was_lost_is_found_to_be_our_own(self, world, monkeypatch):
        """Each transaction on a lease is committed, its answer lost, and done again."""
        strand(world, monkeypatch)
        write = Core.write

        def lose_the_answer(self: Core, work: Any, seconds: float = 60.0) -> Any:
            write(self, work, seconds)
            return write(self, work, seconds)

        monkeypatch.setattr(Core, "write", lose_the_answer)
        with leases.writing(world.registry._core, 1, "0" * 64):
            assert len(contents(world.registry.engine)["registry_lease"]) == 1
        assert len(world.registry.gc(grace=NOW).artifacts) == 1
        assert contents(world.registry.engine)["registry_lease"] == []


@pytest.mark.parametrize("rounds", [8])
def test_gc_beside_registrations_of_the_same_bytes_never_leaves_a_row_without_bytes(world, monkeypatch, rounds):
    """Bytes that nobody refers to, wanted by two registrations and by gc at the same moment."""
    for number in range(rounds):
        strand(world, monkeypatch, f"content {number}")
    for number in range(rounds):
        with ThreadPoolExecutor(3) as pool:
            jobs = [
                pool.submit(world.registry.gc, grace=NOW),
                pool.submit(world.register, f"content {number}"),
                pool.submit(world.register, f"content {number}"),
            ]
            for job in jobs:
                job.result()
    assert world.registry.get_model("churn").latest_version == 2 * rounds
    for version in range(1, 2 * rounds + 1):
        world.registry.verify_artifact(version, model_name="churn")
    assert world.registry.gc(grace=NOW).artifacts == ()
    assert contents(world.registry.engine)["registry_lease"] == []


class TestDownload:
    def test_the_bytes_arrive_checked(self, world, tmp_path):
        world.register("one")
        world.registry.promote("churn", 1, "production")
        folder: Path = world.registry.download("models:/churn@production", tmp_path / "out")
        assert (folder / "model.pkl").read_text() == "one"

    def test_damaged_bytes_do_not_arrive(self, world, tmp_path):
        from airflow_provider_registry.errors import DigestMismatchError

        version = world.register("one")
        file = world.root / "churn" / version.digest / "model.pkl"
        file.chmod(0o644)
        file.write_text("bad")
        with pytest.raises(DigestMismatchError, match="model.pkl"):
            world.registry.download(version.reference, tmp_path / "out")
        assert not (tmp_path / "out").exists()
