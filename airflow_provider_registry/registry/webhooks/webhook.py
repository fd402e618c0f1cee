"""A webhook: where events of a model are sent, which of them, and signed with whose secret."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from airflow_provider_registry.canonical import sha256_of
from airflow_provider_registry.names import fold
from airflow_provider_registry.registry.record.kinds import kinds_of
from airflow_provider_registry.registry.record.views import Event


@dataclass(frozen=True)
class Webhook:
    """Where some events of a model are sent.

    Attributes:
        name: among the webhooks of its model; another name is another webhook.
        url: that is posted to.
        secret: the name of the signing secret, in Airflow the id of a connection; never the secret itself.
        events: the kinds of events that are sent; empty for all.
        aliases: only events about one of these; empty for all, also those about none.
        allow_http: whether the URL may be one of plain http on another machine.
    """

    name: str
    url: str
    secret: str
    events: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    allow_http: bool = False

    def as_mapping(self) -> dict[str, Any]:
        """As in a policy file; what has its default is left out."""
        chosen = {"events": list(self.events), "aliases": list(self.aliases), "allow_http": self.allow_http}
        told = {key: value for key, value in chosen.items() if value}
        return {"name": self.name, "url": self.url, "secret": self.secret, **told}

    @classmethod
    def of_mapping(cls, said: Mapping[str, Any]) -> Webhook:
        """The webhook that `as_mapping` says, whatever rules have come since."""
        lists = {key: tuple(said.get(key, ())) for key in ("events", "aliases")}
        return cls(**{**said, **lists})

    @cached_property
    def digest(self) -> str:
        """The sha256 of what it says, which is what the record keeps of it."""
        return sha256_of(self.as_mapping())

    def wants(self, event: Event) -> bool:
        """Whether an event is one of those that it is sent."""
        if self.events and not {*self.events}.intersection(kinds_of(event)):
            return False
        return not self.aliases or fold(event.alias or "") in map(fold, self.aliases)


def digests(webhooks: Iterable[Webhook]) -> dict[str, str]:
    """What the record says of webhooks: the digest of each, by name."""
    return {webhook.name: webhook.digest for webhook in sorted(webhooks, key=lambda webhook: webhook.name)}
