"""What the OpenAPI document says is what is answered, whoever asks for whatever; and who may not is refused."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from fastapi import FastAPI
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from airflow_provider_registry.hooks.embedded import DEFAULT_CONN_ID
from airflow_provider_registry.plugin import PREFIX
from airflow_provider_registry.registry import Registry
from airflow_provider_registry.ui.app import API
from tests.faults.how_long import LONG, examples
from tests.support.kernel import contents
from tests.ui.calls import MODEL, Call, Known, calls, peopled, send, values_by_name
from tests.ui.conftest import As

pytestmark = pytest.mark.timeout(0 if LONG else 600)

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
HOST = f"http://airflow.test{PREFIX}"


@pytest.fixture
def skin_registry(on_either: Registry) -> Registry:
    """On either database, which differ in what they take and in what they are asked."""
    return on_either


@pytest.fixture
def known(skin_registry: Registry, artifact: Path) -> Known:
    """What there is to be found."""
    return peopled(skin_registry, artifact)


def operations(app: FastAPI) -> list[Any]:
    """What schemathesis knows of each operation, those that write last."""
    schema: Any = schemathesis.openapi.from_dict(app.state.inner.openapi())
    return sorted((each.ok() for each in schema.get_all_operations()), key=lambda found: found.method != "get")


def route_of(operation: Any) -> str:
    """As the table of calls has it."""
    return f"{operation.method.upper()} {operation.path.removeprefix(API)}"


@st.composite
def cases(draw: st.DrawFn, operation: Any, table: dict[str, Call]) -> Any:
    """Whatever an operation might be asked for, with what there is in places: else it would find nothing ever."""
    case = draw(operation.as_strategy())
    call, there = table[route_of(operation)], {**values_by_name(table), "registry": [DEFAULT_CONN_ID]}
    for said, known in ((case.path_parameters, call.path), (case.query, call.query), (case.body, call.body)):
        for name in (*(known or ()), *({"registry"} & set(said))) if isinstance(said, dict) else ():
            if draw(st.integers(0, 3)):
                said[name] = draw(st.sampled_from(there[name]))
    return case


def ask(operation: Any, table: dict[str, Call], client: TestClient, most: int, judge: Callable[[Any], None]) -> None:
    """Ask an operation for whatever it might be asked for, and have the answers judged."""

    @settings(max_examples=most, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
    @given(cases(operation, table))
    def answers(case: Any) -> None:
        asked = case.as_transport_kwargs(base_url=HOST)
        asked["headers"] = {name: said.encode("latin-1") for name, said in asked["headers"].items()}
        note(f"{asked}")
        response: Any = client.request(**{name: said for name, said in asked.items() if said})
        # Whichever httpx the client is made of: of the newer one, releases of schemathesis knew nothing.
        case.validate_response(schemathesis.Response.from_httpx(response, verify=True), checks=CHECKS)
        judge(response)

    answers()


def test_every_route_is_asked(app: FastAPI):
    told = app.state.inner.openapi()["paths"]
    routes = {f"{method.upper()} {path.removeprefix(API)}" for path, methods in told.items() for method in methods}
    assert routes == set(calls(Known((1, 2), "")))


def test_an_operator_gets_what_the_document_says(app: FastAPI, asked_by: As, known: Known, skin_registry: Registry):
    client, table = asked_by("ana"), calls(known)
    for operation in operations(app):
        ask(operation, table, client, examples(12), lambda response: None)
    skin_registry.verify_record(MODEL)


@pytest.mark.parametrize("backend", ["sqlite"])
@pytest.mark.parametrize(
    ("user", "allowed"), [("uli", "GET .*"), ("vic", "GET .*"), ("nix", "GET /me"), (None, "none")]
)
def test_who_may_not_is_refused_whatever_is_asked_for(
    app: FastAPI, asked_by: As, known: Known, skin_registry: Registry, user: str | None, allowed: str
):
    """Before anything else that is wrong is said, and nothing is changed."""
    client = TestClient(app) if user is None else asked_by(user)
    before, table = contents(skin_registry.engine), calls(known)
    for operation in operations(app):
        may = re.fullmatch(allowed, route_of(operation)) is not None
        ask(operation, table, client, 100 if LONG else 10, partial(_is_let_in, may))
    assert before == contents(skin_registry.engine)


def _is_let_in(may: bool, response: Any) -> None:
    # Of a token that is none, Airflow says 403, and 401 where there is none.
    assert may == (response.status_code not in (401, 403))


# In the short form each route gets a part of these, the next one another part.
PARTS = 1 if LONG else 10
TEXTS = (
    "", " ", "\x00", "a\x00b", "\ud800", "\udfff a", "<script>alert(1)</script>", "'; DROP TABLE registry_model;\r\n",
    "\u202edlrow", "%s %(x)s {0} %00 %FF", "../../../etc/passwd", "x" * 60_000, "None", "NaN", "-1", "0", str(2**31),
    str(2**63), "9" * 5_000, "models:/growth/churn/" + "9" * 5_000, "models:/growth/churn@\x00",
    f"models:/{'a/' * 999}1", "9999-12-31T23:59:59.999999-14:00", "0001-01-01T00:00:00+14:00", "99999-01-01T00:00:00Z",
    "2026-03-03T12:00:00", "tags.`\x00` = '\x00'", "metrics.auc > 1e999", f"version = {'9' * 400}", "(" * 5_000,
    "not " * 5_000 + "name = 'a'",
)  # fmt: skip
THINGS: tuple[Any, ...] = (
    None,
    True,
    -1,
    0,
    2**31,
    2**63,
    10**400,
    0.5,
    1e308,
    float("nan"),
    [],
    {},
    [[]],
    {"a": None},
)
BODIES = (b"", b"{", b"null", b"[]", b'"a"', b"\xff\xfe", b"\x00", b'{"a": ' * 5_000, b"[" * 200_000, b"NaN", b"{}{}")


def hostile(call: Call) -> Iterator[Call]:
    """The call with one thing wrong: each parameter and each field in turn."""
    for name in (*call.query, "registry"):
        yield from (replace(call, query={**call.query, name: text}) for text in TEXTS)
    for name in call.path:
        # With the end of a line in its path, a request comes to no app that is mounted.
        yield from (replace(call, path={**call.path, name: text}) for text in TEXTS if "\n" not in text)
    body = call.body if isinstance(call.body, Mapping) else {}
    for name in body:
        yield from (replace(call, body={**body, name: value}) for value in (*TEXTS, *THINGS))
        yield replace(call, body={said: value for said, value in body.items() if said != name})
    yield from (replace(call, body=sent) for sent in BODIES if body)


def test_no_value_in_any_place_breaks_anything(asked_by: As, known: Known, skin_registry: Registry):
    client = asked_by("ana")
    for place, (route, call) in enumerate(calls(known).items()):
        for said in islice(hostile(call), place % PARTS, None, PARTS):
            _is_told(send(client, route, said), route, said)
    skin_registry.verify_record(MODEL)


def _is_told(answer: Any, *asked: object) -> None:
    """What cannot be taken is said to be so, as a problem."""
    assert answer.status_code < 500, (asked, answer.text)
    if answer.status_code >= 400:
        assert "application/problem+json" == answer.headers["content-type"], asked
        assert {"type", "title", "status", "detail"} == set(answer.json()), asked
