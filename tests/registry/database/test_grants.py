"""The roles do what their kind of process needs, and no more; in a database that holds Airflow's tables too."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from sqlalchemy import literal, make_url, select, text
from sqlalchemy.exc import ProgrammingError

from airflow_provider_registry.errors import DatabaseDeniedError, InvalidInputError, RecordTamperedError
from airflow_provider_registry.registry import Actor, Caller, Registry, profile_of
from airflow_provider_registry.registry.aliases import let_in, override
from airflow_provider_registry.registry.caller import Via
from airflow_provider_registry.registry.database.grants import GRANTS, Right, Role, role_script, role_statements
from airflow_provider_registry.registry.database.prepared import Prepared
from airflow_provider_registry.registry.database.tables import metadata
from airflow_provider_registry.registry.reviews import acts as reviews
from tests.support.kernel import FLOOR, later
from tests.support.postgres import dsn_of
from tests.support.signers import a_signer

AIRFLOWS = ("CREATE TABLE dag_run (id int)", "CREATE TABLE connection (id int, password text)")
ASKS = {**FLOOR, "approvals": [{"role": "ml-lead", "users": ["ana"]}], "override": {"users": ["ana"]}}
AUDIT = {"name": "audit", "url": "http://127.0.0.1:9/", "secret": "signing"}
SIGNER = a_signer()
ANA = Caller(Actor("python", "ana", "ana"))
TASK = Caller(Actor("airflow", "retrain", "retrain"), via=Via.TASK)

FORBIDDEN = (
    "DELETE FROM registry_event",
    "UPDATE registry_event SET version = 2",
    "UPDATE registry_event SET body = ''",
    "UPDATE registry_version SET digest = ''",
    "UPDATE registry_metric SET value = 1",
    "UPDATE registry_decision SET verdict = 'approve'",
    "UPDATE registry_policy SET body = ''",
    "DELETE FROM registry_policy",
    "UPDATE registry_webhook SET body = ''",
    "DELETE FROM registry_webhook",
    "DELETE FROM registry_decision",
    "DELETE FROM registry_override",
    "UPDATE registry_review SET outcome = 'keep'",
    "DELETE FROM registry_review",
    "UPDATE registry_check SET passed = true",
    "DELETE FROM registry_check",
    "UPDATE registry_metric_series SET slice = ''",
    "DELETE FROM registry_metric_series",
    "UPDATE registry_metric_point SET value = 1",
    "UPDATE registry_metric_batch SET version_id = 1",
    "UPDATE registry_feedback SET rating = 5",
    "UPDATE registry_feedback SET private_digest = ''",
    "DELETE FROM registry_feedback",
    "UPDATE registry_profile SET phase = 'training'",
    "DELETE FROM registry_profile",
    "UPDATE registry_card SET revision = 2",
    "DELETE FROM registry_card",
    "UPDATE registry_scan SET outcome = 'clean'",
    "DELETE FROM registry_scan",
    "UPDATE registry_signature SET root = ''",
    "DELETE FROM registry_signature",
    "UPDATE registry_route SET share = 5000",
    "DELETE FROM registry_route",
    "UPDATE registry_deployment SET actual = 'running'",
    "DELETE FROM registry_deployment",
    "UPDATE registry_gate_report SET passed = true",
    "UPDATE registry_identity SET registry_id = ''",
    "UPDATE registry_assignment SET version_id = 1",
    "TRUNCATE registry_lease",
    "SELECT * FROM dag_run",
    "SELECT password FROM connection",
    "CREATE TABLE mine (id int)",
)

Connect = Callable[..., Registry]


def run(url: str, *statements: str) -> None:
    with psycopg.connect(dsn_of(url)) as connection:
        for statement in statements:
            connection.execute(statement.encode())


@pytest.fixture
def backend() -> str:
    """PostgreSQL: SQLite knows no roles."""
    return "postgresql"


@pytest.fixture
def connect(migrated_url: str, tmp_path: Path) -> Iterator[Connect]:
    """Opens the registry as one of the roles, which lie beside tables of Airflow's."""
    prefix = f"r{uuid4().hex[:8]}_"  # one server knows the roles of all its databases
    script = role_script(role_prefix=prefix)
    run(migrated_url, *AIRFLOWS, script, script)
    opened: list[Registry] = []

    def as_role(role: Role | str, caller: Caller | None = None) -> Registry:
        url = make_url(migrated_url).update_query_dict({"options": f"-c role={prefix}{role}"})
        opened.append(Registry.connect(url, artifact_root=tmp_path / "artifacts", caller=caller))
        return opened[-1]

    yield as_role
    for registry in opened:
        registry.close()
    run(migrated_url, *(f"DROP OWNED BY {prefix}{role}; DROP ROLE {prefix}{role}" for role in reversed(Role)))


