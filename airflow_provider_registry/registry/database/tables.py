"""Every table, imported: what migrations and the models-agree test look at."""

from __future__ import annotations

from airflow_provider_registry.registry.aliases.tables import AliasRow, AssignmentRow, OverrideRow
from airflow_provider_registry.registry.cards.tables import CardRow
from airflow_provider_registry.registry.checks.tables import CheckRow
from airflow_provider_registry.registry.database.base import Base
from airflow_provider_registry.registry.deployments.tables import DeploymentRow
from airflow_provider_registry.registry.feedback.tables import FeedbackRow
from airflow_provider_registry.registry.gates.tables import GateReportRow
from airflow_provider_registry.registry.metrics.tables import BatchRow, PointRow, SeriesRow
from airflow_provider_registry.registry.models.tables import ModelNameRow, ModelRow
from airflow_provider_registry.registry.policies.tables import PolicyRow
from airflow_provider_registry.registry.profiles.tables import ProfileRow
from airflow_provider_registry.registry.record.tables import EventRow, ReaderRow
from airflow_provider_registry.registry.requests.tables import DecisionRow, RequestRow
from airflow_provider_registry.registry.reviews.tables import ReviewRow
from airflow_provider_registry.registry.routes.tables import RouteRow
from airflow_provider_registry.registry.scans.tables import ScanRow
from airflow_provider_registry.registry.signatures.tables import SignatureRow
from airflow_provider_registry.registry.storage.tables import IdentityRow, LeaseRow
from airflow_provider_registry.registry.versions.tables import (
    ArtifactRow,
    BytesCheckRow,
    EnvironmentRow,
    InputRow,
    MetricRow,
    ParamRow,
    TagRow,
    VersionRow,
)
from airflow_provider_registry.registry.webhooks.tables import WebhookAttemptRow, WebhookQueueRow, WebhookRow

TABLES = (
    ModelRow, ModelNameRow, EventRow, ArtifactRow, EnvironmentRow, VersionRow, BytesCheckRow, MetricRow, ParamRow,
    TagRow, InputRow, AliasRow, AssignmentRow, OverrideRow, PolicyRow, GateReportRow, RequestRow, DecisionRow,
    IdentityRow, LeaseRow, ReaderRow, WebhookRow, WebhookQueueRow, WebhookAttemptRow, CheckRow,
    SeriesRow, BatchRow, PointRow, ReviewRow,
    FeedbackRow, ProfileRow, CardRow, ScanRow, SignatureRow, DeploymentRow, RouteRow,
)  # fmt: skip

metadata = Base.metadata
