"""Registries of many versions, made in a fraction of the time that registering them takes.

The tables are as registrations and promotions leave them, but for the record, whose events are there and are not
chained: nothing here verifies it. MLflow's tables get the same models, versions, tags and aliases.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, create_engine

from airflow_provider_registry.registry import Registry
from airflow_provider_registry.registry.database.tables import metadata
from benchmarks.filled import fill, filling
from benchmarks.mlflow.rows import ROWS
from benchmarks.setting import POSTGRESQL, Setting

LARGE = "large"
# What the large model is found by: how often its alias has moved, and another one, whose history is long.
ALIAS, MOVED = "production", 100
LONG_ALIAS, LONG_EVERY = "staging", 10
# Beside it there are other models, with a few versions each, of which the last holds the alias.
OTHERS, EACH = 200, 5

# Versions of the large model have their numbers as ids; those of the others follow.
_STATEMENTS = (
    """
    INSERT INTO registry_model
        (id, name, team, description, created_at, created_by, last_version, head_seq, head_hash, head_at)
    SELECT i, CASE i WHEN 1 THEN 'large' ELSE 'model-' || i END, 'team-' || (i % 20), '', moment(0), 'ana',
        CASE i WHEN 1 THEN :count ELSE :each END, CASE i WHEN 1 THEN :count ELSE :each END, digest(i), moment(:most)
    FROM numbers WHERE i <= :others + 1
    """,
    """
    INSERT INTO registry_model_name (folded, name, model_id, since)
    SELECT name, name, id, created_at FROM registry_model
    """,
    """
    CREATE TEMPORARY TABLE made AS
    SELECT i AS id,
        CASE WHEN i <= :count THEN 1 ELSE 2 + (i - :count - 1) / :each END AS model_id,
        CASE WHEN i <= :count THEN i ELSE 1 + (i - :count - 1) % :each END AS version,
        digest(i) AS digest, moment(i) AS at
    FROM numbers WHERE i <= :most
    """,
    """
    INSERT INTO registry_artifact (model_id, digest, manifest, size, file_count)
    SELECT model_id, digest, bytes('{"files": [{"path": "model.pkl", "sha256": "' || digest || '"}]}'), 1048576, 1
    FROM made
    """,
    """
    INSERT INTO registry_version
        (id, model_id, version, digest, uri, storage, mutable, description, metadata, training_duration, code_revision,
         is_test, instance_id, dag_id, run_id, task_id, map_index, try_number, run_type, created_at, created_by)
    SELECT id, model_id, version, digest, 's3://models/registry/' || digest, 'managed', false, '',
        '{"intended_use": "churn of private customers", "owner": "ana"}', 312.5, substr(digest, 1, 40), false,
        'airflow', 'train-' || (id % 20), 'scheduled__' || id, 'train', -1, 1, 'scheduled', at, 'airflow'
    FROM made
    """,
    """
    INSERT INTO registry_metric (version_id, name, phase, dataset, slice, value)
    SELECT id, 'auc', 'validation', '', '', 0.5 + 0.5 * ((id * 7919) % 100003) / 100003.0 FROM made
    """,
    """
    INSERT INTO registry_metric (version_id, name, phase, dataset, slice, value)
    SELECT id, 'loss', 'validation', '', '', 2.0 * ((id * 104729) % 100003) / 100003.0 FROM made
    """,
    """
    INSERT INTO registry_metric (version_id, name, phase, dataset, slice, value)
    SELECT id, 'rows', 'training', '', '', 100000 + id FROM made
    """,
    """
    INSERT INTO registry_tag (version_id, key, value, value_head)
    SELECT id, 'team', 'team-' || (id % 20), 'team-' || (id % 20) FROM made
    """,
    """
    INSERT INTO registry_tag (version_id, key, value, value_head)
    SELECT id, 'tier', tier, tier FROM
    (SELECT id, CASE WHEN id % 1000 = 0 THEN 'gold' WHEN id % 10 = 0 THEN 'silver' ELSE 'none' END AS tier FROM made)
        AS tiers
    """,
    """
    INSERT INTO registry_tag (version_id, key, value, value_head)
    SELECT id, 'commit', 'c-' || id, 'c-' || id FROM made
    """,
    """
    INSERT INTO registry_event (id, model_id, seq, type, at, version, act_key, fingerprint, body, hash)
    SELECT id, model_id, version, 'version.registered', at, version, 'act-' || id, digest,
        bytes('{"payload": {"digest": "' || digest || '", "size": 1048576}, "previous": "' || digest || '"}'), digest
    FROM made
    """,
    """
    INSERT INTO registry_alias (id, model_id, name, folded)
    SELECT i, i, 'production', 'production' FROM numbers WHERE i <= :others + 1
    UNION ALL SELECT :others + 2, 1, 'staging', 'staging'
    """,
    # Each assignment of an alias of the large model begins where the one before it ended.
    """
    CREATE TEMPORARY TABLE moved AS
    SELECT i AS id, 1 AS alias_id, 1 AS model_id, i * (:count / :moves) AS version_id,
        CASE i WHEN :moves THEN NULL ELSE (i + 1) * (:count / :moves) END AS next_id
    FROM numbers WHERE i <= :moves
    UNION ALL
    SELECT :moves + i, :others + 2, 1, i * :every, CASE i WHEN :count / :every THEN NULL ELSE (i + 1) * :every END
    FROM numbers WHERE i <= :count / :every
    UNION ALL
    SELECT :moves + :count / :every + i, i + 1, i + 1, :count + i * :each, NULL FROM numbers WHERE i <= :others
    """,
    """
    INSERT INTO registry_event
        (id, model_id, seq, type, at, version, alias, act_key, fingerprint, body, hash, private)
    SELECT :most + id, model_id, :most + id, 'alias.promoted', moment(version_id), version_id, 'production',
        'act-' || (:most + id), digest(id),
        bytes('{"payload": {"digest": "' || digest(version_id) || '", "replaced": 1}}'),
        digest(:most + id), bytes('{"actor": {"issuer": "airflow", "name": "ana", "subject": "1"}, "reason": "better"}')
    FROM moved
    """,
    """
    INSERT INTO registry_assignment
        (id, model_id, alias_id, version_id, from_at, to_at, previous_id, set_by_event, ended_by_event)
    SELECT id, model_id, alias_id, version_id, moment(version_id), moment(next_id),
        CASE WHEN model_id = 1 AND id > 1 AND id <> :moves + 1 THEN id - 1 END, :most + id,
        CASE WHEN next_id IS NOT NULL THEN :most + id + 1 END
    FROM moved
    """,
)
_SEQUENCES = (
    "SELECT setval(pg_get_serial_sequence('registry_model', 'id'), max(id)) FROM registry_model",
    "SELECT setval(pg_get_serial_sequence('registry_version', 'id'), max(id)) FROM registry_version",
    "SELECT setval(pg_get_serial_sequence('registry_event', 'id'), max(id)) FROM registry_event",
    "SELECT setval(pg_get_serial_sequence('registry_alias', 'id'), max(id)) FROM registry_alias",
    "SELECT setval(pg_get_serial_sequence('registry_assignment', 'id'), max(id)) FROM registry_assignment",
)


@dataclass(frozen=True)
class Dataset:
    """A filled registry, and the same in MLflow's tables.

    Attributes:
        database: `POSTGRESQL` or `SQLITE`.
        count: versions of the large model.
        mlflow_url: None where MLflow is left out.
    """

    registry: Registry
    database: str
    count: int
    mlflow_url: str | None

    @property
    def where(self) -> str:
        """As results name it."""
        return f"{self.database}, {self.count:,} versions"


_made: dict[tuple[str, str, int], Dataset] = {}


def datasets(setting: Setting, database: str) -> Iterator[Dataset]:
    """Filled registries of each size, smallest first; made once for all works of a run."""
    for count in setting.sizes:
        key = (str(setting.folder), database, count)
        if key not in _made:
            _made[key] = Dataset(_ours(setting, database, count), database, count, _theirs(setting, database, count))
        yield _made[key]


def release(setting: Setting) -> None:
    """Close the registries that were filled for a run."""
    for key in [key for key in _made if key[0] == str(setting.folder)]:
        _made.pop(key).registry.close()


def _values(count: int) -> dict[str, int]:
    moves = min(MOVED, count // 2)
    most = count + OTHERS * EACH
    return {"count": count, "most": most, "others": OTHERS, "each": EACH, "moves": moves, "every": LONG_EVERY}


def _ours(setting: Setting, database: str, count: int) -> Registry:
    registry = Registry.connect(setting.new_url(database), artifact_root=setting.new_folder())
    registry.migrate()
    values = _values(count)
    with filling(registry.engine, values["most"]) as connection:
        indexes = [index for table in metadata.sorted_tables for index in table.indexes]
        for index in indexes:
            index.drop(connection)
        if database == POSTGRESQL:
            _leave_unlogged(connection)
        fill(connection, _STATEMENTS, values)
        for index in indexes:
            index.create(connection)
        if database == POSTGRESQL:
            fill(connection, _SEQUENCES, {})
    return registry


def _leave_unlogged(connection: Connection) -> None:
    """Have no row written to the log: these are read and never changed, and need not outlive the server."""
    preparer = connection.dialect.identifier_preparer
    for table in reversed(metadata.sorted_tables):
        connection.exec_driver_sql(f"ALTER TABLE {preparer.format_table(table)} SET UNLOGGED")


def _theirs(setting: Setting, database: str, count: int) -> str | None:
    if setting.mlflow is None:
        return None
    url = setting.new_url(database)
    with setting.mlflow.store(url):
        pass  # its tables are made
    engine = create_engine(url)
    values = _values(count)
    with filling(engine, values["most"]) as connection:
        fill(connection, ROWS, values)
    engine.dispose()
    return url