@pytest.fixture
def asked(connect: Connect, tmp_path: Path) -> Registry:
    """The registry as a task of role `worker` sees it: two versions, and a policy that asks for an approval."""
    worker = connect(Role.WORKER, TASK)
    for number in (1, 2):
        (tmp_path / "model").write_text(str(number))
        worker.register_version(
            "churn", tmp_path / "model", metrics={"auc": 0.9}, params={"a": 1}, tags={"a": "b"}, inputs=[{"name": "c"}]
        )
    connect(Role.ADMIN).set_policy("churn", "production", ASKS)
    return worker


def test_every_table_has_a_decided_grant():
    assert set(metadata.tables) == set(GRANTS)


def test_nothing_lets_anybody_remove_or_edit_what_the_record_says():
    for table in ("registry_event", "registry_decision", "registry_override", "registry_assignment", "registry_metric"):
        assert Right.DELETE not in [grant.right for grant in GRANTS[table]]
    edited = [grant.columns for grant in GRANTS["registry_event"] if grant.right is Right.UPDATE]
    assert [("private", "private_key")] == edited


@pytest.mark.parametrize("prefix", ["", "Registry_", "1_", 'x"; DROP TABLE y; --', "pg_own_", "x" * 41, "é_", "a\n"])
def test_a_prefix_that_could_be_no_name_is_refused(prefix):
    with pytest.raises(InvalidInputError, match="cannot begin the name of a role"):
        role_statements(role_prefix=prefix)


@pytest.mark.parametrize("schema", ["", "a\nb", "x" * 64, "\x00"])
def test_a_schema_that_could_be_none_is_refused(schema):
    with pytest.raises(InvalidInputError, match="is no name of a schema"):
        role_statements(schema)


def test_every_name_is_quoted_that_needs_it():
    (used,) = [line for line in role_statements('my "own" Schema') if line.startswith("GRANT USAGE ON SCHEMA")]
    assert 'GRANT USAGE ON SCHEMA "my ""own"" Schema" TO registry_reader' == used


@pytest.mark.postgres
def test_the_script_runs_in_a_schema_of_any_name(migrated_url):
    run(migrated_url, 'CREATE SCHEMA "my ""own"" $$ Schema"')
    for table in [*GRANTS, "registry_alembic_version"]:
        run(migrated_url, f'ALTER TABLE {table} SET SCHEMA "my ""own"" $$ Schema"')
    prefix = f"r{uuid4().hex[:8]}_"
    run(migrated_url, role_script('my "own" $$ Schema', prefix))
    run(migrated_url, *(f"DROP OWNED BY {prefix}{role}; DROP ROLE {prefix}{role}" for role in reversed(Role)))


@pytest.mark.postgres
def test_a_worker_does_all_that_tasks_do(connect: Connect, asked: Registry, tmp_path: Path) -> None:
    request = asked.request_promotion("churn", 1, "production", reason="a test")
    connect(Role.APPROVER, ANA).decide(request.request_id, verdict="approve")
    asked.promote("churn", 1, "production")
    again = asked.request_promotion("churn", 2, "production")
    asked.withdraw(again.request_id, reason="a test")
    asked.promote("churn", 1, "staging")
    asked.promote("churn", 2, "staging")
    asked.rollback("churn", "staging", reason="a test")
    asked.clear_alias("churn", "staging")
    assert asked.validate("churn", 2, alias="production").passed
    asked.set_tag("models:/churn/1", "a", "c")
    asked.delete_tag("models:/churn/1", "a")
    asked.describe_version("models:/churn/1", "said later")
    asked.record_check("churn", 1, "drift", True, {"psi": 0.04})
    asked.record_metrics("models:/churn/1", [{"name": "auc", "value": 0.8}], observed_at="2026-03-03T00:00:00+00:00")
    asked.record_metrics("models:/churn/1", {"auc": 0.8, "f1": 1}, observed_at="2026-03-03T00:00:00+00:00")
    asked.record_feedback("models:/churn/1", kind="comment", value="late", source="bo")
    asked.record_profile("models:/churn/1", profile_of({"age": [1, 2]}))
    asked.set_card("models:/churn/1", "## Limits")
    asked.scan("models:/churn/1")
    asked.sign("models:/churn/1", SIGNER)
    for traffic in (5, 10):
        asked.promote("churn", 1, "staging")
        asked.route("churn", 2, "staging", traffic=traffic)
    asked.end_route("churn", 2, "staging")
    for actual in ("pending", "stopped"):
        asked.record_deployment("models:/churn/2", "production", "eu", desired="stopped", actual=actual)
    asked.archive_version("models:/churn/2")
    asked.restore_version("models:/churn/2")
    asked.verify_artifact("models:/churn/1")
    asked.download("models:/churn@production", tmp_path / "here")
    asked.gc()
    connect(Role.ADMIN).set_retention("churn", {"keep_last": 1, "keep_aliased_within": "1s", "grace": "1d"})
    asked.archive_version("models:/churn/2")
    (tmp_path / "model").write_text("3")
    asked.register_version("churn", tmp_path / "model")
    with later(days=2):
        assert (2,) == asked.apply_retention().models[0].purged
    (tmp_path / "model").write_text("2")
    asked.register_version("churn", tmp_path / "model", key="again")
    assert asked.get_version("models:/churn/2").purged_at is None
    connect(Role.ADMIN).set_webhooks("churn", [AUDIT])
    asked.set_tag("models:/churn/1", "a", "d")
    assert [one.seq for one in asked.deliver_webhooks({})] == [asked.record_head("churn").count]
    assert asked.redeliver_webhooks("churn", {}) == []
    asked.advance("watcher", "churn", 2)
    asked.advance("watcher", "churn", 3)
    assert asked.position("watcher", "churn") == 3
    asked.verify_record("churn")


