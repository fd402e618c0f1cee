"""The tables beside the record: whoever edits them is found out by the record."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, func, insert, select, update

from airflow_provider_registry.errors import RecordTamperedError
from airflow_provider_registry.registry.aliases.tables import AliasRow, AssignmentRow
from airflow_provider_registry.registry.database.engine import acting
from airflow_provider_registry.registry.gates.tables import GateReportRow
from airflow_provider_registry.registry.policies.tables import PolicyRow
from airflow_provider_registry.registry.record.tables import EventRow
from airflow_provider_registry.registry.versions.tables import InputRow, MetricRow, ParamRow, Storage, VersionRow


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
    assert "version 2: its metrics" in str(error)


def test_a_removed_metric_is_found(filled):
    edit(filled, delete(MetricRow).where(MetricRow.version_id == only_version(1), MetricRow.name == "loss"))
    assert "version 1: its metrics" in str(tampered(filled))


def test_an_edited_input_is_found(filled):
    edit(filled, update(InputRow).where(InputRow.version_id == only_version(1), InputRow.position == 1).values(rows=7))
    assert "version 1: its inputs" in str(tampered(filled))


def test_a_version_that_points_at_other_bytes_is_found(filled):
    edit(filled, update(VersionRow).where(VersionRow.version == 2).values(uri="file:///elsewhere"))
    assert "version 2: its uri is 'file:///elsewhere'" in str(tampered(filled))


def test_an_edited_alias_history_is_found(filled):
    later = filled.history("churn", "production")[0].from_at + timedelta(microseconds=1)
    edit(filled, update(AssignmentRow).where(first_assignment()).values(from_at=later))
    assert 3 == tampered(filled).seq


def test_an_alias_pointed_elsewhere_by_hand_is_found(filled):
    moved = update(AssignmentRow).where(AssignmentRow.to_at.is_(None)).values(version_id=only_version(1))
    edit(filled, moved)
    assert 5 == tampered(filled).seq


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"is_test": True}, "its producer"),
        ({"run_type": "backfill"}, "its producer"),
        ({"data_interval_end": datetime(2099, 1, 1, tzinfo=UTC)}, "its producer"),
        ({"pins": {"model.bin": {"etag": "x"}}}, "its pins"),
        ({"storage": Storage.REFERENCE}, "its storage"),
        ({"created_at": datetime(2020, 1, 1, tzinfo=UTC)}, "its created_at"),
        ({"metadata": {"owner": "somebody else"}}, "its metadata"),
        ({"archived_at": datetime(2020, 1, 1, tzinfo=UTC)}, "archived"),
    ],
)
def test_what_the_rules_read_of_a_version_cannot_be_edited_unseen(filled, changes, said):
    table: Any = VersionRow.__table__  # by column: `metadata` is not the attribute's name
    edit(filled, update(table).where(table.c.version == 2).values(changes))
    assert said in str(tampered(filled))


def test_an_inserted_param_is_found_until_the_registration_is_erased(filled):
    with acting(filled.engine).connect() as connection, connection.begin():
        version = connection.execute(select(VersionRow.id).where(VersionRow.version == 1)).scalar_one()
        connection.execute(insert(ParamRow).values(version_id=version, key="depth", value="4", value_head="4"))
    assert "its params" in str(tampered(filled))
    filled.erase_event("churn", 2, reason="nothing is left to compare with")
    filled.verify_record("churn")


def test_archiving_and_restoring_are_no_contradiction(filled):
    filled.promote("churn", 1, "production")
    filled.archive_version("models:/churn/2")
    filled.verify_record("churn")
    filled.restore_version("models:/churn/2")
    filled.verify_record("churn")


class TestPolicies:
    @pytest.fixture
    def protected(self, filled):
        filled.set_policy("churn", "production", floor(0.8))
        filled.set_policy("churn", "production", floor(0.9))
        return filled

    def lower(self, registry):
        body = {"gates": [{"metric": "auc", "threshold": 0.1, "greater_is_better": True}]}
        edit(registry, update(PolicyRow).where(PolicyRow.to_at.is_(None)).values(body=body))

    def test_one_that_nobody_edited_agrees(self, protected):
        protected.remove_policy("churn", "production", reason="over")
        protected.verify_record("churn")

    def test_an_edited_one_is_found(self, protected):
        self.lower(protected)
        assert "the policy of the alias" in str(tampered(protected))

    def test_an_edited_one_is_never_obeyed(self, protected):
        self.lower(protected)
        with pytest.raises(RecordTamperedError, match="not the one that was set"):
            protected.promote("churn", 1, "production")

    def test_one_that_was_ended_by_hand_is_found(self, protected):
        row = update(PolicyRow).where(PolicyRow.to_at.is_(None))
        edit(protected, row.values(to_at=datetime(2099, 1, 1, tzinfo=UTC)))
        assert "from when to when" in str(tampered(protected))


class TestReports:
    @pytest.fixture
    def judged(self, filled):
        filled.set_policy("churn", "staging", floor(0.81))
        filled.validate("churn", 2, alias="staging")
        filled.promote("churn", 2, "staging")
        filled.promote("churn", 1, "staging")
        return filled

    def test_those_that_nobody_edited_agree_and_the_record_has_their_numbers(self, judged):
        judged.verify_record("churn")
        (said,) = [event for event in judged.events() if event.type == "version.validated"]
        assert [pytest.approx(0.82)] == [gate["candidate_value"] for gate in said.payload["gates"]]

    def test_an_edited_one_is_found(self, judged):
        (first, *_) = judged.gate_reports("models:/churn/2")
        body = {**first.as_mapping(), "baseline_version": 7}
        edit(judged, update(GateReportRow).where(GateReportRow.id == first.report_id).values(body=body))
        assert "gate report is not the one" in str(tampered(judged))

    @pytest.mark.parametrize(
        "edited",
        [
            {"metrics_digest": "0" * 64},
            {"digest": "0" * 64},
            {"baseline_assignment_id": 1},
            {"version_id": select(VersionRow.id).where(VersionRow.version == 1).scalar_subquery()},
            {"alias_id": select(AliasRow.id).where(AliasRow.name == "production").scalar_subquery()},
            {"event_id": select(func.min(EventRow.id)).scalar_subquery()},
        ],
        ids=lambda edited: next(iter(edited)),
    )
    def test_one_that_is_bound_to_something_else_now_is_found(self, judged, edited):
        (first, *_) = judged.gate_reports("models:/churn/2")
        edit(judged, update(GateReportRow).where(GateReportRow.id == first.report_id).values(**edited))
        assert "gate report" in str(tampered(judged))

    def test_a_removed_one_is_found(self, judged):
        (first, *_) = judged.gate_reports("models:/churn/2")
        edit(judged, delete(GateReportRow).where(GateReportRow.id == first.report_id))
        assert "gate report is not there" in str(tampered(judged))


def floor(threshold):
    return {"gates": [{"metric": "auc", "threshold": threshold, "greater_is_better": True}]}
