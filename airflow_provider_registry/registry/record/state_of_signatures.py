"""Checking that signatures are what the record says of them. Whether they hold is asked of them, not here."""

from __future__ import annotations

import hashlib
from typing import Any, NamedTuple

from sqlalchemy import Connection, RowMapping, and_, select

from airflow_provider_registry.event_types import EventType
from airflow_provider_registry.registry.database.stream import streamed
from airflow_provider_registry.registry.record.chain import moment
from airflow_provider_registry.registry.record.contradiction import Fail
from airflow_provider_registry.registry.record.told import Check, Told
from airflow_provider_registry.registry.signatures.tables import SignatureRow
from airflow_provider_registry.registry.versions.tables import VersionRow
from airflow_provider_registry.signing.identity import pem_body

_OPEN = ("digest", "method", "key", "root")


class _Said(NamedTuple):
    """What an event says of a signature.

    Attributes:
        private: subject of the certificate, and sha256 of the bundle; None where they were erased.
    """

    seq: int
    facts: tuple[Any, ...]
    private: tuple[str, str] | None


class SignatureCheck(Check):
    """Each signature is the one that its event means, and none is away."""

    what = "signatures"
    hears = (EventType.VERSION_SIGNED,)

    def __init__(self, fail: Fail) -> None:
        super().__init__(fail)
        self._said: dict[int, _Said] = {}

    def hear(self, told: Told) -> None:
        """See `Check.hear`."""
        payload, private = told.payload(), told.private()
        kept = None if private is None else (private["subject"], private["bundle_sha256"])
        self._said[told.id] = _Said(told.seq, (told.version, told.at, *(payload[name] for name in _OPEN)), kept)

    def check(self, connection: Connection, model_id: int) -> None:
        """See `Check.check`."""
        statement = (
            select(SignatureRow.__table__, VersionRow.version)
            .join(VersionRow, and_(VersionRow.id == SignatureRow.version_id, VersionRow.model_id == model_id))
            .order_by(SignatureRow.event_id)
        )
        with streamed(connection, statement) as rows:
            for row in rows:
                said, which = self._said.pop(row["event_id"], None), f"version {row['version']}"
                if said is None:
                    self._fail(1, f"{which}: there is a signature that came with no event of this record")
                if not _agree(said, row):
                    self._fail(said.seq, f"{which}: its signature is not the one that was recorded")
        for said in self._said.values():
            self._fail(said.seq, f"version {said.facts[0]}: its signature is not there")


def _agree(said: _Said, row: RowMapping) -> bool:
    body = pem_body(row["public_key"], "PUBLIC KEY")
    if body is None or hashlib.sha256(body).hexdigest() != row["key"]:
        return False
    bundle = row["bundle"]
    shown = (row["subject"], hashlib.sha256(bundle.encode()).hexdigest()) if bundle else None
    facts = (row["version"], moment(row["created_at"]), *(row[name] for name in _OPEN))
    return (facts, shown) == (said.facts, said.private) and bool(bundle or not row["subject"])
