"""A webhook as the database has it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from airflow_provider_registry.canonical import sha256_of
from airflow_provider_registry.errors import RecordTamperedError
from airflow_provider_registry.registry.webhooks.webhook import Webhook


def read_stored(name: str, body: Mapping[str, Any], digest: str) -> Webhook:
    """The webhook of a name, from its row.

    Raises:
        RecordTamperedError: it is not the one that was set.
    """
    if sha256_of(body) != digest or body["name"] != name:
        raise RecordTamperedError(
            f"The webhook {name!r} is not the one that was set (digest {digest[:12]}), so nothing is sent to it. Set "
            "it again, after finding out who edited the database."
        )
    return Webhook.of_mapping(body)
