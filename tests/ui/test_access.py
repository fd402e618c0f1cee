"""Who may do what, as Airflow's auth manager says."""

from __future__ import annotations

import pytest

from airflow_provider_registry.ui.app import ROUTERS

ASKED_WITHOUT_A_REGISTRY = {"/me"}
READS = ("models", "versions", "requests", "model?name=churn", "events?model=churn")
WRITES = ("promotions", "rollbacks", "requests", "requests/1/decisions", "requests/1/withdrawal")


@pytest.fixture(autouse=True)
def version(skin_registry, artifact):
    """A version that could be promoted."""
    return skin_registry.register_version("churn", artifact)


def body(route):
    return {
        "promotions": {"reference": "models:/churn/1", "alias": "production"},
        "rollbacks": {"model_name": "churn", "alias": "production", "reason": "r"},
        "requests": {"reference": "models:/churn/1", "alias": "production"},
        "requests/1/decisions": {"verdict": "approve", "report": "0"},
        "requests/1/withdrawal": {"reason": "r"},
    }[route]


@pytest.mark.parametrize("route", READS)
def test_whoever_may_see_assets_reads(asked_by, route):
    assert 200 == asked_by("vic").get(route).status_code


@pytest.mark.parametrize("route", READS)
def test_who_has_no_role_reads_nothing(asked_by, route):
    answer = asked_by("nix").get(route)
    assert (403, "application/problem+json") == (answer.status_code, answer.headers["content-type"])


@pytest.mark.parametrize("route", WRITES)
@pytest.mark.parametrize("user", ["vic", "uli", "nix"])
def test_who_may_not_change_assets_writes_nothing(asked_by, skin_registry, route, user):
    before = skin_registry.record_head("churn")
    assert 403 == asked_by(user).post(route, json=body(route)).status_code
    assert before == skin_registry.record_head("churn")


def test_an_act_is_of_the_user_whom_airflow_knows_and_came_through_its_ui(asked_by, skin_registry):
    answer = asked_by("ana").post("promotions", json=body("promotions"))
    assert (200, "ana") == (answer.status_code, answer.json()["by"])
    event = skin_registry.model_events("churn")[-1]
    actor = {"issuer": "airflow:airflow", "subject": "ana", "name": "ana"}
    assert (actor, "airflow-ui", True, None) == (event.private["actor"], event.via, event.authenticated, event.task)


@pytest.mark.parametrize("router", ROUTERS)
def test_no_route_reaches_a_registry_but_by_a_right(router):
    for route in router.routes:
        asked = {getattr(asked.call, "__name__", "") for asked in route.dependant.dependencies}
        assert {"get_user" if route.path in ASKED_WITHOUT_A_REGISTRY else "registry_of_user"} == asked, route.path


def test_the_openapi_document_names_every_route_and_its_problems(asked_by):
    told = asked_by("nix").get("openapi.json").json()
    assert {"/api/v1/models", "/api/v1/requests/{request_id}/decisions"} < set(told["paths"])
    for path in told["paths"].values():
        for operation in path.values():
            assert {"application/problem+json"} <= set(operation["responses"]["4XX"]["content"])
            assert operation["summary"]
            assert operation["description"]
