"""What every store must do, the same on each: a folder, moto's S3, and a real Swift."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from airflow_provider_registry.artifacts.download import download_artifact
from airflow_provider_registry.artifacts.manifest import Manifest
from airflow_provider_registry.artifacts.progress import Counter
from airflow_provider_registry.artifacts.reader import verify_artifact
from airflow_provider_registry.artifacts.source import LocalSource
from airflow_provider_registry.errors import (
    ArtifactNotFoundError,
    DigestMismatchError,
    InvalidArtifactError,
    InvalidNameError,
    RootOwnershipError,
)
from tests.support.stores import PART, World
from tests.support.trees import NESTED, Tree, make_tree, read_tree, trees

MODEL = "growth/churn"


def stored(world: World, folder: Path, tree: Tree = NESTED, model: str = MODEL) -> tuple[str, Manifest]:
    """Put a tree, and return its URI and manifest."""
    source = LocalSource.scan(make_tree(folder, tree))
    manifest = source.manifest()
    return world.store().put(source, manifest, model), manifest


class TestPut:
    def test_a_tree_comes_back_as_it_was(self, world, tmp_path):
        """Nested folders, empty ones, zero-byte files and names in any script survive the round trip."""
        uri, manifest = stored(world, tmp_path / "tree")
        verify_artifact(uri, manifest, s3_client=world.client)
        path = download_artifact(uri, manifest, tmp_path / "copy", s3_client=world.client)
        assert dict(NESTED) == read_tree(path)

    def test_files_lie_plainly_under_their_own_names_beside_the_manifest(self, world, tmp_path):
        """Whoever knows the model and the digest can read the files without this package."""
        uri, manifest = stored(world, tmp_path / "tree")
        assert f"{world.root}/{MODEL}/{manifest.digest}" == uri
        files = {f"{MODEL}/{manifest.digest}/{path}" for path, data in NESTED.items() if data is not None}
        assert files | {f"{MODEL}/{manifest.digest}.manifest.json"} == world.names()
        assert manifest == Manifest.from_bytes(world.read(f"{MODEL}/{manifest.digest}.manifest.json"))

    def test_a_single_file_stands_under_its_own_name(self, world, tmp_path):
        """A file is an artifact as a folder with that one file is."""
        tree = make_tree(tmp_path / "tree", {"model.pkl": b"weights"})
        source = LocalSource.scan(tree / "model.pkl")
        uri = world.store().put(source, source.manifest(), MODEL)
        path = download_artifact(uri, source.manifest(), tmp_path / "copy", s3_client=world.client)
        assert {"model.pkl": b"weights"} == read_tree(path)

    def test_a_file_of_many_parts_comes_back(self, world, tmp_path):
        """Files larger than a part go up in several."""
        data = bytes(range(256)) * (2 * PART // 256) + b"and a rest"
        uri, manifest = stored(world, tmp_path / "tree", {"big.bin": data})
        verify_artifact(uri, manifest, s3_client=world.client)
        path = download_artifact(uri, manifest, tmp_path / "copy", s3_client=world.client)
        assert data == (path / "big.bin").read_bytes()

    def test_many_small_files_come_back(self, world, tmp_path):
        """A thousand of them, and one more than a listing has on a page."""
        tree = {f"shard-{number % 10}/{number}.bin": str(number).encode() for number in range(world.many)}
        uri, manifest = stored(world, tmp_path / "tree", tree)
        assert world.store().has(MODEL, manifest)
        path = download_artifact(uri, manifest, tmp_path / "copy", s3_client=world.client)
        assert tree == read_tree(path)

    def test_doing_it_again_writes_nothing(self, world, tmp_path):
        """A retry costs a look, not an upload."""
        uri, manifest = stored(world, tmp_path / "tree", {**NESTED, "big.bin": b"x" * (PART + 1)})
        before = world.writes()
        source = LocalSource.scan(tmp_path / "tree")
        assert uri == world.store().put(source, manifest, MODEL)
        assert before == world.writes()

    def test_what_is_missing_is_added(self, world, tmp_path):
        """An upload that was killed is taken up, and the artifact is whole in the end."""
        uri, manifest = stored(world, tmp_path / "tree")
        world.remove(f"{world.name_of(uri)}.manifest.json")
        world.remove(f"{world.name_of(uri)}/model.pkl")
        assert not world.store().has(MODEL, manifest)
        stored(world, tmp_path / "tree")
        assert world.store().has(MODEL, manifest)
        verify_artifact(uri, manifest, s3_client=world.client)

    def test_what_was_changed_is_put_right(self, world, tmp_path):
        """Registering the right bytes again restores them, also where the size is the same."""
        uri, manifest = stored(world, tmp_path / "tree")
        world.write(f"{world.name_of(uri)}/model.pkl", b"WEIGHTS")
        stored(world, tmp_path / "tree")
        verify_artifact(uri, manifest, s3_client=world.client)

    @pytest.mark.parametrize("size", [100, PART + 100])
    def test_a_file_that_changes_after_hashing_is_refused(self, world, tmp_path, size):
        """What is stored is what was hashed, or nothing is under the final name."""
        source = LocalSource.scan(make_tree(tmp_path / "tree", {"model.pkl": b"x" * size}))
        manifest = source.manifest()
        (tmp_path / "tree" / "model.pkl").write_bytes(b"y" * size)
        with pytest.raises(DigestMismatchError, match="changed while it was being registered") as caught:
            world.store().put(source, manifest, MODEL)
        assert caught.value.path == "model.pkl"
        assert world.names() == set()
        assert not world.store().has(MODEL, manifest)

    def test_a_file_that_shrinks_or_grows_after_hashing_is_refused(self, world, tmp_path):
        """A size is as telling as a hash."""
        source = LocalSource.scan(make_tree(tmp_path / "tree", {"model.pkl": b"xyz"}))
        manifest = source.manifest()
        for data in (b"xy", b"xyzz", b""):
            (tmp_path / "tree" / "model.pkl").write_bytes(data)
            with pytest.raises(DigestMismatchError):
                world.store().put(source, manifest, MODEL)
        assert world.names() == set()

    def test_many_at_once_store_it_once(self, world, tmp_path):
        """Two tasks that register the same bytes at the same time both succeed."""
        source = LocalSource.scan(make_tree(tmp_path / "tree", NESTED))
        manifest, barrier = source.manifest(), threading.Barrier(4)

        def put(_: int) -> str:
            barrier.wait()
            return str(world.store().put(source, manifest, MODEL))

        with ThreadPoolExecutor(4) as pool:
            uris = set(pool.map(put, range(4)))
        assert len(uris) == 1
        verify_artifact(uris.pop(), manifest, s3_client=world.client)
        assert [manifest.digest] == [found.digest for found in world.store().artifacts()]

    def test_progress_counts_every_file_and_byte(self, world, tmp_path):
        """What is counted in the end is the whole, stored or found there already."""
        source = LocalSource.scan(make_tree(tmp_path / "tree", NESTED))
        manifest = source.manifest()
        for _ in range(2):
            progress = Counter()
            uri = world.store().put(source, manifest, MODEL, progress)
            assert (manifest.file_count, manifest.size) == (progress.files_done, progress.bytes_done)
        verify_artifact(uri, manifest, s3_client=world.client, progress=progress)
        assert (manifest.file_count, manifest.size) == (progress.files_done, progress.bytes_done)

    @pytest.mark.parametrize("name", ["../up", "/abs", "a//b", "a/../../b", "", "a/" + "0" * 64])
    def test_a_name_that_would_lead_elsewhere_is_refused(self, world, name):
        """Names were checked before they come here; here they become paths."""
        with pytest.raises(InvalidNameError):
            world.store().uri(name, "0" * 64)
        with pytest.raises(InvalidArtifactError):
            world.store().uri(MODEL, "../" + "0" * 61)

    @settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
    @given(tree=trees())
    def test_any_tree_comes_back(self, world, tmp_path_factory, tree):
        """Whatever can be an artifact is stored faithfully."""
        folder = tmp_path_factory.mktemp("any")
        uri, manifest = stored(world, folder / "tree", tree)
        assert tree == read_tree(download_artifact(uri, manifest, folder / "copy", s3_client=world.client))


class TestReading:
    @pytest.mark.parametrize("data", [b"WEIGHTS", b"weight", b"weights and more", b""])
    def test_changed_bytes_are_found(self, world, tmp_path, data):
        """Checking and downloading name the file; nothing is left at the destination."""
        uri, manifest = stored(world, tmp_path / "tree")
        world.write(f"{world.name_of(uri)}/model.pkl", data)
        with pytest.raises(DigestMismatchError, match=r"model\.pkl") as caught:
            verify_artifact(uri, manifest, s3_client=world.client)
        assert caught.value.path == "model.pkl"
        assert caught.value.expected == next(file.sha256 for file in manifest.files if file.path == "model.pkl")
        with pytest.raises(DigestMismatchError, match=r"model\.pkl"):
            download_artifact(uri, manifest, tmp_path / "out" / "copy", s3_client=world.client)
        assert [] == list((tmp_path / "out").iterdir())

    def test_a_missing_file_is_found(self, world, tmp_path):
        """An artifact with a hole is not there."""
        uri, manifest = stored(world, tmp_path / "tree")
        world.remove(f"{world.name_of(uri)}/model.pkl")
        assert not world.store().has(MODEL, manifest)
        with pytest.raises(ArtifactNotFoundError, match=r"model\.pkl"):
            verify_artifact(uri, manifest, s3_client=world.client)
        with pytest.raises(ArtifactNotFoundError, match=r"model\.pkl"):
            download_artifact(uri, manifest, tmp_path / "out" / "copy", s3_client=world.client)
        assert [] == list((tmp_path / "out").iterdir())

    def test_a_manifest_of_other_bytes_is_not_had(self, world, tmp_path):
        """Only the very same manifest counts, whatever the folder is called."""
        uri, manifest = stored(world, tmp_path / "tree")
        world.write(f"{world.name_of(uri)}.manifest.json", manifest.to_bytes() + b" ")
        assert not world.store().has(MODEL, manifest)


class TestDelete:
    def test_it_removes_the_artifact_and_says_how_much_that_was(self, world, tmp_path):
        """Another artifact of the model stays."""
        _, manifest = stored(world, tmp_path / "tree")
        other, other_manifest = stored(world, tmp_path / "other", {"x": b"1"})
        taken = manifest.size + len(manifest.to_bytes())
        assert taken == world.store().delete(MODEL, manifest.digest)
        assert not world.store().has(MODEL, manifest)
        assert {world.name_of(other) + "/x", world.name_of(other) + ".manifest.json"} == world.names()
        verify_artifact(other, other_manifest, s3_client=world.client)

    def test_doing_it_again_is_no_error(self, world, tmp_path):
        """Also for what never was there."""
        _, manifest = stored(world, tmp_path / "tree")
        world.store().delete(MODEL, manifest.digest)
        assert world.store().delete(MODEL, manifest.digest) == 0
        assert world.store().delete("never/was", "0" * 64) == 0

    def test_what_was_left_of_a_killed_removal_is_removed(self, world, tmp_path):
        """The manifest goes first, so the rest is known for what it is."""
        uri, manifest = stored(world, tmp_path / "tree")
        world.remove(f"{world.name_of(uri)}.manifest.json")
        assert [False] == [found.complete for found in world.store().artifacts()]
        assert manifest.size == world.store().delete(MODEL, manifest.digest)
        assert world.names() == set()

    def test_a_model_below_another_is_left_alone(self, world, tmp_path):
        """`growth` and `growth/churn` may both be models."""
        stored(world, tmp_path / "tree", {"x": b"1"}, "growth/churn")
        _, manifest = stored(world, tmp_path / "tree", {}, "growth")
        world.store().delete("growth", manifest.digest)
        assert world.store().has("growth/churn", manifest)


class TestArtifacts:
    def test_each_is_found_once_with_its_size_and_time(self, world, tmp_path):
        """Those of all models, however deep the name."""
        before = datetime.now(UTC) - timedelta(seconds=2)
        expected = {}
        for model in ("a", "a/b", "a.b", "growth/eu/churn"):
            _, manifest = stored(world, tmp_path / model.replace("/", "-"), {"name": model.encode(), "z/y": b""}, model)
            expected[model, manifest.digest] = manifest.size + len(manifest.to_bytes())
        world.store().claim("me")
        found = list(world.store().artifacts())
        assert expected == {(each.model_name, each.digest): each.size for each in found}
        assert len(expected) == len(found)
        assert all(
            each.complete and before <= each.modified <= datetime.now(UTC) + timedelta(seconds=2) for each in found
        )

    def test_foreign_files_are_neither_listed_nor_removed(self, world, tmp_path):
        """A root is one registry's, and people still put a README there."""
        _, manifest = stored(world, tmp_path / "tree", {"x": b"1"})
        world.write("README.md", b"hello")
        world.write(f"{MODEL}/notes.txt", b"hello")
        assert [manifest.digest] == [found.digest for found in world.store().artifacts()]
        world.store().delete(MODEL, manifest.digest)
        world.store().sweep(datetime.now(UTC) + timedelta(days=1))
        assert {"README.md", f"{MODEL}/notes.txt"} == world.names()

    def test_an_empty_root_has_none(self, world):
        """Also where nothing was ever written."""
        assert [] == list(world.store().artifacts())
        assert world.store().owners() == frozenset()
        assert world.store().sweep(datetime.now(UTC)) == 0


