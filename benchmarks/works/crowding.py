"""Versions registered by eight processes at once, all of one model, or each of a model of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import create_engine, text

from airflow_provider_registry.registry import Registry
from benchmarks.floors import DIGEST, know_digest
from benchmarks.measure import FLOOR, MLFLOW, OURS, Bar, Call, Finding, Seconds, Spread, compare
from benchmarks.process import Outcome, Process, at_once, processes, python
from benchmarks.sample import METADATA, METRICS, TAGS
from benchmarks.setting import POSTGRESQL, SQLITE, Setting

CROWD = 8
_REPEATS = 5
_NOTE = (
    "What all processes took together, over the versions that they made: its inverse is how many a second. MLflow "
    "keeps metrics with runs, not with versions: it writes the version and its tags alone."
)
_ONE_NOTE = "Those of one model wait for its lock, here as in the floor, one after the other."


def run(setting: Setting) -> Iterator[Finding]:
    """Register on eight models, then on one."""
    each = max(1, setting.rounds // 10)
    for database in (POSTGRESQL, SQLITE):
        for models in (CROWD, 1):
            yield from crowd(setting, database, CROWD, models, each)


@dataclass
class _Side:
    """One of those compared.

    Attributes:
        operation: what registers a version.
        arguments: of it, given the model's name.
        outcomes: of every process in every repeat.
    """

    crowd: Sequence[Process]
    operation: str
    arguments: Callable[[str], dict[str, object]]
    outcomes: list[Outcome]

    def together(self, names: Sequence[str], each: int) -> Call:
        """A call that has every process register so many versions, and says what one took."""

        def call() -> Seconds:
            done = at_once(
                [
                    (process, self.operation, [self.arguments(names[place % len(names)])] * each)
                    for place, process in enumerate(self.crowd)
                ]
            )
            self.outcomes += done
            lasted = max(one.ended for one in done) - min(one.begun for one in done)
            return Seconds(lasted / sum(len(one.seconds) - len(one.errors) for one in done))

        return call

    @property
    def errors(self) -> int:
        return sum(len(one.errors) for one in self.outcomes)

    @property
    def answered(self) -> int:
        return sum(len(one.seconds) - len(one.errors) for one in self.outcomes)


def crowd(setting: Setting, database: str, size: int, models: int, each: int) -> Iterator[Finding]:
    """Compare crowds.

    Parameters:
        size: how many processes.
        models: how many models they share.
        each: how many versions each of them registers, again and again.
    """
    names = [f"model-{number}" for number in range(models)]
    with ExitStack() as stack:
        folder = setting.new_folder()
        artifact = folder / "model.bin"
        artifact.write_bytes(b"model")
        url = setting.new_url(database)
        sides = {
            OURS: _ours(stack, url, size, names, artifact),
            FLOOR: _floor(stack, setting.new_url(database), size, names, artifact),
        }
        if setting.mlflow is not None:
            stores = stack.enter_context(setting.mlflow.stores(setting.new_url(database), size))
            sides[MLFLOW] = _mlflow(stores, names)
        where = f"{database}, {models} model{'s' if models > 1 else ''}"
        calls = {name: side.together(names, each) for name, side in sides.items()}
        bar = Bar(under_mlflow=5) if models > 1 else Bar()
        note = _NOTE if models > 1 else f"{_NOTE} {_ONE_NOTE}"
        yield compare(f"register, {size} processes at once", where, calls, _REPEATS, bar=bar, warm=1, note=note)
        yield _wrong(f"register, {size} processes at once: errors, gaps, doubles", where, sides, url)


def _wrong(work: str, where: str, sides: dict[str, _Side], url: str) -> Finding:
    """How much went wrong: calls that failed, and numbers that are missing or were given twice."""
    ours = sides[OURS]
    return Finding(
        work,
        where,
        Spread.of([ours.errors + misnumbered(url, ours.answered)]),
        unit=f"of {ours.answered + ours.errors:,}",
        mlflow=Spread.of([sides[MLFLOW].errors]) if MLFLOW in sides else None,
        bar=Bar(at_most=0),
        note="MLflow tries three times to get a number, and then fails.",
    )


def misnumbered(url: str, answered: int) -> int:
    """How many versions are not as they should be: those of each model are numbered 1, 2, 3, …, and none is lost.

    Parameters:
        answered: how many registrations were answered, beside the first of each model.
    """
    engine = create_engine(url)
    counted = (
        "SELECT count(*), count(DISTINCT version), min(version), max(version) FROM registry_version GROUP BY model_id"
    )
    with engine.connect() as connection:
        rows = connection.execute(text(counted)).all()
    engine.dispose()
    lost = abs(sum(row[0] for row in rows) - len(rows) - answered)
    wrong: int = lost + sum(
        (count - distinct) + (last - first + 1 - count) + (first - 1) for count, distinct, first, last in rows
    )
    return wrong


def _ours(stack: ExitStack, url: str, size: int, names: Sequence[str], artifact: Path) -> _Side:
    root = artifact.parent / "root"
    _begin(url, names, artifact, root)
    crowd = stack.enter_context(processes(python("benchmarks.member"), size, url=url, root=str(root)))
    return _Side(crowd, "register", lambda name: {"model": name, "artifact": artifact.as_uri()}, [])


def _floor(stack: ExitStack, url: str, size: int, names: Sequence[str], artifact: Path) -> _Side:
    _begin(url, names, artifact, artifact.parent / "root of the floor")
    engine = create_engine(url)
    know_digest(engine, DIGEST)
    engine.dispose()
    crowd = stack.enter_context(processes(python("benchmarks.floors"), size, url=url))
    return _Side(crowd, "register", lambda name: {"model": name, "artifact": artifact.as_uri()}, [])


def _mlflow(stores: Sequence[Process], names: Sequence[str]) -> _Side:
    for name in names:
        stores[0].ask("create_registered_model", name=name)
    said = {"source": "s3://models/1", "tags": TAGS}
    return _Side(stores, "create_model_version", lambda name: {"name": name, **said}, [])


def _begin(url: str, names: Sequence[str], artifact: Path, root: Path) -> None:
    with Registry.connect(url, artifact_root=root, actor="benchmark") as registry:
        registry.migrate()
        for name in names:
            registry.register_version(name, artifact.as_uri(), metadata=METADATA, metrics=METRICS, tags=TAGS)
