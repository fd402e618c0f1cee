"""What tests of `gc` do to a registry: die, stand still, and go on at the worst of moments."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from airflow_provider_registry.artifacts.local import LocalStore
from airflow_provider_registry.registry.database.engine import acting
from airflow_provider_registry.registry.storage.collecting import CollectLease
from airflow_provider_registry.registry.storage.tables import LeaseRow
from airflow_provider_registry.registry.versions import register
from tests.support import stores
from tests.support.kernel import World

NOW = timedelta(0)


def strand(world: World, monkeypatch: pytest.MonkeyPatch, content: str = "stranded", **more: Any) -> str:
    """Store bytes and die right before the version is written; returns their digest."""
    stored: list[str] = []

    def die(core: Any, name: Any, bytes: Any, *_: Any, **__: Any) -> None:
        stored.append(bytes.manifest.digest)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(register, "_write", die)
        with pytest.raises(KeyboardInterrupt):
            world.register(content, **more)
    return stored[0]


def lapse(world: World, by: timedelta = timedelta(days=1)) -> None:
    """What standing still does to leases: they are so much nearer to their end, or past it."""
    with acting(world.registry.engine).begin() as connection:
        for token, expires_at in connection.execute(select(LeaseRow.token, LeaseRow.expires_at)).all():
            older = update(LeaseRow).where(LeaseRow.token == token).values(expires_at=expires_at - by)
            connection.execute(older)


class Pause:
    """Does something before the n-th step of this thread, once.

    Attributes:
        reached: whether there were so many.
    """

    def __init__(self, at: int, do: Callable[[], None]) -> None:
        self._left, self._do, self._thread = at, do, threading.get_ident()
        self.reached = False

    def step(self, **_: object) -> None:
        if threading.get_ident() != self._thread or self.reached:
            return
        self._left -= 1
        if self._left == 0:
            self.reached = True
            with ThreadPoolExecutor(1) as other:  # as another process would, in no context of this thread
                other.submit(self._do).result()


@contextmanager
def pausing(place: stores.World, monkeypatch: pytest.MonkeyPatch, at: int, do: Callable[[], None]) -> Iterator[Pause]:
    """Do something before the n-th S3 request of this thread, or before the n-th touch of the disk by a removal."""
    pause = Pause(at, do)
    if place.client is not None:
        events = place.client().meta.events
        events.register("before-call.s3", pause.step, unique_id="pause")
        try:
            yield pause
        finally:
            events.unregister("before-call.s3", unique_id="pause")
        return
    with monkeypatch.context() as patch, _steps_on_disk(patch, pause):
        yield pause


_TOUCHES = {"os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.scandir", "shutil.rmtree"}
_listening: list[Pause] = []


def _audit(event: str, _: object) -> None:
    if _listening and event in _TOUCHES:
        _listening[-1].step()


@contextmanager
def _steps_on_disk(patch: pytest.MonkeyPatch, pause: Pause) -> Iterator[None]:
    """Listen while `LocalStore.delete` runs, and not where it holds a lock that all others wait for."""
    if _audit not in _hooked:
        _hooked.append(_audit)
        sys.addaudithook(_audit)
    delete, run = LocalStore.delete, CollectLease.run

    def listening(self: LocalStore, *arguments: Any) -> int:
        pause.step()
        _listening.append(pause)
        try:
            return delete(self, *arguments)
        finally:
            _listening.clear()

    def deaf(self: CollectLease, step: Callable[[], Any]) -> Any:
        _listening.clear()
        try:
            return run(self, step)
        finally:
            _listening.append(pause)

    patch.setattr(LocalStore, "delete", listening)
    patch.setattr(CollectLease, "run", deaf)
    yield


_hooked: list[object] = []
