"""What only the store in S3 does."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from airflow_provider_registry.artifacts.manifest import Manifest
from airflow_provider_registry.artifacts.opening import open_store
from airflow_provider_registry.artifacts.reader import verify_artifact
from airflow_provider_registry.artifacts.s3 import S3Store
from airflow_provider_registry.artifacts.source import LocalSource
from airflow_provider_registry.artifacts.uris import S3Uri
from airflow_provider_registry.errors import (
    ArtifactNotFoundError,
    InvalidArtifactError,
    StorageDeniedError,
    StorageUnavailableError,
)
from tests.support.stores import PART, S3World
from tests.support.swift import S3Access
from tests.support.trees import make_tree


@pytest.fixture
def source(tmp_path: Path) -> LocalSource:
    """Something to store."""
    return LocalSource.scan(make_tree(tmp_path / "tree", {"model.pkl": b"weights"}))


def begin_upload(world: S3World, digest: str) -> str:
    """What a killed upload of a large file leaves: parts, and no object."""
    key = f"{world.prefix}/churn/{digest}/big.bin"
    upload_id = world.s3.create_multipart_upload(Bucket=world.bucket, Key=key)["UploadId"]
    world.s3.upload_part(Bucket=world.bucket, Key=key, UploadId=upload_id, PartNumber=1, Body=b"x" * PART)
    return upload_id


def uploads(world: S3World) -> list[str]:
    """The ids of all unfinished uploads."""
    return [item["UploadId"] for item in world.s3.list_multipart_uploads(Bucket=world.bucket).get("Uploads", [])]


class TestUnfinishedUploads:
    def test_one_alone_is_listed_and_removed(self, s3_world):
        """Its parts cost money and show in no listing of objects."""
        begin_upload(s3_world, "a" * 64)
        [found] = s3_world.store().artifacts()
        assert ("churn", "a" * 64, False) == (found.model_name, found.digest, found.complete)
        assert found.modified.tzinfo is not None
        s3_world.store().delete("churn", "a" * 64)
        assert [] == list(s3_world.store().artifacts())
        assert [] == uploads(s3_world)

    @pytest.mark.integration
    @pytest.mark.xdist_group("swift")
    def test_one_beside_an_artifact_is_swept_when_it_is_old(self, swift_world, source):
        """The artifact stays as it is. (For moto every upload began in 2010.)"""
        manifest = source.manifest()
        uri = swift_world.store().put(source, manifest, "churn")
        upload = begin_upload(swift_world, manifest.digest)
        assert [True] == [found.complete for found in swift_world.store().artifacts()]
        now = datetime.now(UTC)
        swift_world.store().sweep(now - timedelta(hours=1))
        assert [upload] == uploads(swift_world)
        swift_world.store().sweep(now + timedelta(hours=1))
        assert [] == uploads(swift_world)
        verify_artifact(uri, manifest, s3_client=swift_world.client)

    def test_foreign_ones_are_left_alone(self, s3_world):
        """Others may use the bucket."""
        s3_world.s3.create_multipart_upload(Bucket=s3_world.bucket, Key="other/big.bin")
        s3_world.s3.create_multipart_upload(Bucket=s3_world.bucket, Key=f"{s3_world.prefix}/notes.bin")
        s3_world.store().sweep(datetime.now(UTC) + timedelta(hours=1))
        assert len(uploads(s3_world)) == 2

    def test_a_failed_large_upload_leaves_none(self, s3_world, tmp_path):
        """It is ended where it is noticed."""
        source = LocalSource.scan(make_tree(tmp_path / "big", {"big.bin": b"x" * (2 * PART)}))
        manifest = source.manifest()
        (tmp_path / "big" / "big.bin").write_bytes(b"y" * (2 * PART))
        with pytest.raises(Exception, match="changed while"):
            s3_world.store().put(source, manifest, "churn")
        assert [] == uploads(s3_world)


def test_a_root_may_be_a_whole_bucket(s3_world, source):
    """Without a prefix the layout is the same."""
    store = S3Store(S3Uri(s3_world.bucket, ""), s3_world.client)
    manifest = source.manifest()
    uri = store.put(source, manifest, "churn")
    store.claim("me")
    assert f"s3://{s3_world.bucket}/churn/{manifest.digest}" == uri
    assert [("churn", manifest.digest)] == [(found.model_name, found.digest) for found in store.artifacts()]
    assert store.owners() == {"me"}
    verify_artifact(uri, manifest, s3_client=s3_world.client)


def test_each_object_keeps_its_sha256(s3_world, source):
    """In its metadata, by which a later put knows it."""
    manifest = source.manifest()
    s3_world.store().put(source, manifest, "churn")
    key = f"{s3_world.prefix}/churn/{manifest.digest}/model.pkl"
    head = s3_world.s3.head_object(Bucket=s3_world.bucket, Key=key)
    assert head["Metadata"]["sha256"] == manifest.files[0].sha256


def test_a_client_of_ones_own_is_made_from_the_environment(s3_world, source, monkeypatch):
    """As boto3 reads it; nothing else is needed."""
    for name, value in s3_world.environment.items():
        monkeypatch.setenv(name, value)
    manifest = source.manifest()
    verify_artifact(open_store(s3_world.root).put(source, manifest, "churn"), manifest)


def test_a_key_that_s3_does_not_take_is_refused_before_anything_is_sent(moto_world, tmp_path):
    """Naming the file."""
    path = "/".join(["x" * 250] * 4) + "/model.pkl"
    source = LocalSource.scan(make_tree(tmp_path / "tree", {path: b"1", "small": b"2"}))
    with pytest.raises(InvalidArtifactError, match="1024 bytes") as caught:
        moto_world.store().put(source, source.manifest(), "churn")
    assert caught.value.path == path
    assert moto_world.names() == set()


def test_a_bucket_that_is_not_there_is_named(s3_world, source):
    """Whatever is asked of it."""
    store = S3Store(S3Uri("no-such-bucket-here", "x"), s3_world.client)
    for act in (
        lambda: store.put(source, source.manifest(), "churn"),
        lambda: list(store.artifacts()),
        lambda: store.claim("me"),
        lambda: store.delete("churn", "0" * 64),
    ):
        with pytest.raises(ArtifactNotFoundError, match=r"no-such-bucket-here.*bucket does not exist"):
            act()


def test_a_server_that_is_not_there_is_unavailable(unreachable, source):
    """It may come back; nothing else is said."""
    manifest: Manifest = source.manifest()
    store = open_store("s3://bucket/models", unreachable)
    for act in (
        lambda: store.put(source, manifest, "churn"),
        lambda: store.has("churn", manifest),
        lambda: list(store.artifacts()),
        lambda: store.claim("me"),
        lambda: store.delete("churn", manifest.digest),
        lambda: verify_artifact(store.uri("churn", manifest.digest), manifest, s3_client=unreachable),
    ):
        with pytest.raises(StorageUnavailableError, match="s3://bucket/models"):
            act()


@pytest.mark.integration
@pytest.mark.xdist_group("swift")
def test_wrong_credentials_are_denied(swift: S3Access, swift_world, source):
    """Only a real server looks at them."""
    stranger = S3Access(swift.endpoint, swift.access_key, "wrong")
    store = S3Store(S3Uri(swift_world.bucket, "x"), stranger.client)
    with pytest.raises(StorageDeniedError, match="credentials"):
        store.put(source, source.manifest(), "churn")


def test_missing_credentials_are_denied(moto, source, monkeypatch):
    """And the message says where boto3 looks for them."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", moto.endpoint)
    with pytest.raises(StorageDeniedError, match="as boto3 reads them"):
        open_store("s3://bucket/models").put(source, source.manifest(), "churn")
