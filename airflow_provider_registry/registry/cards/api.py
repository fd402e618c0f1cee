"""The registry's methods on model cards."""

from __future__ import annotations

from typing import Any

from airflow_provider_registry.names import check_text
from airflow_provider_registry.references import read_version
from airflow_provider_registry.registry.at_one_moment import at_one_moment
from airflow_provider_registry.registry.cards.acts import set_card
from airflow_provider_registry.registry.cards.bom import bom_of
from airflow_provider_registry.registry.cards.formats import CardFormat, written_as
from airflow_provider_registry.registry.cards.material import gather
from airflow_provider_registry.registry.cards.queries import OF_VERSION, view
from airflow_provider_registry.registry.cards.views import CardRevision
from airflow_provider_registry.registry.cards.written import WrittenCard
from airflow_provider_registry.registry.core import Core
from airflow_provider_registry.registry.versions.queries import find_version


class CardMethods:
    """What a `Registry` does with model cards."""

    _core: Core

    def set_card(
        self,
        version: object,
        card: str,
        *,
        reason: str = "",
        model_name: str | None = None,
        key: str | None = None,
    ) -> CardRevision:
        """Keep what people write of a version, as the newest revision of its card.

        Earlier revisions stay. What says the same as the newest is no new revision. A gate report that read another
        revision no longer counts, and a pending promotion request whose policy asks for the card is invalidated.

        Parameters:
            version: a reference, the mapping that a registration returned, or a number, with `model_name`.
            card: Markdown, at most 256 KiB. Gates find its sections by their headings, such as "Intended use" or the
                Hub's "Intended uses & limitations". It may begin with metadata in YAML between two lines `---`, as on
                the Hugging Face Hub.
            reason: why, for the record.
            key: makes the act the same as another of the same key.

        Raises:
            InvalidInputError: the card is empty, or its metadata cannot be read; with the line.
            TooLargeError: it is larger than that.
            VersionNotFoundError, ModelNotFoundError, AliasNotFoundError: there is no such version.
        """
        said = WrittenCard.read(card)
        found = find_version(self._core, read_version(version, model_name))
        return set_card(self._core, found, said, check_text("reason", reason), key)

    def card_revisions(self, version: object, *, model_name: str | None = None) -> list[CardRevision]:
        """Every revision of what people wrote of a version, newest first.

        Raises:
            VersionNotFoundError, ModelNotFoundError, AliasNotFoundError: there is no such version.
        """
        found = find_version(self._core, read_version(version, model_name))
        return [view(row) for row in self._core.ask(OF_VERSION, version_id=found["id"])]

    def card(self, version: object, format: str = "markdown", *, model_name: str | None = None) -> str:
        """The model card of a version, made of what people wrote and of what the record says, at this moment.

        Parameters:
            version: a reference, the mapping that a registration returned, or a number, with `model_name`.
            format: `markdown`; `html`, one file with its plots; `json`, after the modelCard of CycloneDX 1.7; or
                `huggingface`, a README.md for the Hugging Face Hub.

        Raises:
            InvalidInputError: there is no such format.
            VersionNotFoundError, ModelNotFoundError, AliasNotFoundError: there is no such version.
        """
        wanted, reference = CardFormat.read(format), read_version(version, model_name)
        material = at_one_moment(self._core, lambda moment: gather(moment, find_version(moment, reference)))
        return written_as(material, wanted)

    def bom(self, version: object, *, model_name: str | None = None) -> dict[str, Any]:
        """The bill of materials of a version, CycloneDX 1.7 as JSON has it: model, datasets, Python distributions.

        Raises:
            VersionNotFoundError, ModelNotFoundError, AliasNotFoundError: there is no such version.
        """
        reference = read_version(version, model_name)
        return bom_of(at_one_moment(self._core, lambda moment: gather(moment, find_version(moment, reference))))
