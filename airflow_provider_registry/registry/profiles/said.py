"""A profile as a caller says it: of which phase, of which data, from when to when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from airflow_provider_registry.canonical import sha256_of
from airflow_provider_registry.errors import InvalidProfileError
from airflow_provider_registry.messages import shown
from airflow_provider_registry.names import check_key
from airflow_provider_registry.registry.moments import Window, read_window
from airflow_provider_registry.registry.profiles.profile import read_profile
from airflow_provider_registry.registry.record.chain import moment
from airflow_provider_registry.registry.versions.metrics import Phase
from airflow_provider_registry.registry.versions.rendered import is_unsaid, read_text


@dataclass(frozen=True)
class SaidProfile:
    """A profile, and what it is of.

    Attributes:
        dataset: its name; empty where nobody said.
        window: begin and end of the data, the end exclusive; None where nobody said.
        body: as `profile.schema.json` says; empty once erased.
    """

    phase: Phase
    dataset: str
    window: Window | None
    body: Mapping[str, Any]

    @classmethod
    def read(cls, profile: object, phase: object, window: object, dataset: object) -> SaidProfile:
        """Read what a caller gave.

        Raises:
            InvalidInputError: one of them is not what it must be.
            TooLargeError: the profile has more than 1 MiB of JSON.
        """
        return cls(
            read_phase(phase),
            read_dataset(dataset),
            None if window is None else read_window(window),
            read_profile(profile),
        )

    @property
    def of(self) -> dict[str, Any]:
        """What it is of, as its event says it in the open."""
        window = None if self.window is None else [moment(at) for at in self.window]
        return {"phase": self.phase.value, "dataset": self.dataset, "window": window}

    @cached_property
    def body_digest(self) -> str:
        """The sha256 by which the record holds the profile."""
        return sha256_of(self.body)

    @cached_property
    def digest(self) -> str:
        """The sha256 of all that was said."""
        return sha256_of([self.of, self.body])


def read_phase(given: object) -> Phase:
    """The phase that a text names.

    Raises:
        InvalidProfileError: there is no such phase.
    """
    try:
        return Phase(given if isinstance(given, str) else "")
    except ValueError:
        raise InvalidProfileError(f"There is no phase {shown(given)}: it is {', '.join(Phase)}.") from None


def read_dataset(given: object) -> str:
    """The name of a dataset, or empty text for none.

    Raises:
        InvalidInputError: it is no such name.
    """
    return "" if is_unsaid(given) else check_key("dataset", read_text("dataset", given))
