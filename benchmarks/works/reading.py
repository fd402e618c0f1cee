"""A model, its latest version, what held its alias and when: in registries of more and more versions."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import psycopg

from benchmarks.dataset import ALIAS, LARGE, LONG_ALIAS, Dataset, datasets
from benchmarks.filled import moment
from benchmarks.measure import Bar, Call, Finding, Spread, interleave, ratios
from benchmarks.setting import POSTGRESQL, SQLITE, Setting
from tests.support.postgres import dsn_of

# MLflow reads every version of the model into memory: beyond this many it takes minutes and gigabytes.
_MOST_OF_MLFLOW = 100_000
_SLOW_ROUNDS = 3
_NOTE = (
    "All versions are of one model. MLflow reads all of them to tell the latest; it keeps no history of aliases. It is "
    f"asked up to {_MOST_OF_MLFLOW:,} versions."
)
_FLAT = "The largest over the smallest registry, in turn."
# From one registry to one a thousand times as large, indexes grow by a level or two.
_FLAT_BAR = Bar(at_most=1.5)


@dataclass(frozen=True)
class _Work:
    """Something that is read.

    Attributes:
        floor: the plain statements that read the same rows, with the values of each.
        mlflow: what MLflow calls it; None where it has nothing of the kind.
    """

    title: str
    ours: Callable[[Dataset], object]
    floor: Callable[[Dataset], Sequence[tuple[str, Sequence[Any]]]]
    mlflow: str | None = None


def _latest(data: Dataset) -> object:
    number = data.registry.get_model(LARGE).latest_version
    return data.registry.get_version(number, model_name=LARGE)


def _some_time(data: Dataset) -> object:
    return data.registry.alias_at(LARGE, LONG_ALIAS, moment(random.randint(20, data.count)))


_MODEL = (
    "SELECT m.id, m.name, m.team, m.description, m.metadata_schema, m.last_version, m.created_at, m.created_by "
    "FROM registry_model m JOIN registry_model_name n ON n.model_id = m.id WHERE n.folded = ?"
)
_ALIASES = (
    "SELECT a.name, v.version FROM registry_alias a JOIN registry_model_name n ON n.model_id = a.model_id "
    "LEFT JOIN registry_assignment s ON s.alias_id = a.id AND s.to_at IS NULL "
    "LEFT JOIN registry_version v ON v.id = s.version_id WHERE n.folded = ?"
)
_VERSION = (
    "SELECT v.*, a.size, a.file_count FROM registry_version v JOIN registry_model_name n ON n.model_id = v.model_id "
    "JOIN registry_artifact a ON a.model_id = v.model_id AND a.digest = v.digest WHERE n.folded = ? AND v.version = ?"
)
_METRICS = "SELECT * FROM registry_metric WHERE version_id = ?"
_TAGS = "SELECT * FROM registry_tag WHERE version_id = ?"
_HISTORY = (
    "SELECT s.from_at, s.to_at, v.version, v.digest, e.type, e.seq, e.body, e.private FROM registry_assignment s "
    "JOIN registry_alias a ON a.id = s.alias_id JOIN registry_model_name n ON n.model_id = a.model_id "
    "JOIN registry_version v ON v.id = s.version_id JOIN registry_event e ON e.id = s.set_by_event "
    "WHERE n.folded = ? AND a.folded = ? ORDER BY s.from_at"
)
_AT = (
    "SELECT s.from_at, s.to_at, v.version, v.digest, e.type, e.seq, e.body, e.private FROM registry_assignment s "
    "JOIN registry_version v ON v.id = s.version_id JOIN registry_event e ON e.id = s.set_by_event "
    "WHERE s.alias_id = (SELECT a.id FROM registry_alias a JOIN registry_model_name n ON n.model_id = a.model_id "
    "WHERE n.folded = ? AND a.folded = ?) AND s.from_at <= ? ORDER BY s.from_at DESC LIMIT 1"
)

_WORKS = (
    _Work(
        "get a model",
        lambda data: data.registry.get_model(LARGE),
        lambda data: [(_MODEL, [LARGE]), (_ALIASES, [LARGE])],
        "get_registered_model",
    ),
    _Work(
        "get the latest version",
        _latest,
        # Versions of the large model have their numbers as ids.
        lambda data: [
            (_MODEL, [LARGE]), (_VERSION, [LARGE, data.count]), (_METRICS, [data.count]), (_TAGS, [data.count]),
        ],
        "get_latest_versions",
    ),
    _Work(
        "history of an alias, 100 moves",
        lambda data: data.registry.history(LARGE, ALIAS),
        lambda data: [(_HISTORY, [LARGE, ALIAS])],
    ),
    _Work("alias_at, of as many moves as a tenth of the versions", _some_time, lambda data: [(_AT, _at(data))]),
)  # fmt: skip


def run(setting: Setting) -> Iterator[Finding]:
    """Read on PostgreSQL, then on SQLite."""
    for database in (POSTGRESQL, SQLITE):
        sets = list(datasets(setting, database))
        for work in _WORKS:
            yield from _read(setting, work, sets)


def _read(setting: Setting, work: _Work, sets: Sequence[Dataset]) -> Iterator[Finding]:
    with ExitStack() as stack:
        floors = {data.count: _plain(stack, work, data) for data in sets}
        calls: dict[str, Call] = {}
        for data in sets:
            calls[f"ours {data.count}"] = _call(work, data)
            calls[f"floor {data.count}"] = floors[data.count]
        samples = interleave(calls, setting.rounds)
        for data in sets:
            ours, floor = samples[f"ours {data.count}"], samples[f"floor {data.count}"]
            theirs, times = _mlflow(stack, setting, work, data)
            yield Finding(
                work.title,
                data.where,
                Spread.of(ours),
                floor=Spread.of(floor),
                over_floor=ratios(ours, floor),
                mlflow=theirs,
                under_mlflow=times,
                bar=Bar(under_mlflow=500) if data.count == _MOST_OF_MLFLOW and work.mlflow else Bar(),
                note=_NOTE,
            )
        yield _flat(work, sets, samples)


def _flat(work: _Work, sets: Sequence[Dataset], samples: Mapping[str, Sequence[float]]) -> Finding:
    small, large = sets[0], sets[-1]
    grown = ratios(samples[f"ours {large.count}"], samples[f"ours {small.count}"])
    where = f"{small.database}, {large.count:,} over {small.count:,} versions"
    return Finding(work.title, where, grown, unit="times", bar=_FLAT_BAR, note=_FLAT)


def _call(work: _Work, data: Dataset) -> Call:
    return lambda: work.ours(data)


def _mlflow(stack: ExitStack, setting: Setting, work: _Work, data: Dataset) -> tuple[Spread | None, Spread | None]:
    """What MLflow takes, and how many times that is what ours takes, in turn."""
    if setting.mlflow is None or data.mlflow_url is None or work.mlflow is None or data.count > _MOST_OF_MLFLOW:
        return None, None
    store = stack.enter_context(setting.mlflow.store(data.mlflow_url))
    operation = work.mlflow
    calls = {"mlflow": lambda: store.call(operation, name=LARGE), "ours": _call(work, data)}
    samples = interleave(calls, _SLOW_ROUNDS, warm=1)
    return Spread.of(samples["mlflow"]), ratios(samples["mlflow"], samples["ours"])


def _plain(stack: ExitStack, work: _Work, data: Dataset) -> Call:
    """The floor: the statements on an open connection."""
    url = data.registry.engine.url
    if data.database == SQLITE:
        local = sqlite3.connect(url.database or "", isolation_level=None)
        stack.callback(local.close)
        return lambda: [local.execute(statement, values).fetchall() for statement, values in work.floor(data)]
    remote = stack.enter_context(psycopg.connect(dsn_of(url), autocommit=True))
    return lambda: [
        remote.execute(statement.replace("?", "%s"), values).fetchall() for statement, values in work.floor(data)
    ]


def _at(data: Dataset) -> Sequence[Any]:
    at = moment(random.randint(20, data.count))
    return [LARGE, LONG_ALIAS, at if data.database == POSTGRESQL else f"{at:%Y-%m-%d %H:%M:%S.%f}"]
