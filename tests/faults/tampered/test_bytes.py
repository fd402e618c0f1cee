"""Each byte region of an artifact and of its manifest, made another one: found and named, and nothing of it is used."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import update

from airflow_provider_registry.artifacts.download import download_artifact
from airflow_provider_registry.artifacts.reader import verify_artifact
from airflow_provider_registry.artifacts.source import LocalSource
from airflow_provider_registry.errors import DigestMismatchError, RecordTamperedError, RegistryError, RootOwnershipError
from airflow_provider_registry.registry import Registry
from airflow_provider_registry.registry.storage.tables import IdentityRow
from airflow_provider_registry.registry.versions.tables import ArtifactRow
from tests.faults.how_long import LONG
from tests.support.stores import LocalWorld, S3Server, S3World, World, running_moto
from tests.support.trees import make_tree, read_tree

TREE = {"model.pkl": b"weights of a model", "a/deep.bin": bytes(range(256)) * 300, "a/empty.txt": b"", "b": b"x"}
Damage = Callable[[World, str, str], None]
FILES = ("model.pkl", "a/deep.bin", "b")


def flip(place: float) -> Damage:
    """One bit of one byte: 0 is the first, 1 the last."""

    def damage(world: World, name: str, _: str) -> None:
        data = bytearray(world.read(name))
        data[int(place * (len(data) - 1))] ^= 1
        world.write(name, bytes(data))

    return damage


def cut(world: World, name: str, _: str) -> None:
    world.write(name, world.read(name)[:-1])


def empty(world: World, name: str, _: str) -> None:
    world.write(name, b"")


def grow(world: World, name: str, _: str) -> None:
    world.write(name, world.read(name) + b"\x00")


def exchange(world: World, name: str, folder: str) -> None:
    """With another file of the same manifest, whose bytes are right in their own place."""
    other = f"{folder}/{'b' if name.endswith('model.pkl') else 'model.pkl'}"
    mine, theirs = world.read(name), world.read(other)
    world.write(name, theirs)
    world.write(other, mine)


def remove(world: World, name: str, _: str) -> None:
    world.remove(name)


DAMAGES: dict[str, Damage] = {
    "the first byte": flip(0),
    "the middle byte": flip(0.5),
    "the last byte": flip(1),
    "cut": cut,
    "emptied": empty,
    "grown": grow,
    "exchanged": exchange,
    "removed": remove,
}
# A server answers in milliseconds, so that a few are tried of each; all of them in a soak.
SAMPLE = [(how, FILES[number % len(FILES)]) for number, how in enumerate(DAMAGES)]
ALL = [(how, name) for how in DAMAGES for name in FILES]


@pytest.fixture(scope="module")
def moto() -> Iterator[S3Server]:
    """Moto's S3."""
    with running_moto() as server:
        yield S3Server(server.client, server.environment)


@pytest.fixture(params=["local", "moto"])
def world(request: pytest.FixtureRequest, tmp_path: Path) -> World:
    """A store of each kind."""
    if request.param == "local":
        return LocalWorld(tmp_path / "root")
    return S3World(request.getfixturevalue("moto"))


def problem(call: Callable[[], object]) -> str:
    """What an error says."""
    with pytest.raises(RegistryError) as caught:
        call()
    return str(caught.value)


def test_whatever_is_done_to_a_file_is_found_and_the_file_is_named(world, tmp_path):
    source = LocalSource.scan(make_tree(tmp_path / "tree", TREE))
    manifest = source.manifest()
    uri = world.store().put(source, manifest, "churn")
    folder, out = world.name_of(uri), tmp_path / "out"
    for how, file in ALL if LONG or isinstance(world, LocalWorld) else SAMPLE:
        DAMAGES[how](world, f"{folder}/{file}", folder)
        for call in (
            lambda: verify_artifact(uri, manifest, s3_client=world.client),
            lambda: download_artifact(uri, manifest, out, s3_client=world.client),
        ):
            assert any(name in problem(call) for name in (FILES if how == "exchanged" else [file])), how
        assert not out.exists()
        for name in FILES:
            world.write(f"{folder}/{name}", TREE[name])
    verify_artifact(uri, manifest, s3_client=world.client)


