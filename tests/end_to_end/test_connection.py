"""How an Airflow reaches a registry: the connection, its form, its test, and the commands for the schema."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from airflow_provider_registry.registry import Registry
from demo.client import AirflowClient
from demo.standalone import Airflow, AirflowFailedError
from tests.support.postgres import PostgresServer, create_database
from tests.support.runs import Place, Run


@pytest.fixture(scope="module")
def astray(embedded: Place, first_use: Run) -> Run:
    """Tasks whose connection leads nowhere, at their end."""
    run = embedded.start("astray", "nobody")
    run.end()
    return run


@pytest.fixture(scope="module")
def http(airflow: Airflow) -> Iterator[httpx.Client]:
    """The API server, for what the client has no method for."""
    with httpx.Client(base_url=airflow.url, trust_env=False, timeout=60) as client:
        admin = {"username": "admin", "password": "admin"}
        token = client.post("/auth/token", json=admin).json()["access_token"]
        client.headers["Authorization"] = f"Bearer {token}"
        yield client


def test_without_a_connection_the_log_has_both_lines_to_choose_from(astray: Run) -> None:
    log = astray.log("no_default")
    assert """AIRFLOW_CONN_MODEL_REGISTRY_DEFAULT='{"conn_type": "model_registry", "host": "postgresql""" in log
    assert "AIRFLOW__MODEL_REGISTRY__EMBEDDED=True" in log


def test_a_connection_of_another_name_that_is_missing_has_its_own_line(astray: Run) -> None:
    log = astray.log("no_such")
    assert """AIRFLOW_CONN_NOWHERE='{"conn_type": "model_registry", "host": "postgresql""" in log
    assert "AIRFLOW__MODEL_REGISTRY__EMBEDDED" not in log


def test_a_connection_without_a_database_is_named(astray: Run) -> None:
    assert "The connection 'registry_unfilled' names no database" in astray.log("unfilled")


def test_a_database_without_the_schema_names_the_command_that_makes_it(astray: Run) -> None:
    assert "airflow model-registry db migrate" in astray.log("not_migrated")


@pytest.mark.parametrize("task_id", ["no_default", "no_such", "unfilled"])
def test_what_a_person_must_mend_is_not_retried(astray: Run, task_id: str) -> None:
    assert ("failed", 1) == (astray.states()[task_id], astray.tries()[task_id])


def test_the_form_of_the_connection_has_its_fields(http: httpx.Client) -> None:
    forms = http.get("/ui/connections/hook_meta").raise_for_status().json()
    (form,) = [form for form in forms if form["connection_type"] == "model_registry"]
    assert {"artifact_root", "aws_conn_id", "drivername"} == set(form["extra_fields"])


def _test(http: httpx.Client, said: dict[str, Any]) -> dict[str, Any]:
    body = {"connection_id": "tested", "conn_type": "model_registry"}
    body |= said | {"extra": json.dumps(said.get("extra", {}))}
    answer: dict[str, Any] = http.post("/api/v2/connections/test", json=body).raise_for_status().json()
    return answer


def test_the_test_button_says_what_it_found_in_order(http: httpx.Client, registry_postgres: dict[str, Any]) -> None:
    answer = _test(http, registry_postgres)
    assert answer["status"], answer
    assert "answers" in answer["message"]
    assert "artifact root" in answer["message"]


def test_the_test_button_says_what_is_missing(http: httpx.Client, registry_not_migrated: dict[str, Any]) -> None:
    answer = _test(http, registry_not_migrated)
    assert not answer["status"]
    assert "airflow model-registry db migrate" in answer["message"]


def test_the_test_button_shows_no_password(http: httpx.Client) -> None:
    answer = _test(http, {"host": "postgresql+psycopg://ana:hunter2@127.0.0.1:1/registry"})
    assert not answer["status"]
    assert "does not answer" in answer["message"]
    assert "hunter2" not in answer["message"]


def test_airflow_lists_the_provider(airflow: Airflow) -> None:
    listed = json.loads(airflow.run("providers", "list", "--output", "json"))
    assert "airflow-provider-registry" in {provider["package_name"] for provider in listed}


def test_the_command_migrates_and_a_second_time_has_nothing_to_do(
    airflow: Airflow, http: httpx.Client, postgres: PostgresServer
) -> None:
    """Its connection is in the metadata database, where a command of a provider does not look by itself."""
    url = create_database(postgres)
    said = {"connection_id": "stored", "conn_type": "model_registry", "host": url}
    http.post("/api/v2/connections", json=said).raise_for_status()
    try:
        command = ("model-registry", "db")
        assert "from nothing to" in airflow.run(*command, "migrate", "--conn-id", "stored")
        assert "nothing to do" in airflow.run(*command, "migrate", "--conn-id", "stored")
        (row,) = json.loads(airflow.run(*command, "current", "--conn-id", "stored", "--output", "json"))
        assert row["up_to_date"] is True
        assert row["needed"] == row["revision"]
        with Registry.connect(url) as registry:
            registry.create_model("churn")
    finally:
        http.delete("/api/v2/connections/stored").raise_for_status()


def test_the_command_says_what_to_set_where_there_is_no_connection(airflow: Airflow) -> None:
    with pytest.raises(AirflowFailedError, match="AIRFLOW_CONN_NOWHERE=") as caught:
        airflow.run("model-registry", "db", "current", "--conn-id", "nowhere")
    assert "Traceback" not in str(caught.value)


def test_every_dag_file_imports(airflow: Airflow, first_use: Run) -> None:
    client: AirflowClient = airflow.client
    client.check_imports()
