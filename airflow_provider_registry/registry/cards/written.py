"""A card as a caller writes it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from airflow_provider_registry.canonical import sha256_of
from airflow_provider_registry.errors import InvalidInputError
from airflow_provider_registry.names import CARD_BYTES, check_text
from airflow_provider_registry.registry.cards.front_matter import split
from airflow_provider_registry.registry.cards.sections import HEADINGS, sections_of
from airflow_provider_registry.registry.versions.rendered import read_text


@dataclass(frozen=True)
class WrittenCard:
    """What people wrote of a version.

    Attributes:
        text: Markdown, as it was given.
        metadata: what its front matter says.
        sections: keys of the sections that say something, in their order.
    """

    text: str
    metadata: Mapping[str, Any]
    sections: tuple[str, ...]

    @classmethod
    def read(cls, given: object) -> WrittenCard:
        """Read what a caller gave.

        Raises:
            InvalidInputError: it is no text, says nothing, or begins with metadata that cannot be read.
            TooLargeError: it has more than `CARD_BYTES` bytes.
        """
        text = check_text("card", read_text("card", given), CARD_BYTES)
        if not text.strip():
            raise InvalidInputError("The card is empty: give Markdown, such as '## Intended use' and what that is.")
        metadata, body = split(text)
        return cls(text, metadata, tuple(sections_of(body)))

    @property
    def known_sections(self) -> list[str]:
        """Those with a key of the registry's own: the others are free text, which no event says in the open."""
        return [key for key in self.sections if key in HEADINGS]

    @cached_property
    def digest(self) -> str:
        """The sha256 of all of it, by which the record holds the card."""
        return sha256_of([self.text, self.metadata, list(self.sections)])


NOTHING = WrittenCard("", {}, ())
"""What is left of a card whose event was erased."""
