"""What the registry counts and times while it works."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from airflow_provider_registry.errors import AliasNotFoundError, NotPassedError
from airflow_provider_registry.registry import Registry
from airflow_provider_registry.registry.meter import measured
from tests.support.kernel import FLOOR, later


class Figures:
    """A meter that keeps what it is told."""

    def __init__(self) -> None:
        self.counted: Counter[tuple[Any, ...]] = Counter()
        self.timed: list[tuple[Any, ...]] = []

    def count(self, name: str, number: int = 1, **tags: str) -> None:
        self.counted[name, *tags.values()] += number

    def time(self, name: str, seconds: float, **tags: str) -> None:
        assert seconds > 0
        self.timed.append((name, *tags.values()))


@pytest.fixture
def figures() -> Figures:
    return Figures()


@pytest.fixture
def metered(migrated_url, tmp_path, figures):
    root = tmp_path / "artifacts"
    with Registry.connect(migrated_url, artifact_root=root, actor="tester", meter=figures) as registry:
        yield registry


@pytest.fixture
def model(metered, tmp_path):
    file = tmp_path / "model.bin"
    file.write_bytes(b"12345678")
    for key in "ab":
        metered.register_version("churn", file, metrics={"auc": 0.7}, key=key)
    return metered


def acts(figures):
    return {counted[1:]: number for counted, number in figures.counted.items() if counted[0] == "acts"}


def test_each_act_is_counted_once_by_how_it_ended_and_timed(model, figures, tmp_path):
    model.register_version("churn", tmp_path / "model.bin", metrics={"auc": 0.7}, key="a")
    model.promote("churn", 1, "production")
    for name in "xy":
        model.record_check("churn", 1, name, True)
        model.set_tag("models:/churn/1", name, "1")
    with pytest.raises(AliasNotFoundError):
        model.rollback("churn", "staging", reason="none was before")
    assert {
        ("create", "done"): 1,
        ("register", "done"): 2,
        ("register", "repeated"): 1,
        ("promote", "done"): 1,
        ("check", "done"): 2,
        ("tag", "done"): 2,
        ("rollback", "refused"): 1,
    } == acts(figures)
    assert 10 == sum(name == "act_duration" for name, *_ in figures.timed)


def test_an_act_that_had_to_read_bytes_first_is_counted_once(model, figures):
    with later(days=2):
        model.promote("churn", 1, "production")
    assert {("promote", "done"): 1} == {act: number for act, number in acts(figures).items() if act[0] == "promote"}


def test_gates_are_counted_by_their_verdict_once_their_report_is_stored(model, figures):
    model.set_policy("churn", "production", FLOOR)
    model.validate("churn", 1, alias="production")
    with pytest.raises(NotPassedError):
        model.promote("churn", 2, "production")
    assert {("gates", "failed")} == {counted for counted in figures.counted if counted[0] == "gates"}
    assert 2 == figures.counted["gates", "failed"]


def test_bytes_are_counted_as_they_come_and_go(model, figures, tmp_path):
    model.download("models:/churn/1", tmp_path / "here")
    assert (16, 8) == (figures.counted["bytes_stored",], figures.counted["bytes_fetched",])
    assert ("download_duration",) in figures.timed


def test_what_fails_otherwise_is_counted_as_that(figures):
    with pytest.raises(ZeroDivisionError), measured(figures, "promote"):
        raise ZeroDivisionError
    assert {("promote", "failed"): 1} == acts(figures)
