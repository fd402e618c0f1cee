"""Checking that what the registry shows is what its record says.

The chain proves the events; this proves that nobody edited the tables beside them, such as a metric that a gate reads,
a policy, or the history of an alias.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Connection

from airflow_provider_registry.event_types import EventType
from airflow_provider_registry.registry.record.contradiction import UNREADABLE, Fail
from airflow_provider_registry.registry.record.state_of_aliases import AliasCheck
from airflow_provider_registry.registry.record.state_of_artifacts import ArtifactCheck
from airflow_provider_registry.registry.record.state_of_cards import CardCheck
from airflow_provider_registry.registry.record.state_of_checks import CheckedCheck
from airflow_provider_registry.registry.record.state_of_deployments import DeploymentCheck
from airflow_provider_registry.registry.record.state_of_feedback import FeedbackCheck
from airflow_provider_registry.registry.record.state_of_metrics import MeasuredCheck
from airflow_provider_registry.registry.record.state_of_models import ModelCheck
from airflow_provider_registry.registry.record.state_of_policies import PolicyCheck
from airflow_provider_registry.registry.record.state_of_profiles import ProfileCheck
from airflow_provider_registry.registry.record.state_of_promotions import OverrideCheck, PromotionCheck
from airflow_provider_registry.registry.record.state_of_reports import ReportCheck
from airflow_provider_registry.registry.record.state_of_requests import RequestCheck
from airflow_provider_registry.registry.record.state_of_reviews import ReviewCheck
from airflow_provider_registry.registry.record.state_of_routes import RouteCheck
from airflow_provider_registry.registry.record.state_of_scans import ScanCheck
from airflow_provider_registry.registry.record.state_of_signatures import SignatureCheck
from airflow_provider_registry.registry.record.state_of_tags import TagCheck
from airflow_provider_registry.registry.record.state_of_versions import VersionCheck
from airflow_provider_registry.registry.record.state_of_webhooks import WebhookCheck
from airflow_provider_registry.registry.record.told import Check, Told

# In this order: what comes later takes what was checked before for granted.
_CHECKS: tuple[type[Check], ...] = (
    VersionCheck,
    ArtifactCheck,
    TagCheck,
    CheckedCheck,
    MeasuredCheck,
    FeedbackCheck,
    ProfileCheck,
    CardCheck,
    ScanCheck,
    SignatureCheck,
    AliasCheck,
    PolicyCheck,
    ReviewCheck,
    ReportCheck,
    RequestCheck,
    OverrideCheck,
    PromotionCheck,
    RouteCheck,
    DeploymentCheck,
    WebhookCheck,
    ModelCheck,
)


class State:
    """A model's tables, to be compared with its record.

    Parameters:
        fail: says that they contradict it.
    """

    def __init__(self, fail: Fail) -> None:
        self._fail = fail
        self._checks = [check(fail) for check in _CHECKS]
        self._hearing: dict[str, list[Callable[[Told], None]]] = {
            kind: [check.hear for check in self._checks if kind in check.hears] for kind in EventType
        }

    def hear(self, told: Told) -> None:
        """Take in what an event says; all are heard in their order, each once its place in the chain was checked."""
        try:
            for hear in self._hearing.get(told.type, ()):
                hear(told)
        except UNREADABLE as error:
            self._fail(told.seq, f"it cannot be read ({type(error).__name__}: {error})")

    def check(self, connection: Connection, model_id: int) -> None:
        """Compare the tables with what was heard.

        Parameters:
            connection: a transaction that sees the same moment as that in which the events were read.
        """
        for check in self._checks:
            try:
                check.check(connection, model_id)
            except UNREADABLE as error:
                self._fail(1, f"a row of its {check.what} cannot be read ({type(error).__name__}: {error})")
