"""What is compared: a module for each table in docs/figures.md, with a function `run`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module

from benchmarks.measure import Finding
from benchmarks.setting import Setting

# In the order in which they run: what wants a quiet machine comes first.
NAMES = (
    "registering",
    "crowding",
    "resolving",
    "promoting",
    "first_aliases",
    "dangling",
    "reading",
    "searching",
    "pages",
    "waiting",
    "parsing",
    "artifacts",
    "verifying",
)


def work(name: str) -> Callable[[Setting], Iterator[Finding]]:
    """The function `run` of a work, imported when it is asked for."""
    found: Callable[[Setting], Iterator[Finding]] = import_module(f"benchmarks.works.{name}").run
    return found


def about(name: str) -> str:
    """What a work does, in a sentence."""
    return (import_module(f"benchmarks.works.{name}").__doc__ or "").partition("\n")[0]
