"""Places for bytes that go back to a moment that was kept: a folder, or a bucket of any server that speaks S3."""

from __future__ import annotations

import hashlib
import os
import shutil
from abc import ABC, abstractmethod
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from tests.faults.killed.points import Points

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

# Of its files the names count: what they hold is for people, with the time. A process killed while it claims a root
# leaves a claim, or a file that became none, of a hundred bytes: they say what the mark beside them says, and stay.
_MARKS = ".model-registry/"
_LEFT = (f"{_MARKS}.claims/", f"{_MARKS}.tmp-")


class Place(ABC):
    """An artifact root, and beside it a file that is foreign to the registry.

    Attributes:
        root: as `artifact_root`.
        foreign: URI of the foreign file.
        client: makes the S3 client of the acts, if they need one.
        files: how many files an artifact has here.
    """

    root: str
    foreign: str
    client: Callable[[], S3Client] | None = None
    files = 2

    @abstractmethod
    def keep(self) -> None:
        """Keep what is there now."""

    @abstractmethod
    def restore(self) -> None:
        """Bring back what was kept."""

    @abstractmethod
    def empty(self) -> None:
        """Leave nothing below the root."""

    @abstractmethod
    def age(self) -> None:
        """Make everything look as if a day had passed."""

    @abstractmethod
    def names(self) -> dict[str, str]:
        """What lies below the root: the digest of each file or object by its name."""

    @abstractmethod
    def listen(self, points: Points) -> None:
        """Have a process that will not live long tell of each change that it makes."""


class Folder(Place):
    """On this host."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._kept = folder / "root", folder / "kept-root"
        self.root = str(self._folder)
        foreign = folder / "foreign" / "model.bin"
        foreign.parent.mkdir()
        foreign.write_bytes(b"foreign" * 100)
        self.foreign = foreign.as_uri()

    def keep(self) -> None:
        if self._folder.exists():
            shutil.copytree(self._folder, self._kept)

    def restore(self) -> None:
        self.empty()
        if self._kept.exists():
            shutil.copytree(self._kept, self._folder)

    def empty(self) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)

    def age(self) -> None:
        for path in self._folder.rglob("*"):
            os.utime(path, (0, 0), follow_symlinks=False)

    def names(self) -> dict[str, str]:
        return {name: said for name, said in tree(self._folder).items() if not name.startswith(_LEFT)}

    def listen(self, points: Points) -> None:
        points.on_disk(self._folder)


class Bucket(Place):
    """In S3. Artifacts are of one file: what other threads of a killed process had sent may arrive at any time later.

    Parameters:
        hand: a client for this process.
        theirs: a client that this process never uses, for its forks.
    """

    files = 1

    def __init__(self, bucket: str, hand: S3Client, theirs: S3Client) -> None:
        self._bucket, self._hand, self._theirs = bucket, hand, theirs
        self.root, self.client = f"s3://{bucket}/root", lambda: hand
        self._kept: dict[str, bytes] = {}
        hand.create_bucket(Bucket=bucket)
        hand.put_object(Bucket=bucket, Key="foreign/model.bin", Body=b"foreign" * 100)
        self.foreign = f"s3://{bucket}/foreign/model.bin"

    def keep(self) -> None:
        self._kept = {key: self._read(key) for key in self._etags()}

    def restore(self) -> None:
        there = self._etags()
        for key in set(there) - set(self._kept):
            self._hand.delete_object(Bucket=self._bucket, Key=key)
        for key, data in self._kept.items():
            if there.get(key) != f'"{hashlib.md5(data, usedforsecurity=False).hexdigest()}"':
                self._hand.put_object(Bucket=self._bucket, Key=key, Body=data)

    def empty(self) -> None:
        for key in self._etags():
            self._hand.delete_object(Bucket=self._bucket, Key=key)

    def age(self) -> None:
        """It keeps whole seconds, and gc asks for no more here: nothing below the root is temporary."""

    def names(self) -> dict[str, str]:
        names = {key.removeprefix("root/"): _shown(key, etag) for key, etag in self._etags().items()}
        return {name: said for name, said in names.items() if not name.startswith(_LEFT)}

    def listen(self, points: Points) -> None:
        self.client = lambda: self._theirs
        points.on_s3(self._theirs)

    def _etags(self) -> dict[str, str]:
        pages = self._hand.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix="root/")
        return {item["Key"]: item["ETag"] for page in pages for item in page.get("Contents", [])}

    def _read(self, key: str) -> bytes:
        return self._hand.get_object(Bucket=self._bucket, Key=key)["Body"].read()


def tree(folder: Path) -> dict[str, str]:
    """What lies below a folder: the digest of each file by its path, and `/` for each folder with nothing in it."""
    found = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_file():
            found[name] = _shown(name, hashlib.sha256(path.read_bytes()).hexdigest())
        elif not any(path.iterdir()):
            found[f"{name}/"] = "/"
    return found


def _shown(name: str, digest: str) -> str:
    return "a mark" if _MARKS in name else digest
