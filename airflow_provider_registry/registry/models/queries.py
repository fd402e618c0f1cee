"""Reading registered models."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING

from sqlalchemy import RowMapping, and_, bindparam, select

from airflow_provider_registry.names import check_model_name, fold
from airflow_provider_registry.registry.aliases.tables import AliasRow, AssignmentRow
from airflow_provider_registry.registry.core import Core
from airflow_provider_registry.registry.database.batch import read_together
from airflow_provider_registry.registry.database.model_row import no_model
from airflow_provider_registry.registry.database.prepared import Prepared, Row
from airflow_provider_registry.registry.models.tables import ModelNameRow, ModelRow
from airflow_provider_registry.registry.models.views import RegisteredModel
from airflow_provider_registry.registry.policies.tables import PolicyRow
from airflow_provider_registry.registry.versions.tables import VersionRow

if TYPE_CHECKING:
    from airflow_provider_registry.registry.database.rows import Rows

COLUMNS = (
    ModelRow.id,
    ModelRow.name,
    ModelRow.team,
    ModelRow.description,
    ModelRow.metadata_schema,
    ModelRow.retention,
    ModelRow.last_version,
    ModelRow.created_at,
    ModelRow.created_by,
)


_BY_NAME = Prepared(
    lambda dialect: (
        select(*COLUMNS)
        .join(ModelNameRow, ModelNameRow.model_id == ModelRow.id)
        .where(ModelNameRow.folded == bindparam("folded"))
    )
)

_ID_BY_NAME = Prepared(
    lambda dialect: (
        select(ModelRow.id)
        .join(ModelNameRow, ModelNameRow.model_id == ModelRow.id)
        .where(ModelNameRow.folded == bindparam("folded"))
    )
)


def find_model(core: Core, name: str) -> Row:
    """The row of a model.

    Raises:
        ModelNotFoundError: no model has or had this name.
    """
    rows = core.ask(_BY_NAME, folded=fold(check_model_name(name)))
    if not rows:
        raise no_model(name)
    return rows[0]


def model_id_of(core: Core, name: str) -> int:
    """The id of a model, whatever its row holds.

    Raises:
        ModelNotFoundError: no model has or had this name.
    """
    rows = core.ask(_ID_BY_NAME, folded=fold(check_model_name(name)))
    if not rows:
        raise no_model(name)
    found: int = rows[0]["id"]
    return found


def load_model(core: Core, name: str) -> RegisteredModel:
    """The view of a model by any name that it has or had, with its aliases: one trip.

    Raises:
        ModelNotFoundError: no model has or had this name.
    """
    named = {"folded": fold(check_model_name(name))}
    rows, aliases = core.read(
        lambda connection: read_together(connection, (_BY_NAME, named), (_ALIASES_BY_NAME, named))
    )
    if not rows:
        raise no_model(name)
    return _view(rows[0], aliases)


def load_models(core: Core, rows: Sequence[RowMapping]) -> list[RegisteredModel]:
    """Views of models, in the order of their rows, with their aliases: one statement for all of them."""
    aliases: defaultdict[int, list[RowMapping]] = defaultdict(list)
    for alias in core.rows(_aliases().where(AliasRow.model_id.in_([row["id"] for row in rows]))):
        aliases[alias["model_id"]].append(alias)
    return [_view(row, aliases[row["id"]]) for row in rows]


def _aliases() -> Rows:
    held = and_(AssignmentRow.alias_id == AliasRow.id, AssignmentRow.to_at.is_(None))
    protected = select(PolicyRow.alias_id).where(PolicyRow.alias_id == AliasRow.id).exists().label("protected")
    return (
        select(AliasRow.model_id, AliasRow.name, VersionRow.version, protected)
        .outerjoin(AssignmentRow, held)
        .outerjoin(VersionRow, VersionRow.id == AssignmentRow.version_id)
        .order_by(AliasRow.name)
    )


_ALIASES_BY_NAME = Prepared(
    lambda dialect: (
        _aliases()
        .join(ModelNameRow, ModelNameRow.model_id == AliasRow.model_id)
        .where(ModelNameRow.folded == bindparam("folded"))
    )
)


def _view(row: Row, aliases: Sequence[Row]) -> RegisteredModel:
    return RegisteredModel(
        name=row["name"],
        team=row["team"],
        description=row["description"],
        metadata_schema=row["metadata_schema"],
        retention=row["retention"],
        latest_version=row["last_version"],
        aliases={alias["name"]: alias["version"] for alias in aliases if alias["version"] is not None},
        protected=frozenset(alias["name"] for alias in aliases if alias["protected"]),
        created_at=row["created_at"],
        created_by=row["created_by"],
    )
