"""What many aliases point at now, in one statement: what waits are resolved from (rule 12)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Select, String, column, select
from sqlalchemy.orm import aliased

from airflow_provider_registry.names import check_alias, check_model_name, fold
from airflow_provider_registry.registry.aliases.queries import select_assignments, view
from airflow_provider_registry.registry.aliases.tables import AliasRow, AssignmentRow
from airflow_provider_registry.registry.aliases.views import Assignment
from airflow_provider_registry.registry.core import Core
from airflow_provider_registry.registry.database.asked import asked_table
from airflow_provider_registry.registry.database.clock import clock_values
from airflow_provider_registry.registry.models.tables import ModelNameRow, ModelRow
from airflow_provider_registry.registry.named import each_named
from airflow_provider_registry.registry.reviews.due import with_reviews

Named = tuple[str, str]
"""A model's name and an alias's, as a user writes them."""


def holders(core: Core, named: Iterable[Named]) -> dict[Named, Assignment]:
    """The assignment in force of each alias that points at a version; the others are left out.

    Parameters:
        named: models and aliases, in any case; a model's former name leads to it too, and one that is not there
            holds nothing.
    """
    asked: dict[Named, list[Named]] = {}
    for model, alias in each_named(named, "model name", "alias"):
        asked.setdefault((fold(check_model_name(model)), fold(check_alias(alias))), []).append((model, alias))
    if not asked:
        return {}
    found = core.rows(_select(core.engine.dialect.name, asked))
    return {name: view(row) for row in found for name in asked[row["asked_model"], row["asked_alias"]]}


def live(core: Core, alias: str | None) -> list[Assignment]:
    """The assignment in force of every alias of every model, by model and alias; see `Registry.live`."""
    dialect = core.engine.dialect.name
    statement = with_reviews(select_assignments(), dialect).where(AssignmentRow.to_at.is_(None))
    if alias is not None:
        statement = statement.where(AliasRow.folded == fold(check_alias(alias)))
    statement = statement.order_by(ModelRow.name, AliasRow.name).params(clock_values(dialect))
    return [view(row) for row in core.rows(statement)]


def _select(dialect: str, folded: Iterable[Named]) -> Select[Any]:
    asked = asked_table(dialect, folded, column("model", String()), column("alias", String()))
    # One after the other by its index: joined, PostgreSQL may well begin with what holds any alias of any model.
    model = select(ModelNameRow.model_id).where(ModelNameRow.folded == asked.c.model).correlate(asked)
    row, held = aliased(AliasRow), aliased(AssignmentRow)
    alias = select(row.id).where(row.model_id == model.scalar_subquery(), row.folded == asked.c.alias).correlate(asked)
    found = select(held.id).where(held.alias_id == alias.scalar_subquery(), held.to_at.is_(None))
    return (
        with_reviews(select_assignments(), dialect)
        .add_columns(asked.c.model.label("asked_model"), asked.c.alias.label("asked_alias"))
        .join(asked, AssignmentRow.id == found.scalar_subquery())
        .params(clock_values(dialect))
    )
