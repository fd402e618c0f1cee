"""The kernel: everything the registry does, without Airflow. A notebook or a serving process uses it alone."""

from __future__ import annotations

from airflow_provider_registry.event_types import EventType
from airflow_provider_registry.registry.aliases.views import Assignment
from airflow_provider_registry.registry.caller import Actor, Caller, Producer
from airflow_provider_registry.registry.cards.views import CardRevision
from airflow_provider_registry.registry.checks.views import RecordedCheck
from airflow_provider_registry.registry.deployments.states import ActualState, DesiredState
from airflow_provider_registry.registry.deployments.views import Deployment
from airflow_provider_registry.registry.evidence.views import EvidencePack
from airflow_provider_registry.registry.feedback.kinds import FeedbackKind
from airflow_provider_registry.registry.feedback.views import Feedback, FeedbackPage, FeedbackSummary, RecordedFeedback
from airflow_provider_registry.registry.gates.contest import Contest
from airflow_provider_registry.registry.gates.degradation import Degradation
from airflow_provider_registry.registry.gates.report import GateReport
from airflow_provider_registry.registry.gates.result import GateResult
from airflow_provider_registry.registry.gates.verdicts import Verdict
from airflow_provider_registry.registry.metrics.views import (
    MetricPage,
    MetricPoint,
    MetricSeries,
    MetricSpan,
    RecordedMetrics,
)
from airflow_provider_registry.registry.models.views import RegisteredModel
from airflow_provider_registry.registry.policies.policy import Policy
from airflow_provider_registry.registry.profiles.drift import ColumnDrift, drift_between
from airflow_provider_registry.registry.profiles.of_columns import profile_of
from airflow_provider_registry.registry.profiles.views import RecordedProfile
from airflow_provider_registry.registry.record.export import KeptEvent
from airflow_provider_registry.registry.record.views import Event, EventPage, RecordHead
from airflow_provider_registry.registry.registry import Registry
from airflow_provider_registry.registry.retention.retention import Retention
from airflow_provider_registry.registry.retention.views import Fate, ModelRetention, RetentionReport, VersionFate
from airflow_provider_registry.registry.reviews.outcome import ReviewOutcome
from airflow_provider_registry.registry.reviews.views import DueReview, Review
from airflow_provider_registry.registry.routes.share import RouteKind
from airflow_provider_registry.registry.routes.views import Route
from airflow_provider_registry.registry.rows_from_files import read_rows
from airflow_provider_registry.registry.scans.views import RecordedScan
from airflow_provider_registry.registry.search.views import ModelPage, VersionPage
from airflow_provider_registry.registry.signatures.views import RecordedSignature
from airflow_provider_registry.registry.storage.gc import Collected
from airflow_provider_registry.registry.versions.compare import Aspect, Compared, VersionComparison
from airflow_provider_registry.registry.versions.inputs import Input
from airflow_provider_registry.registry.versions.metrics import Metric, Phase
from airflow_provider_registry.registry.versions.views import AnsweredBy, ModelVersion, ResolvedVersion
from airflow_provider_registry.registry.webhooks.tables import WebhookOutcome
from airflow_provider_registry.registry.webhooks.views import WebhookAttempt, WebhookState
from airflow_provider_registry.registry.webhooks.webhook import Webhook
from airflow_provider_registry.scanning.report import Finding, ScanOutcome
from airflow_provider_registry.signing.identity import Identity, SigningMethod
from airflow_provider_registry.signing.signer import Signer

__all__ = [
    "Actor",
    "ActualState",
    "AnsweredBy",
    "Aspect",
    "Assignment",
    "Caller",
    "CardRevision",
    "Collected",
    "ColumnDrift",
    "Compared",
    "Contest",
    "Degradation",
    "Deployment",
    "DesiredState",
    "DueReview",
    "Event",
    "EventPage",
    "EventType",
    "EvidencePack",
    "Fate",
    "Feedback",
    "FeedbackKind",
    "FeedbackPage",
    "FeedbackSummary",
    "Finding",
    "GateReport",
    "GateResult",
    "Identity",
    "Input",
    "KeptEvent",
    "Metric",
    "MetricPage",
    "MetricPoint",
    "MetricSeries",
    "MetricSpan",
    "ModelPage",
    "ModelRetention",
    "ModelVersion",
    "Phase",
    "Policy",
    "Producer",
    "RecordHead",
    "RecordedCheck",
    "RecordedFeedback",
    "RecordedMetrics",
    "RecordedProfile",
    "RecordedScan",
    "RecordedSignature",
    "RegisteredModel",
    "Registry",
    "ResolvedVersion",
    "Retention",
    "RetentionReport",
    "Review",
    "ReviewOutcome",
    "Route",
    "RouteKind",
    "ScanOutcome",
    "Signer",
    "SigningMethod",
    "Verdict",
    "VersionComparison",
    "VersionFate",
    "VersionPage",
    "Webhook",
    "WebhookAttempt",
    "WebhookOutcome",
    "WebhookState",
    "drift_between",
    "profile_of",
    "read_rows",
]
