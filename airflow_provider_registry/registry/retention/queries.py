"""Reading what a retention looks at."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from airflow_provider_registry.registry.aliases.tables import AssignmentRow
from airflow_provider_registry.registry.core import Core
from airflow_provider_registry.registry.database.prepared import Row
from airflow_provider_registry.registry.models.queries import model_id_of
from airflow_provider_registry.registry.models.tables import ModelRow
from airflow_provider_registry.registry.retention.plan import Standing
from airflow_provider_registry.registry.retention.retention import Retention
from airflow_provider_registry.registry.versions.needed import Scope, needed
from airflow_provider_registry.registry.versions.tables import ArtifactRow, Storage, VersionRow

if TYPE_CHECKING:
    from airflow_provider_registry.registry.database.rows import Rows


def models_with_retention(core: Core, model_name: str | None) -> Sequence[Row]:
    """The models that have a retention, by name; or that one, if it has.

    Raises:
        ModelNotFoundError: there is no such model.
    """
    statement = select(ModelRow.id, ModelRow.name, ModelRow.last_version, ModelRow.retention)
    statement = statement.where(ModelRow.retention.is_not(None)).order_by(ModelRow.name)
    if model_name is not None:
        statement = statement.where(ModelRow.id == model_id_of(core, model_name))
    return core.rows(statement)


def retention_of(core: Core, model_name: str) -> Retention | None:
    """The retention of a model; see `Registry.retention`."""
    model_id = model_id_of(core, model_name)
    row = core.first(select(ModelRow.retention).where(ModelRow.id == model_id))
    assert row is not None, "models are never deleted"
    return None if row["retention"] is None else Retention.parse(row["retention"])


def standings_of_model(scope: Scope) -> list[Standing]:
    """Every version of a model that has its bytes."""
    needs = needed(scope)
    rows = scope.connection.execute(_select(scope.model_id)).mappings()
    return [_standing(row, needs.get(row["id"], ())) for row in rows]


def standings_with_bytes(scope: Scope, digest: str) -> list[Standing]:
    """The versions of a model that have these bytes: those of one digest are few, whatever the model has."""
    rows = scope.connection.execute(_select(scope.model_id).where(VersionRow.digest == digest)).mappings().all()
    return [_standing(row, _needs_of(scope, row["id"])) for row in rows]


def _needs_of(scope: Scope, version_id: int) -> Sequence[str]:
    return needed(Scope(scope.connection, scope.model_id, scope.at, version_id)).get(version_id, ())


def _select(model_id: int) -> Rows:
    let_go = select(func.max(AssignmentRow.to_at)).where(AssignmentRow.version_id == VersionRow.id)
    own = (VersionRow.id, VersionRow.version, VersionRow.digest, VersionRow.storage, VersionRow.archived_at)
    same = (ArtifactRow.model_id == VersionRow.model_id, ArtifactRow.digest == VersionRow.digest)
    size = select(ArtifactRow.size).where(*same)
    return (
        select(*own, let_go.scalar_subquery().label("let_go"), size.scalar_subquery().label("size"))
        .where(VersionRow.model_id == model_id, VersionRow.purged_at.is_(None))
        .order_by(VersionRow.version)
    )


def _standing(row: Row, needs: Sequence[str]) -> Standing:
    names = ("version", "digest", "size", "archived_at", "let_go")
    managed = row["storage"] is Storage.MANAGED
    return Standing(**{name: row[name] for name in names}, managed=managed, needs=tuple(needs))
