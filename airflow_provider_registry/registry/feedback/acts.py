"""Recording feedback: one act for a batch.

What was said may be erased later, and then no guess may be confirmed. So an act's fingerprint is random, where others
take a digest of what was asked, and its repeat is found by comparing rows: with those that were erased since, by what
is left of them, so that a retry does not bring them back.
"""

from __future__ import annotations

import json
import secrets
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select

from airflow_provider_registry.event_types import EventType
from airflow_provider_registry.registry.caller import Asked
from airflow_provider_registry.registry.core import Core
from airflow_provider_registry.registry.database.act import Act
from airflow_provider_registry.registry.database.prepared import Insertions, Row
from airflow_provider_registry.registry.feedback.digests import rows_digest, sealed
from airflow_provider_registry.registry.feedback.said import SaidFeedback
from airflow_provider_registry.registry.feedback.tables import FeedbackRow
from airflow_provider_registry.registry.feedback.views import RecordedFeedback
from airflow_provider_registry.registry.record.chain import keyed_digest, moment
from airflow_provider_registry.registry.versions.acts import VERSION, locked_version


def record_batch(
    core: Core, version: Row, said: Sequence[SaidFeedback], key: str | None, number: int = 0
) -> RecordedFeedback:
    """Record a batch; see `Registry.record_feedback_batch`.

    Parameters:
        number: of the batch, of several by one call.
    """
    asked = Asked(f"feedback:{number}" if number else "feedback", version["model_name"], key=key)
    fresh = secrets.token_hex(32)
    rows = [sealed(one) for one in said]

    def fingerprint(act: Act) -> str:
        same = (event["fingerprint"] for event in reversed(act.earlier) if _is_same(act, event, version, said))
        return next(same, fresh)

    def work(act: Act) -> RecordedFeedback:
        return _record(act, locked_version(act, version["version"]), rows)

    named = {"model_id": version["model_id"], "version": version["version"]}
    return core.acts.run(asked, work, _recorded, fingerprint=fingerprint, reads=[(VERSION, named)])


def _record(act: Act, version: Row, rows: list[dict[str, Any]]) -> RecordedFeedback:
    placed = [
        {**row, "position": position, "at": act.at if row["at"] is None else row["at"]}
        for position, row in enumerate(rows, 1)
    ]
    counts = dict(sorted(Counter(row["kind"].value for row in rows).items()))
    payload = {"rows": len(rows), "counts": counts, "rows_digest": _digest(placed)}
    event_id = act.record(EventType.VERSION_FEEDBACK_RECORDED, payload, version=version["version"])
    act.batch.write_rows(_INSERT, {"event_id": event_id, "version_id": version["id"]}, placed)
    return RecordedFeedback(act.model["name"], version["version"], len(rows), counts, (act.head["head_seq"],))


def _digest(placed: list[dict[str, Any]]) -> str:
    return rows_digest(
        (row["position"], row["kind"].value, row["rating"], row["flag"], moment(row["at"]), row["private_digest"])
        for row in placed
    )


def _recorded(act: Act, event: Row) -> RecordedFeedback:
    """What an act recorded, from its event."""
    payload = json.loads(event["body"])["payload"]
    return RecordedFeedback(act.model["name"], event["version"], payload["rows"], payload["counts"], (event["seq"],))


def _is_same(act: Act, event: Row, version: Row, said: Sequence[SaidFeedback]) -> bool:
    """Whether an act said of the version what is said now."""
    body = json.loads(event["body"])
    if event["version"] != version["version"] or body["payload"]["rows"] != len(said):
        return False
    mine = select(FeedbackRow.__table__).where(FeedbackRow.event_id == event["id"])
    rows = act.connection.execute(mine.order_by(FeedbackRow.position)).mappings().all()
    recorded_at = datetime.fromisoformat(body["at"])
    return len(rows) == len(said) and all(_says(row, one, recorded_at) for row, one in zip(rows, said, strict=True))


def _says(row: Row, said: SaidFeedback, recorded_at: datetime) -> bool:
    open_parts = (said.kind, said.rating, said.flag, said.at or recorded_at)
    if (row["kind"], row["rating"], row["flag"], row["at"]) != open_parts:
        return False
    if row["private_key"] is None:
        return bool(row["private_digest"]) == bool(said.private)
    return bool(keyed_digest(row["private_key"], said.private) == row["private_digest"])


_SHARED = ("event_id", "version_id")
_INSERT = Insertions(
    FeedbackRow, _SHARED, [column.key for column in FeedbackRow.__table__.columns if column.key not in _SHARED]
)
