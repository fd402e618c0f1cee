"""Every public method, with everything that a caller can pass, in every place: clear errors, and nothing half done."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from airflow_provider_registry.registry import Registry
from tests.faults.hostile.bearing import BrokenPromiseError, bear, described, is_about_input, tree
from tests.faults.hostile.calls import calling, good_calls, peopled, public_methods, use_no_cloud
from tests.faults.hostile.values import values
from tests.faults.how_long import LONG
from tests.support.kernel import World

pytestmark = pytest.mark.timeout(1_800 if LONG else 200)

# In the short form each place gets a part of the values, another part than its neighbours.
PARTS = 1 if LONG else 20

METHODS = sorted(good_calls(Path(), 1))


@dataclass(frozen=True)
class Peopled:
    """A registry with something of everything in it.

    Attributes:
        folder: in which all of it lies.
    """

    world: World
    folder: Path
    request_id: int

    def good(self, method: str) -> dict[str, Any]:
        """Arguments that a method takes."""
        return good_calls(self.folder, self.request_id)[method]


@pytest.fixture(scope="session")
def model(tmp_path_factory: pytest.TempPathFactory, template: Any) -> Any:
    """The folder of a registry that is copied for each test; where it lay before is where each copy lies."""
    folder = tmp_path_factory.mktemp("peopled")
    shutil.copyfile(template("sqlite").removeprefix("sqlite:///"), folder / "registry.db")
    url = f"sqlite:///{folder / 'registry.db'}"
    with Registry.connect(url, artifact_root=folder / "artifacts", actor="tester") as registry:
        request_id = peopled(World(registry, folder))
    kept = tmp_path_factory.mktemp("kept") / "all"
    shutil.copytree(folder, kept)
    return folder, kept, request_id


@pytest.fixture
def peopled_registry(model: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Peopled]:
    """The registry, as it was when it was filled."""
    folder, kept, request_id = model
    shutil.rmtree(folder)
    shutil.copytree(kept, folder)
    # Whatever is relative is relative to a place of ours.
    monkeypatch.chdir(folder)
    monkeypatch.setenv("HOME", str(folder))
    use_no_cloud(monkeypatch)
    url = f"sqlite:///{folder / 'registry.db'}"
    with Registry.connect(url, artifact_root=folder / "artifacts", actor="tester") as registry:
        yield Peopled(World(registry, folder), folder, request_id)


def test_every_method_and_every_parameter_is_here():
    """What is added to the registry is added here."""
    assert public_methods() == {method: set(said) for method, said in good_calls(Path(), 1).items()}


@pytest.mark.parametrize("method", METHODS)
def test_every_method_succeeds_when_it_is_called_well(peopled_registry, method):
    """Else the others would prove nothing."""
    calling(peopled_registry.world.registry, method, peopled_registry.good(method))()


@pytest.mark.parametrize("method", METHODS)
def test_whatever_a_caller_passes_there_is_a_clear_error_or_none_and_nothing_half_done(peopled_registry, method):
    world, folder = peopled_registry.world, peopled_registry.folder
    places = (folder / "artifacts", folder / "taken", folder / "made")
    before = tree(folder, *places, *_database(folder))
    broken = [
        f"{method}({parameter}=<{name}>): {described(error)}"
        for parameter, name, error in _broken(peopled_registry, method)
    ]
    assert not broken, "\n".join(broken)
    # Where those write is the caller's own choice: see the trees.
    if method not in ("download", "evidence_pack", "export_signature"):
        assert before == tree(folder, *places, *_database(folder))
    world.registry.verify_record("churn")
    # All of it can be read, and written as JSON in UTF-8.
    shown = [world.registry.get_model("churn"), *world.registry.search_versions(page_size=1_000).versions]
    shown += [*world.registry.model_events("churn", limit=10_000), *world.registry.requests(limit=1_000)]
    json.dumps(list(map(repr, shown)), ensure_ascii=False).encode()


def _broken(here: Peopled, method: str) -> Iterator[tuple[str, str, BrokenPromiseError]]:
    """Every parameter and value with which a promise is broken."""
    with sqlite3.connect(here.folder / "registry.db") as watch:
        for number, parameter in enumerate(sorted(here.good(method))):
            for name in _part(len(method) + number):
                good = here.good(method)
                changes = _changes(watch)
                try:
                    given = good | {parameter: values()[name]()}
                    error = bear(calling(here.world.registry, method, given))
                    if is_about_input(error) and changes != _changes(watch):
                        raise BrokenPromiseError(f"It wrote, and then raised {error!r:.300}")
                except BrokenPromiseError as wrong:
                    yield parameter, name, wrong


def _part(number: int) -> list[str]:
    return list(values())[number % PARTS :: PARTS]


def _changes(watch: sqlite3.Connection) -> int:
    """Different whenever somebody else committed a change."""
    (version,) = watch.execute("PRAGMA data_version").fetchone()
    return int(version)


def _database(folder: Path) -> list[Path]:
    return [folder / f"registry.db{suffix}" for suffix in ("", "-wal", "-shm", "-journal")]
