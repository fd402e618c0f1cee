from __future__ import annotations

import pytest
from sqlalchemy import Column, Integer, MetaData, Table, text

from airflow_provider_registry.registry.database.check import schema_differences


def change(registry, *statements):
    with registry.engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))


def test_a_migrated_schema_is_as_the_code_needs_it(registry):
    assert [] == schema_differences(registry.engine)


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("DROP TABLE registry_tag", "The table registry_tag is missing."),
        ("ALTER TABLE registry_model ADD COLUMN cost INTEGER", "The table registry_model has a column cost, which"),
        ("ALTER TABLE registry_version DROP COLUMN training_duration", "has no column training_duration."),
        ("CREATE TABLE registry_extra (id INTEGER)", "The table registry_extra is none of this release's."),
        ("DROP INDEX ix_registry_tag_key_value_head_version_id", "The table registry_tag lacks ix_registry_tag_key"),
    ],
)
def test_what_was_changed_by_hand_is_named(registry, statement, said):
    change(registry, statement)
    assert any(said in sentence for sentence in schema_differences(registry.engine)), schema_differences(
        registry.engine
    )


def test_tables_of_others_and_indexes_that_somebody_added_are_no_difference(registry):
    Table("dag_run", MetaData(), Column("id", Integer)).create(registry.engine)
    change(registry, "CREATE INDEX ours ON registry_model (last_version)")
    assert [] == schema_differences(registry.engine)
