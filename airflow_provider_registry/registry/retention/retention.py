"""What a model's retention says, as a policy file writes it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from airflow_provider_registry.errors import InvalidRetentionError
from airflow_provider_registry.messages import shown
from airflow_provider_registry.registry.policies.durations import spell_duration
from airflow_provider_registry.registry.policies.fields import Fields, Problems

KEEP_ALIASED_WITHIN = timedelta(days=365)
GRACE = timedelta(days=30)
_MOST = 1_000_000

_KEYS = ("keep_last", "keep_aliased_within", "grace")


@dataclass(frozen=True, slots=True)
class Retention:
    """Which versions of a model are kept, when the others are archived, and when their bytes go.

    Attributes:
        keep_last: so many versions, those of the highest numbers, are kept.
        keep_aliased_within: what held an alias within this time is kept.
        grace: the bytes of a version may go once it has been archived for so long.
    """

    keep_last: int
    keep_aliased_within: timedelta = KEEP_ALIASED_WITHIN
    grace: timedelta = GRACE

    @classmethod
    def parse(cls, given: object) -> Retention:
        """Read a retention from the mapping that a policy file holds.

        Parameters:
            given: the mapping, or a retention, which is returned.

        Raises:
            InvalidRetentionError: with every violation and its path.
        """
        if isinstance(given, Retention):
            return given
        if not isinstance(given, Mapping):
            why = f"must be a mapping such as {{keep_last: 10}}, not {shown(given)}"
            raise InvalidRetentionError(f"The retention {why}.", [("$", why)])
        problems = Problems()
        fields = Fields(given, "$", problems)
        fields.allow(_KEYS)
        if given.get("keep_last") is None:
            fields.problem("keep_last", "is missing: how many of the newest versions are kept, such as 10")
        found = cls(
            fields.whole("keep_last", 1, _MOST),
            fields.duration("keep_aliased_within") or KEEP_ALIASED_WITHIN,
            fields.duration("grace") or GRACE,
        )
        if len(problems):
            listed = "; ".join(f"{path}: {message}" for path, message in problems)
            raise InvalidRetentionError(f"The retention cannot be taken: {listed}.", list(problems))
        return found

    def as_mapping(self) -> dict[str, Any]:
        """All of it, defaults too: what was in force must be readable without the release that set it."""
        return {
            "keep_last": self.keep_last,
            "keep_aliased_within": spell_duration(self.keep_aliased_within),
            "grace": spell_duration(self.grace),
        }

    @property
    def text(self) -> str:
        """In words, as the end of a sentence."""
        return retention_text(self.as_mapping())


def retention_text(said: Mapping[str, Any]) -> str:
    """A retention as it was kept, in words, whichever release kept it."""
    last, within, grace = (said.get(key) for key in _KEYS)
    return f"keep the last {last} and what held an alias within {within}, archive the rest, purge it {grace} later"
