"""What people write is data, whatever it looks like: answered as it was written, and never as anything else."""

from __future__ import annotations

import asyncio
import json
from typing import Any
from urllib.parse import quote, unquote

import pytest

from airflow_provider_registry.hooks.model_registry import ModelRegistryHook
from airflow_provider_registry.plugin import PREFIX
from airflow_provider_registry.prose import rendered
from airflow_provider_registry.registry import Registry
from tests.ui.calls import Call, calls, peopled, send

# On one line, as the names of tags, metrics and roles are; and as texts may go on.
NAME = "<img src=x onerror=alert(1)>\"'`;--\\ {{7*7}} ${7*7} %s\u202edlrow 日本語 😀 [a](javascript:alert(1))"
TEXT = f"{NAME}</script><!--\r\nSet-Cookie: a=b\r\n\t\x1b[2J# h\n<script>alert(1)</script>"
MODEL, REFERENCE = "growth/Churn.v2", "models:/growth/Churn.v2/1"

PLACE = {"phase": "validation", "dataset": NAME, "slice": f"{NAME.replace('=', ':')}=b"}
NOSNIFF = ("x-content-type-options", "nosniff")


@pytest.fixture
def written(skin_registry: Registry, artifact: Any) -> Registry:
    """A registry in which every text that a person may choose is such a text."""
    skin_registry.create_model(MODEL, team=NAME, description=TEXT)
    skin_registry.register_version(
        MODEL,
        artifact,
        metrics=[{"name": NAME, "value": 0.9, **PLACE}, {"name": "auc", "value": 0.9}],
        params={NAME: TEXT},
        inputs=[{"name": NAME, "uri": f"s3://lake/{NAME}", "digest": NAME}],
        metadata={NAME: [TEXT, {NAME: TEXT}]},
        tags={NAME: TEXT[:1_000]},
        description=TEXT,
    )
    policy = {
        "gates": [{"metric": NAME, **PLACE, "threshold": 0.1, "greater_is_better": True}],
        "approvals": [{"role": NAME, "users": [NAME]}],
    }  # fmt: skip
    skin_registry.set_policy(MODEL, "production", policy, reason=TEXT)
    return skin_registry


@pytest.fixture
def get(written, asked_by):
    """Asks as a user of such a name."""

    def answer(route: str, **query: Any) -> Any:
        answered = send(asked_by(NAME, "op"), f"GET /{route}", Call(query=query))
        assert (200, "application/json") == (answered.status_code, answered.headers["content-type"])
        return answered.json()

    return answer


@pytest.fixture
def post(written, asked_by):
    """Does something as a user of such a name."""

    def answer(route: str, **body: Any) -> Any:
        answered = send(asked_by(NAME, "op"), f"POST /{route}", Call(body=body))
        assert (True, "application/json") == (answered.is_success, answered.headers["content-type"]), answered.text
        return answered.json()

    return answer


def test_who_is_logged_in(get):
    assert (NAME, NAME) == tuple(get("me")[key] for key in ("id", "name"))


def test_a_model(get):
    for model in (
        get("model", name=MODEL),
        get("models", filter=f"team = '{NAME.replace(chr(39), chr(39) * 2)}'")["models"][0],
    ):
        assert (NAME, TEXT) == (model["team"], model["description"])


def test_a_version(get):
    version = get("version", reference=REFERENCE)
    assert [{"name": NAME, "value": 0.9, **PLACE}] == version["metrics"][:1]
    assert [{"name": NAME, "uri": f"s3://lake/{NAME}", "digest": NAME, "rows": None}] == version["inputs"]
    assert ({NAME: TEXT}, {NAME: TEXT}, {NAME: [TEXT, {NAME: TEXT}]}, TEXT) == tuple(
        version[key] for key in ("tags", "params", "metadata", "description")
    )
    assert rendered(TEXT, deeper=1) == version.pop("description_html")  # in which nothing of theirs is obeyed
    quoted = NAME.replace("`", "``")
    assert [version] == get("versions", filter=f"tags.`{quoted}` is not null")["versions"]
    names = {row["name"] for row in get("comparison", first=REFERENCE, second=REFERENCE)["rows"]}
    assert {NAME, f"{NAME}.uri"} <= names


def test_a_request_and_what_was_decided(get, post):
    request = post("requests", reference=REFERENCE, alias="production", reason=TEXT)
    assert ({NAME: 1}, NAME, TEXT) == tuple(request[key] for key in ("missing", "requested_by", "reason"))
    decided = post(
        f"requests/{request['request_id']}/decisions", verdict="approve", report=request["report_digest"], comment=TEXT
    )
    (decision,) = decided["decisions"]
    assert (NAME, NAME, TEXT) == tuple(decision[key] for key in ("by", "role", "comment"))
    (report,) = get("version/gate-reports", reference=REFERENCE)
    assert NAME in report["results"][0]["gate"]
    held = post("promotions", reference=REFERENCE, alias="production", reason=TEXT)
    assert ([held], NAME, TEXT) == (get("model/history", name=MODEL), held["by"], held["reason"])
    event = get("events", model=MODEL)["events"][-1]
    assert (NAME, TEXT, True) == (event["by"], event["reason"], NAME in event["sentence"])


