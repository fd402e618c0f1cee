"""Folders and archives with escapes, going in and coming out: no byte outside its place."""

from __future__ import annotations

import json
import os
import shutil
import socket
import stat
import tarfile
import threading
import zipfile
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text, update

from airflow_provider_registry.artifacts.download import download_artifact
from airflow_provider_registry.artifacts.manifest import Manifest, ManifestFile
from airflow_provider_registry.canonical import canonical_json
from airflow_provider_registry.errors import ArtifactNotFoundError, InvalidArtifactError, RegistryError
from airflow_provider_registry.registry.versions.tables import ArtifactRow, VersionRow
from tests.faults.hostile.bearing import bear, tree
from tests.faults.hostile.values import LINES
from tests.faults.how_long import LONG
from tests.support.kernel import World

pytestmark = pytest.mark.timeout(1_800 if LONG else 120)

Make = Callable[[Path], object]


@pytest.fixture
def backend() -> str:
    """What lies on disk is the same on both."""
    return "sqlite"


@pytest.fixture(autouse=True)
def at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Whatever is relative is relative to a folder that is watched."""
    home = tmp_path / "home"
    home.mkdir()
    (home / "secret").write_text("secret")
    monkeypatch.chdir(home)
    return home


def outside(world: World) -> Any:
    """All that is not the registry's place."""
    database = [world.folder / f"registry.db{suffix}" for suffix in ("", "-wal", "-shm", "-journal")]
    return tree(world.folder, world.root, world.folder / "made", *database)


def _socket(path: Path) -> None:
    # A socket's path may be 107 bytes long, and this one is longer.
    before = Path.cwd()
    os.chdir(path.parent)
    try:
        with socket.socket(socket.AF_UNIX) as listening:
            listening.bind(path.name)
    finally:
        os.chdir(before)


def _device(path: Path) -> None:
    try:
        os.mknod(path, stat.S_IFCHR | 0o666, os.makedev(1, 5))
    except PermissionError:
        pytest.skip("only root makes devices")


def _named(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).write_text("x")


def _bytes(name: bytes) -> Make:
    return lambda folder: Path(os.fsdecode(os.fsencode(folder) + b"/" + name)).write_bytes(b"x")


# What a folder may hold that cannot be an artifact.
ESCAPES: dict[str, Make] = {
    "a symlink to a file outside": lambda folder: (folder / "x").symlink_to("/etc/passwd"),
    "a symlink to a folder outside": lambda folder: (folder / "x").symlink_to("/etc"),
    "a symlink within": lambda folder: (folder / "x").symlink_to("model.pkl"),
    "a symlink to itself": lambda folder: (folder / "x").symlink_to("x"),
    "a symlink to nothing": lambda folder: (folder / "x").symlink_to("nothing"),
    "a symlink to the folder above": lambda folder: (folder / "x").symlink_to(".."),
    "a named pipe": lambda folder: os.mkfifo(folder / "x"),
    "a socket": lambda folder: _socket(folder / "x"),
    "a device": lambda folder: _device(folder / "x"),
    "a name that is no text": _bytes(b"\xff\xfe"),
    "a name with a newline": _bytes(b"a\nINFO all is well"),
    "a name that clears the terminal": _bytes(b"\x1b[2J"),
    "a name with C1": _bytes("a\x9bb".encode()),
    "a backslash": _bytes(b"..\\..\\x"),
    "names that differ in case": lambda folder: _named(folder, "MODEL.PKL"),
    "names that differ in form": lambda folder: _named(folder, "é", "e\u0301"),
    "names that fold to the same": lambda folder: _named(folder, "straße", "STRASSE"),
}


@pytest.mark.parametrize("below", ["", "deep/er"])
def test_a_folder_that_leads_elsewhere_is_refused_by_name_and_nothing_is_stored(world, below):
    taken = []
    for name, escape in ESCAPES.items():
        folder = world.artifact()
        (folder / below).mkdir(parents=True, exist_ok=True)
        (folder / below / "model.pkl").write_text("x")
        escape(folder / below)
        before = outside(world)
        error = bear(partial(world.registry.register_version, "churn", folder, environment=False))
        if not isinstance(error, InvalidArtifactError) or before != outside(world):
            taken.append((name, error))
    assert [] == taken
    assert not list(world.root.rglob("*.pkl"))
    assert not world.registry.search_versions().versions


