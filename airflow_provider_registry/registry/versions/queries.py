"""Reading model versions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from sqlalchemy import RowMapping, and_, select
from sqlalchemy.orm import aliased

from airflow_provider_registry.errors import AliasNotFoundError, VersionNotFoundError
from airflow_provider_registry.names import fold
from airflow_provider_registry.references import Reference
from airflow_provider_registry.registry.aliases.tables import AliasRow, AssignmentRow
from airflow_provider_registry.registry.caller import PRODUCER_FIELDS, Producer
from airflow_provider_registry.registry.core import Core
from airflow_provider_registry.registry.models.queries import find_model
from airflow_provider_registry.registry.models.tables import ModelNameRow, ModelRow
from airflow_provider_registry.registry.versions.inputs import Input
from airflow_provider_registry.registry.versions.metrics import Metric
from airflow_provider_registry.registry.versions.tables import (
    ArtifactRow,
    InputRow,
    MetricRow,
    ParamRow,
    TagRow,
    VersionRow,
)
from airflow_provider_registry.registry.versions.views import ModelVersion

if TYPE_CHECKING:
    from airflow_provider_registry.registry.database.rows import Rows

_SUPERSEDED = aliased(VersionRow)
_ITS_ARTIFACT = and_(ArtifactRow.model_id == VersionRow.model_id, ArtifactRow.digest == VersionRow.digest)


def select_versions() -> Rows:
    """The statement that reads versions with their model's name and their artifact's size; add conditions to it."""
    return (
        select(
            VersionRow.__table__,
            ModelRow.name.label("model_name"),
            ArtifactRow.size,
            ArtifactRow.file_count,
            _SUPERSEDED.version.label("supersedes"),
        )
        .join(ModelRow, ModelRow.id == VersionRow.model_id)
        .join(ArtifactRow, _ITS_ARTIFACT)
        .outerjoin(_SUPERSEDED, _SUPERSEDED.id == VersionRow.supersedes_id)
    )


def select_reference(reference: Reference) -> Rows:
    """The statement that reads the version that a reference names: one round trip."""
    statement = select_versions().join(ModelNameRow, ModelNameRow.model_id == ModelRow.id)
    statement = statement.where(ModelNameRow.folded == fold(reference.model_name))
    if reference.alias is None:
        return statement.where(VersionRow.version == reference.version)
    holder = and_(AssignmentRow.version_id == VersionRow.id, AssignmentRow.to_at.is_(None))
    return (
        statement.join(AssignmentRow, holder)
        .join(AliasRow, AliasRow.id == AssignmentRow.alias_id)
        .where(AliasRow.model_id == ModelRow.id, AliasRow.folded == fold(reference.alias))
    )


def find_version(core: Core, reference: Reference) -> RowMapping:
    """The row of the version that a reference names.

    Raises:
        ModelNotFoundError, VersionNotFoundError, AliasNotFoundError: whichever it is that is not there.
    """
    row = core.first(select_reference(reference))
    if row is not None:
        return row
    model = find_model(core, reference.model_name)
    if reference.alias is not None:
        raise AliasNotFoundError(f"The alias {reference.alias!r} of {model['name']!r} points at no version now.")
    raise no_version(model, reference.version)


def no_version(model: RowMapping, number: int | None) -> VersionNotFoundError:
    """The error that a model has no version of a number."""
    return VersionNotFoundError(
        f"{model['name']!r} has no version {number}; its versions go up to {model['last_version']}."
    )


def load_versions(core: Core, rows: Sequence[RowMapping]) -> list[ModelVersion]:
    """Views of versions, in the order of their rows: five statements, however many they are."""
    ids = [row["id"] for row in rows]
    metrics = _grouped(core, select(MetricRow.__table__).where(MetricRow.version_id.in_(ids)))
    params = _grouped(core, select(ParamRow.__table__).where(ParamRow.version_id.in_(ids)).order_by(ParamRow.key))
    tags = _grouped(core, select(TagRow.__table__).where(TagRow.version_id.in_(ids)).order_by(TagRow.key))
    inputs = _grouped(core, select(InputRow.__table__).where(InputRow.version_id.in_(ids)).order_by(InputRow.position))
    aliases = _grouped(core, _held(ids))
    return [
        view(row, metrics[row["id"]], params[row["id"]], tags[row["id"]], inputs[row["id"]], aliases[row["id"]])
        for row in rows
    ]


def metric_of(row: RowMapping) -> Metric:
    """A metric from its row."""
    return Metric(row["name"], row["value"], row["phase"], row["dataset"], row["slice"])


def producer_of(row: RowMapping) -> Producer | None:
    """The producer from a version's row; None where nothing is known of it."""
    known = {key: row[key] for key in PRODUCER_FIELDS}
    if known["map_index"] is None:
        known["map_index"] = -1
    producer = Producer(**known)
    return None if producer == Producer() else producer


def view(
    row: RowMapping,
    metrics: Iterable[RowMapping],
    params: Iterable[RowMapping],
    tags: Iterable[RowMapping],
    inputs: Iterable[RowMapping],
    aliases: Iterable[RowMapping],
) -> ModelVersion:
    """The view of one version from its rows."""
    columns = (
        "model_name", "version", "digest", "uri", "storage", "mutable", "size", "file_count", "description", "metadata",
        "environment_digest", "training_duration", "code_revision", "supersedes", "is_test", "created_at",
        "created_by", "archived_at",
    )  # fmt: skip
    return ModelVersion(
        **{column: row[column] for column in columns},
        metrics=tuple(sorted(map(metric_of, metrics), key=lambda metric: metric.key)),
        params={param["key"]: param["value"] for param in params},
        tags={tag["key"]: tag["value"] for tag in tags},
        inputs=tuple(Input(item["name"], item["uri"], item["digest"], item["rows"]) for item in inputs),
        producer=producer_of(row),
        aliases=tuple(alias["name"] for alias in aliases),
    )


def _held(ids: list[int]) -> Rows:
    return (
        select(AssignmentRow.version_id, AliasRow.name)
        .join(AliasRow, AliasRow.id == AssignmentRow.alias_id)
        .where(AssignmentRow.version_id.in_(ids), AssignmentRow.to_at.is_(None))
        .order_by(AliasRow.name)
    )


def _grouped(core: Core, statement: Rows) -> defaultdict[int, list[RowMapping]]:
    groups: defaultdict[int, list[RowMapping]] = defaultdict(list)
    for row in core.rows(statement):
        groups[row["version_id"]].append(row)
    return groups
