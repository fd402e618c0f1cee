"""The registry's methods on evidence."""

from __future__ import annotations

from os import PathLike

from airflow_provider_registry.artifacts.progress import Progress
from airflow_provider_registry.registry.core import Core
from airflow_provider_registry.registry.evidence.pack import write_pack
from airflow_provider_registry.registry.evidence.views import EvidencePack
from airflow_provider_registry.registry.outgoing import read_file_path
from airflow_provider_registry.registry.requests.locked import read_id


class EvidenceMethods:
    """What a `Registry` does with evidence."""

    _core: Core

    def evidence_pack(
        self, request_id: int, path: str | PathLike[str], *, progress: Progress | None = None
    ) -> EvidencePack:
        """Write all that belongs to a promotion request into one zip, which anybody can verify without this package.

        In it are the request, its gate report, policy and decisions, the manifest of the version, its card and bill of
        materials, the model's record from the first event on, and a program of Python's standard library alone that
        verifies them. Persons and free text are in it as far as the record still has them. The same again, while
        nothing has happened to the model, is the same file.

        Parameters:
            request_id: of a request in any state.
            path: the file to write; an earlier pack may be there, and nothing else.
            progress: told of files and bytes.

        Raises:
            RequestNotFoundError: there is no such request.
            InvalidInputError: the path is none, or there is something else than a pack.
            StorageUnavailableError, StorageDeniedError: the file cannot be written.
            DigestMismatchError, RecordTamperedError: the manifest or the policy was edited in the database.
        """
        return write_pack(self._core, read_id(request_id), read_file_path(path, "a zip"), progress)
