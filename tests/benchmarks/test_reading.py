"""Filled registries are what they are said to be, and the works that read and search them run."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.dataset import ALIAS, EACH, LARGE, LONG_ALIAS, OTHERS, datasets, release
from benchmarks.filled import moment
from benchmarks.setting import POSTGRESQL, SQLITE, Setting
from benchmarks.works import reading, searching
from tests.support.postgres import PostgresServer

pytestmark = pytest.mark.postgres
COUNT = 200


@pytest.fixture(scope="module")
def setting(postgres: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Setting]:
    folder: Path = tmp_path_factory.mktemp("benchmarks")
    setting = Setting(folder, postgres, far_port=0, rounds=2, sizes=(COUNT // 10, COUNT), file_size=1, mlflow=None)
    yield setting
    release(setting)


@pytest.mark.parametrize("database", [SQLITE, POSTGRESQL])
def test_a_filled_registry_is_as_if_all_had_been_registered(setting, database):
    *_, large = datasets(setting, database)
    registry = large.registry
    model = registry.get_model(LARGE)
    assert (COUNT, {ALIAS: COUNT, LONG_ALIAS: COUNT}) == (model.latest_version, dict(model.aliases))
    version = registry.get_version(COUNT, model_name=LARGE)
    assert {"team": "team-0", "tier": "silver", "commit": f"c-{COUNT}"} == version.tags
    assert (3, moment(COUNT)) == (len(version.metrics), version.created_at)
    history = registry.history(LARGE, ALIAS)
    assert [*(one.from_at for one in history[1:]), None] == [one.to_at for one in history]
    assert registry.alias_at(LARGE, ALIAS, moment(COUNT // 2)) in history
    assert 1 + OTHERS == len(registry.search_versions(f"alias = '{ALIAS}'", page_size=1_000))
    assert 1 + OTHERS == len(registry.search_models(page_size=1_000))
    assert EACH == registry.get_model("model-7").latest_version


@pytest.mark.parametrize("database", [SQLITE, POSTGRESQL])
@pytest.mark.parametrize("shape", searching._SHAPES, ids=lambda shape: shape.title)
def test_the_last_page_is_the_last(setting, database, shape):
    *_, large = datasets(setting, database)
    token, before = searching._last(large.registry, shape)
    page = large.registry.search_versions(shape.filter, order_by=shape.order, page_token=token)
    assert page.next_page_token is None
    assert 0 < len(page) <= 50
    all_of_it = large.registry.search_versions(shape.filter, order_by=shape.order, page_size=1_000)
    assert len(all_of_it) == before + len(page)


def test_the_works_run(setting):
    read, found = list(reading.run(setting)), list(searching.run(setting))
    assert 2 * 4 * 3 == len(read)
    assert 2 * 2 * len(searching._SHAPES) * 2 == len(found)
    assert all(one.ours.median > 0 for one in [*read, *found])
