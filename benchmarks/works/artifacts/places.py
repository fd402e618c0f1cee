"""Where artifacts are stored: a folder, or a bucket; with what ours does there, and the floor."""

from __future__ import annotations

import os
import shutil
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from airflow_provider_registry.artifacts.s3_client import make_client
from airflow_provider_registry.artifacts.s3_objects import delete_objects, list_objects
from airflow_provider_registry.registry import Registry
from benchmarks.measure import Seconds
from benchmarks.setting import SQLITE, Setting
from benchmarks.works.artifacts import floor
from benchmarks.works.artifacts.trees import LARGE, Tree
from tests.support.swift import S3Access

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client


class Place(ABC):
    """A place, and what is done there. Each call gives its own seconds, from when everything else is on the disk.

    Attributes:
        name: as the results show it.
        root: the artifact root.
        environment: variables by which a process of its own finds it.
        s3_client: gives the client that the floor has, too.
    """

    name: str
    root: str
    environment: dict[str, str]
    s3_client: Callable[[], S3Client] | None = None
    registry: Registry
    tree: Tree

    def __init__(self, setting: Setting, folder: Path) -> None:
        self._setting, self._folder = setting, folder
        self._numbers, self._version = count(), ""

    @contextmanager
    def opened(self, tree: Tree) -> Iterator[None]:
        """With a registry of its own whose root is here."""
        self.tree = tree
        with Registry.connect(
            self.new_url(), artifact_root=self.root, actor="benchmark", s3_client=self.s3_client
        ) as self.registry:
            self.registry.migrate()
            yield

    def new_url(self) -> str:
        """An empty database."""
        return self._setting.new_url(SQLITE)

    def register(self) -> Seconds:
        """Ours: under a model of its own each time, since bytes that are there are not written again."""
        self._remove_ours()
        model = f"model-{next(self._numbers)}"

        def act() -> None:
            self._version = self.registry.register_version(model, self.tree.folder, environment=False).reference

        return _timed(act)

    def download(self) -> Seconds:
        """Ours, of what was registered last."""
        target = self._folder / "ours"
        seconds = _timed(lambda: self.registry.download(self._version, target))
        shutil.rmtree(target)
        return seconds

    @abstractmethod
    def floor_up(self) -> Seconds:
        """The floor of `register`."""

    @abstractmethod
    def floor_down(self) -> Seconds:
        """The floor of `download`, of what `floor_up` stored last."""

    @abstractmethod
    def clear(self) -> None:
        """Remove what takes much room."""

    @abstractmethod
    def _remove_ours(self) -> None: ...


class OnDisk(Place):
    """A folder."""

    def __init__(self, setting: Setting, folder: Path, name: str = "disk") -> None:
        super().__init__(setting, folder)
        self.name, self.root, self.environment = name, str(folder / "root"), {}

    def floor_up(self) -> Seconds:
        """Copy the tree."""
        return self._copy(self.tree.folder, self._folder / "floor")

    def floor_down(self) -> Seconds:
        """Copy the copy."""
        return self._copy(self._folder / "floor", self._folder / "floor-down")

    def clear(self) -> None:
        """Remove everything."""
        shutil.rmtree(self._folder)

    def _copy(self, source: Path, target: Path) -> Seconds:
        shutil.rmtree(target, ignore_errors=True)
        return _timed(lambda: floor.copy(source, target))

    def _remove_ours(self) -> None:
        for folder in Path(self.root).glob("model-*"):
            shutil.rmtree(folder)


class InS3(Place):
    """A bucket of its own on a running server."""

    def __init__(self, setting: Setting, server: S3Access, folder: Path) -> None:
        super().__init__(setting, folder)
        self.name, self.environment = "S3 (Swift)", server.environment
        os.environ.update(server.environment)
        self._client, self._bucket = make_client(), f"bench-{folder.name}"
        self.s3_client = lambda: self._client
        self._client.create_bucket(Bucket=self._bucket)
        self.root = f"s3://{self._bucket}/ours"

    def floor_up(self) -> Seconds:
        """Send the tree."""
        self._remove("floor/")
        tree = self.tree
        return _timed(lambda: floor.upload(self._client, self._bucket, "floor", tree.folder, tree.files))

    def floor_down(self) -> Seconds:
        """Fetch what was sent."""
        target = self._folder / "floor"
        seconds = _timed(lambda: floor.download(self._client, self._bucket, "floor", target, self.tree.files))
        shutil.rmtree(target)
        return seconds

    def clear(self) -> None:
        """Remove everything large."""
        self._remove("")

    def _remove_ours(self) -> None:
        self._remove("ours/model-")

    def _remove(self, prefix: str) -> None:
        if self.tree.kind == LARGE:  # many small ones take little room, and long to remove
            keys = (found.key for found in list_objects(self._client, self._bucket, prefix))
            delete_objects(self._client, self._bucket, keys, lambda: None)


def _timed(act: Callable[[], object]) -> Seconds:
    os.sync()
    begin = time.perf_counter()
    act()
    return Seconds(time.perf_counter() - begin)
