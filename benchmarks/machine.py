"""What it ran on, how noisy that was, and how durable a commit is: figures mean nothing without these."""

from __future__ import annotations

import os
import platform
import sqlite3
import statistics
import time
from dataclasses import dataclass
from pathlib import Path

import psycopg

from airflow_provider_registry.registry.database.engine import make_engine, reading
from benchmarks.setting import POSTGRESQL, SQLITE, Setting
from tests.support.postgres import dsn_of

_LOOPS = 15
_SETTINGS = ("server_version", "fsync", "synchronous_commit", "full_page_writes", "wal_sync_method", "shared_buffers")


@dataclass(frozen=True)
class Machine:
    """A machine as the results name it.

    Attributes:
        memory: bytes.
        noise: how much longer the third quartile of the same plain loop takes than the first, before and after.
    """

    cores: int
    processor: str
    memory: int
    system: str
    python: str
    noise: tuple[float, float]
    durability: dict[str, str]


def noise() -> float:
    """The third quartile over the first of the seconds that one plain loop takes, again and again."""
    low, _, high = statistics.quantiles([_loop() for _ in range(_LOOPS)], n=4)
    return high / low


def describe(before: float, after: float, durability: dict[str, str]) -> Machine:
    """The machine that this runs on."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    system = f"{platform.system()} {'.'.join(platform.release().split('.')[:2])}"
    python = platform.python_version()
    return Machine(os.cpu_count() or 0, _processor(), memory, system, python, (before, after), durability)


def _processor() -> str:
    """Its name, where the system says one."""
    named = Path("/proc/cpuinfo")
    lines = named.read_text().splitlines() if named.exists() else []
    said = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return said[0] if said else platform.machine()


def durability(setting: Setting) -> dict[str, str]:
    """What each database says of its own settings; ours, the floor and MLflow run under the same."""
    return {POSTGRESQL: _of_postgresql(setting), SQLITE: _of_sqlite(setting)}


def _of_postgresql(setting: Setting) -> str:
    with psycopg.connect(dsn_of(setting.new_url(POSTGRESQL))) as connection:
        said = [(name, connection.execute("SELECT current_setting(%s)", [name]).fetchone()) for name in _SETTINGS]
    return ", ".join(f"{name} = {row[0]}" for name, row in said if row)


def _of_sqlite(setting: Setting) -> str:
    engine = make_engine(setting.new_url(SQLITE))
    with reading(engine).connect() as connection:
        mode = connection.exec_driver_sql("PRAGMA journal_mode").scalar_one()
        level = connection.exec_driver_sql("PRAGMA synchronous").scalar_one()
    engine.dispose()
    return (
        f"version = {sqlite3.sqlite_version}, journal_mode = {mode}, synchronous = {['OFF', 'NORMAL', 'FULL'][level]}"
    )


def _loop() -> float:
    begin = time.perf_counter()
    sum(range(1_000_000))
    return time.perf_counter() - begin
