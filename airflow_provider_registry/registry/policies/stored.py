"""A policy as the database has it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from airflow_provider_registry.errors import RecordTamperedError
from airflow_provider_registry.registry.policies.policy import Policy


def read_stored(alias: str, body: Mapping[str, Any], digest: str) -> Policy:
    """The policy of an alias, from its row.

    Raises:
        RecordTamperedError: it is not the one that was set.
    """
    policy = Policy.parse(body)
    if policy.digest != digest:
        raise RecordTamperedError(
            f"The policy of {alias!r} is not the one that was set: it has the digest {policy.digest[:12]} and "
            f"was set with {digest[:12]}. Set it again, after finding out who edited the database."
        )
    return policy
