"""One act, disturbed at one point, then done again: what must hold afterwards, wherever that was."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from airflow_provider_registry.errors import (
    DatabaseUnavailableError,
    RegistryError,
    StorageUnavailableError,
)
from tests.faults.cut.acts import ACTS, MODEL, Place
from tests.faults.cut.points import Faults, Point, Seen, points
from tests.faults.cut.scenes import Scene, Shape, leases, shape_of
from tests.support.trees import read_tree

# What an act may say that did not succeed by itself.
ALLOWED = (DatabaseUnavailableError, StorageUnavailableError)


@dataclass(frozen=True)
class Undisturbed:
    """What an act answers, what the world is afterwards, and the messages that it takes."""

    answer: Any
    shape: Shape
    bytes: Any
    seen: Seen


def undisturbed(scene: Scene, name: str) -> Undisturbed:
    """Do the act through a proxy that only looks, and once more, which changes nothing."""
    with scene.fresh() as url:
        scene.proxy.arm(None)
        with scene.open(url, through=True) as registry:
            answer = ACTS[name](Place(registry, scene.folder))
        seen = {direction: tuple(kinds) for direction, kinds in scene.proxy.seen.items()}
        with scene.open(url, through=False) as registry:
            once = shape_of(registry.engine)
            assert answer == ACTS[name](Place(registry, scene.folder))
            assert once == shape_of(registry.engine)
            return Undisturbed(answer, once, scene.bytes(), seen)


@dataclass
class Count:
    """How the disturbed tries of an act ended."""

    succeeded: int = 0
    refused: int = 0


def try_everywhere(scene: Scene, name: str, faults: Faults, short: int) -> None:
    """Disturb the act at the points that `points` chooses; wherever that is, it succeeds, or says that it did not."""
    expected = undisturbed(scene, name)
    chosen = points(expected.seen, faults, short, name)
    count = try_points(scene, name, expected, chosen)
    assert count.succeeded + count.refused == len(chosen) > 0


def try_points(
    scene: Scene,
    name: str,
    expected: Undisturbed,
    chosen: Sequence[Point],
    *,
    allowed: Any = ALLOWED,
    settle: Callable[[], object] = lambda: None,
) -> Count:
    """Disturb the act at each of these points, one at a time, on a world of its own.

    Parameters:
        allowed: what the act may raise.
        settle: called after each, before the act is done again.
    """
    count = Count()
    for point in chosen:
        with scene.fresh() as url:
            error = _disturbed(scene, name, url, point, expected, allowed)
            count.refused += error is not None
            count.succeeded += error is None
            settle()
            _again(scene, name, url, point, expected)
    return count


def _disturbed(
    scene: Scene, name: str, url: str, point: Point, expected: Undisturbed, allowed: Any
) -> RegistryError | None:
    scene.proxy.arm(point)
    refusal = None
    with scene.open(url, through=True) as registry:
        try:
            answer = ACTS[name](Place(registry, scene.folder))
        except allowed as error:
            refusal = error
        except Exception as error:
            raise AssertionError(f"{name}, {point}: {type(error).__name__}: {error}") from error
        else:
            assert expected.answer == answer, f"{name}, {point}"
    assert scene.proxy.fired, f"{name} came to its end before {point}"
    here = scene.folder / "here"
    if refusal is not None and name == "download":
        assert not here.exists(), f"{name}, {point}: half a download was left"
    assert not list(scene.folder.glob(".model-download-*")), f"{name}, {point}"
    if here.exists():
        assert expected.answer == read_tree(here), f"{name}, {point}"
    return refusal


def _again(scene: Scene, name: str, url: str, point: Point, expected: Undisturbed) -> None:
    scene.proxy.arm(None)
    with scene.open(url, through=False) as registry:
        assert expected.answer == ACTS[name](Place(registry, scene.folder)), f"{name} again, {point}"
        assert expected.shape == shape_of(registry.engine), f"{name} again, {point}"
        assert expected.bytes == scene.bytes(), f"{name} again, {point}"
        registry.verify_record(MODEL)
        assert not leases(registry.engine), f"{name} again, {point}: a guard on bytes was left"
