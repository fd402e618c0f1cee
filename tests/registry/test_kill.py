"""`kill -9` of a process that registers or promotes, wherever it is, and then the retry."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from airflow_provider_registry.registry.storage.tables import LeaseRow
from tests.registry.requests.worlds import approve, ask, now, protect
from tests.support.kernel import contents
from tests.support.registering import STOPS

CHECKOUT = Path(__file__).parents[2]
FILES = 40


@pytest.fixture
def artifact(tmp_path):
    """A folder of several files, so that an upload has a middle."""
    folder = tmp_path / "model"
    folder.mkdir()
    for number in range(FILES):
        (folder / f"{number}.bin").write_bytes(bytes([number]) * 100_000)
    return folder


@contextmanager
def stopped(world, migrated_url, artifact, where) -> Iterator[None]:
    """A process that registers and stands still somewhere, and is killed in the end."""
    command = [sys.executable, "-m", "tests.support.registering", migrated_url, str(world.root), str(artifact), where]
    with subprocess.Popen(command, cwd=CHECKOUT, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "stopped\n"
            yield
        finally:
            process.kill()


def killed(world, migrated_url, artifact, where) -> None:
    """Run a process until it stands still, and kill it there."""
    with stopped(world, migrated_url, artifact, where):
        pass


def right(version, artifact, folder) -> bool:
    return all((folder / f"{n}.bin").read_bytes() == (artifact / f"{n}.bin").read_bytes() for n in range(FILES))


@pytest.mark.parametrize("where", STOPS)
def test_a_registration_killed_anywhere_and_tried_again_is_one_version_of_the_right_bytes(
    world, migrated_url, artifact, where
):
    world.registry.create_model("churn")
    killed(world, migrated_url, artifact, where)
    assert world.registry.get_model("churn").latest_version == (1 if where == "answer" else 0)
    world.registry.verify_record("churn")
    collected = world.registry.gc(grace=timedelta(0))
    assert collected.artifacts == ()  # the lease of the dead holds for a while, or a version has the bytes

    version = world.registry.register_version("churn", artifact, key="k", environment=False)
    assert version.version == 1
    assert world.types() == ["model.created", "version.registered"]
    assert right(version, artifact, world.root / "churn" / version.digest)

    with world.registry.engine.begin() as connection:
        connection.execute(update(LeaseRow).values(expires_at=version.created_at - timedelta(hours=1)))
    assert world.registry.gc(grace=timedelta(0)).artifacts == ()
    world.registry.verify_artifact(version.reference)


def test_what_a_killed_registration_left_goes_once_its_lease_lapsed(world, migrated_url, artifact):
    created = world.registry.create_model("churn").created_at
    for where in ("upload", "commit"):
        killed(world, migrated_url, artifact, where)
        with world.registry.engine.begin() as connection:
            connection.execute(update(LeaseRow).values(expires_at=created))
        assert len(world.registry.gc(grace=timedelta(0)).artifacts) == 1
        assert not list((world.root / "churn").rglob("*"))
        assert contents(world.registry.engine)["registry_lease"] == []


def test_gc_leaves_an_upload_that_is_under_way_alone(world, migrated_url, artifact):
    """A process stands in the middle of its upload, gc runs without any grace, and the upload is still there."""
    world.registry.create_model("churn")
    with stopped(world, migrated_url, artifact, "upload"):
        before = set((world.root / "churn").rglob("*"))
        world.registry.gc(grace=timedelta(0))
        assert before
        assert before <= set((world.root / "churn").rglob("*"))


@pytest.mark.parametrize("where", ["event", "commit"])
def test_a_promotion_killed_before_its_commit_leaves_its_request_approved_and_is_made_by_the_next(
    world, migrated_url, where
):
    protect(world, on_newer="keep_open")
    other, request = ask(world, 2), approve(world, "ana", ask(world))
    before = contents(world.registry.engine)
    arguments = [migrated_url, str(world.root), "1", str(request.request_id), where]
    command = [sys.executable, "-m", "tests.support.promoting", *arguments]
    with subprocess.Popen(command, cwd=CHECKOUT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "stopped\n"
        process.kill()
    assert before == contents(world.registry.engine)
    world.registry.verify_record("churn")

    assert world.registry.promote("churn", 1, "production", request=request.request_id).version == 1
    assert [now(world, each).state for each in (other, request)] == ["invalidated", "promoted"]
    world.registry.verify_record("churn")
