"""One registry, to which anything may be done and undone: a database and a place for bytes, and what is in both."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select, update

from airflow_provider_registry.artifacts.progress import Progress
from airflow_provider_registry.errors import RegistryError
from airflow_provider_registry.registry import Actor, Caller, Producer, Registry
from airflow_provider_registry.registry.caller import Via
from airflow_provider_registry.registry.database.engine import acting
from airflow_provider_registry.registry.storage.tables import LeaseRow
from tests.faults.killed.databases import Database
from tests.faults.killed.forked import Report, in_process
from tests.faults.killed.normal import Known, answer_of, differences, rows_of
from tests.faults.killed.places import Place, tree
from tests.faults.killed.points import Points

NOW = timedelta(0)


@dataclass(frozen=True)
class Hands:
    """What an act is done with.

    Attributes:
        task: the registry as the task uses it, in the try that this is.
        folder: where artifacts lie that were made before (`made`), and where downloads go (`out`).
        foreign: URI of a file that is not the registry's.
        progress: to be told of bytes.
    """

    task: Registry
    folder: Path
    foreign: str
    progress: Progress | None = None

    def person(self, name: str) -> Registry:
        """The registry as a person uses it in Airflow's UI."""
        return self.task.acting_as(Caller(Actor("airflow:one", name, name), Via.UI, authenticated=True))

    def made(self, content: str) -> Path:
        """An artifact to register."""
        return self.folder / "made" / content


@dataclass(frozen=True)
class World:
    """All that can be seen of a registry.

    Attributes:
        rows: of every table, without moments; of leases, only how many there are.
        files: below the root, and where downloads go.
    """

    rows: dict[str, Any]
    leases: int
    files: dict[str, str]

    def differences(self, other: World) -> list[str]:
        """Where another differs, a line for each place; nothing where it is the same."""
        return differences(vars(self), vars(other))

    @property
    def record(self) -> list[Any]:
        """Each event, in the order of all."""
        return [row["body"] for row in self.rows.get("registry_event", ())]

    @property
    def models(self) -> dict[str, int]:
        """How many events each model has, by its name."""
        return {row["name"]: row["head_seq"] for row in self.rows.get("registry_model", ())}


@dataclass
class Scene:
    """A registry on a database and a place.

    Attributes:
        folder: for files; artifacts to register are in `made`.
        known: moments and ids that were in the database when it was kept.
        kept: what was there then.
    """

    database: Database
    place: Place
    folder: Path
    known: Known = field(default_factory=Known)
    kept: World = field(init=False)

    def make(self, content: str) -> None:
        """Make an artifact to register: as many files as the place takes, large enough to have a middle."""
        folder = self.folder / "made" / content
        folder.mkdir(parents=True)
        for number in range(self.place.files):
            (folder / f"{number}.bin").write_bytes(f"{content} {number} ".encode() * 20_000)

    def keep(self) -> None:
        """Keep what is there now for `restore`."""
        with self.registry() as registry:
            self.known = Known.of(registry.engine)
        self.kept = self.world()
        self.database.keep()
        self.place.keep()

    def restore(self) -> None:
        """Go back to what was kept."""
        self.database.restore()
        self.place.restore()
        shutil.rmtree(self.folder / "out", ignore_errors=True)

    def registry(self, try_number: int = 1) -> Registry:
        """The registry as a task of a run uses it."""
        producer = Producer("retrain", "task", "night", try_number=try_number, instance_id="one", run_type="scheduled")
        caller = Caller(Actor("airflow", "retrain", "retrain"), Via.TASK, False, producer)
        return Registry.connect(
            self.database.url, artifact_root=self.place.root, caller=caller, s3_client=self.place.client
        )

    @contextmanager
    def hands(self, try_number: int, points: Points | None = None) -> Iterator[Hands]:
        """What a try of the task has."""
        with self.registry(try_number) as registry:
            progress = points.progress() if points else None
            yield Hands(registry, self.folder, self.place.foreign, progress)

    def act(self, do: Callable[[Hands], Any], try_number: int = 1) -> Any:
        """Do an act here, undisturbed; gives what it answered."""
        with self.hands(try_number) as hands:
            return _answered(do, hands)

    def act_apart(self, do: Callable[[Hands], Any], die_at: int | None = None) -> Report:
        """Do an act in a process of its own, as the first try, which may die on the way."""

        def work(points: Points) -> Any:
            points.on_databases()
            self.place.listen(points)
            points.on_disk(self.folder / "out")
            with self.hands(1, points) as hands:
                hands.task.engine.connect().close()  # how a driver greets its server is no part of the act
                points.armed = True
                answer = _answered(do, hands)
                points("before its answer is given")
                return answer

        return in_process(work, die_at)

    def settle(self) -> None:
        """Let a day pass, and gc collect what nobody wants."""
        with self.registry() as registry:
            with acting(registry.engine).begin() as connection:
                for token, expires_at in connection.execute(select(LeaseRow.token, LeaseRow.expires_at)).all():
                    past = update(LeaseRow).where(LeaseRow.token == token)
                    connection.execute(past.values(expires_at=expires_at - timedelta(days=1)))
            self.place.age()
            registry.gc(grace=NOW)

    def world(self) -> World:
        """All that is there now."""
        with self.registry() as registry:
            rows = rows_of(registry.engine, self.known)
        leases = len(rows.pop("registry_lease", ()))
        return World(rows, leases, self.place.names() | tree(self.folder / "out"))

    def verify(self, world: World) -> None:
        """Check the record of each model that had an event since this scene was kept."""
        changed = world.models.items() - self.kept.models.items()
        with self.registry() as registry:
            for name, _ in changed:
                registry.verify_record(name)

    def check_bytes(self) -> None:
        """Read the bytes of every version, as the last thing before the scene is restored: it leaves traces."""
        with self.registry() as registry:
            for version in registry.search_versions(page_size=100):
                if version.purged_at is None:
                    registry.verify_artifact(version.reference)


def _answered(do: Callable[[Hands], Any], hands: Hands) -> Any:
    """What an act answers, or the error by which it does, as JSON has it."""
    try:
        return answer_of(do(hands))
    except RegistryError as error:
        return {"error": type(error).__name__}
