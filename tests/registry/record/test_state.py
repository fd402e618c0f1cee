"""The tables beside the record: whoever edits them is found out by the record."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import delete, select, update

from airflow_provider_registry.errors import RecordTamperedError
from airflow_provider_registry.registry.aliases.tables import AssignmentRow
from airflow_provider_registry.registry.database.engine import acting
from airflow_provider_registry.registry.versions.tables import InputRow, MetricRow, VersionRow


@pytest.fixture
def filled(registry, tmp_path):
    """A model with two versions, of which the second is in production and the first was."""
    for number in (1, 2):
        artifact = tmp_path / f"model-{number}.bin"
        artifact.write_bytes(bytes([number]))
        metrics = [
            {"name": "auc", "value": 0.8 + number / 100},
            {"name": "auc", "slice": "country=NO", "value": 0.75},
            {"name": "loss", "phase": "training", "value": 1e-9},
        ]
        inputs = [{"name": "clicks", "rows": 10}, {"name": "users", "uri": "s3://data/users"}]
        registry.register_version("churn", artifact, metrics=metrics, inputs=inputs)
        registry.promote("churn", number, "production")
    registry.promote("churn", 1, "staging")
    registry.clear_alias("churn", "staging")
    return registry


def edit(registry, statement):
    with acting(registry.engine).connect() as connection, connection.begin():
        assert connection.execute(statement).rowcount == 1


def only_version(number):
    return select(VersionRow.id).where(VersionRow.version == number).scalar_subquery()


def first_assignment():
    return AssignmentRow.id == select(AssignmentRow.id).order_by(AssignmentRow.id).limit(1).scalar_subquery()


def tampered(registry):
    with pytest.raises(RecordTamperedError) as caught:
        registry.verify_record("churn")
    return caught.value


def test_tables_that_nobody_edited_agree_with_the_record(filled):
    assert filled.record_head("churn") == filled.verify_record("churn")


def test_an_edited_metric_is_found(filled):
    edit(
        filled, update(MetricRow).where(MetricRow.version_id == only_version(2), MetricRow.slice != "").values(value=1)
    )
    error = tampered(filled)
    assert 4 == error.seq
    assert "metrics of version 2" in str(error)


def test_a_removed_metric_is_found(filled):
    edit(filled, delete(MetricRow).where(MetricRow.version_id == only_version(1), MetricRow.name == "loss"))
    assert "metrics of version 1" in str(tampered(filled))


def test_an_edited_input_is_found(filled):
    edit(filled, update(InputRow).where(InputRow.version_id == only_version(1), InputRow.position == 1).values(rows=7))
    assert "inputs of version 1" in str(tampered(filled))


def test_a_version_that_points_at_other_bytes_is_found(filled):
    edit(filled, update(VersionRow).where(VersionRow.version == 2).values(uri="file:///elsewhere"))
    assert "version 2 has the uri 'file:///elsewhere'" in str(tampered(filled))


def test_an_edited_alias_history_is_found(filled):
    later = filled.history("churn", "production")[0].from_at + timedelta(microseconds=1)
    edit(filled, update(AssignmentRow).where(first_assignment()).values(from_at=later))
    assert 3 == tampered(filled).seq


def test_an_alias_pointed_elsewhere_by_hand_is_found(filled):
    moved = update(AssignmentRow).where(AssignmentRow.to_at.is_(None)).values(version_id=only_version(1))
    edit(filled, moved)
    assert 5 == tampered(filled).seq
