"""Downloads a version's artifact."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from airflow_provider_registry.operators.naming import NamesVersion

if TYPE_CHECKING:
    from os import PathLike

    from airflow.sdk import Context

    from airflow_provider_registry.registry import Registry


class DownloadModelVersionOperator(NamesVersion):
    """Brings a version's artifact to a folder, every file checked against its digest.

    A later task sees the folder only where both run on one machine, or the folder is on a disk that they share; else
    download in the task that needs it, with `ModelRegistryHook().download(…)`.

    Its parameters beside those of `ModelRegistryOperator`:

    Parameters:
        destination: a folder that is not there yet, or holds exactly these bytes (templated); `{{ run_id }}` in it
            gives each run its own.
        version, reference, model_name: which version, as `NamesVersion` says (templated).

    Returns:
        path, model_name, version, digest and reference: the version's number, also where an alias named it.
    """

    template_fields: Sequence[str] = (*NamesVersion.template_fields, "destination")

    def __init__(
        self,
        *,
        destination: str | PathLike[str],
        version: Any = None,
        reference: Any = None,
        model_name: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(version=version, reference=reference, model_name=model_name, **kwargs)
        self.destination = destination

    def act(self, registry: Registry, context: Context) -> dict[str, Any]:
        """Download the version."""
        model_name, version = self.named()
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
