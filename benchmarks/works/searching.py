"""Versions found by tags, metrics and aliases, first page and last, in registries of more and more versions."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass

from airflow_provider_registry.registry import Registry
from airflow_provider_registry.registry.search.fields import VERSIONS
from airflow_provider_registry.registry.search.queries import Search
from benchmarks.dataset import Dataset, datasets
from benchmarks.measure import Bar, Call, Finding, Spread, interleave, ratios, timed
from benchmarks.process import Process
from benchmarks.setting import POSTGRESQL, SQLITE, Setting

_PAGE = 50
_WALK = 1_000
# MLflow takes from milliseconds to seconds: as many rounds as fit, and a few at least.
_SECONDS, _LEAST_ROUNDS = 5.0, 3
_MILLION = 1_000_000
_NOTE = (
    "Pages of 50 versions, each with its metrics, tags and aliases. MLflow finds versions by name, run and tags, not "
    "by metrics or aliases, and pages by OFFSET."
)


@dataclass(frozen=True)
class _Shape:
    """A search.

    Attributes:
        theirs: whether MLflow's language can say it.
    """

    title: str
    filter: str
    order: str = ""
    theirs: bool = False


_SHAPES = (
    _Shape("a tag that 5 % have", "tags.team = 'team-7'", theirs=True),
    _Shape("a tag that 1 in 1,000 has", "tags.tier = 'gold'", theirs=True),
    _Shape("a model and a tag", "name = 'large' and tags.team = 'team-7'", theirs=True),
    _Shape("a metric and a tag", "metrics.auc > 0.9 and tags.team = 'team-7'"),
    _Shape("a metric and a tag, best first", "metrics.auc > 0.9 and tags.team = 'team-7'", "metrics.auc desc"),
    _Shape("an alias", "alias = 'production'"),
)


def run(setting: Setting) -> Iterator[Finding]:
    """Search on PostgreSQL, then on SQLite."""
    for database in (POSTGRESQL, SQLITE):
        for data in datasets(setting, database):
            with ExitStack() as stack:
                theirs = None
                if setting.mlflow is not None and data.mlflow_url is not None:
                    theirs = stack.enter_context(setting.mlflow.store(data.mlflow_url))
                for shape in _SHAPES:
                    yield from _search(setting, data, shape, theirs if shape.theirs else None)


def _search(setting: Setting, data: Dataset, shape: _Shape, theirs: Process | None) -> Iterator[Finding]:
    token, before = _last(data.registry, shape)
    firsts, lasts = _ours(data, shape, None), _ours(data, shape, token)
    samples = interleave({"first": firsts, "last": lasts}, setting.rounds)
    for page, ours, offset in (("first", firsts, 0), ("last", lasts, before)):
        slow = _mlflow(shape, theirs, ours, offset, setting.rounds)
        fast = data.database == POSTGRESQL and data.count >= _MILLION
        yield Finding(
            f"search, {shape.title}: {page} page",
            data.where,
            Spread.of(samples[page]),
            mlflow=Spread.of(slow["mlflow"]) if slow else None,
            under_mlflow=ratios(slow["mlflow"], slow["ours"]) if slow else None,
            bar=Bar(under_mlflow=10 if shape.theirs else None, at_most=0.010 if fast else None),
            note=_NOTE,
        )


def _ours(data: Dataset, shape: _Shape, token: str | None) -> Call:
    registry = data.registry
    return lambda: registry.search_versions(shape.filter, order_by=shape.order, page_size=_PAGE, page_token=token)


def _mlflow(shape: _Shape, store: Process | None, ours: Call, offset: int, rounds: int) -> dict[str, list[float]]:
    """What MLflow takes for the page from an offset on, and ours in turn; nothing where it cannot say it."""
    if store is None:
        return {}
    token = base64.b64encode(json.dumps({"offset": offset}).encode()).decode() if offset else None
    said = {"filter_string": shape.filter.replace("tags.", "tag."), "max_results": _PAGE, "page_token": token}
    calls: dict[str, Call] = {"mlflow": lambda: store.call("search_model_versions", **said), "ours": ours}
    once = max(timed(calls["mlflow"]), 1e-3)
    return interleave(calls, max(_LEAST_ROUNDS, min(rounds, round(_SECONDS / once))), warm=1)


def _last(registry: Registry, shape: _Shape) -> tuple[str | None, int]:
    """The token of the last page, and how many results stand before it."""
    core = registry._core

    def page(size: int, after: str | None) -> tuple[list[int], str | None]:
        return Search.read(core, VERSIONS, shape.filter, shape.order, after).page(core, size)

    tokens: list[str | None] = [None]
    ids: list[int] = []
    while tokens[-1] is not None or not ids:
        ids, following = page(_WALK, tokens[-1])
        if following is None:
            break
        tokens.append(following)
    # Pages of the walk are whole numbers of pages: the last page begins within the last of them.
    rest = (len(ids) - 1) // _PAGE * _PAGE
    token = page(rest, tokens[-1])[1] if rest else tokens[-1]
    return token, (len(tokens) - 1) * _WALK + rest
