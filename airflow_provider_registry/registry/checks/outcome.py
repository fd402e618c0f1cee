"""The outcome of a check as a caller says it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from airflow_provider_registry.canonical import sha256_of
from airflow_provider_registry.errors import InvalidInputError
from airflow_provider_registry.names import check_key
from airflow_provider_registry.registry.limits import check_flag
from airflow_provider_registry.registry.versions.metadata import read_json
from airflow_provider_registry.registry.versions.rendered import plain, read_text


@dataclass(frozen=True)
class Outcome:
    """What a check came to."""

    name: str
    passed: bool
    evidence: Mapping[str, Any]

    @classmethod
    def read(cls, name: object, passed: object, evidence: object) -> Outcome:
        """Read what a caller gave.

        Parameters:
            passed: True or False, also numpy's.
            evidence: None, a mapping of texts to JSON values, or the text of one.

        Raises:
            InvalidInputError: one of them is not what it must be; with every path that holds what JSON cannot.
            TooLargeError: where the canonical JSON of the evidence has more than `TEXT_BYTES` bytes.
        """
        return cls(
            check_check_name(name),
            check_flag("passed", plain(passed)),
            read_json("evidence", evidence, InvalidInputError),
        )

    @cached_property
    def evidence_digest(self) -> str:
        """The sha256 by which the record holds the evidence."""
        return sha256_of(self.evidence)

    @cached_property
    def digest(self) -> str:
        """The sha256 of all that was said."""
        return sha256_of([self.name, self.passed, self.evidence])


def check_check_name(name: object) -> str:
    """The name, if a check may have it: as the name of a metric.

    Raises:
        InvalidInputError: with what is wrong.
    """
    return check_key("check", read_text("name of the check", name))
