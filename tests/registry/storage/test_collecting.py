"""A `gc` that stands still beside a registration of the same bytes, on each store and each database."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, text

from airflow_provider_registry.artifacts import local, local_removal, s3_objects
from airflow_provider_registry.artifacts.removal import IN_FLIGHT
from airflow_provider_registry.errors import LeaseLostError
from airflow_provider_registry.registry.storage import leases
from airflow_provider_registry.registry.storage.collecting import CollectLease
from airflow_provider_registry.registry.storage.tables import LeaseRow
from tests.registry.storage.worlds import NOW, lapse, pausing, strand
from tests.support.kernel import contents

DIGEST = "0" * 64


@pytest.fixture
def several(monkeypatch):
    """Artifacts of four files, each removed with a request of its own."""
    from tests.support.kernel import World

    artifact = World.artifact

    def of_four(self, content="one"):
        folder = artifact(self, content)
        for number in range(3):
            (folder / f"{number}.txt").write_text(f"{content} {number}")
        return folder

    monkeypatch.setattr(World, "artifact", of_four)
    monkeypatch.setattr(s3_objects, "BATCH", 1)


def is_whole(world, version: Any, folder) -> bool:
    """Whether a version's bytes arrive, each checked."""
    world.registry.verify_artifact(version.reference)
    return len(list(world.registry.download(version.reference, folder).iterdir())) == 4


@pytest.mark.usefixtures("several")
class TestStandingStill:
    def test_before_any_step_of_a_removal_takes_nothing_from_a_version(self, stored, place, monkeypatch, tmp_path):
        """The lease lapses there, the same bytes are registered, and gc goes on."""
        stopped, at, reached = 0, 0, True
        while reached:
            at += 1
            content = f"content {at}"
            strand(stored, monkeypatch, content)
            versions: list[Any] = []

            def register_meanwhile(content=content, versions=versions):
                lapse(stored)
                versions.append(stored.register(content))

            with pausing(place, monkeypatch, at, register_meanwhile) as pause:
                stopped += len(stored.registry.gc(grace=NOW).stopped)
            reached = pause.reached
            for version in versions:
                assert is_whole(stored, version, tmp_path / f"{at}")
        # On disk the one step that counts is taken or not. In S3 each of five requests may be the first not to be.
        assert stopped >= (1 if place.client is None else 5)
        assert at > 8
        assert stored.registry.gc(grace=NOW).artifacts == ()
        for number in range(1, at):
            stored.registry.verify_artifact(number, model_name="churn")
        assert contents(stored.registry.engine)["registry_lease"] == []

    def test_what_a_stopped_removal_left_is_collected_by_the_next(self, stored, place, monkeypatch):
        digests = {strand(stored, monkeypatch, content) for content in ("one", "two")}
        with pausing(place, monkeypatch, 8 if place.client else 1, lambda: lapse(stored)) as pause:
            found = stored.registry.gc(grace=NOW)
        assert pause.reached
        assert len(found.stopped) == 1
        assert digests == {artifact.digest for artifact in (*found.stopped, *found.artifacts)}
        stored.registry.gc(grace=NOW)
        assert {name.split("/")[0] for name in place.names()} == {".model-registry"}

    def test_a_killed_removal_is_completed_by_a_registration_or_by_the_next(self, stored, place, monkeypatch, tmp_path):
        def die():
            raise KeyboardInterrupt

        at, reached = 0, True
        while reached:
            at += 1
            content = f"content {at}"
            strand(stored, monkeypatch, content)
            try:
                with pausing(place, monkeypatch, at, die) as pause:
                    stored.registry.gc(grace=NOW)
            except KeyboardInterrupt:
                version = stored.register(content)
                assert is_whole(stored, version, tmp_path / f"{at}")
            reached = pause.reached
        stored.registry.gc(grace=NOW)
        place.store().sweep(datetime.now(UTC) + timedelta(hours=1))  # what gc leaves beside versions until it is older
        digests = {stored.registry.get_version(n, model_name="churn").digest for n in range(1, at)}
        assert {name.split("/")[1].split(".")[0] for name in place.names() if name.startswith("churn/")} == digests


