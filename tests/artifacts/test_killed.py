"""Killed in the middle, on every store: what is left hurts nobody, is found, and the next try completes it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from airflow_provider_registry.artifacts.download import download_artifact
from airflow_provider_registry.artifacts.manifest import Manifest
from airflow_provider_registry.artifacts.reader import verify_artifact
from airflow_provider_registry.artifacts.source import LocalSource
from tests.support.stores import S3World, World
from tests.support.trees import make_tree, read_tree

MODEL = "churn"
FILES = 30
TREE = {f"{number}.bin": str(number).encode() * 1000 for number in range(FILES)}

# Ten files are at work at once, so that of thirty at least ten are done when the twentieth has been read.
_PROGRAM = """
import sys, threading
from airflow_provider_registry.artifacts.download import download_artifact
from airflow_provider_registry.artifacts.progress import Counter
from airflow_provider_registry.artifacts.source import LocalSource
from airflow_provider_registry.artifacts.opening import open_store

class Stop(Counter):
    def _on_advance(self):
        if self.files_done >= 20:
            print("in the middle", flush=True)
            threading.Event().wait()

act, root, folder, target = sys.argv[1:]
source = LocalSource.scan(folder)
manifest = source.manifest()
store = open_store(root)
if act == "put":
    store.put(source, manifest, "churn", Stop())
else:
    download_artifact(store.uri("churn", manifest.digest), manifest, target, progress=Stop())
"""


def kill_in_the_middle(act: str, world: World, folder: Path, target: Path) -> None:
    """Run an act in a process of its own, and kill it when two thirds of the files have been read."""
    environment = {**os.environ, **world.environment, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    command = [sys.executable, "-c", _PROGRAM, act, world.root, str(folder), str(target)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        line = process.stdout.readline()
        process.kill()
        assert line == b"in the middle\n", process.stderr.read().decode()


@contextmanager
def watching(world: S3World) -> Iterator[tuple[set[str], list[str]]]:
    """The names that a store finds listed, and those that it sends.

    What a killed process had on its way may arrive at any time later, so only the store's own list says what was there
    when it looked.
    """
    seen: set[str] = set()
    sent: list[str] = []
    assert world.client is not None
    events = world.client().meta.events

    def listed(parsed: dict[str, Any], **_: object) -> None:
        seen.update(item["Key"].removeprefix(f"{world.prefix}/") for item in parsed.get("Contents", []))

    def sending(params: dict[str, Any], **_: object) -> None:
        sent.append(params["Key"].removeprefix(f"{world.prefix}/"))

    events.register("after-call.s3.ListObjectsV2", listed, unique_id="listed")
    events.register("before-parameter-build.s3.PutObject", sending, unique_id="sending")
    try:
        yield seen, sent
    finally:
        events.unregister("after-call.s3.ListObjectsV2", unique_id="listed")
        events.unregister("before-parameter-build.s3.PutObject", unique_id="sending")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Thirty files to register."""
    return make_tree(tmp_path / "tree", TREE)


@pytest.fixture
def manifest(folder: Path) -> Manifest:
    """Of the thirty files."""
    return LocalSource.scan(folder).manifest()


class TestAKilledPut:
    def test_leaves_no_artifact_and_is_found(self, world, folder, manifest, tmp_path):
        """Without its manifest nothing counts as stored, and a removal takes all of it."""
        kill_in_the_middle("put", world, folder, tmp_path)
        assert not world.store().has(MODEL, manifest)
        [found] = world.store().artifacts()
        assert (MODEL, manifest.digest, False) == (found.model_name, found.digest, found.complete)
        assert found.modified > datetime.now(UTC) - timedelta(hours=1)
        assert world.store().delete(MODEL, manifest.digest) > 0
        assert world.names() == set()
        assert [] == list(world.store().artifacts())

    def test_is_completed_by_the_next(self, world, folder, manifest, tmp_path):
        """The retry needs to know nothing of the first try."""
        kill_in_the_middle("put", world, folder, tmp_path)
        uri = world.store().put(LocalSource.scan(folder), manifest, MODEL)
        assert world.store().has(MODEL, manifest)
        verify_artifact(uri, manifest, s3_client=world.client)

    def test_in_s3_is_taken_up_where_it_was(self, s3_world: S3World, folder, manifest, tmp_path):
        """Objects that are there and right are not sent again, and all others are, each once."""
        kill_in_the_middle("put", s3_world, folder, tmp_path)
        with watching(s3_world) as (seen, sent):
            s3_world.store().put(LocalSource.scan(folder), manifest, MODEL)
        assert len(seen) >= 10
        everything = {f"{MODEL}/{manifest.digest}/{name}" for name in TREE} | {
            f"{MODEL}/{manifest.digest}.manifest.json"
        }
        assert sorted(everything - seen) == sorted(sent)
        assert everything == s3_world.names()

    def test_is_swept_away_without_touching_what_is_whole(self, world, folder, manifest, tmp_path):
        """Left-overs beside an artifact in use are removed alone, and only when they are old."""
        kill_in_the_middle("put", world, folder, tmp_path)
        uri = world.store().put(LocalSource.scan(folder), manifest, MODEL)
        now = datetime.now(UTC)
        world.store().sweep(now - timedelta(hours=1))
        world.store().sweep(now + timedelta(hours=1))
        verify_artifact(uri, manifest, s3_client=world.client)
        assert FILES + 1 == len(world.names())


class TestAKilledDownload:
    def test_leaves_nothing_under_the_final_name_and_the_next_cleans_up(self, world, folder, manifest, tmp_path):
        """What it left beside the destination is gone after the next download."""
        uri = world.store().put(LocalSource.scan(folder), manifest, MODEL)
        target = tmp_path / "out" / "model"
        kill_in_the_middle("download", world, folder, target)
        assert not target.exists()
        assert len(list(target.parent.iterdir())) == 1
        assert TREE == read_tree(download_artifact(uri, manifest, target, s3_client=world.client))
        assert [target] == list(target.parent.iterdir())
