"""What follows a registration: acts of their own, right after it. A retry finds each, or adds what a kill left out."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from airflow_provider_registry.registry.cards.acts import set_first_card
from airflow_provider_registry.registry.cards.written import WrittenCard
from airflow_provider_registry.registry.core import Core
from airflow_provider_registry.registry.database.prepared import Row
from airflow_provider_registry.registry.profiles.acts import record_first_profile
from airflow_provider_registry.registry.profiles.said import SaidProfile
from airflow_provider_registry.registry.signatures.acts import sign_version
from airflow_provider_registry.registry.versions.metrics import Phase
from airflow_provider_registry.signing.bundle import check_can_sign
from airflow_provider_registry.signing.signer import Signer

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Followed:
    """What a registration is followed by; None for what it is not."""

    signer: Signer | None
    card: WrittenCard | None
    profile: SaidProfile | None

    @classmethod
    def read(cls, sign: Signer | None, card: str | None, profile: object) -> Followed:
        """Read what a caller gave, so that nothing is registered that cannot be followed.

        Raises:
            InvalidInputError: one of its children, naming what cannot be taken.
            MissingExtraError: it is to be signed, and model-signing is not installed.
        """
        if sign is not None:
            check_can_sign(sign)
        return cls(
            sign,
            None if card is None else WrittenCard.read(card),
            None if profile is None else SaidProfile.read(profile, Phase.TRAINING, None, None),
        )

    @property
    def is_empty(self) -> bool:
        """Whether nothing follows."""
        return (self.signer, self.card, self.profile) == (None, None, None)

    def follow(self, core: Core, version: Row, key: str | None) -> None:
        """Do it."""
        reference = f"models:/{version['model_name']}/{version['version']}"
        if self.signer is not None:
            sign_version(core, version, self.signer, key)
        if self.card is not None:
            card = set_first_card(core, version, self.card, key)
            if card.digest != self.card.digest:
                log.warning("%s has a card already, and keeps revision %s of it.", reference, card.revision)
        if self.profile is not None:
            profile = record_first_profile(core, version, self.profile, key)
            if profile.digest != self.profile.digest:
                log.warning("%s has a profile of its training data already, and keeps that.", reference)
