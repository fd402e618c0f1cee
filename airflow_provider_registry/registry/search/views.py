"""What callers see of a search: pages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from airflow_provider_registry.registry.models.views import RegisteredModel
from airflow_provider_registry.registry.versions.views import ModelVersion


@dataclass(frozen=True, slots=True)
class VersionPage:
    """A page of model versions, which may have fewer than were asked for, or none, with more on the next one.

    Attributes:
        next_page_token: gives the next page of the same search; None on the last one, and only there.
    """

    versions: tuple[ModelVersion, ...]
    next_page_token: str | None

    def __iter__(self) -> Iterator[ModelVersion]:
        return iter(self.versions)

    def __len__(self) -> int:
        return len(self.versions)


@dataclass(frozen=True, slots=True)
class ModelPage:
    """A page of registered models.

    Attributes:
        next_page_token: gives the next page of the same search; None on the last one.
    """

    models: tuple[RegisteredModel, ...]
    next_page_token: str | None

    def __iter__(self) -> Iterator[RegisteredModel]:
        return iter(self.models)

    def __len__(self) -> int:
        return len(self.models)