def test_a_file_that_nobody_registered_is_in_no_download(world, tmp_path):
    source = LocalSource.scan(make_tree(tmp_path / "tree", TREE))
    manifest = source.manifest()
    uri = world.store().put(source, manifest, "churn")
    world.write(f"{world.name_of(uri)}/a/more.pkl", b"theirs")
    got = download_artifact(uri, manifest, tmp_path / "out", s3_client=world.client)
    assert dict(TREE) == read_tree(got)


@pytest.mark.parametrize("to", ["other bytes", "the right bytes", "a folder", "nothing"])
def test_a_symlink_in_the_place_of_a_file_is_never_followed(tmp_path, to):
    """What it points at today it need not point at tomorrow."""
    world = LocalWorld(tmp_path / "root")
    source = LocalSource.scan(make_tree(tmp_path / "tree", TREE))
    manifest = source.manifest()
    uri = world.store().put(source, manifest, "churn")
    place = world.folder / world.name_of(uri) / "model.pkl"
    place.unlink()
    elsewhere = tmp_path / "elsewhere"
    if to == "a folder":
        elsewhere.mkdir()
    elif to != "nothing":
        elsewhere.write_bytes(TREE["model.pkl"] if to == "the right bytes" else b"weights of no model")
    os.symlink(elsewhere, place)
    assert "model.pkl" in problem(lambda: verify_artifact(uri, manifest))
    assert "model.pkl" in problem(lambda: download_artifact(uri, manifest, tmp_path / "out"))
    assert not (tmp_path / "out").exists()


class TestManifest:
    @pytest.fixture
    def registered(self, registry: Registry, tmp_path: Path) -> Registry:
        registry.register_version("churn", make_tree(tmp_path / "tree", TREE), environment=False)
        return registry

    def test_one_that_was_edited_in_the_database_is_neither_obeyed_nor_unseen(self, registered, tmp_path):
        with registered.engine.begin() as connection:
            kept = connection.execute(ArtifactRow.__table__.select()).mappings().one()["manifest"]
        for place in range(0, len(kept), 1 if LONG else 50):
            with registered.engine.begin() as connection:
                edited = kept[:place] + bytes([kept[place] ^ 1]) + kept[place + 1 :]
                connection.execute(update(ArtifactRow).values(manifest=edited))
            with pytest.raises(RecordTamperedError, match="manifest") as caught:
                registered.verify_record("churn")
            assert 2 == caught.value.seq
            problem(lambda: registered.download("models:/churn/1", tmp_path / "out"))
            assert not (tmp_path / "out").exists()
        with registered.engine.begin() as connection:
            connection.execute(update(ArtifactRow).values(manifest=kept))
        registered.verify_record("churn")

    def test_one_beside_the_bytes_that_was_edited_changes_nothing_that_is_read(self, registered, tmp_path):
        """It says that the artifact is whole; what is read is checked against the database's."""
        (beside,) = (tmp_path / "artifacts").rglob("*.manifest.json")
        beside.write_bytes(beside.read_bytes().replace(b"model.pkl", b"nodel.pkl"))
        assert dict(TREE) == read_tree(registered.download("models:/churn/1", tmp_path / "out"))

    def test_the_bytes_of_one_version_are_not_those_of_another(self, registered, tmp_path):
        (tmp_path / "tree" / "model.pkl").write_bytes(b"weights of another")
        other = registered.register_version("churn", tmp_path / "tree", environment=False)
        first, second = (registered.get_version(f"models:/churn/{number}").digest for number in (1, 2))
        folder = tmp_path / "artifacts" / "churn"
        (folder / first).rename(folder / "aside")
        (folder / second).rename(folder / first)
        (folder / "aside").rename(folder / second)
        with pytest.raises(DigestMismatchError, match=r"model\.pkl"):
            registered.download(other.reference, tmp_path / "out")
        with pytest.raises(DigestMismatchError, match=r"model\.pkl"):
            registered.verify_artifact("models:/churn/1")


def test_a_registry_with_another_identity_is_refused_by_its_own_root(registry, tmp_path):
    """No model's record says which registry this is: the root does."""
    tree = make_tree(tmp_path / "tree", TREE)
    registry.register_version("churn", tree, environment=False)
    with registry.engine.begin() as connection:
        connection.execute(update(IdentityRow).values(registry_id="0" * 36))
    (tree / "b").write_bytes(b"other")
    with pytest.raises(RootOwnershipError, match="belongs to"):
        registry.register_version("churn", tree, environment=False)
