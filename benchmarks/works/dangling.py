"""An alias set to a version while the version is archived, or in MLflow deleted: one of both must be refused."""

from __future__ import annotations

from collections.abc import Iterator

from airflow_provider_registry.registry import Registry
from benchmarks.measure import Bar, Finding, Spread
from benchmarks.mlflow.peer import MLflow, Store
from benchmarks.process import ProcessError, at_once, processes, python
from benchmarks.setting import POSTGRESQL, SQLITE, Setting

_MOST = 60
_MODEL = "churn"
# What one of both may answer to the other.
_REFUSALS = ("ArchivedVersionError", "VersionInUseError")


def run(setting: Setting) -> Iterator[Finding]:
    """Count the aliases that point at what is not there."""
    rounds, mlflow = min(_MOST, setting.rounds), setting.mlflow
    for database in (POSTGRESQL, SQLITE):
        yield Finding(
            f"alias set against archive or delete, {rounds} rounds",
            database,
            Spread.of([ours(setting, database, rounds)]),
            unit="dangling aliases",
            mlflow=None if mlflow is None else Spread.of([_mlflow(mlflow, setting.new_url(database), rounds)]),
            bar=Bar(at_most=0),
            note="Of ours, an error other than that one act refuses what the other has done counts as one too.",
        )


def ours(setting: Setting, database: str, rounds: int) -> int:
    """How many aliases point at an archived version in the end, and how many calls fail otherwise."""
    url, folder = setting.new_url(database), setting.new_folder()
    artifact, root = folder / "model.bin", folder / "root"
    artifact.write_bytes(b"model")
    wrong = 0
    with Registry.connect(url, artifact_root=root, actor="benchmark") as registry:
        registry.migrate()
        for _ in range(rounds):
            registry.register_version(_MODEL, artifact.as_uri())
        with processes(python("benchmarks.member"), 2, url=url, root=str(root)) as (setter, archiver):
            for number in range(1, rounds + 1):
                said = {"model": _MODEL, "version": number}
                sets = (setter, "promote", [{**said, "alias": f"a{number}"}])
                done = at_once([sets, (archiver, "archive", [said])])
                wrong += sum(not error.startswith(_REFUSALS) for one in done for error in one.errors)
        held = registry.get_model(_MODEL).aliases.values()
        return wrong + sum(registry.get_version(one, model_name=_MODEL).archived_at is not None for one in held)


def _mlflow(mlflow: MLflow, url: str, rounds: int) -> int:
    with mlflow.stores(url, 2) as (setter, deleter):
        setter.ask("create_registered_model", name=_MODEL)
        for number in range(1, rounds + 1):
            setter.ask("create_model_version", name=_MODEL, source="s3://models/1")
            said = {"name": _MODEL, "version": str(number)}
            sets = (setter, "set_registered_model_alias", [{**said, "alias": f"a{number}"}])
            at_once([sets, (deleter, "delete_model_version", [said])])
        return sum(_dangles(setter, f"a{number}") for number in range(1, rounds + 1))


def _dangles(store: Store, alias: str) -> bool:
    try:
        store.ask("get_model_version_by_alias", name=_MODEL, alias=alias)
    except ProcessError as error:
        # Where the alias was never set, or went with its version, it is the alias that is not found.
        return "alias" not in str(error)
    return False
