"""What PostgreSQL takes otherwise than SQLite: NUL, halves of pairs, numbers beyond its types, texts beyond columns."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, func, select

from airflow_provider_registry.registry.models.tables import ModelRow
from tests.faults.hostile.bearing import BrokenPromiseError, bear, described, is_about_input
from tests.faults.hostile.calls import calling, good_calls, peopled, use_no_cloud
from tests.faults.hostile.test_calls import METHODS
from tests.faults.hostile.values import values
from tests.faults.how_long import LONG
from tests.support.kernel import World

pytestmark = [pytest.mark.postgres, pytest.mark.timeout(7_200 if LONG else 300)]

PARTS = 1 if LONG else 17

# What gets through to a statement, and what its types, its encoding or its numbers of parameters do not take.
NAMES = [
    *("NUL within", "high half", "low half", "last code point", "no character", "many marks", "dotted I", "Kelvin"),
    *("zero width", "right to left", "SQL", "LIKE", "just too long", "1 MiB of two bytes", "1 MiB of digits"),
    *("many digits", "minus one", "zero number", "half", "minus zero", "tiniest", "largest", "beyond 31 bits"),
    *("beyond 63 bits", "below 63 bits", "beyond 64 bits", "beyond floats", "numpy whole", "numpy text", "numpy bool"),
    *("enum number", "enum text", "first moment", "before the first moment", "last moment", "odd zone", "bytes"),
    *("NUL as a key", "half a pair as a key", "beyond 63 bits within", "many texts", "version beyond", "Decimal NaN"),
]


@pytest.fixture
def backend() -> str:
    """PostgreSQL alone."""
    return "postgresql"


def test_whatever_a_caller_passes_on_postgresql_there_is_a_clear_error_or_none(world, tmp_path, monkeypatch):
    (tmp_path / "home").mkdir()
    monkeypatch.chdir(tmp_path / "home")
    use_no_cloud(monkeypatch)
    request_id = peopled(world)
    broken, engine = [], world.registry.engine
    for number, (method, parameter, name) in enumerate(_places(tmp_path)):
        if number % PARTS:
            continue
        try:
            _bear_one(world, good_calls(tmp_path, request_id)[method], (method, parameter, name), engine)
        except BrokenPromiseError as wrong:
            broken.append(f"{method}({parameter}=<{name}>): {described(wrong)[:400]}")
    assert not broken, "\n".join(broken)
    for model in world.registry.search_models(page_size=1_000).models:
        world.registry.verify_record(model.name)


def _places(folder: Path) -> list[tuple[str, str, str]]:
    parameters = {method: sorted(said) for method, said in good_calls(folder, 1).items()}
    return [(method, parameter, name) for method in METHODS for parameter in parameters[method] for name in NAMES]


def _bear_one(world: World, good: dict[str, Any], place: tuple[str, str, str], engine: Engine) -> None:
    method, parameter, name = place
    before = _heads(engine)
    error = bear(calling(world.registry, method, good | {parameter: values()[name]()}))
    if is_about_input(error) and before != _heads(engine):
        raise BrokenPromiseError(f"It wrote, and then raised {error!r:.300}")


def _heads(engine: Engine) -> Any:
    with engine.connect() as connection:
        return connection.execute(select(func.count(), func.sum(ModelRow.head_seq))).one()
