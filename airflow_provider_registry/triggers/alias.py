"""The wait of `ModelAliasSensor`, as the triggerer runs it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from airflow_provider_registry.names import fold
from airflow_provider_registry.triggers.base import WaitTrigger
from airflow_provider_registry.triggers.wait import AliasNamed, Payload

if TYPE_CHECKING:
    from airflow_provider_registry.registry.aliases.views import Assignment


class ModelAliasTrigger(WaitTrigger):
    """Waits until an alias points at a version, or at another version than one. Fires once, with the assignment.

    Its parameters beside those of `WaitTrigger`:

    Parameters:
        moved_off: number of the version that does not count; None to be content with any.
    """

    def __init__(self, *, moved_off: int | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.moved_off = moved_off

    def serialize(self) -> tuple[str, dict[str, Any]]:
        """Where this class is, and what makes another like this one: JSON."""
        classpath, kwargs = super().serialize()
        return classpath, kwargs | {"moved_off": self.moved_off}

    def looks_at(self) -> AliasNamed:
        """The alias."""
        return fold(self.model_name), fold(self.alias)

    def answer(self, found: Assignment | None) -> Payload | None:
        """The assignment, once it is another."""
        return found.as_mapping() if found is not None and found.version != self.moved_off else None