@pytest.mark.parametrize("what", ["pipe", "device", "socket", "symlink", "/dev/zero", "/proc/self/fd"])
def test_what_is_no_file_is_not_read(world, tmp_path, what):
    path = Path(what) if what.startswith("/") else tmp_path / "model.pkl"
    made: dict[str, Make] = {"pipe": os.mkfifo, "device": _device, "socket": _socket}
    if what == "symlink":
        path.symlink_to("/etc/passwd")
    elif what in made:
        made[what](path)
    error = bear(lambda: world.registry.register_version("churn", path, environment=False))
    assert isinstance(error, InvalidArtifactError)


def test_a_hard_link_is_a_file_and_what_happens_to_the_other_name_later_is_found(world, tmp_path):
    folder = world.artifact()
    other = tmp_path / "home" / "secret"
    os.link(other, folder / "linked")
    version = world.registry.register_version("churn", folder, environment=False)
    stored = world.root / "churn" / version.digest / "linked"
    assert stored.stat().st_nlink == 1  # a copy: nobody outside can change it
    other.write_text("changed")
    world.registry.verify_artifact(version.reference)


@pytest.mark.parametrize("swap", ["a symlink", "a pipe", "nothing"])
def test_a_file_that_is_swapped_while_it_is_registered_is_not_followed(world, tmp_path, swap):
    """Between looking at a folder and reading it, somebody replaces a file."""
    folder = world.artifact()
    secret = tmp_path / "home" / "secret"

    def swapped() -> Any:
        from airflow_provider_registry.artifacts.progress import Counter

        class Swapping(Counter):
            def start(self, *arguments: Any, **named: Any) -> None:
                if self.total_files == 0:
                    (folder / "model.pkl").unlink(missing_ok=True)
                    if swap == "a symlink":
                        (folder / "model.pkl").symlink_to(secret)
                    elif swap == "a pipe":
                        os.mkfifo(folder / "model.pkl")
                super().start(*arguments, **named)

        return world.registry.register_version("churn", folder, environment=False, progress=Swapping())

    error = bear(swapped)
    assert isinstance(error, RegistryError)
    assert all(b"secret" not in path.read_bytes() for path in world.root.rglob("*") if path.is_file())


CLIMBING = [
    "../escaped",
    "../../escaped",
    "/tmp/escaped-by-a-manifest",
    "a/../../escaped",
    "./escaped",
    "a//escaped",
    "..",
    "",
    "a\\..\\escaped",
    "a\x00b",
    "\ud800",
]


@pytest.mark.parametrize("path", CLIMBING, ids=repr)
def test_a_manifest_in_the_database_that_climbs_out_is_refused_when_it_is_read(world, path):
    """Whoever can write to the database and to the store makes a manifest of their own, with its digest."""
    version = world.register("weights")
    place = world.root / "churn" / version.digest
    if "\0" not in path and "\ud800" not in path and not path.startswith("/") and path not in ("", ".."):
        (place / "a").mkdir(exist_ok=True)
        Path(os.path.normpath(place / path)).write_text("weights")
    file = {"path": path, "size": 7, "sha256": sha256(b"weights").hexdigest()}
    manifest = {"format": 1, "files": [file], "folders": []}
    body = json.dumps(manifest).encode() if "\ud800" in path else canonical_json(manifest)
    digest = sha256(body).hexdigest()
    with world.registry.engine.begin() as connection:
        connection.execute(text("PRAGMA defer_foreign_keys = ON"))
        connection.execute(update(ArtifactRow).values(manifest=body, digest=digest))
        connection.execute(update(VersionRow).values(digest=digest))
    before = outside(world)
    error = bear(lambda: world.registry.download(version.reference, world.folder / "out" / "model"), never=())
    assert error is not None
    assert before == outside(world)


@pytest.fixture
def stored(tmp_path: Path) -> tuple[str, Manifest]:
    """An artifact in a folder that somebody else may write to, and its manifest."""
    place = tmp_path / "shared"
    (place / "data").mkdir(parents=True)
    (place / "data" / "model.pkl").write_bytes(b"weights")
    digest = sha256(b"weights").hexdigest()
    return f"file://{place}", Manifest((ManifestFile("data/model.pkl", 7, digest),))


