"""Rolls an alias back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from airflow_provider_registry.assets.lineage import note_live
from airflow_provider_registry.operators.base import ModelRegistryOperator
from airflow_provider_registry.operators.naming import read_named

if TYPE_CHECKING:
    from airflow.sdk import Context

    from airflow_provider_registry.registry import Registry


class RollbackModelOperator(ModelRegistryOperator):
    """Points an alias back at a version that held it before; it was let in then, so no gate is asked again.

    A task that is cleared does not go back a second time: it answers as it did, or is skipped where the alias has moved
    on since.

    Its parameters beside those of `ModelRegistryOperator`:

    Parameters:
        model_name: the model (templated).
        alias: the alias, protected or not (templated).
        reason: for those who read the record; not empty (templated).
        to: the version to go back to, in any form that names one (templated); by default the one that the present
            holder displaced.

    Returns:
        model_name, alias, version, digest, reference, previous_version, since and event.
    """

    template_fields: Sequence[str] = (*ModelRegistryOperator.template_fields, "model_name", "alias", "reason", "to")

    def __init__(self, *, model_name: str, alias: str, reason: str, to: Any = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.model_name = model_name
        self.alias = alias
        self.reason = reason
        self.to = to
        self.announce(model_name, alias)

    def act(self, registry: Registry, context: Context) -> dict[str, Any]:
        """Roll the alias back."""
        to = None if self.to is None else read_named(self.model_name, self.to, None)[1]
        held = registry.rollback(self.model_name, self.alias, reason=self.reason, to=to, key=self.key)
        self.log.info("%s of %s points at version %d again.", held.alias, held.model_name, held.version)
        if held.unchecked:
            self.log.warning("The artifact store did not answer: the bytes of version %d are unchecked.", held.version)
        note_live(self.hook, held)
        self.emit(context, held.as_mapping())
        return held.as_mapping()
