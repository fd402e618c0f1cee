"""One artifact store of each kind, with the hands that a test needs inside it: to look, to damage, to count writes."""

from __future__ import annotations

import logging
import os
import secrets
import shutil
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from airflow_provider_registry.artifacts.local import LocalStore
from airflow_provider_registry.artifacts.s3 import S3Store
from airflow_provider_registry.artifacts.store import ArtifactStore
from airflow_provider_registry.artifacts.uris import S3Uri, parse_location, parse_root
from tests.support.swift import S3Access

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client

# The smallest that S3 takes: files above it are multipart, and a test need not be large for it.
PART = 5 * 1024 * 1024


class World(ABC):
    """A root of one kind, and what lies in it.

    Attributes:
        root: the root as a URI.
        client: makes the boto3 client that its stores use, if any.
        environment: variables by which a process of its own finds the server.
        many: as many small files as a test may store in a few seconds.
    """

    root: str
    client: Callable[[], S3Client] | None = None
    environment: dict[str, str]
    many: int = 1001

    @abstractmethod
    def store(self) -> ArtifactStore:
        """A store of its own on the root, as another process would have it."""

    @abstractmethod
    def names(self) -> set[str]:
        """Every file or object below the root, relative to it."""

    @abstractmethod
    def read(self, name: str) -> bytes:
        """What a file or object holds."""

    @abstractmethod
    def write(self, name: str, data: bytes) -> None:
        """Put other bytes there, behind the store's back."""

    @abstractmethod
    def remove(self, name: str) -> None:
        """Take a file or object away, behind the store's back."""

    @abstractmethod
    def writes(self) -> object:
        """Something that is equal to itself earlier if nothing was written meanwhile."""

    def name_of(self, uri: str) -> str:
        """The name below the root of what a URI names."""
        return uri.removeprefix(f"{self.root}/")


@dataclass
class LocalWorld(World):
    """A folder."""

    folder: Path
    environment: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.root = self.folder.as_uri()

    def store(self) -> LocalStore:
        place = parse_root(self.root)
        assert isinstance(place, Path)
        return LocalStore(place)

    def names(self) -> set[str]:
        return {path.relative_to(self.folder).as_posix() for path in self.folder.rglob("*") if path.is_file()}

    def read(self, name: str) -> bytes:
        return (self.folder / name).read_bytes()

    def write(self, name: str, data: bytes) -> None:
        (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
        (self.folder / name).write_bytes(data)

    def remove(self, name: str) -> None:
        path = self.folder / name
        shutil.rmtree(path) if path.is_dir() else path.unlink()

    def writes(self) -> object:
        stats = {name: os.stat(self.folder / name) for name in self.names()}
        return {name: (info.st_ino, info.st_mtime_ns) for name, info in stats.items()}


@contextmanager
def running_moto() -> Iterator[S3Access]:
    """Moto's S3, served by a thread of this process; it takes any credentials."""
    from moto.server import ThreadedMotoServer

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    yield S3Access(f"http://{host}:{port}")
    server.stop()


class S3Server:
    """A server that speaks S3, with two clients for all the tests that use it: making one takes half a second.

    Parameters:
        make: makes a client of the server.
        environment: variables by which a process of its own finds it.
        many: as many small files as a test may store in a few seconds.
    """

    def __init__(self, make: Callable[[], S3Client], environment: dict[str, str], many: int = 1001) -> None:
        self.environment, self.many = environment, many
        self.calls: Counter[str] = Counter()
        self.hand, self.counted = make(), make()
        self.counted.meta.events.register("before-call.s3", self._count)

    def _count(self, model: Any, **_: Any) -> None:
        self.calls[model.name] += 1


class S3World(World):
    """A prefix of a new bucket, on any server that speaks S3.

    Attributes:
        s3: a client for the test's own hands.
        calls: how often the stores asked for what, by S3's names.
    """

    def __init__(self, server: S3Server) -> None:
        self.bucket, self.prefix = f"bucket-{secrets.token_hex(6)}", "some/prefix"
        self.root = f"s3://{self.bucket}/{self.prefix}"
        self.environment, self.many = server.environment, server.many
        self.s3, self.client, self.calls = server.hand, lambda: server.counted, server.calls
        self.calls.clear()
        self.s3.create_bucket(Bucket=self.bucket)

    def store(self) -> S3Store:
        place = parse_location(self.root)
        assert isinstance(place, S3Uri)
        return S3Store(place, self.client, part_size=PART)

    def names(self) -> set[str]:
        pages = self.s3.get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix=f"{self.prefix}/")
        return {item["Key"].removeprefix(f"{self.prefix}/") for page in pages for item in page.get("Contents", [])}

    def read(self, name: str) -> bytes:
        return self.s3.get_object(Bucket=self.bucket, Key=f"{self.prefix}/{name}")["Body"].read()

    def write(self, name: str, data: bytes) -> None:
        self.s3.put_object(Bucket=self.bucket, Key=f"{self.prefix}/{name}", Body=data)

    def remove(self, name: str) -> None:
        self.s3.delete_object(Bucket=self.bucket, Key=f"{self.prefix}/{name}")

    def end_uploads(self) -> None:
        """End what large files were sent by, and was not finished: no listing of objects shows it."""
        pages = self.s3.get_paginator("list_multipart_uploads").paginate(Bucket=self.bucket)
        for upload in [found for page in pages for found in page.get("Uploads", [])]:
            self.s3.abort_multipart_upload(Bucket=self.bucket, Key=upload["Key"], UploadId=upload["UploadId"])

    def writes(self) -> object:
        return {name: self.calls[name] for name in ("PutObject", "UploadPart", "CreateMultipartUpload", "CopyObject")}
