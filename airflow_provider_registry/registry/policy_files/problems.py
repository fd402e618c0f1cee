"""What is wrong with policy files: collected, so that all of it can be said at once, each with its place."""

from __future__ import annotations

from dataclasses import dataclass

from airflow_provider_registry.errors import InvalidPolicyFileError


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A place in a file.

    Attributes:
        file: its name, as it was given.
        line: from 1.
        column: from 1.
    """

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True, order=True)
class FileProblem:
    """One thing that is wrong.

    Attributes:
        path: what it is about, such as `models.churn.aliases.production.gates[0]`; '' for the file.
        message: what is wrong and what to do, without a full stop.
    """

    place: Place
    path: str
    message: str

    def __str__(self) -> str:
        return f"{self.place}: {self.path}: {self.message}" if self.path else f"{self.place}: {self.message}"


class FileProblems:
    """The problems found so far, in all files."""

    def __init__(self) -> None:
        self._found: dict[FileProblem, None] = {}

    def add(self, place: Place, path: str, message: str) -> None:
        """Note a problem; the same one at the same place is one."""
        self._found[FileProblem(place, path, message.removesuffix("."))] = None

    def __len__(self) -> int:
        return len(self._found)

    def raise_any(self) -> None:
        """Raise them all as one error, if there are any.

        Raises:
            InvalidPolicyFileError: with every problem, in the order of the files' lines.
        """
        if not self._found:
            return
        found = sorted(self._found)
        count = "1 problem" if len(found) == 1 else f"{len(found)} problems"
        listed = "\n".join(map(str, found))
        raise InvalidPolicyFileError(f"The policy files cannot be applied, for {count}:\n{listed}", found)
