from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from airflow_provider_registry.operators.links import RequiredActionsLink

RUN: Any = SimpleNamespace(dag_id="retrain", run_id="manual__2026-03-03T00:00:00+00:00")
PAGE = "dags/retrain/runs/manual__2026-03-03T00%3A00%3A00%2B00%3A00/required_actions"


@pytest.mark.parametrize(
    ("base_url", "expected"),
    [
        ("http://host:8080/airflow/", f"http://host:8080/airflow/{PAGE}"),
        ("http://host", f"http://host/{PAGE}"),
        ("", PAGE),
    ],
)
def test_it_leads_to_what_the_tasks_of_the_run_ask_people(monkeypatch, base_url, expected):
    monkeypatch.setenv("AIRFLOW__API__BASE_URL", base_url)
    operator: Any = None
    assert RequiredActionsLink().get_link(operator, ti_key=RUN) == expected