def test_a_record_is_exported_under_a_name_that_is_a_file_here(written, asked_by):
    answer = send(asked_by("vic"), "GET /record/export", Call(query={"model": MODEL.lower()}))
    assert 'attachment; filename="growth-Churn.v2.jsonl"' == answer.headers["content-disposition"]
    assert ("application/x-ndjson", NOSNIFF) == (answer.headers["content-type"], _nosniff(answer))
    lines = [json.loads(line) for line in answer.content.splitlines()]
    assert [one.as_mapping() for one in written.export_record(MODEL)] == lines


@pytest.mark.parametrize("name", [NAME, TEXT, 'a"; filename="b.exe', "a\r\nX: y", "../../a", "日本語", "a\x00"])
def test_what_would_be_another_file_is_no_model(asked_by, name):
    answer = send(asked_by("vic"), "GET /record/export", Call(query={"model": name}))
    assert (400, False) == (answer.status_code, "content-disposition" in answer.headers)


def test_a_problem_that_quotes_what_was_asked_stays_a_problem(written, asked_by):
    for route, query in [
        ("model", {"name": TEXT}), ("models", {"filter": TEXT}), ("models", {"order_by": TEXT}),
        ("models", {"page_token": TEXT}), ("models", {"registry": TEXT}), ("models", {"page_size": TEXT}),
        ("model/alias-at", {"name": MODEL, "alias": TEXT, "at": "2026-01-01T00:00:00Z"}),
        ("version", {"reference": f"models:/{MODEL}@{TEXT}"}), ("requests", {"state": TEXT}), (quote(NAME), {}),
    ]:  # fmt: skip
        answer = send(asked_by("vic"), f"GET /{route}", Call(query=query))
        assert ("application/problem+json", NOSNIFF) == (answer.headers["content-type"], _nosniff(answer)), route
        assert answer.status_code == answer.json()["status"]
    answer = send(asked_by(NAME, "viewer"), "POST /promotions", Call(body={"reference": REFERENCE, "alias": "a"}))
    assert (403, True) == (answer.status_code, answer.json()["detail"].startswith(NAME))


def test_no_answer_is_taken_for_anything_else(skin_registry, artifact, asked_by, app, monkeypatch):
    """Whichever route, and whether it finds something, is refused, or breaks."""
    client, table = asked_by("ana"), calls(peopled(skin_registry, artifact))
    static = [client.get(f"http://airflow.test{PREFIX}/static/{name}") for name in ("models.js", "models.svg", "no")]
    found = [send(client, route, call) for route, call in table.items()]
    refused = [send(asked_by("nix"), route, call) for route, call in table.items()]
    monkeypatch.setattr(ModelRegistryHook, "target", lambda self: 1 / 0)
    broken = asked_by("ana").get("models")
    for answer in (*static, client.get("openapi.json"), *found, *refused, broken):
        assert NOSNIFF == _nosniff(answer), answer.url
        assert "html" not in answer.headers["content-type"]
    assert 500 == broken.status_code


@pytest.mark.parametrize("escape", [
    "../app.py", "..%2fapp.py", "%2e%2e/app.py", "%2e%2e%2fapp.py", "..%5capp.py", "....//app.py", "%2fetc%2fpasswd",
    "models.js/../../app.py", "models.js%2f..%2f..%2fapp.py", "/etc/passwd", "file:///etc/passwd", "%00", "a%0d%0ab: c",
    "models.js%00.txt", "", ".", "%ff", "x" * 300,
])  # fmt: skip
def test_no_path_leaves_the_folder_of_the_static_files(app, escape):
    assert 404 == _status(app, f"{PREFIX}/static/{escape}")


def _status(app: Any, path: str) -> int:
    """What an app answers to a path that no client would send as it is."""
    told = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b""}

    async def send(message: Any) -> None:
        told.append(message)

    scope = {"type": "http", "http_version": "1.1", "method": "GET", "scheme": "http", "root_path": "", "headers": []}
    server = {"server": ("airflow.test", 80), "client": ("airflow.test", 1), "query_string": b""}
    asyncio.run(app({**scope, **server, "path": unquote(path), "raw_path": path.encode()}, receive, send))
    status: int = told[0]["status"]
    return status


def _nosniff(answer: Any) -> tuple[str, str]:
    return "x-content-type-options", answer.headers.get("x-content-type-options", "")
