"""Rows of MLflow's tables, as its own store writes them."""

from __future__ import annotations

# The models, versions, tags and aliases of benchmarks/dataset.py. Metrics are no part of MLflow's registry.
ROWS = (
    """
    INSERT INTO registered_models (workspace, name, creation_time, last_updated_time)
    SELECT 'default', CASE i WHEN 1 THEN 'large' ELSE 'model-' || i END, 1735689600000, 1735689600000
    FROM numbers WHERE i <= :others + 1
    """,
    """
    CREATE TEMPORARY TABLE made AS
    SELECT i AS id,
        CASE WHEN i <= :count THEN 'large' ELSE 'model-' || (2 + (i - :count - 1) / :each) END AS name,
        CASE WHEN i <= :count THEN i ELSE 1 + (i - :count - 1) % :each END AS version
    FROM numbers WHERE i <= :most
    """,
    """
    INSERT INTO model_versions
        (workspace, name, version, creation_time, last_updated_time, current_stage, source, storage_location, run_id,
         status)
    SELECT 'default', name, version, 1735689600000 + id * 30000, 1735689600000 + id * 30000, 'None',
        's3://models/' || id, 's3://models/' || id, substr(digest(id), 1, 32), 'READY'
    FROM made
    """,
    """
    INSERT INTO model_version_tags (workspace, name, version, key, value)
    SELECT 'default', name, version, 'team', 'team-' || (id % 20) FROM made
    """,
    """
    INSERT INTO model_version_tags (workspace, name, version, key, value)
    SELECT 'default', name, version, 'tier',
        CASE WHEN id % 1000 = 0 THEN 'gold' WHEN id % 10 = 0 THEN 'silver' ELSE 'none' END FROM made
    """,
    """
    INSERT INTO model_version_tags (workspace, name, version, key, value)
    SELECT 'default', name, version, 'commit', 'c-' || id FROM made
    """,
    """
    INSERT INTO registered_model_aliases (workspace, name, alias, version)
    SELECT 'default', 'large', 'production', (:count / :moves) * :moves
    UNION ALL SELECT 'default', 'model-' || (i + 1), 'production', :each FROM numbers WHERE i <= :others
    """,
)
