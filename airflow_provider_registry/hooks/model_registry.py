"""The hook: from an Airflow connection to the kernel's `Registry`, on behalf of the task that is running."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, overload

from airflow.sdk import BaseHook

from airflow_provider_registry.assets.lineage import note_used
from airflow_provider_registry.assets.triggered import version_wanted
from airflow_provider_registry.compat import mask_secret_async
from airflow_provider_registry.hooks import settings
from airflow_provider_registry.hooks.embedded import DEFAULT_CONN_ID, embedded_target, migrate_embedded
from airflow_provider_registry.hooks.target import ConnectionLike, Target, read_target

if TYPE_CHECKING:
    from os import PathLike

    from airflow_provider_registry.registry import Registry
    from airflow_provider_registry.registry.caller import Caller
    from airflow_provider_registry.registry.meter import Meter


class ModelRegistryHook(BaseHook):
    """Reaches a model registry.

    Parameters:
        model_registry_conn_id: a connection of the type `model_registry`.
    """

    conn_name_attr = "model_registry_conn_id"
    default_conn_name = DEFAULT_CONN_ID
    conn_type = "model_registry"
    hook_name = "Model Registry"

    def __init__(self, model_registry_conn_id: str = default_conn_name, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.model_registry_conn_id = model_registry_conn_id
        self._made: tuple[Caller | None, Registry] | None = None

    def get_conn(self) -> Registry:
        """The registry, as the running task uses it: its acts carry the task's key. Made once for each task.

        Outside tasks the actor is the user of this process.

        Raises:
            ConnectionNotFoundError: there is no such connection; the message says what to set.
            InvalidConnectionError: the connection cannot be used as written.
            MissingExtraError: the database's driver, or the Amazon provider, is not installed.
        """
        # A hook at the top of a Dag file serves several tasks where `DAG.test` runs them in one process.
        caller = self._caller()
        if self._made is None or self._made[0] != caller:
            self._made = (caller, self.open(self.target(), caller))
        return self._made[1]

    async def aget_conn(self) -> Registry:
        """The same, for triggers: the event loop never waits."""
        # In a thread too: the first call imports the kernel.
        caller = await asyncio.to_thread(self._caller)
        if self._made is None or self._made[0] != caller:
            target = await self._atarget()
            self._made = (caller, await asyncio.to_thread(self.open, target, caller))
        return self._made[1]

    @overload
    def download(self, reference: object, *, verify_signature: object = None) -> AbstractContextManager[Path]: ...

    @overload
    def download(
        self, reference: object, destination: str | PathLike[str], *, verify_signature: object = None
    ) -> Path: ...

    def download(
        self,
        reference: object,
        destination: str | PathLike[str] | None = None,
        *,
        verify_signature: object = None,
    ) -> AbstractContextManager[Path] | Path:
        """Bring a version's artifact here, every file checked.

        `with hook.download("models:/churn@production") as path:`, or `path = hook.download(reference, destination)`.

        Parameters:
            reference: `models:/churn/3`, `models:/churn@production`, the mapping that a registration returned, an event
                of a model asset, or the asset: the version that the run was started for, or else the one that its
                alias points at.
            destination: a folder that is not there yet, or holds exactly these bytes. Without one, a temporary folder
                that is removed at the end of the `with`.
            verify_signature: who must have signed the version: `{"key": "sha256:…"}`, or `{"subject": "CN=…", "root":
                "sha256:…"}`.

        Returns:
            the folder; a single file lies in it under its own name.

        Raises:
            NotFoundError: one of its children: there is no such version, or its bytes are gone.
            DigestMismatchError: the stored bytes are not what was registered.
            InvalidSignatureError: nobody of that identity signed them; nothing was fetched.
        """
        named = version_wanted(reference)
        if destination is None:
            return self._temporary(named, verify_signature)
        return self._download(named, destination, verify_signature)

    def test_connection(self) -> tuple[bool, str]:
        """Whether the database answers, its schema is the one that this code needs, and the artifact root is ours.

        Returns:
            whether all is well, and a sentence for each step up to the first that is not.
        """
        from airflow_provider_registry.hooks.check import check_registry

        return check_registry(self.get_conn)

    def target(self) -> Target:
        """What the connection says, or the embedded default in its place.

        Raises:
            ConnectionNotFoundError, InvalidConnectionError: as `get_conn`.
        """
        from airflow.sdk.exceptions import AirflowNotFoundException
        from airflow.sdk.log import mask_secret

        try:
            connection: ConnectionLike = self.get_connection(self.model_registry_conn_id)
        except AirflowNotFoundException:
            return embedded_target(self.model_registry_conn_id)
        target = read_target(connection)
        for secret in target.secrets:
            mask_secret(secret)
        return target

    def open(self, target: Target, caller: Caller | None = None, meter: Meter | None = None) -> Registry:
        """Open the registry that a connection names; the embedded one is migrated.

        Parameters:
            caller: on whose behalf; None for the user of this process.
            meter: told what is counted and timed; by default Airflow's stats in tasks.

        Raises:
            InvalidConnectionError, MissingExtraError: as `get_conn`.
        """
        from airflow_provider_registry.hooks.s3 import s3_client_of
        from airflow_provider_registry.hooks.stats import task_meter
        from airflow_provider_registry.registry import Registry

        registry = Registry.connect(
            target.url,
            artifact_root=target.artifact_root,
            caller=caller,
            s3_client=partial(s3_client_of, target.aws_conn_id) if target.aws_conn_id else None,
            auto_create=settings.auto_create(),
            search_timeout=settings.search_timeout(),
            meter=meter or task_meter(),
        )
        if target.embedded:
            migrate_embedded(registry)
        return registry

    def _caller(self) -> Caller | None:
        from airflow_provider_registry.hooks.caller import task_caller

        return task_caller()

    async def _atarget(self) -> Target:
        from airflow.sdk.exceptions import AirflowNotFoundException

        try:
            connection: ConnectionLike = await self.aget_connection(self.model_registry_conn_id)
        except AirflowNotFoundException:
            return await asyncio.to_thread(embedded_target, self.model_registry_conn_id)
        target = await asyncio.to_thread(read_target, connection)
        for secret in target.secrets:
            await mask_secret_async(secret)
        return target

    def _download(self, named: object, destination: str | PathLike[str], verify_signature: object) -> Path:
        with self.get_conn() as registry:
            # An alias may move between two looks: the lineage has the version that is downloaded.
            found = registry.resolve(named)
            path = registry.download(found.reference, destination, verify_signature=verify_signature)
        note_used(self, found)
        return path

    @contextmanager
    def _temporary(self, reference: object, verify_signature: object) -> Iterator[Path]:
        with TemporaryDirectory(prefix="model-registry-") as folder:
            yield self._download(reference, Path(folder) / "artifact", verify_signature)
