"""Registries that acts are killed on, each made once for all of its acts."""

from __future__ import annotations

import secrets
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache
from pathlib import Path

import pytest

from tests.faults.killed.base import build
from tests.faults.killed.databases import Database, PostgresDatabase, SqliteDatabase
from tests.faults.killed.places import Bucket, Folder, Place
from tests.faults.killed.scene import Scene
from tests.support.stores import running_moto

Scenes = Callable[[str, str, str], Scene]


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever is killed cannot remove its temporary files: they lie where the test's own do."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))


@pytest.fixture(scope="session")
def scenes(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, template: Callable[[str], str]
) -> Iterator[Scenes]:
    """Gives the registry of a database (`sqlite`, `postgresql`), a place (`local`, `s3`) and a beginning."""
    with ExitStack() as stack:

        @cache
        def moto():
            return stack.enter_context(running_moto())

        def database(backend: str, folder: Path, begins: str) -> Database:
            source = None if begins == "no tables" else template(backend)
            if backend == "sqlite":
                return SqliteDatabase(folder, source)
            return PostgresDatabase(request.getfixturevalue("postgres"), source)

        def place(kind: str, folder: Path) -> Place:
            if kind == "local":
                return Folder(folder)
            return Bucket(f"bucket-{secrets.token_hex(6)}", moto().client(), moto().client())

        @cache
        def made(backend: str, kind: str, begins: str) -> Scene:
            folder = tmp_path_factory.mktemp("scene")
            scene = Scene(database(backend, folder, begins), place(kind, folder), folder)
            if begins == "base":
                build(scene)
            else:
                scene.make("new")
                scene.keep()
            return scene

        yield made
