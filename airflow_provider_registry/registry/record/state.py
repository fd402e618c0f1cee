"""Checking that what the registry shows is what its record says.

The chain proves the events; this proves that nobody edited the tables beside them, such as a metric that a gate reads,
a policy, or the history of an alias.
"""

from __future__ import annotations

from sqlalchemy import Connection

from airflow_provider_registry.registry.record.contradiction import UNREADABLE, Fail
from airflow_provider_registry.registry.record.state_of_aliases import check_aliases
from airflow_provider_registry.registry.record.state_of_artifacts import check_artifacts
from airflow_provider_registry.registry.record.state_of_models import check_model
from airflow_provider_registry.registry.record.state_of_policies import check_policies
from airflow_provider_registry.registry.record.state_of_promotions import check_overrides, check_promotions
from airflow_provider_registry.registry.record.state_of_reports import check_reports
from airflow_provider_registry.registry.record.state_of_requests import check_requests
from airflow_provider_registry.registry.record.state_of_tags import check_tags
from airflow_provider_registry.registry.record.state_of_versions import check_versions

# In this order: what comes later takes what was checked before for granted.
_CHECKS = {
    "versions": check_versions,
    "artifacts": check_artifacts,
    "tags": check_tags,
    "aliases": check_aliases,
    "policies": check_policies,
    "gate reports": check_reports,
    "promotion requests": check_requests,
    "overrides": check_overrides,
    "promotions": check_promotions,
    "names": check_model,
}


def check_state(connection: Connection, model_id: int, fail: Fail) -> None:
    """Compare a model's tables with its record, whose chain has been checked.

    Parameters:
        connection: a transaction that sees one moment throughout.
    """
    for what, check in _CHECKS.items():
        try:
            check(connection, model_id, fail)
        except UNREADABLE as error:
            fail(1, f"a row of its {what} cannot be read ({type(error).__name__}: {error})")
