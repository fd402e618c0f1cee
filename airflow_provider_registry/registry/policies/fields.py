"""Reading a mapping field by field, while what is wrong with it is collected with its path."""

from __future__ import annotations

import difflib
import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import timedelta
from enum import StrEnum
from typing import Any, TypeVar

from airflow_provider_registry.errors import InvalidInputError, InvalidPolicyError
from airflow_provider_registry.messages import shown
from airflow_provider_registry.registry.policies.durations import read_duration
from airflow_provider_registry.registry.versions.rendered import plain

_Choice = TypeVar("_Choice", bound=StrEnum)


class Problems:
    """What is wrong with a policy, as (path, message)."""

    def __init__(self) -> None:
        self._found: list[tuple[str, str]] = []

    def __len__(self) -> int:
        return len(self._found)

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return iter(self._found)

    def add(self, path: str, message: str) -> None:
        """Note one violation."""
        self._found.append((path, message))

    def raise_any(self) -> None:
        """Raise them all as one error, if there are any.

        Raises:
            InvalidPolicyError: with all of them.
        """
        if self._found:
            listed = "; ".join(f"{path}: {message}" for path, message in self._found)
            raise InvalidPolicyError(f"The policy cannot be taken: {listed}.", self._found)


class Fields:
    """One mapping at a path. Each reader notes a problem and returns the default where the value will not do."""

    def __init__(self, given: Mapping[Any, Any], path: str, problems: Problems) -> None:
        self._given = given
        self.path = path
        self._problems = problems

    def problem(self, key: str, message: str) -> None:
        """Note a problem with one key, or with the mapping itself for ''."""
        self._problems.add(f"{self.path}.{key}" if key else self.path, message)

    def allow(self, keys: Iterable[str]) -> None:
        """Note every key that is not among these."""
        known = [str(key) for key in keys]
        for key in self._given:
            if key not in known:
                close = difflib.get_close_matches(str(key), known, n=1)
                hint = f"did you mean {close[0]!r}?" if close else f"the keys are {', '.join(known)}"
                self._problems.add(self.path, f"the key {shown(key)} is not known here; {hint}")

    def flag(self, key: str, default: bool | None = None) -> bool:
        """A boolean; required where there is no default."""
        value = plain(self._given.get(key))
        if value is None and default is not None:
            return default
        if not isinstance(value, bool):
            self.problem(key, f"must be true or false, {_instead(value)}")
            return bool(default)
        return value

    def number(self, key: str) -> float:
        """A finite number; required."""
        value = plain(self._given.get(key))
        if isinstance(value, bool) or not isinstance(value, int | float):
            hint = ", without quotes (YAML reads 1e-3 as text: write 0.001)" if isinstance(value, str) else ""
            self.problem(key, f"must be a number{hint}, {_instead(value)}")
            return 0.0
        try:
            number = float(value)
        except OverflowError:
            number = math.inf
        if not math.isfinite(number):
            self.problem(key, f"must be a finite number, {_instead(value)}")
            return 0.0
        return number + 0.0  # -0.0 becomes 0.0, so that equal policies have one digest

    def whole(self, key: str, default: int, most: int) -> int:
        """A whole number from 1; JSON Schema calls 2.0 one too."""
        value = plain(self._given.get(key))
        if value is None:
            return default
        number = int(value) if isinstance(value, float) and value.is_integer() else value
        if isinstance(number, bool) or not isinstance(number, int) or not 1 <= number <= most:
            self.problem(key, f"must be a whole number from 1 to {most}, {_instead(value)}")
            return default
        return number

    def duration(self, key: str) -> timedelta | None:
        """A duration, None where it is not given."""
        value = self._given.get(key)
        try:
            return None if value is None else read_duration(value)
        except ValueError as error:
            self.problem(key, str(error))
            return None

    def choice(self, key: str, default: _Choice) -> _Choice:
        """One of an enum's values."""
        value = self._given.get(key)
        try:
            return default if value is None else type(default)(value if isinstance(value, str) else "")
        except ValueError:
            self.problem(key, f"must be one of {', '.join(type(default))}, {_instead(value)}")
            return default

    def checked(self, key: str, check: Callable[[Any], str], *, required: bool = False) -> str:
        """A text that a check of the registry accepts, '' where it is not given."""
        value = self._given.get(key)
        if value is None and not required:
            return ""
        try:
            return check(value)
        except InvalidInputError as error:
            self.problem(key, str(error).removesuffix("."))
            return ""


def _instead(value: object) -> str:
    return "and is missing" if value is None else f"not {shown(value)}"