class TestOwnership:
    def test_a_root_belongs_to_who_claims_it_first(self, world):
        """The next one is told whose it is, and leaves no mark."""
        world.store().claim("registry-one")
        with pytest.raises(RootOwnershipError, match="registry-one") as caught:
            world.store().claim("registry-two")
        assert caught.value.owner == "registry-one"
        assert world.store().owners() == {"registry-one"}
        assert {".model-registry/registry-one"} == world.names()

    def test_claiming_again_writes_nothing(self, world):
        """It is done before every registration."""
        world.store().claim("one")
        before = world.writes()
        world.store().claim("one")
        assert before == world.writes()

    def test_whether_it_may_be_written_is_found_by_writing(self, world):
        """And nothing is left of it."""
        world.store().claim("one")
        before = world.writes()
        world.store().check_writable("one")
        assert {".model-registry/one"} == world.names()
        assert before != world.writes() or world.client is None

    def test_of_many_that_race_at_most_one_wins(self, world):
        """Two owners would remove each other's artifacts; none is only a nuisance."""
        barrier = threading.Barrier(4)

        def claim(number: int) -> bool:
            barrier.wait()
            try:
                world.store().claim(f"registry-{number % 2}")
            except RootOwnershipError:
                return False
            return True

        with ThreadPoolExecutor(4) as pool:
            won = list(pool.map(claim, range(4)))
        winners = {number % 2 for number, success in enumerate(won) if success}
        assert len(winners) <= 1
        assert {f"registry-{number}" for number in winners} == world.store().owners()
