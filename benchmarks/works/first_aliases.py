"""One new alias, set for the first time by eight processes at once, each to another version."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from airflow_provider_registry.registry import Registry
from benchmarks.measure import Bar, Finding, Spread
from benchmarks.process import Process, at_once, processes, python
from benchmarks.setting import POSTGRESQL, SQLITE, Setting

_CROWD = 8
_MOST = 30
_MODEL = "churn"


def run(setting: Setting) -> Iterator[Finding]:
    """Count the calls that failed."""
    rounds = min(_MOST, setting.rounds)
    for database in (POSTGRESQL, SQLITE):
        yield Finding(
            f"first set of one new alias by {_CROWD} at once, {rounds} rounds",
            database,
            Spread.of([ours(setting, database, rounds)]),
            unit=f"errors of {_CROWD * rounds}",
            mlflow=None if setting.mlflow is None else Spread.of([_mlflow(setting, database, rounds)]),
            bar=Bar(at_most=0),
            note="Of ours, an alias that was not held by each of the eight versions in turn counts as an error too.",
        )


def ours(setting: Setting, database: str, rounds: int, size: int = _CROWD) -> int:
    """How many calls fail, and how many aliases were not held by each version in turn."""
    url, folder = setting.new_url(database), setting.new_folder()
    root = folder / "root"
    with Registry.connect(url, artifact_root=root, actor="benchmark") as registry:
        registry.migrate()
        for number in range(size):
            artifact = folder / f"{number}.bin"
            artifact.write_bytes(b"%d" % number)
            registry.register_version(_MODEL, artifact.as_uri())
        with processes(python("benchmarks.member"), size, url=url, root=str(root)) as crowd:
            failed = sum(_race(crowd, "promote", {"model": _MODEL, "alias": f"a{turn}"}) for turn in range(rounds))
        return failed + sum(not _in_turn(registry, f"a{turn}", size) for turn in range(rounds))


def _in_turn(registry: Registry, alias: str, size: int) -> bool:
    history = registry.history(_MODEL, alias)
    ends = [one.to_at for one in history]
    begins = [one.from_at for one in history]
    return sorted(one.version for one in history) == [*range(1, size + 1)] and ends == [*begins[1:], None]


def _mlflow(setting: Setting, database: str, rounds: int) -> int:
    assert setting.mlflow is not None
    with setting.mlflow.stores(setting.new_url(database), _CROWD) as crowd:
        crowd[0].ask("create_registered_model", name=_MODEL)
        for number in range(_CROWD):
            crowd[0].ask("create_model_version", name=_MODEL, source=f"s3://models/{number}")
        said = {"name": _MODEL}
        return sum(_race(crowd, "set_registered_model_alias", {**said, "alias": f"a{turn}"}) for turn in range(rounds))


def _race(crowd: Sequence[Process], operation: str, said: dict[str, str]) -> int:
    """How many failed."""
    asked = [(process, operation, [{**said, "version": number}]) for number, process in enumerate(crowd, 1)]
    return sum(len(one.errors) for one in at_once(asked))
