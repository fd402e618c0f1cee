"""What callers see of registered models."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class RegisteredModel:
    """A registered model, as it was when it was read.

    Attributes:
        latest_version: the highest version number given out; 0 where there is none yet.
        aliases: the number of the version that each alias points at.
        protected: the aliases that have a policy or are locked.
        metadata_schema: JSON Schema 2020-12 that the metadata of new versions must satisfy.
        retention: which versions are kept, as in a policy file; None: all of them.
    """

    name: str
    team: str | None
    description: str
    metadata_schema: Mapping[str, Any] | None
    latest_version: int
    aliases: Mapping[str, int]
    protected: frozenset[str]
    created_at: datetime
    created_by: str
    retention: Mapping[str, Any] | None = None
