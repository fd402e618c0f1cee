"""Connections, and what templates leave in operators' fields: refused by name before anything is done."""

from __future__ import annotations

import json
from functools import partial
from typing import Any

import pytest
from airflow.sdk import Connection
from airflow.sdk.exceptions import AirflowFailException
from hypothesis import given, settings
from hypothesis import strategies as st

from airflow_provider_registry.errors import RegistryError
from airflow_provider_registry.hooks.target import read_target
from airflow_provider_registry.operators.download import DownloadModelVersionOperator
from airflow_provider_registry.operators.promote import PromoteModelVersionOperator
from airflow_provider_registry.operators.register import RegisterModelVersionOperator
from airflow_provider_registry.operators.rollback import RollbackModelOperator
from airflow_provider_registry.operators.validate import ValidateModelVersionOperator
from airflow_provider_registry.registry import Registry
from airflow_provider_registry.registry.database.engine import make_engine
from tests.faults.hostile.bearing import LONGEST, BrokenPromiseError, bear, check_message, described
from tests.faults.hostile.documents import ANY_TEXT, DOCUMENTS, KNOWN
from tests.faults.hostile.values import LARGE, LINES
from tests.faults.how_long import LONG, examples
from tests.support.kernel import World
from tests.support.skin import skin_registry

__all__ = ["skin_registry"]

pytestmark = pytest.mark.timeout(3_600 if LONG else 300)

PARTS = 1 if LONG else 20
FIELDS = ANY_TEXT | KNOWN
HOSTS = FIELDS | st.sampled_from(
    [
        *("postgresql+psycopg://", "postgresql+psycopg://[::1", "sqlite:///:memory:", "sqlite://", "mysql://db/x"),
        *(
            "postgresql+psycopg://u:p@h:99999999/d",
            "sqlite:////a?mode=x&cache",
            "sqlite:////a\x00b",
            "postgresql://%zz",
        ),
        *("sqlite:////" + "a" * 5_000, "os.system://x", "sqlite+pysqlite:////a", "postgresql+asyncpg://h/d", "://"),
    ]
)


@settings(max_examples=examples(30))
@given(HOSTS, FIELDS, FIELDS, FIELDS, st.none() | st.integers(), FIELDS | DOCUMENTS)
def test_a_connection_is_read_or_refused(host, login, password, schema, port, extra):
    try:
        said = extra if isinstance(extra, str) else json.dumps(extra)
    except ValueError:
        said = "{"
    fields: dict[str, Any] = {"host": host, "login": login, "password": password, "schema": schema, "port": port}
    bear(lambda: read_target(Connection(conn_id="mine", conn_type="model_registry", extra=said, **fields)))


# Of arguments that a driver does not know, which it passes by.
@pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")
@settings(max_examples=examples(25))
@given(HOSTS)
def test_a_database_url_is_taken_or_refused(url):
    bear(lambda: make_engine(url).dispose())


@settings(max_examples=examples(15))
@given(FIELDS)
def test_an_artifact_root_is_taken_or_refused(root):
    def call() -> None:
        with Registry.connect("sqlite:////nowhere/registry.db", artifact_root=root, actor="tester") as registry:
            registry._core.store  # noqa: B018  # opens it

    bear(call)


OPERATORS: dict[str, tuple[type[Any], dict[str, Any]]] = {
    "register": (
        RegisterModelVersionOperator,
        {
            **{"model_name": "churn", "artifact": "x", "metrics": "{}", "params": "{}", "inputs": "[]"},
            **{"metadata": "{}", "tags": "{}", "description": "x"},
        },
    ),
    "validate": (ValidateModelVersionOperator, {"model_name": "churn", "version": "1", "alias": "guarded"}),
    "promote": (
        PromoteModelVersionOperator,
        {"model_name": "churn", "version": "1", "alias": "staging", "reason": "x"},
    ),
    "rollback": (RollbackModelOperator, {"model_name": "churn", "alias": "staging", "reason": "x"}),
    "download": (DownloadModelVersionOperator, {"reference": "models:/churn/1", "destination": "model"}),
}


@pytest.mark.parametrize("name", OPERATORS)
def test_whatever_a_template_leaves_is_refused_by_name_or_taken(skin_registry, tmp_path, monkeypatch, name):
    """As the worker has it once templates are rendered: text in every field that one may fill."""
    monkeypatch.chdir(tmp_path)
    World(skin_registry, tmp_path).register("weights", auc=0.9)
    kind, good = OPERATORS[name]
    broken = []
    for number, field in enumerate(sorted(good)):
        for which, text in list({**LINES, **LARGE}.items())[(number + len(name)) % PARTS :: PARTS]:
            if field == "destination" and which != "nothing":
                continue  # a place of the caller's choice: see the trees
            operator = kind(
                task_id="task", **{**good, "artifact": str(tmp_path / "made")} if name == "register" else good
            )
            setattr(operator, field, text)  # as rendering does
            try:
                bear(partial(_executed, operator))
            except BrokenPromiseError as wrong:
                broken.append(f"{name}({field}=<{which}>): {described(wrong)[:400]}")
    assert not broken, "\n".join(broken)
    if skin_registry.search_models(filter="name = 'churn'").models:
        skin_registry.verify_record("churn")


def _executed(operator: Any) -> None:
    """What a worker does; a task that no retry can help fails with what the kernel said as its cause."""
    try:
        operator.execute({})
    except AirflowFailException as error:
        check_message(str(error), LONGEST + 100)
        if not isinstance(error.__cause__, RegistryError):
            raise
        raise error.__cause__ from None
