"""The environment that the demo's and the tests' Airflow is given."""

from __future__ import annotations

import pytest

from demo.settings import inherited


@pytest.mark.parametrize("name", ["no_proxy", "NO_PROXY"])
def test_this_machine_is_reached_without_a_proxy_under_either_name(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for each in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(each, raising=False)
    monkeypatch.setenv(name, "intranet")
    environment = inherited()
    assert ["intranet,127.0.0.1,localhost"] * 2 == [environment["no_proxy"], environment["NO_PROXY"]]


def test_another_airflows_settings_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIRFLOW__CORE__EXECUTOR", "CeleryExecutor")
    monkeypatch.setenv("AIRFLOW_HOME", "/elsewhere")
    assert not [name for name in inherited() if name.startswith("AIRFLOW")]
