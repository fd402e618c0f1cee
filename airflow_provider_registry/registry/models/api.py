"""The registry's methods on registered models."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Any, Literal

from airflow_provider_registry.registry.core import Core
from airflow_provider_registry.registry.models import acts
from airflow_provider_registry.registry.models.queries import load_model
from airflow_provider_registry.registry.models.views import RegisteredModel


class Keep(Enum):
    """Stands for what an update leaves as it is, where None means: nothing."""

    KEEP = "keep"


KEEP: Literal[Keep.KEEP] = Keep.KEEP


class ModelMethods:
    """What a `Registry` does with registered models."""

    _core: Core

    def create_model(
        self,
        name: str,
        *,
        team: str | None = None,
        description: str = "",
        metadata_schema: Mapping[str, Any] | None = None,
        reason: str = "",
        key: str | None = None,
    ) -> RegisteredModel:
        """Create a registered model.

        Parameters:
            name: parts of letters, digits, `.`, `_` and `-`, joined by `/`; unique regardless of case, for ever.
            team: the team that owns it.
            description: free text, Markdown; at most 1 MiB.
            metadata_schema: JSON Schema 2020-12 that the metadata of every version must satisfy.
            reason: why, for the record.
            key: makes the act the same as another of the same key, wherever it is called from.

        Raises:
            InvalidNameError, InvalidSchemaError, TooLargeError: for what cannot be taken.
            ModelExistsError: where the name is, or once was, a model's.
        """
        values = {"team": team, "description": description, "metadata_schema": metadata_schema}
        acts.create_model(self._core, name, values, key, reason)
        return self.get_model(name)

    def get_model(self, name: str) -> RegisteredModel:
        """The registered model of this name, regardless of case; a former name leads to it too.

        Raises:
            ModelNotFoundError: no model has or had this name.
        """
        return load_model(self._core, name)

    def update_model(
        self,
        name: str,
        *,
        team: str | Literal[Keep.KEEP] | None = KEEP,
        description: str | Literal[Keep.KEEP] = KEEP,
        metadata_schema: Mapping[str, Any] | Literal[Keep.KEEP] | None = KEEP,
        reason: str = "",
        key: str | None = None,
    ) -> RegisteredModel:
        """Change what is said of a model; what is not given stays. Versions already registered are not judged again.

        Raises:
            ModelNotFoundError: no model has or had this name.
            InvalidSchemaError, TooLargeError: for what cannot be taken.
        """
        given = {"team": team, "description": description, "metadata_schema": metadata_schema}
        values = {column: value for column, value in given.items() if value is not KEEP}
        if values:
            acts.update_model(self._core, name, values, key, reason)
        return self.get_model(name)

    def rename_model(self, name: str, new_name: str, *, key: str | None = None) -> RegisteredModel:
        """Give a model another name. The former one leads to it for ever; stored bytes stay where they are.

        Raises:
            ModelNotFoundError: no model has or had this name.
            ModelExistsError: where the new name is, or once was, another model's.
        """
        acts.rename_model(self._core, name, new_name, key)
        return self.get_model(new_name)
