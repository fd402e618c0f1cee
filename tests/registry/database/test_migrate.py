"""The schema: one tree of migrations that says what the models say."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import BigInteger, DateTime, Engine, Integer, LargeBinary, MetaData, delete, inspect, select, text

from airflow_provider_registry.errors import InvalidInputError, SchemaError
from airflow_provider_registry.registry import Registry
from airflow_provider_registry.registry.database import migrate
from airflow_provider_registry.registry.database.engine import make_engine
from airflow_provider_registry.registry.database.tables import metadata

# Rows of these parents are never deleted, and nothing looks for a child by them.
UNINDEXED = {
    ("registry_version", "environment_digest"),
    ("registry_version", "supersedes_id"),
    ("registry_assignment", "previous_id"),
    ("registry_assignment", "ended_by_event"),
    ("registry_policy", "set_by_event"),
    ("registry_webhook", "set_by_event"),
    ("registry_gate_report", "alias_id"),
    ("registry_gate_report", "policy_id"),
    ("registry_gate_report", "baseline_assignment_id"),
    ("registry_request", "report_id"),
    ("registry_request", "ended_by_event"),
    ("registry_deployment", "model_id", "desired_version_id"),
    ("registry_deployment", "model_id", "actual_version_id"),
    ("registry_deployment", "ended_by_event"),
    ("registry_route", "ended_by_event"),
}


@pytest.fixture
def engine(database_url):
    engine = make_engine(database_url)
    yield engine
    engine.dispose()


def revisions() -> list[str]:
    tree = ScriptDirectory.from_config(migrate._config())
    return [script.revision for script in reversed(list(tree.walk_revisions()))]


def tables(engine: Engine) -> set[str]:
    return set(inspect(engine).get_table_names())


def fill(engine: Engine) -> None:
    """One row in every table that is empty, whatever revision the schema is at."""
    seen = MetaData()
    seen.reflect(engine)
    rows: dict[str, dict[str, Any]] = {}
    with engine.begin() as connection:
        for table in seen.sorted_tables:
            row = connection.execute(select(table)).mappings().first()
            if row is None:
                values = {column.name: value_of(column, rows) for column in table.columns if not column.nullable}
                connection.execute(table.insert().values(values))
                row = connection.execute(select(table)).mappings().one()
            rows[table.name] = dict(row)


def value_of(column: Any, rows: dict[str, dict[str, Any]]) -> Any:
    for key in column.foreign_keys:
        if key.column.table.name in rows:
            return rows[key.column.table.name][key.column.name]
    if isinstance(column.type, DateTime):
        return datetime(2026, 1, 1, tzinfo=UTC)
    if isinstance(column.type, LargeBinary):
        return b"{}"
    if isinstance(column.type, Integer | BigInteger):
        return 1
    return {"BOOLEAN": False, "DOUBLE": 0.5, "FLOAT": 0.5, "DOUBLE_PRECISION": 0.5}.get(
        column.type.__visit_name__, "{}"
    )


def rows_of(engine: Engine) -> dict[str, list[dict[str, Any]]]:
    seen = MetaData()
    seen.reflect(engine)
    with engine.connect() as connection:
        return {
            table.name: [dict(row) for row in connection.execute(select(table)).mappings()]
            for table in seen.sorted_tables
            if table.name != migrate.VERSION_TABLE
        }


def kept(before: dict[str, list[dict[str, Any]]], after: dict[str, list[dict[str, Any]]]) -> bool:
    """Whether what was there before is there still, in the columns that are there on both sides."""
    for table, rows in before.items():
        for old, new in zip(rows, after.get(table, rows), strict=True):
            if any(old[column] != new[column] for column in old.keys() & new.keys()):
                return False
    return True


class TestMigrate:
    def test_models_and_migrations_agree(self, engine):
        migrate.migrate(engine)
        with engine.connect() as connection:
            context = MigrationContext.configure(
                connection, opts={"compare_type": True, "version_table": migrate.VERSION_TABLE}
            )
            assert compare_metadata(context, metadata) == []

    def test_upgrade_downgrade_and_upgrade_again_give_the_same_schema(self, engine):
        migrate.migrate(engine)
        first = tables(engine)
        migrate.downgrade(engine, "base")
        left = tables(engine)
        migrate.migrate(engine)
        assert first == tables(engine)
        assert left <= {migrate.VERSION_TABLE}

    def test_every_revision_keeps_the_data_of_the_one_before(self, engine):
        every = revisions()
        for earlier, later in zip(every, [*every[1:], every[-1]], strict=True):
            migrate.migrate(engine, earlier)
            fill(engine)
            before = rows_of(engine)
            assert all(before.values())
            migrate.migrate(engine, later)
            assert kept(before, rows_of(engine))
            if later != earlier:
                migrate.downgrade(engine, earlier)
                assert kept(before, rows_of(engine))

    @pytest.mark.parametrize(
        ("revision", "what"),
        [
            ("0004", "webhooks"),
            ("0005", "outcomes of checks"),
            ("0009", "model cards"),
            ("0010", "scans or signatures"),
        ],
    )
    def test_a_downgrade_that_would_lose_what_only_newer_releases_know_is_refused(self, engine, revision, what):
        migrate.migrate(engine, revision)
        fill(engine)
        before = rows_of(engine)
        with pytest.raises(SchemaError, match=f"There are {what}, which an older release cannot read"):
            migrate.downgrade(engine, "0002")
        assert before == rows_of(engine)

    @pytest.mark.parametrize(
        ("table", "what"), [("registry_request", "promotion requests"), ("registry_override", "overrides")]
    )
    def test_a_downgrade_that_would_lose_what_people_decided_is_refused_and_leaves_all(self, engine, table, what):
        migrate.migrate(engine, "0002")
        fill(engine)
        with engine.begin() as connection:
            for other in ("registry_decision", "registry_request", "registry_override"):
                if other != table:
                    connection.execute(delete(metadata.tables[other]))
        before = rows_of(engine)
        with pytest.raises(SchemaError, match=f"There are {what}.*would lose them.*Restore a backup"):
            migrate.downgrade(engine, "0001")
        assert ("0002", before) == (migrate.current_revision(engine), rows_of(engine))

    def test_base_removes_also_what_people_decided(self, engine):
        migrate.migrate(engine, "0002")
        fill(engine)
        migrate.downgrade(engine, "base")
        assert tables(engine) <= {migrate.VERSION_TABLE}

    def test_a_model_of_before_there_were_requests_has_none_pending(self, engine):
        migrate.migrate(engine, "0001")
        fill(engine)
        migrate.migrate(engine, "0002")
        assert [row["pending_requests"] for row in rows_of(engine)["registry_model"]] == [0]

    def test_migrating_again_changes_nothing(self, engine):
        migrate.migrate(engine)
        fill(engine)
        before = rows_of(engine)
        migrate.migrate(engine)
        assert before == rows_of(engine)

    def test_tables_of_others_are_left_alone(self, engine):
        with engine.begin() as connection:
            connection.execute(text("CREATE TABLE dag (dag_id TEXT)"))
            connection.execute(text("CREATE TABLE alembic_version (version_num TEXT)"))
        migrate.migrate(engine)
        migrate.downgrade(engine, "base")
        assert {"dag", "alembic_version"} <= tables(engine)

    def test_two_migrations_at_once_do_it_once(self, database_url):
        def run(_):
            engine = make_engine(database_url)
            migrate.migrate(engine)
            engine.dispose()

        with ThreadPoolExecutor(4) as pool:
            list(pool.map(run, range(4)))
        with Registry.connect(database_url) as registry:
            assert registry.create_model("churn").name == "churn"

    def test_a_migration_that_fails_leaves_nothing(self, engine, monkeypatch):
        def broken(*_, **__):
            raise RuntimeError("killed")

        monkeypatch.setattr("alembic.op.create_index", broken)
        with pytest.raises(RuntimeError):
            migrate.migrate(engine)
        assert not tables(engine)

    @pytest.mark.parametrize("work", [migrate.migrate, lambda engine: migrate.downgrade(engine, "base")])
    def test_a_schema_newer_than_the_code_is_left_as_it_is(self, engine, work):
        migrate.migrate(engine)
        with engine.begin() as connection:
            connection.execute(text("UPDATE registry_alembic_version SET version_num = 'later'"))
        before = tables(engine)
        with pytest.raises(SchemaError, match=r"at later.*newer\. Upgrade airflow-provider-registry"):
            work(engine)
        assert ("later", before) == (migrate.current_revision(engine), tables(engine))

    @pytest.mark.parametrize("work", [migrate.migrate, migrate.downgrade])
    def test_an_unknown_revision_is_refused_with_those_there_are(self, engine, work):
        with pytest.raises(InvalidInputError, match=r"no revision '0999'.*0001"):
            work(engine, "0999")
        assert not tables(engine)


class TestCheckSchema:
    def test_a_database_without_the_schema_is_named_with_the_command(self, engine):
        with pytest.raises(SchemaError, match=r"no model registry yet.*airflow model-registry db migrate"):
            migrate.check_schema(engine)

    def test_a_schema_older_than_the_code_is_named_with_the_command(self, engine, monkeypatch):
        migrate.migrate(engine)
        now = migrate.newest_revision()
        monkeypatch.setattr(migrate, "newest_revision", lambda: "9999")
        with pytest.raises(SchemaError, match=rf"at {now}.*9999.*airflow model-registry db migrate"):
            migrate.check_schema(engine)

    def test_a_schema_newer_than_the_code_asks_to_upgrade_the_package(self, engine):
        migrate.migrate(engine)
        with engine.begin() as connection:
            connection.execute(text("UPDATE registry_alembic_version SET version_num = 'later'"))
        with pytest.raises(SchemaError, match=r"newer\. Upgrade airflow-provider-registry"):
            migrate.check_schema(engine)

    def test_every_method_says_so_before_anything_else(self, database_url, tmp_path):
        with Registry.connect(database_url, artifact_root=tmp_path / "root") as registry:
            for call in (
                lambda: registry.create_model("churn"),
                lambda: registry.get_model("churn"),
                registry.events,
                registry.gc,
            ):
                with pytest.raises(SchemaError):
                    call()


class TestTables:
    def test_every_table_has_the_prefix(self):
        assert all(name.startswith("registry_") for name in metadata.tables)

    def test_every_table_and_every_column_is_commented(self):
        bare = [str(column) for table in metadata.sorted_tables for column in table.columns if not column.comment]
        assert bare == []
        assert [table.name for table in metadata.sorted_tables if not table.comment] == []

    def test_every_foreign_key_is_indexed_or_justified(self):
        bare = set()
        for table in metadata.sorted_tables:
            indexed = [tuple(table.primary_key.columns.keys())]
            indexed += [tuple(index.columns.keys()) for index in table.indexes]
            indexed += [
                tuple(item.columns.keys())
                for item in table.constraints
                if hasattr(item, "columns") and type(item).__name__ == "UniqueConstraint"
            ]
            for key in table.foreign_key_constraints:
                names = set(key.column_keys)
                if not any(set(columns[: len(names)]) == names for columns in indexed) and not any(
                    columns and columns[0] in names and columns[0] != "model_id" for columns in indexed
                ):
                    bare.add((table.name, *key.column_keys))
        assert bare == UNINDEXED

    def test_the_index_names_fit_into_postgresql(self):
        names = [index.name for table in metadata.sorted_tables for index in table.indexes]
        assert all(len(str(name)) <= 63 for name in names)
