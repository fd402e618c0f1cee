"""What is sent to a database, and what it says of how it goes about it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from airflow_provider_registry.registry import Registry


@contextmanager
def sent(registry: Registry) -> Iterator[list[tuple[str, Any]]]:
    """The statements that are sent meanwhile, with their parameters."""
    statements: list[tuple[str, Any]] = []

    def keep(connection: Any, cursor: Any, statement: str, parameters: Any, context: Any, many: bool) -> None:
        # One row's parameters by place: a list would mean several rows to SQLAlchemy.
        statements.append((statement, tuple(parameters) if isinstance(parameters, list) and not many else parameters))

    event.listen(registry.engine, "before_cursor_execute", keep)
    try:
        yield statements
    finally:
        event.remove(registry.engine, "before_cursor_execute", keep)


def scans(plan: str, table: str) -> bool:
    """Whether the plan reads the whole table."""
    return f"Seq Scan on {table}" in plan or any(
        line.startswith(f"SCAN {table}") and "USING" not in line for line in plan.splitlines()
    )


def rows_read(registry: Registry, statement: str, parameters: Any) -> int:
    """The most rows that PostgreSQL goes through in one step of a statement, which is run for it."""
    explain = "EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, BUFFERS OFF, FORMAT JSON) "
    with registry.engine.connect() as connection:
        ((plans,),) = connection.exec_driver_sql(explain + statement, parameters).all()
    return max(_rows_read(plans[0]["Plan"]))


def _rows_read(step: dict[str, Any]) -> Iterator[int]:
    passed = (step.get(name, 0) for name in ("Actual Rows", "Rows Removed by Filter", "Rows Removed by Index Recheck"))
    yield round(sum(passed) * step["Actual Loops"])
    for below in step.get("Plans", ()):
        yield from _rows_read(below)
