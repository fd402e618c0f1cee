"""Migrations in forks of this process: killed at a statement, or several at once."""

from __future__ import annotations

import os
import signal
import warnings
from collections.abc import Callable
from typing import Any

from sqlalchemy import event

from airflow_provider_registry.registry.database.engine import make_engine
from airflow_provider_registry.registry.database.migrate import migrate

TOGETHER = 4


def migrated(url: str, die_at: int | None = None) -> int:
    """Migrate to the newest revision; returns the number of statements, COMMIT being the last.

    Parameters:
        die_at: the statement before which this process kills itself.
    """
    engine, done = make_engine(url), 0

    def count(*_: Any) -> None:
        nonlocal done
        done += 1
        if done == die_at:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(engine, "before_cursor_execute", count)
    event.listen(engine, "commit", count)
    migrate(engine)
    engine.dispose()
    return done


def is_killed_at(url: str, point: int) -> bool:
    """Whether a fork that migrates came to that statement, and so was killed. No connection may be open here."""
    _, status = os.waitpid(_fork(lambda: migrated(url, point)), 0)
    return os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL


def together(url: str) -> list[int]:
    """The exit codes of forks that migrate at once: they begin when the pipe closes."""
    gate, opened = os.pipe()

    def wait_and_migrate() -> None:
        os.close(opened)
        os.read(gate, 1)
        migrated(url)

    children = [_fork(wait_and_migrate) for _ in range(TOGETHER)]
    os.close(opened)
    os.close(gate)
    return [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]


def _fork(work: Callable[[], object]) -> int:
    with warnings.catch_warnings():
        # From Python 3.12 on, it warns where there are threads: pytest-xdist's. The fork needs none of them.
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if child:
        return child
    try:
        work()
    except BaseException:
        os._exit(1)
    os._exit(0)
