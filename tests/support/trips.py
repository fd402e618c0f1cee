"""How often somebody asks the database: statements, and round trips."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine, event


@dataclass
class Asked:
    """What was counted.

    Attributes:
        statements: sent, without BEGIN, COMMIT and ROLLBACK.
        trips: how often PostgreSQL's answer was waited for, these included; 0 on SQLite, which has none.
    """

    statements: int = 0
    trips: int = 0


@contextmanager
def counted(engine: Engine) -> Iterator[Asked]:
    """Count what an engine is asked meanwhile, on connections that are opened meanwhile too."""
    asked, traced = Asked(), list[Any]()

    def count(*_: Any) -> None:
        asked.statements += 1

    with tempfile.TemporaryFile("w+b") as told:

        def trace(driver: Any, *_: Any) -> None:
            driver.pgconn.trace(told.fileno())
            traced.append(driver)

        listening = [("before_cursor_execute", count)]
        if engine.dialect.name == "postgresql":
            listening.append(("checkout", trace))
        for name, listener in listening:
            event.listen(engine, name, listener)
        try:
            yield asked
        finally:
            for name, listener in listening:
                event.remove(engine, name, listener)
            for driver in traced:
                driver.pgconn.untrace()
            told.seek(0)
            # With this message the server ends each answer that a client waits for (PostgreSQL's manual, 54.7).
            asked.trips = told.read().count(b"ReadyForQuery")