@pytest.mark.parametrize("planted", ["the file", "the folder", "the root"])
def test_a_symlink_planted_in_the_store_gives_no_other_bytes(stored, tmp_path, planted):
    """At the most the bytes that the manifest names, wherever they come from; never others."""
    uri, manifest = stored
    place, elsewhere = tmp_path / "shared", tmp_path / "elsewhere"
    (elsewhere / "data").mkdir(parents=True)
    (elsewhere / "data" / "model.pkl").write_bytes(b"SECRETS")
    target = {"the file": place / "data" / "model.pkl", "the folder": place / "data", "the root": place}[planted]
    target.rename(tmp_path / "moved")
    target.symlink_to(elsewhere / target.relative_to(place))
    error = bear(lambda: download_artifact(uri, manifest, tmp_path / "out"))
    assert error is not None
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    "planted",
    ["a symlink to a folder", "a symlink to nothing", "a symlink to a file", "a file", "a pipe", "a full one"],
)
def test_what_was_planted_at_the_destination_is_not_followed_nor_overwritten(stored, tmp_path, planted):
    uri, manifest = stored
    destination, elsewhere = tmp_path / "out", tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "theirs").write_text("theirs")
    plant: dict[str, Make] = {
        "a symlink to a folder": lambda at: at.symlink_to(elsewhere),
        "a symlink to nothing": lambda at: at.symlink_to(elsewhere / "nothing"),
        "a symlink to a file": lambda at: at.symlink_to(elsewhere / "theirs"),
        "a file": lambda at: at.write_text("theirs"),
        "a pipe": os.mkfifo,
        "a full one": elsewhere.rename,
    }
    plant[planted](destination)
    before = tree(tmp_path)
    error = bear(lambda: download_artifact(uri, manifest, destination))
    assert isinstance(error, InvalidArtifactError)
    assert before == tree(tmp_path)


def test_symlinks_planted_while_a_download_runs_lead_nothing_astray(stored, tmp_path):
    """Somebody puts a symlink where the folder will be, again and again, while others download to it."""
    uri, manifest = stored
    destination, elsewhere = tmp_path / "out" / "model", tmp_path / "elsewhere"
    elsewhere.mkdir()
    done, looking = threading.Event(), threading.Lock()

    def plant() -> None:
        while not done.is_set():
            with looking, suppress(OSError):
                destination.symlink_to(elsewhere)
                destination.unlink()

    planting = threading.Thread(target=plant)
    planting.start()
    try:
        for _ in range(2_000 if LONG else 60):
            bear(lambda: download_artifact(uri, manifest, destination))
            with looking:
                if destination.is_dir():
                    shutil.rmtree(destination)
                for found in elsewhere.rglob("*"):
                    # An empty folder that a symlink leads to is a destination like another; nothing else comes there.
                    assert found.relative_to(elsewhere).as_posix() in {"data", "data/model.pkl"}
    finally:
        done.set()
        planting.join()


def test_a_destination_of_any_name_is_made_there_or_refused(world, at_home):
    version = world.register("weights")
    place = at_home / "taken"
    place.mkdir()
    database = [world.folder / f"registry.db{suffix}" for suffix in ("", "-wal", "-shm", "-journal")]
    before = tree(world.folder, world.root, place, *database)
    for name in LINES.values():
        within = os.path.normpath(f"/{name}")[1:]
        bear(partial(world.registry.download, version.reference, f"{place}/{within}"))
    assert before == tree(world.folder, world.root, place, *database)


def test_archives_are_bytes_and_never_unpacked(world, tmp_path):
    """Whatever is in them stays in them."""
    folder = world.artifact()
    with tarfile.open(folder / "model.tar", "w") as tar:
        for name in ("../escaped", "/tmp/escaped-by-a-tar", "ok"):
            info = tarfile.TarInfo(name)
            info.size = 1
            tar.addfile(info, BytesIO(b"x"))
        link = tarfile.TarInfo("link")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc"
        tar.addfile(link)
    with zipfile.ZipFile(folder / "model.zip", "w") as archive:
        archive.writestr("../../escaped", "x")
        archive.writestr("bomb", b"\0" * 10_000_000, compress_type=zipfile.ZIP_DEFLATED)
    before = outside(world)
    version = world.registry.register_version("churn", folder, environment=False)
    assert before == outside(world)
    world.registry.download(version.reference, tmp_path / "out" / "model")
    assert {"model.pkl", "model.tar", "model.zip"} == set(os.listdir(tmp_path / "out" / "model"))
    assert ["model"] == os.listdir(tmp_path / "out")


@pytest.mark.parametrize(
    "uri", ["file:///etc/../etc/passwd", "file:///proc/self/environ", "file:///dev/zero", "file:///%2e%2e/etc/passwd"]
)
def test_a_reference_to_what_is_no_plain_place_is_refused_or_digested_as_it_is(world, uri):
    before = outside(world)
    error = bear(lambda: world.registry.register_version("churn", uri, environment=False))
    assert error is None or isinstance(error, InvalidArtifactError | ArtifactNotFoundError)
    assert before == outside(world)
