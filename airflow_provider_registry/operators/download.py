"""Downloads a version's artifact."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from airflow_provider_registry.operators.base import ModelRegistryOperator
from airflow_provider_registry.operators.naming import read_named

if TYPE_CHECKING:
    from os import PathLike

    from airflow.sdk import Context

    from airflow_provider_registry.registry import Registry


class DownloadModelVersionOperator(ModelRegistryOperator):
    """Brings a version's artifact to a folder, every file checked against its digest.

    A later task sees the folder only where both run on one machine, or the folder is on a disk that they share; else
    download in the task that needs it, with `ModelRegistryHook().download(…)`.

    Its parameters beside those of `ModelRegistryOperator`:

    Parameters:
        destination: a folder that is not there yet, or holds exactly these bytes (templated); `{{ run_id }}` in it
            gives each run its own.
        reference: `models:/churn/3` or `models:/churn@production` (templated).
        version: the same thing, in the place of `reference`, in any form that names a version (templated).
        model_name: the model; needed only where the version is a bare number (templated).

    Returns:
        path, model_name, version, digest and reference: the version's number, also where an alias named it.
    """

    template_fields: Sequence[str] = (
        *ModelRegistryOperator.template_fields,
        "model_name",
        "version",
        "reference",
        "destination",
    )

    def __init__(
        self,
        *,
        destination: str | PathLike[str],
        reference: Any = None,
        version: Any = None,
        model_name: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.destination = destination
        self.reference = reference
        self.version = version
        self.model_name = model_name

    def act(self, registry: Registry, context: Context) -> dict[str, Any]:
        """Download the version."""
        model_name, version = read_named(self.model_name, self.version, self.reference)
        # An alias may move between two looks: what is downloaded is the version that is returned.
        found = registry.resolve(version, model_name=model_name)
        path = registry.download(found.reference, self.destination).absolute()
        self.log.info("%s is in %s.", found.reference, path)
        return {
            "path": str(path),
            "model_name": found.model_name,
            "version": found.version,
            "digest": found.digest,
            "reference": found.reference,
        }
