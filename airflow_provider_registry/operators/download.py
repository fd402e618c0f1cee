"""Downloads a version's artifact."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from airflow_provider_registry.assets.lineage import note_used
from airflow_provider_registry.assets.triggered import version_of_run
from airflow_provider_registry.errors import InvalidInputError
from airflow_provider_registry.operators.naming import NamesVersion

if TYPE_CHECKING:
    from os import PathLike

    from airflow.sdk import Asset, Context

    from airflow_provider_registry.registry import Registry


class DownloadModelVersionOperator(NamesVersion):
    """Brings a version's artifact to a folder, every file checked against its digest.

    A later task sees the folder only where both run on one machine, or the folder is on a disk that they share; else
    download in the task that needs it, with `ModelRegistryHook().download(…)`.

    Its parameters beside those of `ModelRegistryOperator`:

    Parameters:
        destination: a folder that is not there yet, or holds exactly these bytes (templated); `{{ run_id }}` in it
            gives each run its own.
        asset: a model asset that the Dag is scheduled on, in the place of a version: the version that the run was
            started for, or, where no event started it, the one that the asset's alias points at.
        verify_signature: who must have signed the version: `{"key": "sha256:…"}`, or `{"subject": "CN=…", "root":
            "sha256:…"}` (templated). Where nobody of that identity did, nothing is fetched.
        version, reference, model_name: which version, as `NamesVersion` says (templated).

    Returns:
        path, model_name, version, digest and reference: the version's number, also where an alias named it.
    """

    template_fields: Sequence[str] = (*NamesVersion.template_fields, "destination", "verify_signature")

    def __init__(
        self,
        *,
        destination: str | PathLike[str],
        asset: Asset | None = None,
        verify_signature: Any = None,
        version: Any = None,
        reference: Any = None,
        model_name: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(version=version, reference=reference, model_name=model_name, **kwargs)
        self.destination = destination
        self.asset = asset
        self.verify_signature = verify_signature
        if asset is not None:
            self.inlets.append(asset)

    def act(self, registry: Registry, context: Context) -> dict[str, Any]:
        """Download the version."""
        model_name, version = self.named() if self.asset is None else (None, self._triggering(context))
        # An alias may move between two looks: what is downloaded is the version that is returned.
        found = registry.resolve(version, model_name=model_name)
        path = registry.download(found.reference, self.destination, verify_signature=self.verify_signature)
        note_used(self.hook, found)
        path = path.absolute()
        self.log.info("%s is in %s.", found.reference, path)
        return {
            "path": str(path),
            "model_name": found.model_name,
            "version": found.version,
            "digest": found.digest,
            "reference": found.reference,
        }

    def _triggering(self, context: Context) -> object:
        if self.asset is None or self.version is not None or self.reference is not None:
            raise InvalidInputError("The version is named twice, by asset and by version or reference.")
        return version_of_run(context["triggering_asset_events"], self.asset)
