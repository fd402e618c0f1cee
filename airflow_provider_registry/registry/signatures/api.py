"""The registry's methods on signatures."""

from __future__ import annotations

from os import PathLike
from pathlib import Path

from airflow_provider_registry.references import read_version
from airflow_provider_registry.registry.core import Core
from airflow_provider_registry.registry.database.prepared import Row
from airflow_provider_registry.registry.signatures.acts import sign_version, signatures_of, verify_version
from airflow_provider_registry.registry.signatures.exported import write_bundle
from airflow_provider_registry.registry.signatures.views import RecordedSignature
from airflow_provider_registry.registry.versions.queries import find_version
from airflow_provider_registry.signing.identity import Identity
from airflow_provider_registry.signing.signer import Signer


class SignatureMethods:
    """What a `Registry` does with signatures."""

    _core: Core

    def sign(
        self, version: object, signer: Signer, *, model_name: str | None = None, key: str | None = None
    ) -> RecordedSignature:
        """Sign the digests of a version's files, and keep the signature beside it.

        A pending promotion request whose policy asks for a signature by this signer is invalidated: its gates read
        another one. The bytes are not read: a download checks that they have these digests.

        Parameters:
            version: a reference, a number with `model_name`, or the mapping that a registration returned.
            signer: the key, alone or with its certificate: `Signer.from_files(…)`. It is not kept.
            model_name: the model; None where `version` names it.
            key: makes the act the same as another of the same key, and tells apart two of one task.

        Raises:
            InvalidSignatureError: nobody could verify what this signer signs, such as under a chain without its root.
            MissingExtraError: model-signing is not installed; the message names the extra.
            VersionNotFoundError, ModelNotFoundError, AliasNotFoundError: there is no such version.
        """
        return sign_version(self._core, self._found(version, model_name), signer, key)

    def signatures(self, version: object, *, model_name: str | None = None) -> list[RecordedSignature]:
        """Every signature of a version, newest first. What they say is not verified here.

        Parameters:
            version: a reference, a number with `model_name`, or the mapping that a registration returned.
            model_name: the model; None where `version` names it.

        Raises:
            VersionNotFoundError, ModelNotFoundError, AliasNotFoundError: there is no such version.
        """
        return signatures_of(self._core, self._found(version, model_name))

    def verify_signature(
        self, version: object, identity: object, *, model_name: str | None = None
    ) -> RecordedSignature:
        """Verify that a version is signed by whom it must be.

        Parameters:
            version: a reference, a number with `model_name`, or the mapping that a registration returned.
            identity: who must have signed: `{"key": "sha256:…"}`, `{"subject": "CN=…", "root": "sha256:…"}`, in the
                place of a fingerprint also the text of a PEM file; or an `Identity`.
            model_name: the model; None where `version` names it.

        Returns:
            the newest signature that holds.

        Raises:
            InvalidInputError: that is no identity.
            InvalidSignatureError: there is no such signature, or none holds.
            MissingExtraError: model-signing is not installed; the message names the extra.
            VersionNotFoundError, ModelNotFoundError, AliasNotFoundError: there is no such version.
        """
        pinned = Identity.read(identity)
        return verify_version(self._core, self._found(version, model_name), pinned)

    def export_signature(
        self, version: object, path: str | PathLike[str], identity: object, *, model_name: str | None = None
    ) -> Path:
        """Write a signature that holds to a file, for `model_signing verify` on a folder that was downloaded.

        Parameters:
            version: a reference, a number with `model_name`, or the mapping that a registration returned.
            path: the file, such as `model.sig`; an earlier signature may be there, and nothing else.
            identity: who must have signed, as for `verify_signature`.
            model_name: the model; None where `version` names it.

        Returns:
            the file.

        Raises:
            InvalidSignatureError: there is no such signature, or none holds.
            InvalidInputError: the path is none, or there is something else than a signature.
            StorageUnavailableError, StorageDeniedError: the file cannot be written.
        """
        found = self.verify_signature(version, identity, model_name=model_name)
        return write_bundle(path, found.signed.bundle)

    def _found(self, version: object, model_name: str | None) -> Row:
        return find_version(self._core, read_version(version, model_name))
