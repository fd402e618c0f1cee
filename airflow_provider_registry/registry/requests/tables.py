"""The tables of promotion requests and of the decisions on them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from airflow_provider_registry.registry.aliases.tables import AliasRow
from airflow_provider_registry.registry.database.base import Base, BigId, Digest, PrimaryId
from airflow_provider_registry.registry.gates.tables import GateReportRow
from airflow_provider_registry.registry.models.tables import ModelRow
from airflow_provider_registry.registry.record.tables import EventRow
from airflow_provider_registry.registry.requests.states import PENDING, RequestState, Verdict
from airflow_provider_registry.registry.versions.tables import VersionRow

_IS_PENDING = text(f"state IN ({', '.join(repr(state.value) for state in PENDING)})")


class RequestRow(Base):
    """A promotion request. What it is bound to (digest, policy, baseline, metric rows) is its gate report's."""

    __tablename__ = "registry_request"
    __table_args__ = (
        ForeignKeyConstraint(["model_id", "version_id"], [VersionRow.model_id, VersionRow.id]),
        ForeignKeyConstraint(["model_id", "alias_id"], [AliasRow.model_id, AliasRow.id]),
        # Nobody is asked twice at once about the same version for the same alias.
        Index(
            "uq_registry_request_pending",
            "alias_id",
            "version_id",
            unique=True,
            postgresql_where=_IS_PENDING,
            sqlite_where=_IS_PENDING,
        ),
        Index(None, "version_id", "alias_id", "id"),
        Index(None, "model_id", "state", "id"),
        Index(None, "state", "id"),
        {"comment": "Promotion requests"},
    )

    id: Mapped[int] = mapped_column(
        BigId, ForeignKey(EventRow.id), primary_key=True, autoincrement=False, comment="The event that opened it"
    )
    model_id: Mapped[int] = mapped_column(BigId, ForeignKey(ModelRow.id), comment="The model of both")
    version_id: Mapped[int] = mapped_column(BigId, comment="The version that wants the alias")
    alias_id: Mapped[int] = mapped_column(BigId, comment="The alias it wants")
    report_id: Mapped[int] = mapped_column(
        BigId, ForeignKey(GateReportRow.id), comment="The gate report that people look at"
    )
    state: Mapped[RequestState] = mapped_column(comment="How it stands; its expiry is computed from expires_at")
    requested_at: Mapped[datetime] = mapped_column(comment="When it was opened, UTC")
    expires_at: Mapped[datetime | None] = mapped_column(comment="From when on it is expired, UTC; empty: never")
    ended_at: Mapped[datetime | None] = mapped_column(comment="When it came to a final state, UTC")
    ended_by_event: Mapped[int | None] = mapped_column(
        BigId, ForeignKey(EventRow.id), comment="The event that ended it"
    )


class DecisionRow(Base):
    """What one person decided on a request; who, and with what comment, is in the private part of its event."""

    __tablename__ = "registry_decision"
    __table_args__ = (
        Index(None, "request_id", "id"),
        {"sqlite_autoincrement": True, "comment": "Decisions on promotion requests"},
    )

    id: Mapped[PrimaryId] = mapped_column(comment="In the order in which they were made")
    request_id: Mapped[int] = mapped_column(BigId, ForeignKey(RequestRow.id), comment="The request decided on")
    role: Mapped[str] = mapped_column(String(255), comment="The role of the policy in which the person decided")
    verdict: Mapped[Verdict] = mapped_column(comment="approve or reject")
    report_digest: Mapped[Digest] = mapped_column(comment="sha256 of the gate report that the request had")
    event_id: Mapped[int] = mapped_column(
        BigId, ForeignKey(EventRow.id), unique=True, comment="The event, which holds person and comment"
    )
