"""The database roles that the documentation recommends can do what it says, and no more."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url, text
from sqlalchemy.exc import ProgrammingError

from airflow_provider_registry.errors import DatabaseDeniedError
from airflow_provider_registry.registry import Registry

ROLES = ("registry_reader", "registry_worker", "registry_admin", "registry_eraser")
STATEMENTS = (Path(__file__).parents[2] / "docs" / "examples" / "roles.sql").read_text(encoding="utf-8")
POLICY = {"gates": [{"metric": "auc", "threshold": 0.8, "greater_is_better": True}]}


@pytest.fixture
def backend() -> str:
    """PostgreSQL: SQLite knows no roles."""
    return "postgresql"


@pytest.fixture
def connect(migrated_url: str, tmp_path: Path) -> Iterator[Callable[[str], Registry]]:
    """Opens the registry as one of the roles."""
    _run(migrated_url, *(f"CREATE ROLE {role}" for role in ROLES), STATEMENTS)
    opened: list[Registry] = []

    def as_role(role: str) -> Registry:
        url = make_url(migrated_url).update_query_dict({"options": f"-c role={role}"})
        opened.append(Registry.connect(url, artifact_root=tmp_path / "artifacts"))
        return opened[-1]

    yield as_role
    for registry in opened:
        registry.close()
    _run(migrated_url, *(f"DROP OWNED BY {role}; DROP ROLE {role}" for role in ROLES))


def _run(url: str, *statements: str) -> None:
    dsn = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(dsn) as connection:
        for statement in statements:
            connection.execute(statement.encode())


@pytest.mark.postgres
def test_a_worker_does_all_that_tasks_do_and_sets_no_policy(connect: Callable[[str], Registry], tmp_path: Path) -> None:
    worker, admin = connect("registry_worker"), connect("registry_admin")
    for number in (1, 2):
        (tmp_path / "model").write_text(str(number))
        worker.register_version("churn", tmp_path / "model", metrics={"auc": 0.9}, params={"a": 1}, tags={"a": "b"})
    admin.set_policy("churn", "production", POLICY)
    assert worker.validate("churn", 1, alias="production").passed
    worker.promote("churn", 1, "production")
    worker.promote("churn", 2, "production")
    worker.rollback("churn", "production", reason="a test")
    worker.set_tag("models:/churn/1", "a", "c")
    worker.delete_tag("models:/churn/1", "a")
    worker.describe_version("models:/churn/1", "said later")
    worker.archive_version("models:/churn/2")
    worker.verify_artifact("models:/churn/1")
    worker.download("models:/churn@production", tmp_path / "here")
    worker.gc()
    with pytest.raises(DatabaseDeniedError, match="registry_policy"):
        worker.remove_policy("churn", "production", reason="a test")
    admin.remove_policy("churn", "production", reason="a test")
    worker.verify_record("churn")


@pytest.mark.postgres
@pytest.mark.parametrize("role", ["registry_worker", "registry_admin", "registry_eraser"])
def test_no_role_edits_or_removes_an_event(connect: Callable[[str], Registry], role: str) -> None:
    registry = connect(role)
    registry.create_model("churn")
    for statement in ("UPDATE registry_event SET version = 2", "DELETE FROM registry_event"):
        with registry.engine.begin() as connection, pytest.raises(ProgrammingError, match="permission denied"):
            connection.execute(text(statement))


@pytest.mark.postgres
def test_an_eraser_erases_personal_data_and_no_other_role_does(connect: Callable[[str], Registry]) -> None:
    connect("registry_worker").create_model("churn")
    with pytest.raises(DatabaseDeniedError, match="registry_event"):
        connect("registry_admin").erase_event("churn", 1, reason="a test")
    eraser = connect("registry_eraser")
    eraser.erase_event("churn", 1, reason="a test")
    assert "(erased)" == eraser.get_model("churn").created_by
    eraser.verify_record("churn")


@pytest.mark.postgres
def test_a_reader_reads_and_verifies_and_writes_nothing(connect: Callable[[str], Registry]) -> None:
    connect("registry_worker").create_model("churn")
    reader = connect("registry_reader")
    assert 1 == reader.verify_record("churn").count
    assert ["churn"] == [model.name for model in reader.search_models()]
    with pytest.raises(DatabaseDeniedError, match="permission denied"):
        reader.create_model("other")
