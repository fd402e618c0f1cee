"""Ownership marks, in every order that two registries can meet."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import product

import pytest

from airflow_provider_registry.artifacts.ownership import Ownership
from airflow_provider_registry.errors import InvalidInputError, RootOwnershipError


class Marks:
    """Marks in memory, which let somebody else go first at every step."""

    def __init__(self, marks: dict[str, bytes], before: Callable[[], None] = lambda: None) -> None:
        self.marks, self.before = marks, before

    def list_marks(self, folder: str) -> list[str]:
        self.before()
        return [path.removeprefix(f"{folder}/") for path in self.marks if path.startswith(f"{folder}/")]

    def write_mark(self, path: str, data: bytes) -> None:
        self.before()
        self.marks[path] = data

    def remove_mark(self, path: str) -> None:
        self.before()
        self.marks.pop(path, None)


class KilledError(Exception):
    """The process ends here."""


def claim_with_a_stranger_at(step: int, first: str, second: str, marks: dict[str, bytes]) -> tuple[bool, bool]:
    """Let one registry claim, and another do all of its own claim just before one step of the first."""
    steps: Iterator[int] = iter(range(1000))
    won = [False, False]

    def intrude() -> None:
        if next(steps) == step:
            won[1] = attempt(Ownership("root", Marks(marks)), second)

    won[0] = attempt(Ownership("root", Marks(marks, intrude)), first)
    return won[0], won[1]


def attempt(ownership: Ownership, registry_id: str) -> bool:
    """Whether the claim was granted."""
    try:
        ownership.claim(registry_id)
    except RootOwnershipError:
        return False
    return True


@pytest.mark.parametrize("step", range(12))
def test_of_two_registries_at_least_one_refuses(step):
    """Whenever the second comes in."""
    marks: dict[str, bytes] = {}
    won = claim_with_a_stranger_at(step, "one", "two", marks)
    owners = Ownership("root", Marks(marks)).owners()
    assert not all(won)
    assert owners == {name for name, success in zip(("one", "two"), won, strict=True) if success}


@pytest.mark.parametrize("step", range(12))
def test_processes_of_one_registry_never_hinder_each_other(step):
    """Both succeed, and the mark stays."""
    marks: dict[str, bytes] = {}
    won = claim_with_a_stranger_at(step, "one", "one", marks)
    assert won[0]
    assert Ownership("root", Marks(marks)).owners() == {"one"}


@pytest.mark.parametrize("step", range(12))
def test_a_stranger_never_costs_the_owner_its_mark(step):
    """Also while the owner claims again."""
    marks: dict[str, bytes] = {}
    Ownership("root", Marks(marks)).claim("owner")
    won = claim_with_a_stranger_at(step, "owner", "stranger", marks)
    assert won == (True, False)
    assert list(marks) == [".model-registry/owner"]


@pytest.mark.parametrize(("step", "again"), list(product(range(7), ["one", "two"])))
def test_a_claim_that_was_killed_never_makes_two_owners(step, again):
    """Its registry can take it up; another is told of it."""
    marks: dict[str, bytes] = {}
    steps = iter(range(1000))

    def die() -> None:
        if next(steps) >= step:
            raise KilledError

    with pytest.raises(KilledError):
        Ownership("root", Marks(marks, die)).claim("one")
    first = attempt(Ownership("root", Marks(marks)), again)
    second = attempt(Ownership("root", Marks(marks)), "one" if again == "two" else "two")
    assert not (first and second)
    assert len(Ownership("root", Marks(marks)).owners()) == 1


def test_marks_copied_by_hand_are_refused():
    """A bucket that was copied with two owners is nobody's to clean."""
    marks = {".model-registry/one": b"", ".model-registry/two": b""}
    with pytest.raises(RootOwnershipError, match="'two'"):
        Ownership("root", Marks(marks)).claim("one")
    assert len(marks) == 2


@pytest.mark.parametrize("registry_id", ["", "a/b", "../up", ".hidden", "x" * 129, "a b"])
def test_an_id_that_is_no_file_name_is_refused(registry_id):
    """It becomes one."""
    with pytest.raises(InvalidInputError):
        Ownership("root", Marks({})).claim(registry_id)
