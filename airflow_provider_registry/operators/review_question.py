"""What a reviewer reads and fills in under Required Actions, in Markdown.

Airflow keeps the first text of a task instance for as long as that lives, also where it is asked again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING

from airflow_provider_registry.markdown import plain, table
from airflow_provider_registry.operators.people_form import COMMENT, ROWS, role_field

if TYPE_CHECKING:
    from datetime import datetime

    from airflow.sdk.definitions.param import ParamsDict

    from airflow_provider_registry.registry import Assignment, ModelVersion, Policy, Review

CHOICES: Mapping[str, str] = MappingProxyType({"Keep": "keep", "Replace": "replace", "Retire": "retire"})
"""The buttons, and the outcome that each means."""


def fields(policy: Policy, role: str | None) -> ParamsDict:
    """The form: a reason, and the role where several are asked."""
    from airflow.sdk import Param
    from airflow.sdk.definitions.param import ParamsDict

    reason = Param("", type=["string", "null"], title="Reason", description="For the record.")
    return ParamsDict({COMMENT: reason, **role_field(policy, role, "review")})


def subject(held: Assignment, role: str | None) -> str:
    """The headline; Airflow shows it as it is."""
    where = f" (as {role})" if role else ""
    return f"Version {held.version} of {held.model_name} as {held.alias}: keep, replace or retire?{where}"


def body(version: ModelVersion, held: Assignment, reviews: Sequence[Review]) -> str:
    """The text, in Markdown."""
    return "\n\n".join([_head(version, held), *_metrics(version), *_reviews(reviews, held), _rules()])


def _head(version: ModelVersion, held: Assignment) -> str:
    rows = [["digest", f"`{version.digest}`"], ["registered", _day(version.created_at)]]
    rows += [["description", plain(version.description)]] if version.description.strip() else []
    since = f"holds **{plain(held.alias)}** since {_day(held.from_at)}"
    due = f", and is due for a review since {_day(held.review_due)}" if held.review_due and held.overdue else ""
    said = f"**Version {version.version}** of **{plain(version.model_name)}** {since}{due}."
    return f"{said}\n\n{table([f'version {version.version}', ''], rows)}"


def _metrics(version: ModelVersion) -> Iterator[str]:
    from airflow_provider_registry.registry.versions.compare import metric_label

    rows = [[plain(metric_label(metric)), f"{metric.value:.6g}"] for metric in version.metrics[:ROWS]]
    if rows:
        yield f"### Metrics\n\n{table(['metric', f'version {version.version}'], rows)}"


def _reviews(reviews: Sequence[Review], held: Assignment) -> Iterator[str]:
    """What people said of it before, the newest first."""
    mine = [each for each in reversed(reviews) if each.version == held.version]
    rows = [[_day(each.at), each.outcome.value, plain(each.by), plain(each.reason)] for each in mine[:ROWS]]
    if rows:
        yield f"### Earlier reviews\n\n{table(['when', 'outcome', 'by', 'reason'], rows)}"


def _rules() -> str:
    return (
        "### What each answer means\n\nNone of them moves the alias. **Keep** asks again after the policy's "
        "`review_every`. **Replace** and **Retire** say what you want: they show wherever the version is, until the "
        "alias moves."
    )


def _day(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"
