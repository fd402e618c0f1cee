"""Checking what versions share: the manifests of their artifacts, and the environments that they were made in.

Both are named by their own digest, which the record holds.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, Connection, Text, and_, func, select, type_coerce

from airflow_provider_registry.canonical import sha256_of
from airflow_provider_registry.event_types import EventType
from airflow_provider_registry.registry.database.stream import streamed
from airflow_provider_registry.registry.record.chain import hash_of
from airflow_provider_registry.registry.record.contradiction import parsed
from airflow_provider_registry.registry.record.tables import EventRow
from airflow_provider_registry.registry.record.told import Check
from airflow_provider_registry.registry.versions.tables import ArtifactRow, EnvironmentRow, VersionRow


class ArtifactCheck(Check):
    """Each manifest, and each environment, of the model's versions has the digest by which they name it."""

    what = "artifacts"

    def check(self, connection: Connection, model_id: int) -> None:
        """See `Check.check`."""
        manifests = select(ArtifactRow.digest, ArtifactRow.manifest).where(ArtifactRow.model_id == model_id)
        with streamed(connection, manifests) as rows:
            wrong = [row["digest"] for row in rows if hash_of(row["manifest"]) != row["digest"]]
        for digest in wrong:
            seq = _first_with(connection, model_id, VersionRow.digest == digest)
            self._fail(seq, f"the manifest that is kept for the digest {digest} is another one")
        for digest in _wrong_environments(connection, model_id):
            seq = _first_with(connection, model_id, VersionRow.environment_digest == digest)
            self._fail(seq, f"the environment that is kept for the digest {digest} is another one, or is not there")


def _wrong_environments(connection: Connection, model_id: int) -> list[str]:
    mine = VersionRow.environment_digest.is_not(None)
    used = select(VersionRow.environment_digest).where(VersionRow.model_id == model_id, mine).distinct().subquery()
    kept = select(used.c.environment_digest, type_coerce(EnvironmentRow.body, Text))
    kept = kept.outerjoin_from(used, EnvironmentRow, EnvironmentRow.digest == used.c.environment_digest)
    return [digest for digest, body in connection.execute(kept) if not _is_of(body, digest)]


def _is_of(body: str | None, digest: str) -> bool:
    value = parsed(body)
    return isinstance(value, dict) and sha256_of(value) == digest


def _first_with(connection: Connection, model_id: int, condition: ColumnElement[bool]) -> int:
    """The place of the event that registered the first such version."""
    mine = (EventRow.model_id == model_id, EventRow.type == EventType.VERSION_REGISTERED, condition)
    same = and_(VersionRow.model_id == EventRow.model_id, VersionRow.version == EventRow.version)
    first = select(func.min(EventRow.seq)).join(VersionRow, same).where(*mine)
    return connection.execute(first).scalar_one() or 1
