"""The store in S3, or in whatever speaks its language: checked uploads that take up where they were killed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import cached_property
from itertools import groupby
from typing import TYPE_CHECKING

from airflow_provider_registry.artifacts.checking import checked, counted
from airflow_provider_registry.artifacts.manifest import Manifest, ManifestFile
from airflow_provider_registry.artifacts.ownership import Ownership
from airflow_provider_registry.artifacts.parallel import in_parallel
from airflow_provider_registry.artifacts.progress import Counter, Progress
from airflow_provider_registry.artifacts.removal import RemovalRight
from airflow_provider_registry.artifacts.s3_client import make_client, s3_errors, take_whole_answers
from airflow_provider_registry.artifacts.s3_marks import S3Marks
from airflow_provider_registry.artifacts.s3_objects import (
    S3Object,
    S3Read,
    abort_uploads,
    delete_objects,
    list_objects,
    list_uploads,
)
from airflow_provider_registry.artifacts.s3_sending import asked_before_sending
from airflow_provider_registry.artifacts.s3_upload import PART, Uploader
from airflow_provider_registry.artifacts.source import CHANGED, Source
from airflow_provider_registry.artifacts.store import (
    MANIFEST_SUFFIX,
    NOBODY_ELSE,
    ArtifactStore,
    StoredArtifact,
    artifact_path,
)
from airflow_provider_registry.artifacts.uris import S3Uri
from airflow_provider_registry.errors import ArtifactNotFoundError, InvalidArtifactError

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client

KEY_BYTES = 1024

# The first part that looks like a digest is one: no part of a model's name may.
_KEY = re.compile(rf"(.+?)/([0-9a-f]{{64}})(?:/.*|{re.escape(MANIFEST_SUFFIX)})", re.DOTALL)


class S3Store(ArtifactStore):
    """Artifacts under a prefix of a bucket.

    Objects are never renamed, so the files appear one by one under their final names, each whole and right; the
    manifest, written last, says that all are there. Empty folders are in the manifest alone: S3 has no folders.

    Parameters:
        uri: the bucket and prefix.
        client: makes the boto3 client when first needed; by default from boto3's own configuration.
        part_size: bytes; larger files go up in parts of this size or more.
    """

    def __init__(self, uri: S3Uri, client: Callable[[], S3Client] | None = None, part_size: int = PART) -> None:
        self.place = uri
        self.root = str(uri)
        self._make_client = client or make_client
        self._part_size = part_size

    def put(self, source: Source, manifest: Manifest, model_name: str, progress: Progress | None = None) -> str:
        """Store the artifact: see `ArtifactStore.put`. Objects that are there and right are not sent again."""
        prefix = self._prefix(model_name, manifest.digest)
        for file in manifest.files:
            _check_key(f"{prefix}/{file.path}", file)
        shown = progress or Counter()
        shown.start(manifest.file_count, manifest.size, f"Uploading {model_name}")
        try:
            with s3_errors(self.uri(model_name, manifest.digest)):
                self._put_files(source, manifest, prefix, shown)
                self._put_manifest(manifest, prefix)
        finally:
            shown.finish()
        return self.uri(model_name, manifest.digest)

    def has(self, model_name: str, manifest: Manifest) -> bool:
        """Whether the artifact is there: see `ArtifactStore.has`."""
        prefix = self._prefix(model_name, manifest.digest)
        if self._read_manifest(prefix) != manifest.to_bytes():
            return False
        sizes = {found.key: found.size for found in self._list(f"{prefix}/")}
        return all(sizes.get(f"{prefix}/{file.path}") == file.size for file in manifest.files)

    def delete(self, model_name: str, digest: str, right: RemovalRight = NOBODY_ELSE) -> int:
        """Remove the artifact and its leftovers: see `ArtifactStore.delete`.

        S3 cannot be told to remove an object only while a right lasts. But it takes no request that was signed more
        than 15 minutes ago, and each request, each try of it on its own, is sent only where the right was found,
        after signing, to last longer (`IN_FLIGHT`). So a request that was held up for so long that somebody else can
        have written the objects is refused. This stands on signed requests and on a clock of this host that is not
        more than a minute or two ahead of the server's; a server that takes old signatures, or that carries out minutes
        later what it took, breaks it for a process that stands still right between asking and sending.

        In a bucket that keeps versions S3 keeps the bytes, too, until its own lifecycle rules remove them.
        """
        prefix = self._prefix(model_name, digest)
        uploads = list_uploads(self.client, self.place.bucket, f"{prefix}/")
        with asked_before_sending(self.client, right.check):  # after the list, which may name somebody else's
            abort_uploads(self.client, self.place.bucket, uploads)
        won = 0
        for part in (f"{prefix}{MANIFEST_SUFFIX}", f"{prefix}/"):
            found = list(self._list(part))
            delete_objects(self.client, self.place.bucket, (item.key for item in found), right.check)
            won += sum(item.size for item in found)
        return won

    def artifacts(self) -> Iterator[StoredArtifact]:
        """Everything that is, or was to become, an artifact: see `ArtifactStore.artifacts`.

        An unfinished upload counts by its time; its size is not known cheaply, and said to be 0.
        """
        begun: dict[tuple[str, str], datetime] = {}
        for upload in list_uploads(self.client, self.place.bucket, self.place.below("")):
            name = self._name(upload.key)
            if name:
                begun[name] = max(begun.get(name, upload.initiated), upload.initiated)
        # Keys are sorted, so that what belongs together comes together, however many there are.
        for name, group in groupby(self._list(self.place.below("")), lambda found: self._name(found.key)):
            if name:
                yield _stored(name, group, begun.pop(name, None))
        for (model_name, digest), at in begun.items():
            yield StoredArtifact(model_name, digest, modified=at, size=0, complete=False)

    def sweep(self, before: datetime) -> int:
        """End unfinished uploads: see `ArtifactStore.sweep`. What they held is not known cheaply: returns 0."""
        uploads = list_uploads(self.client, self.place.bucket, self.place.below(""))
        old = [upload for upload in uploads if upload.initiated < before and self._name(upload.key)]
        abort_uploads(self.client, self.place.bucket, old)
        return 0

    @cached_property
    def client(self) -> S3Client:
        """The boto3 client, made when first needed."""
        with s3_errors(self.root):
            return take_whole_answers(self._make_client())

    def _ownership(self) -> Ownership:
        return Ownership(self.root, S3Marks(self.place, lambda: self.client))

    def _prefix(self, model_name: str, digest: str) -> str:
        return self.place.below(artifact_path(model_name, digest))

    def _list(self, prefix: str) -> Iterator[S3Object]:
        return list_objects(self.client, self.place.bucket, prefix)

    def _name(self, key: str) -> tuple[str, str] | None:
        match = _KEY.fullmatch(key.removeprefix(self.place.below("")))
        return (match[1], match[2]) if match else None

    def _put_files(self, source: Source, manifest: Manifest, prefix: str, progress: Progress) -> None:
        uploader = Uploader(self.client, self.place.bucket, self._part_size)
        sizes = {found.key: found.size for found in self._list(f"{prefix}/")}

        def put(file: ManifestFile) -> None:
            key = f"{prefix}/{file.path}"
            if sizes.get(key) == file.size and uploader.is_there(key, file):
                progress.advance(1, file.size)
            else:
                where = source.locate(file.path)
                uploader.upload(
                    key, file, lambda: checked(counted(source.chunks(file.path), progress), file, where, CHANGED)
                )

        # A large file is sent in parallel parts already: more of them at once would only take more memory.
        in_parallel(put, (file for file in manifest.files if file.size <= self._part_size))
        for file in manifest.files:
            if file.size > self._part_size:
                put(file)

    def _put_manifest(self, manifest: Manifest, prefix: str) -> None:
        if self._read_manifest(prefix) != manifest.to_bytes():
            self.client.put_object(
                Bucket=self.place.bucket,
                Key=prefix + MANIFEST_SUFFIX,
                Body=manifest.to_bytes(),
                ContentType="application/json",
            )

    def _read_manifest(self, prefix: str) -> bytes | None:
        try:
            return b"".join(S3Read(self.client, self.place.bucket, prefix + MANIFEST_SUFFIX).chunks())
        except ArtifactNotFoundError:
            return None


def _stored(name: tuple[str, str], group: Iterator[S3Object], begun: datetime | None) -> StoredArtifact:
    size, complete, modified = 0, False, begun
    for found in group:
        size += found.size
        complete = complete or found.key.endswith(f"{name[1]}{MANIFEST_SUFFIX}")
        modified = found.modified if modified is None else max(modified, found.modified)
    assert modified is not None  # a group has at least one object
    return StoredArtifact(*name, modified=modified, size=size, complete=complete)


def _check_key(key: str, file: ManifestFile) -> None:
    if len(key.encode()) > KEY_BYTES:
        raise InvalidArtifactError(
            f"{file.path!r} would get a key of more than {KEY_BYTES} bytes, which S3 does not take: use shorter names.",
            file.path,
        )