@pytest.mark.postgres
def test_a_worker_neither_decides_nor_overrides_nor_sets_policies(connect: Connect, asked: Registry) -> None:
    request = asked.request_promotion("churn", 1, "production")
    asked.promote("churn", 1, "reviewed")
    connect(Role.ADMIN).set_policy("churn", "reviewed", FLOOR)
    asked.record_feedback("models:/churn/1", kind="comment", value="late", source="bo")
    before = asked.record_head("churn")
    person = connect(Role.WORKER, ANA)  # a task may say that it is anybody
    acts: dict[str, Callable[[], object]] = {
        "registry_decision": lambda: person.decide(request.request_id, verdict="approve"),
        "registry_override": lambda: person.override("churn", 1, "production", reason="a test"),
        "registry_policy": lambda: person.set_policy("churn", "production", FLOOR),
        "registry_policy ": lambda: person.set_policy("churn", "staging", FLOOR),
        "registry_policy  ": lambda: person.remove_policy("churn", "production", reason="a test"),
        "registry_webhook": lambda: person.set_webhooks("churn", [AUDIT]),
        "registry_model": lambda: person.update_model("churn", metadata_schema={}),
        "registry_model ": lambda: person.rename_model("churn", "other"),
        "registry_model  ": lambda: person.set_retention("churn", {"keep_last": 1}),
        "registry_review": lambda: person.record_review("churn", "reviewed", outcome="keep"),
        "registry_event": lambda: person.erase_event("churn", 1, reason="a test"),
        "registry_feedback": lambda: person.erase_feedback("churn", source="bo", reason="a test"),
    }
    for table, act in acts.items():
        with pytest.raises(DatabaseDeniedError, match=f"permission denied for .*{table.strip()}"):
            act()
    assert before == asked.record_head("churn")
    assert request == asked.get_request(request.request_id)


@pytest.mark.postgres
def test_a_worker_cannot_empty_a_protected_alias(connect: Connect, asked: Registry) -> None:
    asked.promote("churn", 1, "staging")
    connect(Role.ADMIN).set_policy("churn", "staging", {"requires": "canary", "override": {"users": ["ana"]}})
    with pytest.raises(DatabaseDeniedError, match="registry_override"):
        connect(Role.WORKER, ANA).clear_alias("churn", "staging", reason="a test")
    connect(Role.APPROVER, ANA).clear_alias("churn", "staging", reason="a test")
    asked.verify_record("churn")


