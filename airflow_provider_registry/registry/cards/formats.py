"""The forms in which a card is written."""

from __future__ import annotations

import json
from enum import StrEnum

from airflow_provider_registry.errors import InvalidInputError
from airflow_provider_registry.messages import shown
from airflow_provider_registry.registry.cards.as_html import to_html
from airflow_provider_registry.registry.cards.as_markdown import to_markdown
from airflow_provider_registry.registry.cards.cyclonedx import described, model_card
from airflow_provider_registry.registry.cards.hub import to_hub
from airflow_provider_registry.registry.cards.material import Material
from airflow_provider_registry.registry.cards.page import page_of


class CardFormat(StrEnum):
    """What a card is written in."""

    MARKDOWN = "markdown"
    HTML = "html"
    JSON = "json"
    HUGGING_FACE = "huggingface"

    @classmethod
    def read(cls, given: object) -> CardFormat:
        """The format that a caller names.

        Raises:
            InvalidInputError: there is no such format.
        """
        try:
            return cls(given if isinstance(given, str) else "")
        except ValueError:
            raise InvalidInputError(f"The format is {shown(given)}: give one of {', '.join(cls)}.") from None


def written_as(material: Material, format: CardFormat) -> str:
    """The card of a version in a format."""
    match format:
        case CardFormat.MARKDOWN:
            return to_markdown(page_of(material))
        case CardFormat.HTML:
            return to_html(page_of(material))
        case CardFormat.JSON:
            datasets = map(described, material.version.inputs)
            return json.dumps(model_card(material, datasets), indent=2, ensure_ascii=False) + "\n"
        case CardFormat.HUGGING_FACE:
            return to_hub(material, to_markdown(page_of(material)))
