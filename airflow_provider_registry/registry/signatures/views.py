"""What callers see of signatures."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from airflow_provider_registry.signing.bundle import Signed
from airflow_provider_registry.signing.identity import Identity, SigningMethod


@dataclass(frozen=True, slots=True)
class RecordedSignature:
    """One signature of a version's bytes.

    Attributes:
        digest: of the bytes that were signed.
        signed: the signature itself.
        created_at: when it was recorded, UTC.
        event: position of that act in the model's record, from 1.
        by: who is said to have recorded it, which is not who signed.
    """

    model_name: str
    version: int
    digest: str
    signed: Signed
    created_at: datetime
    event: int
    by: str

    @property
    def reference(self) -> str:
        """The version by its number."""
        return f"models:/{self.model_name}/{self.version}"

    @property
    def method(self) -> SigningMethod:
        """What it was made with."""
        return self.signed.method

    @property
    def identity(self) -> Identity:
        """Whose it says it is; that it is, `Registry.verify_signature` shows."""
        return self.signed.identity

    @property
    def is_erased(self) -> bool:
        """Whether it was erased with its event, and verifies no more."""
        return not self.signed.bundle

    def as_mapping(self) -> dict[str, Any]:
        """What a task hands on: small, JSON, the same on every retry. The signature stays in the registry."""
        return {
            "model_name": self.model_name,
            "version": self.version,
            "reference": self.reference,
            "digest": self.digest,
            "method": self.method.value,
            "identity": self.identity.as_mapping(),
            "created_at": self.created_at.isoformat(),
            "event": self.event,
        }

    def sentence(self) -> str:
        """The signature in one sentence."""
        return f"Version {self.version} of {self.model_name} is signed by {self.identity.text}."