@pytest.mark.postgres
def test_an_override_that_a_worker_forges_is_found(
    connect: Connect, asked: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(override, "write_override", lambda act, event_id: None)
    connect(Role.WORKER, ANA).override("churn", 1, "production", reason="a test")
    with pytest.raises(RecordTamperedError, match="somebody overrode the policy"):
        asked.verify_record("churn")


@pytest.mark.postgres
def test_a_review_that_a_worker_forges_is_found(
    connect: Connect, asked: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked.promote("churn", 1, "reviewed")
    connect(Role.ADMIN).set_policy("churn", "reviewed", FLOOR)
    connect(Role.APPROVER, ANA).record_review("churn", "reviewed", outcome="retire")
    asked.verify_record("churn")
    monkeypatch.setattr(reviews, "_INSERT", Prepared(lambda dialect: select(literal(1))))
    connect(Role.WORKER, ANA).record_review("churn", "reviewed", outcome="keep")
    with pytest.raises(RecordTamperedError, match="a review of what holds an alias"):
        asked.verify_record("churn")


@pytest.mark.postgres
def test_a_promotion_that_a_worker_forges_is_found(
    connect: Connect, asked: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(let_in, "approved_request", lambda *_: None)
    asked.promote("churn", 1, "production")
    with pytest.raises(
        RecordTamperedError, match="it promoted the version, and the approvals of ml-lead that it needed"
    ):
        asked.verify_record("churn")


@pytest.mark.postgres
def test_a_route_that_a_worker_forges_is_found(
    connect: Connect, asked: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect(Role.APPROVER, ANA).override("churn", 1, "production", reason="a test")
    monkeypatch.setattr(let_in, "approved_request", lambda *_: None)
    asked.route("churn", 2, "production", traffic=10)
    with pytest.raises(
        RecordTamperedError, match="it routed to the version, and the approvals of ml-lead that it needed"
    ):
        asked.verify_record("churn")


@pytest.mark.postgres
@pytest.mark.parametrize("role", Role)
def test_nobody_edits_what_was_written_or_reads_what_is_airflows(connect: Connect, role: Role) -> None:
    engine = connect(role).engine
    for statement in FORBIDDEN:
        with engine.begin() as connection, pytest.raises(ProgrammingError, match="permission denied"):
            connection.execute(text(statement))


@pytest.mark.postgres
def test_an_approver_sets_no_policy_and_erases_nothing(connect: Connect, asked: Registry) -> None:
    approver = connect(Role.APPROVER, ANA)
    with pytest.raises(DatabaseDeniedError, match="registry_policy"):
        approver.remove_policy("churn", "production", reason="a test")
    with pytest.raises(DatabaseDeniedError, match="registry_event"):
        approver.erase_event("churn", 1, reason="a test")


@pytest.mark.postgres
def test_an_admin_may_do_everything_that_the_registry_does(connect: Connect, asked: Registry) -> None:
    admin = connect(Role.ADMIN, ANA)
    request = admin.request_promotion("churn", 1, "production")
    admin.decide(request.request_id, verdict="approve")
    admin.promote("churn", 1, "production")
    admin.override("churn", 2, "production", reason="a test")
    admin.remove_policy("churn", "production", reason="a test")
    admin.update_model("churn", team="growth", description="said", metadata_schema={})
    admin.rename_model("churn", "attrition")
    admin.erase_event("churn", 2, reason="a test")
    checked = asked.record_check("churn", 1, "drift", True, {"by": "eva"})
    admin.erase_event("churn", checked.event, reason="a test")
    signed = asked.sign("models:/churn/1", SIGNER)
    admin.erase_event("churn", signed.event, reason="a test")
    assert admin.signatures("models:/churn/1")[0].is_erased
    assert {} == admin.checks("churn", 1)[0].evidence
    admin.record_feedback("models:/churn/1", kind="comment", value="late", source="bo")
    assert 1 == admin.erase_feedback("models:/churn/1", source="bo", reason="asked for")
    admin.erase_event("churn", admin.record_profile("models:/churn/1", profile_of({"a": [1]})).event, reason="so")
    assert {} == admin.profile("models:/churn/1").profile
    written = asked.set_card("models:/churn/1", "by eva")
    admin.erase_event("churn", written.event, reason="a test")
    assert "" == admin.card_revisions("models:/churn/1")[0].text
    url = "https://eva.example.com"
    deployed = asked.record_deployment("models:/churn/1", "production", "eu", desired="running", url=url)
    admin.erase_event("churn", deployed.event, reason="a test")
    assert [None] == [one.url for one in admin.deployments("churn")]
    assert "(erased)" == admin.get_version("models:/churn/1").created_by
    admin.verify_record("churn")


@pytest.mark.postgres
def test_a_reader_reads_and_verifies_and_writes_nothing(connect: Connect, asked: Registry, tmp_path: Path) -> None:
    reader = connect(Role.READER)
    assert 3 == reader.verify_record("churn").count - 1
    assert ["churn"] == [model.name for model in reader.search_models()]
    reader.download("models:/churn/1", tmp_path / "here")
    with pytest.raises(DatabaseDeniedError, match="permission denied"):
        reader.create_model("other")
