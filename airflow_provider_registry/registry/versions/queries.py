"""Reading model versions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, bindparam, select
from sqlalchemy.orm import aliased

from airflow_provider_registry.errors import AliasNotFoundError, VersionNotFoundError
from airflow_provider_registry.names import fold
from airflow_provider_registry.references import Reference
from airflow_provider_registry.registry.aliases.tables import AliasRow, AssignmentRow
from airflow_provider_registry.registry.caller import PRODUCER_FIELDS, Producer
from airflow_provider_registry.registry.core import Core
from airflow_provider_registry.registry.database.prepared import Prepared, Row
from airflow_provider_registry.registry.models.queries import find_model
from airflow_provider_registry.registry.models.tables import ModelNameRow, ModelRow
from airflow_provider_registry.registry.reviews.due import is_due
from airflow_provider_registry.registry.versions.beside import among_given, read_beside
from airflow_provider_registry.registry.versions.inputs import Input
from airflow_provider_registry.registry.versions.metrics import Metric
from airflow_provider_registry.registry.versions.numbered import has_number
from airflow_provider_registry.registry.versions.tables import (
    ArtifactRow,
    VersionRow,
)
from airflow_provider_registry.registry.versions.views import AnsweredBy, ModelVersion, ResolvedVersion

if TYPE_CHECKING:
    from airflow_provider_registry.artifacts.manifest import Manifest
    from airflow_provider_registry.registry.database.rows import Rows
    from airflow_provider_registry.registry.versions.registration import Registration

_SUPERSEDED = aliased(VersionRow)


def _of_its_artifact(column: Any) -> Any:
    """A column of a version's artifact.

    As a subquery, which finds it by the whole key: joined, PostgreSQL may go through all artifacts of the model, where
    most models have few and this one has many.
    """
    its = (ArtifactRow.model_id == VersionRow.model_id, ArtifactRow.digest == VersionRow.digest)
    return select(column).where(*its).scalar_subquery().label(column.key)


def select_versions() -> Rows:
    """The statement that reads versions with their model's name and their artifact's size; add conditions to it."""
    return (
        select(
            VersionRow.__table__,
            ModelRow.name.label("model_name"),
            _of_its_artifact(ArtifactRow.size),
            _of_its_artifact(ArtifactRow.file_count),
            _SUPERSEDED.version.label("supersedes"),
        )
        .join(ModelRow, ModelRow.id == VersionRow.model_id)
        .outerjoin(_SUPERSEDED, _SUPERSEDED.id == VersionRow.supersedes_id)
    )


def _named_by(statement: Rows, *, by_alias: bool) -> Rows:
    """The version that a reference names: parameters `model`, and `alias` or `version`."""
    statement = statement.join(ModelNameRow, ModelNameRow.model_id == ModelRow.id)
    statement = statement.where(ModelNameRow.folded == bindparam("model"))
    if not by_alias:
        return statement.where(has_number(bindparam("version")))
    holder = and_(AssignmentRow.version_id == VersionRow.id, AssignmentRow.to_at.is_(None))
    return (
        statement.join(AssignmentRow, holder)
        .join(AliasRow, AliasRow.id == AssignmentRow.alias_id)
        .where(AliasRow.model_id == ModelRow.id, AliasRow.folded == bindparam("alias"))
    )


def _resolving() -> Rows:
    columns = (ModelRow.name, VersionRow.version, VersionRow.digest, VersionRow.uri)
    return select(*columns).select_from(VersionRow).join(ModelRow, ModelRow.id == VersionRow.model_id)


def _prepared(statement: Callable[[], Rows], *, by_alias: bool) -> Prepared:
    return Prepared(lambda dialect: _named_by(statement(), by_alias=by_alias))


_RESOLVE = {by: _prepared(_resolving, by_alias=by) for by in (True, False)}
_BY_IDS = Prepared(lambda dialect: select_versions().where(among_given(dialect, VersionRow.id)))
_FIND = {by: _prepared(select_versions, by_alias=by) for by in (True, False)}


def resolve(core: Core, reference: Reference) -> ResolvedVersion:
    """Which version a reference names; see `Registry.resolve`."""
    row = _ask(core, _RESOLVE, reference)
    by = AnsweredBy.VERSION if reference.alias is None else AnsweredBy.HOLDER
    return ResolvedVersion(row["name"], row["version"], row["digest"], row["uri"], by)


def find_version(core: Core, reference: Reference) -> Row:
    """The row of the version that a reference names.

    Raises:
        ModelNotFoundError, VersionNotFoundError, AliasNotFoundError: whichever it is that is not there.
    """
    return _ask(core, _FIND, reference)


def _ask(core: Core, statements: Mapping[bool, Prepared], reference: Reference) -> Row:
    model, alias = fold(reference.model_name), reference.alias
    if alias is not None:
        rows = core.ask(statements[True], model=model, alias=fold(alias))
    else:
        rows = core.ask(statements[False], model=model, version=reference.version)
    if rows:
        return rows[0]
    found = find_model(core, reference.model_name)
    if alias is not None:
        raise AliasNotFoundError(f"The alias {alias!r} of {found['name']!r} points at no version now.")
    raise no_version(found, reference.version)


def no_version(model: Row, number: int | None) -> VersionNotFoundError:
    """The error that a model has no version of a number."""
    return VersionNotFoundError(
        f"{model['name']!r} has no version {number}; its versions go up to {model['last_version']}."
    )


def load_versions(core: Core, rows: Sequence[Row]) -> list[ModelVersion]:
    """Views of versions, in the order of their rows: one trip, however many they are."""
    if not rows:
        return []
    beside, _ = core.read(lambda connection: read_beside(connection, [row["id"] for row in rows]))
    return [view(row, *(by_version[row["id"]] for by_version in beside)) for row in rows]


def load_by_ids(core: Core, ids: Sequence[int]) -> list[ModelVersion]:
    """Views of versions by their ids, in their order: one trip, however many they are."""
    if not ids:
        return []
    beside, (rows,) = core.read(lambda connection: read_beside(connection, ids, _BY_IDS))
    found = {row["id"]: row for row in rows}
    return [view(found[id], *(by_version[id] for by_version in beside)) for id in ids]


def registered_view(
    model: Row, row: Row, manifest: Manifest, said: Registration, supersedes: int | None
) -> ModelVersion:
    """The view of a version that was written just now, from what was written: no reading."""
    named = {"model_name": model["name"], "size": manifest.size, "file_count": manifest.file_count}
    return _view(
        {**row, **named, "supersedes": supersedes},
        metrics=said.metrics,
        params=dict(sorted(said.params.items())),
        tags=dict(sorted(said.tags.items())),
        inputs=said.inputs,
        aliases=(),
    )


def metric_of(row: Row) -> Metric:
    """A metric from its row."""
    return Metric(row["name"], row["value"], row["phase"], row["dataset"], row["slice"])


# `Metric.key`, of rows: pages have hundreds of them.
_METRIC_KEY = itemgetter("phase", "name", "dataset", "slice")
_NOTHING_KNOWN = {name: getattr(Producer(), name) for name in PRODUCER_FIELDS}


def producer_of(row: Row) -> Producer | None:
    """The producer from a version's row; None where nothing is known of it."""
    known = {key: row[key] for key in PRODUCER_FIELDS}
    if known["map_index"] is None:
        known["map_index"] = -1
    return None if known == _NOTHING_KNOWN else Producer(**known)


def view(
    row: Row,
    metrics: Iterable[Row],
    params: Iterable[Row],
    tags: Iterable[Row],
    inputs: Iterable[Row],
    aliases: Iterable[Row],
) -> ModelVersion:
    """The view of one version from its rows."""
    held = list(aliases)
    return _view(
        row,
        metrics=tuple(map(metric_of, sorted(metrics, key=_METRIC_KEY))),
        params={param["key"]: param["value"] for param in params},
        tags={tag["key"]: tag["value"] for tag in tags},
        inputs=tuple(Input(item["name"], item["uri"], item["digest"], item["rows"]) for item in inputs),
        aliases=tuple(alias["name"] for alias in held),
        overdue=tuple(alias["name"] for alias in held if is_due(alias)),
    )


def _view(row: Row, **beside: Any) -> ModelVersion:
    columns = (
        "model_name", "version", "digest", "uri", "storage", "mutable", "size", "file_count", "description", "metadata",
        "environment_digest", "training_duration", "code_revision", "supersedes", "is_test", "created_at",
        "created_by", "archived_at", "purged_at",
    )  # fmt: skip
    return ModelVersion(**{column: row[column] for column in columns}, producer=producer_of(row), **beside)
