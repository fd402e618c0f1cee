"""Artifacts that stay where they are."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from airflow_provider_registry.artifacts.download import download_artifact
from airflow_provider_registry.artifacts.local import LocalStore
from airflow_provider_registry.artifacts.progress import Counter
from airflow_provider_registry.artifacts.reader import verify_artifact
from airflow_provider_registry.artifacts.reference import inspect_reference
from airflow_provider_registry.artifacts.source import LocalSource
from airflow_provider_registry.errors import (
    ArtifactNotFoundError,
    ArtifactPathMissingError,
    DigestMismatchError,
    InvalidArtifactError,
    StorageUnavailableError,
)
from tests.support.stores import PART, S3World
from tests.support.trees import NESTED, make_tree, read_tree


def upload(world: S3World, tree) -> str:
    """Put a tree into the bucket as others would, empty folders by a zero-byte object; return its URI."""
    for path, data in tree.items():
        world.s3.put_object(Bucket=world.bucket, Key=f"theirs/{path}{'/' if data is None else ''}", Body=data or b"")
    return f"s3://{world.bucket}/theirs"


def keep_versions(world: S3World) -> None:
    """Let the bucket keep them."""
    world.s3.put_bucket_versioning(Bucket=world.bucket, VersioningConfiguration={"Status": "Enabled"})


class TestLocal:
    def test_a_folder_is_digested_where_it_lies_and_mutable(self, tmp_path):
        """Nothing holds a local file in place."""
        folder = make_tree(tmp_path / "their model", NESTED)
        found = inspect_reference(folder.as_uri())
        assert LocalSource.scan(folder).manifest() == found.manifest
        assert (folder.as_uri(), {}, True) == (found.uri, found.pins, found.mutable)
        verify_artifact(found.uri, found.manifest, found.pins)
        assert dict(NESTED) == read_tree(download_artifact(found.uri, found.manifest, tmp_path / "out", found.pins))

    def test_a_file_stands_under_its_own_name(self, tmp_path):
        """As everywhere."""
        make_tree(tmp_path, {"model.pkl": b"weights"})
        found = inspect_reference((tmp_path / "model.pkl").as_uri())
        verify_artifact(found.uri, found.manifest)
        assert {"model.pkl": b"weights"} == read_tree(download_artifact(found.uri, found.manifest, tmp_path / "out"))

    def test_a_change_is_found(self, tmp_path):
        """Afterwards, when it is read."""
        folder = make_tree(tmp_path / "tree", NESTED)
        found = inspect_reference(folder.as_uri())
        (folder / "model.pkl").write_bytes(b"WEIGHTS")
        with pytest.raises(DigestMismatchError):
            verify_artifact(found.uri, found.manifest, found.pins)

    def test_a_missing_one_is_named(self, tmp_path):
        """With the host."""
        with pytest.raises(ArtifactPathMissingError):
            inspect_reference((tmp_path / "nowhere").as_uri())


class TestS3:
    def test_a_prefix_is_digested_where_it_lies_and_pinned(self, s3_world, tmp_path):
        """Each file by its ETag; a folder without a file by its mark."""
        progress = Counter()
        found = inspect_reference(upload(s3_world, NESTED), s3_client=s3_world.client, progress=progress)
        assert LocalSource.scan(make_tree(tmp_path / "tree", NESTED)).manifest() == found.manifest
        assert not found.mutable
        assert [file.path for file in found.manifest.files] == list(found.pins)
        assert all(pin.keys() == {"key", "etag"} for pin in found.pins.values())
        assert (found.manifest.file_count, found.manifest.size) == (progress.files_done, progress.bytes_done)
        pins = json.loads(json.dumps(found.pins))
        verify_artifact(found.uri, found.manifest, pins, s3_client=s3_world.client)
        path = download_artifact(found.uri, found.manifest, tmp_path / "out", pins, s3_client=s3_world.client)
        assert dict(NESTED) == read_tree(path)

    def test_an_object_stands_under_its_own_name(self, s3_world, tmp_path):
        """Also where it went up in parts, whose ETag is no hash of its bytes."""
        data = b"weights" * (PART // 3)
        (tmp_path / "model.onnx").write_bytes(data)
        upload(s3_world, {})
        s3_world.s3.upload_file(str(tmp_path / "model.onnx"), s3_world.bucket, "theirs/model.onnx")
        found = inspect_reference(f"s3://{s3_world.bucket}/theirs/model.onnx", s3_client=s3_world.client)
        assert ["model.onnx"] == [file.path for file in found.manifest.files]
        path = download_artifact(found.uri, found.manifest, tmp_path / "out", found.pins, s3_client=s3_world.client)
        assert {"model.onnx": data} == read_tree(path)

    def test_an_object_and_a_prefix_of_one_name_are_told_apart(self, s3_world):
        """By the slash at the end."""
        uri = upload(s3_world, {"model": b"an object", "model/part": b"below it"})
        names = [
            [file.path for file in inspect_reference(f"{uri}/model{slash}", s3_client=s3_world.client).manifest.files]
            for slash in ("", "/")
        ]
        assert [["model"], ["part"]] == names

    def test_a_version_is_read_also_after_it_was_replaced_or_removed(self, s3_world, tmp_path):
        """A bucket that keeps versions keeps what was registered."""
        keep_versions(s3_world)
        uri = upload(s3_world, {"a": b"old", "b": b"old too"})
        found = inspect_reference(uri, s3_client=s3_world.client)
        assert all("version_id" in pin for pin in found.pins.values())
        upload(s3_world, {"a": b"new"})
        s3_world.s3.delete_object(Bucket=s3_world.bucket, Key="theirs/b")
        verify_artifact(found.uri, found.manifest, found.pins, s3_client=s3_world.client)
        path = download_artifact(found.uri, found.manifest, tmp_path / "out", found.pins, s3_client=s3_world.client)
        assert {"a": b"old", "b": b"old too"} == read_tree(path)

    def test_without_versions_a_replacement_is_refused(self, s3_world, tmp_path):
        """Even by an object of the same size; nothing is left at the destination."""
        found = inspect_reference(upload(s3_world, {"a": b"old"}), s3_client=s3_world.client)
        upload(s3_world, {"a": b"new"})
        with pytest.raises(DigestMismatchError, match="was replaced"):
            verify_artifact(found.uri, found.manifest, found.pins, s3_client=s3_world.client)
        with pytest.raises(DigestMismatchError, match="was replaced"):
            download_artifact(found.uri, found.manifest, tmp_path / "out", found.pins, s3_client=s3_world.client)
        assert not (tmp_path / "out").exists()

    def test_a_removed_object_is_not_there(self, s3_world):
        """Named by its URI."""
        found = inspect_reference(upload(s3_world, {"a": b"old"}), s3_client=s3_world.client)
        s3_world.s3.delete_object(Bucket=s3_world.bucket, Key="theirs/a")
        with pytest.raises(ArtifactNotFoundError, match="theirs/a"):
            verify_artifact(found.uri, found.manifest, found.pins, s3_client=s3_world.client)

    @pytest.mark.parametrize("uri", ["s3://{}/nowhere", "s3://{}/thei", "s3://no-such-bucket-here/x", "s3://{}/hollow"])
    def test_nothing_there_is_an_error(self, s3_world, uri):
        """A prefix is whole parts of a key, not any beginning of one; an empty folder is nothing."""
        upload(s3_world, {"a": b"1"})
        s3_world.s3.put_object(Bucket=s3_world.bucket, Key="hollow/", Body=b"")
        with pytest.raises(ArtifactNotFoundError):
            inspect_reference(uri.format(s3_world.bucket), s3_client=s3_world.client)

    @pytest.mark.parametrize("keys", [["a\\b"], ["A", "a"], ["a", "a/b"]])
    def test_names_that_no_disk_could_keep_are_refused(self, moto_world, keys):
        """S3 takes any name; an artifact must be downloadable anywhere."""
        for key in keys:
            moto_world.s3.put_object(Bucket=moto_world.bucket, Key=f"theirs/{key}", Body=b"1")
        with pytest.raises(InvalidArtifactError):
            inspect_reference(f"s3://{moto_world.bucket}/theirs", s3_client=moto_world.client)

    def test_an_object_named_like_a_folder_is_refused(self, moto_world):
        """It has bytes that would have no name."""
        moto_world.s3.put_object(Bucket=moto_world.bucket, Key="theirs/a/", Body=b"1")
        with pytest.raises(InvalidArtifactError, match="name of a folder"):
            inspect_reference(f"s3://{moto_world.bucket}/theirs", s3_client=moto_world.client)

    def test_a_server_that_is_not_there_is_unavailable(self, unreachable):
        """It may come back."""
        with pytest.raises(StorageUnavailableError):
            inspect_reference("s3://bucket/x", s3_client=unreachable)


@pytest.mark.parametrize("uri", ["/plain/path", "gs://bucket/x", "models:/churn/3"])
def test_what_is_no_uri_of_storage_is_refused(uri):
    """With the forms that are taken."""
    with pytest.raises(InvalidArtifactError, match="s3://bucket/key or file:///"):
        inspect_reference(uri)


class TestCopy:
    def test_from_s3_to_a_folder(self, s3_world, tmp_path):
        """As pinned, by streaming."""
        keep_versions(s3_world)
        found = inspect_reference(upload(s3_world, NESTED), s3_client=s3_world.client)
        upload(s3_world, {"model.pkl": b"replaced meanwhile"})
        uri = LocalStore(tmp_path / "root").put(found, found.manifest, "churn")
        assert dict(NESTED) == read_tree(download_artifact(uri, found.manifest, tmp_path / "out"))

    def test_from_a_folder_to_s3(self, s3_world, tmp_path):
        """Afterwards the folder may go."""
        folder = make_tree(tmp_path / "tree", {"big.bin": b"x" * (2 * PART), "small": b"1"})
        found = inspect_reference(folder.as_uri())
        uri = s3_world.store().put(found, found.manifest, "churn")
        verify_artifact(uri, found.manifest, s3_client=s3_world.client)

    def test_from_s3_to_s3(self, s3_world, tmp_path: Path):
        """Large and small."""
        tree = {"big.bin": b"x" * (2 * PART), "small": b"1"}
        found = inspect_reference(upload(s3_world, tree), s3_client=s3_world.client)
        uri = s3_world.store().put(found, found.manifest, "churn")
        path = download_artifact(uri, found.manifest, tmp_path / "out", s3_client=s3_world.client)
        assert tree == read_tree(path)