@pytest.mark.usefixtures("several")
@pytest.mark.parametrize("place", ["local"], indirect=True)
class TestOnDisk:
    def test_a_registration_waits_for_a_gc_that_stands_still_between_its_renames(self, stored, monkeypatch, tmp_path):
        strand(stored, monkeypatch)
        take_out = local_removal.take_out
        versions: list[Any] = []

        def register():
            lapse(stored)
            versions.append(stored.register("stranded"))

        thread = threading.Thread(target=register)

        def stand_still(*arguments):
            thread.start()
            thread.join(0.2)  # it waits, or comes later: both must end well
            assert versions == []
            take_out(*arguments)

        monkeypatch.setattr(local, "take_out", stand_still)
        stored.registry.gc(grace=NOW)
        thread.join()
        assert is_whole(stored, versions[0], tmp_path / "out")

    @pytest.mark.parametrize("backend", [pytest.param("postgresql", marks=pytest.mark.postgres)], indirect=True)
    def test_what_was_taken_though_the_database_gave_up_the_lock_comes_back(self, stored, monkeypatch, tmp_path):
        strand(stored, monkeypatch)
        take_out = local_removal.take_out
        versions: list[Any] = []

        def lose_the_lock(*arguments):
            monkeypatch.setattr(local, "take_out", take_out)
            with stored.registry.engine.connect() as connection:
                connection.execute(
                    text(
                        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                        "WHERE datname = current_database() AND state = 'idle in transaction'"
                    )
                )
            lapse(stored)
            versions.append(stored.register("stranded"))
            take_out(*arguments)

        monkeypatch.setattr(local, "take_out", lose_the_lock)
        found = stored.registry.gc(grace=NOW)
        assert [versions[0].digest] == [artifact.digest for artifact in found.stopped]
        assert is_whole(stored, versions[0], tmp_path / "out")


class TestTheLease:
    @pytest.fixture
    def lease(self, world):
        """Taken on a digest of a model."""
        world.registry.create_model("churn")
        token = leases.new_token()
        with world.registry.engine.begin() as connection:
            assert leases.take_to_collect(connection, 1, DIGEST, token)
        return CollectLease(world.registry._core, 1, token)

    def test_it_is_good_until_a_request_on_its_way_could_outlast_it(self, world, lease):
        lease.check()
        lapse(world, leases.LIFETIME - IN_FLIGHT)
        with pytest.raises(LeaseLostError, match="next run"):
            lease.check()
        assert lease.run(lambda: "under the lock") == "under the lock"
        assert leases.renew_lease(lease.core, lease.token)
        lease.check()

    def test_once_lapsed_it_is_never_good_again(self, world, lease):
        lapse(world)
        assert not leases.renew_lease(lease.core, lease.token)
        steps: list[str] = []
        with pytest.raises(LeaseLostError):
            lease.run(lambda: steps.append("taken"))
        assert steps == []

    def test_a_registration_removes_it_once_lapsed_so_that_no_clock_brings_it_back(self, world, lease):
        lapse(world)
        with leases.writing(lease.core, 1, DIGEST) as mine, world.registry.engine.connect() as connection:
            assert list(connection.execute(select(LeaseRow.token)).scalars()) == [mine.token]


