"""Measures an event loop from inside: for how long it was blocked, by whom, and the memory of its process."""

from __future__ import annotations

import asyncio
import gc
import json
import os
import sys
import threading
import time
from collections import Counter, deque
from pathlib import Path
from types import FrameType
from typing import Any

EVERY = 0.005
# What is shorter is not written down.
BLOCKED = 0.02

_PAGE = os.sysconf("SC_PAGE_SIZE")


class Probe:
    """Writes what happens, a line of JSON each, with its time.

    `{"blocked": seconds, "cpu": CPU seconds of the process in them, "frames": {where: samples}}`, `{"rss": bytes}`
    every quarter of a second, `{"collected": seconds}` for what the garbage collector takes, and whatever `write` is
    given.
    """

    def __init__(self, path: Path) -> None:
        self._file = path.open("a", buffering=1)
        self._main = threading.get_ident()
        self._frames: Counter[str] = Counter()
        self._due = time.monotonic() + EVERY
        self._collecting = 0.0
        self._over = threading.Event()

    def write(self, **line: Any) -> None:
        """Write a line, with the time in seconds since 1970."""
        self._file.write(json.dumps({"at": time.time()} | line) + "\n")

    def close(self) -> None:
        """Write no more."""
        self._file.close()

    async def run(self) -> None:
        """Sleep and see how late it wakes, until it is cancelled."""
        sampling = threading.Thread(target=self._sample, daemon=True)
        sampling.start()
        gc.callbacks.append(self._collected)
        try:
            await self._watch()
        finally:
            gc.callbacks.remove(self._collected)
            self._over.set()
            sampling.join()

    async def _watch(self) -> None:
        told = 0.0
        while True:
            begin, used = time.monotonic(), time.process_time()
            self._due = begin + EVERY
            await asyncio.sleep(EVERY)
            late = time.monotonic() - self._due
            if late > BLOCKED:
                self.write(blocked=late, cpu=time.process_time() - used, frames=dict(self._frames.most_common(8)))
            self._frames.clear()
            if begin > told:
                told = begin + 0.25
                self.write(rss=_rss())

    def _sample(self) -> None:
        while not self._over.wait(EVERY):
            if time.monotonic() > self._due + BLOCKED / 2:
                self._frames[_where(sys._current_frames()[self._main])] += 1

    def _collected(self, phase: str, _: object) -> None:
        now = time.perf_counter()
        if phase == "start":
            self._collecting = now
        elif now - self._collecting > BLOCKED:
            self.write(collected=now - self._collecting)


def _rss() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * _PAGE


def _where(frame: FrameType | None) -> str:
    """The innermost call of a package, and the innermost of Airflow or ours that led to it."""
    found: deque[str] = deque()
    while frame is not None and len(found) < 2:
        name = frame.f_code.co_filename
        if not found or "airflow" in name:
            found.append(f"{'/'.join(Path(name).parts[-2:])}:{frame.f_code.co_name}")
        frame = frame.f_back
    return " < ".join(found)
