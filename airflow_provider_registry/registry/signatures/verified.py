"""Signatures are verified before the lock: one of 10,000 files takes a second, and so does loading the library."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import partial
from typing import TypeAlias

from airflow_provider_registry.artifacts.manifest import Manifest
from airflow_provider_registry.errors import (
    DigestMismatchError,
    InvalidArtifactError,
    InvalidSignatureError,
    MissingExtraError,
)
from airflow_provider_registry.registry.before_the_lock import NeededFirstError
from airflow_provider_registry.registry.core import Core
from airflow_provider_registry.registry.database.prepared import Row
from airflow_provider_registry.registry.signatures.views import RecordedSignature
from airflow_provider_registry.registry.storage.checks import load_manifest
from airflow_provider_registry.signing.bundle import verify_bundle
from airflow_provider_registry.signing.identity import Identity

# A manifest that somebody edited has no signature that holds either.
Problem: TypeAlias = InvalidSignatureError | MissingExtraError | InvalidArtifactError | DigestMismatchError
Signatures: TypeAlias = tuple[RecordedSignature, ...]


@dataclass(frozen=True, slots=True)
class Verified:
    """What verifying a signature found.

    Attributes:
        problem: why it does not hold, or could not be verified; None where it holds.
    """

    signature: RecordedSignature
    problem: Problem | None = None


@dataclass
class VerifiedSignatures:
    """The signatures that were verified for the act under way."""

    core: Core
    _found: dict[Signatures, tuple[Verified, ...]] = field(default_factory=dict, init=False)

    def require(self, version: Row, signatures: Signatures) -> tuple[Verified, ...]:
        """What verifying the signatures of a version found, newest first: by each signer, up to one that holds.

        Raises:
            NeededFirstError: they were not verified yet.
        """
        left = tuple(one for one in signatures if not one.is_erased)
        if left and left not in self._found:
            raise NeededFirstError(partial(self._verify, version, left))
        return self._found.get(left, ())

    def _verify(self, version: Row, signatures: Signatures) -> None:
        try:
            manifest = load_manifest(self.core, version["model_id"], version["digest"])
        except (InvalidArtifactError, DigestMismatchError) as error:
            self._found[signatures] = tuple(Verified(one, error) for one in signatures)
        else:
            self._found[signatures] = tuple(_each(signatures, manifest))


def _each(signatures: Signatures, manifest: Manifest) -> Iterable[Verified]:
    held: set[Identity] = set()
    for one in signatures:
        if one.identity not in held:
            found = Verified(one, _problem(one, manifest))
            if found.problem is None:
                held.add(one.identity)
            yield found


def _problem(signature: RecordedSignature, manifest: Manifest) -> Problem | None:
    try:
        verify_bundle(signature.signed, manifest, signature.identity)
    except (InvalidSignatureError, MissingExtraError) as error:
        return error
    return None