@pytest.mark.parametrize("rounds", [4])
def test_gc_beside_registrations_of_the_same_bytes_never_leaves_a_row_without_bytes(stored, monkeypatch, rounds):
    """Bytes that nobody refers to, wanted by two registrations and by gc at the same moment."""
    for number in range(rounds):
        strand(stored, monkeypatch, f"content {number}")
    for number in range(rounds):
        with ThreadPoolExecutor(3) as pool:
            jobs = [
                pool.submit(stored.registry.gc, grace=NOW),
                pool.submit(stored.register, f"content {number}"),
                pool.submit(stored.register, f"content {number}"),
            ]
            for job in jobs:
                job.result()
    assert stored.registry.get_model("churn").latest_version == 2 * rounds
    for version in range(1, 2 * rounds + 1):
        stored.registry.verify_artifact(version, model_name="churn")
    assert stored.registry.gc(grace=NOW).artifacts == ()
    assert contents(stored.registry.engine)["registry_lease"] == []


class TestAfterARename:
    """A model has places under each of its names."""

    def test_a_copy_under_the_former_name_goes_and_the_versions_own_stays(self, stored, place, monkeypatch):
        digest = strand(stored, monkeypatch)
        stored.registry.rename_model("churn", "retention")
        version = stored.register("stranded", model="retention")
        assert stored.registry.gc().artifacts == ()
        assert stored.registry.gc(grace=NOW, dry_run=True).artifacts[0].model_name == "churn"
        [gone] = stored.registry.gc(grace=NOW).artifacts
        assert ("churn", digest) == (gone.model_name, gone.digest)
        assert {name.split("/")[0] for name in place.names()} == {".model-registry", "retention"}
        stored.registry.verify_artifact(version.reference)
        assert stored.registry.gc(grace=NOW).artifacts == ()

    def test_a_copy_under_the_new_name_goes_and_the_versions_own_stays(self, stored, place, monkeypatch):
        version = stored.register("stranded")
        stored.registry.rename_model("churn", "growth/churn")
        strand(stored, monkeypatch, model="growth/churn")
        [gone] = stored.registry.gc(grace=NOW).artifacts
        assert gone.model_name == "growth/churn"
        assert {name.split("/")[0] for name in place.names()} == {".model-registry", "churn"}
        stored.registry.verify_artifact(f"models:/growth/churn/{version.version}")

    def test_places_that_versions_have_under_both_names_stay(self, stored):
        stored.register("one")
        stored.registry.rename_model("churn", "Churn")
        stored.register("one", model="Churn")
        stored.registry.rename_model("Churn", "retention")
        stored.register("one", model="retention")
        assert stored.registry.gc(grace=NOW).artifacts == ()
        for number in (1, 2, 3):
            stored.registry.verify_artifact(number, model_name="retention")

    def test_the_last_copy_stays_where_that_of_the_version_is_gone(self, stored, place, monkeypatch):
        """Somebody moved the folder along with the name, say."""
        version = stored.register("stranded")
        stored.registry.rename_model("churn", "retention")
        strand(stored, monkeypatch, model="retention")
        place.remove(f"churn/{version.digest}/model.pkl")
        for dry_run in (True, False):
            assert stored.registry.gc(grace=NOW, dry_run=dry_run).artifacts == ()
        assert place.read(f"retention/{version.digest}/model.pkl") == b"stranded"

    def test_a_copy_that_a_reference_names_stays(self, stored, place, monkeypatch):
        stored.register("stranded")
        stored.registry.rename_model("churn", "retention")
        digest = strand(stored, monkeypatch, model="retention")
        uri = f"{place.root}/retention/{digest}"
        stored.registry.register_version("other", uri, environment=False)
        assert stored.registry.gc(grace=NOW).artifacts == ()
        stored.registry.verify_artifact("models:/other/1")

    @pytest.mark.parametrize("place", ["local"], indirect=True)
    def test_what_is_the_same_folder_by_a_symlink_stays(self, stored, place, monkeypatch):
        (place.folder / "churn").mkdir(parents=True)
        (place.folder / "retention").symlink_to("churn")
        strand(stored, monkeypatch)
        stored.registry.rename_model("churn", "retention")
        version = stored.register("stranded", model="retention")
        assert stored.registry.gc(grace=NOW).artifacts == ()
        stored.registry.verify_artifact(version.reference)
