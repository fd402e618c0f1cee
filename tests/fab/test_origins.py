"""A browser's session, from our pages and from others: whatever Airflow's own API does, the registry's does too."""

from __future__ import annotations

import re

import pytest

from tests.support.fab import API, IS_3_8

ELSEWHERE = "https://elsewhere.example"
DASHBOARD = "https://dashboard.example"
# Routes that answer alike: one of Airflow's, and one of ours.
READ = ("/api/v2/pools", f"{API}models")
WRITE = ("/api/v2/pools", f"{API}rollbacks")


def logged_in(browser, user):
    """Do what a person does at FAB's form; gives the browser's cookie in the server's own words."""
    form = browser.get("/auth/login/").text
    (token,) = re.findall(r'name="csrf_token"[^>]*value="([^"]+)"', form)
    answer = browser.post("/auth/login/", data={"username": user, "password": user, "csrf_token": token})
    (cookie,) = (said for said in answer.headers.get_list("set-cookie") if said.startswith("_token="))
    return {part.strip().lower() for part in cookie.split(";")}


@pytest.fixture(scope="module")
def browser(server, registry):
    """Where ida is logged in."""
    with server.browser() as browser:
        logged_in(browser, "ida")
        yield browser


def allowed(answer):
    """What an answer lets other origins do."""
    return {name: said for name, said in answer.headers.items() if name.startswith("access-control-")}


def test_the_session_is_a_cookie_that_no_script_reads_and_no_other_site_sends(server, registry):
    with server.browser() as browser:
        said = {"httponly", "path=/"} | ({"samesite=lax"} if IS_3_8 else set())
        assert said <= logged_in(browser, "vic")
        me = browser.get(f"{API}me").json()
    assert ("vic", ["read"]) == (me["name"], me["rights"])


def test_pages_from_elsewhere_are_allowed_nothing(browser):
    for route in READ:
        answer = browser.get(route, headers={"Origin": ELSEWHERE})
        assert (200, {}) == (answer.status_code, allowed(answer))
    asks = {"Origin": ELSEWHERE, "Access-Control-Request-Method": "POST"}
    for route in WRITE:
        answer = browser.options(route, headers=asks)
        assert (405, {}) == (answer.status_code, allowed(answer))


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", None])
def test_what_a_page_from_elsewhere_can_send_unasked_is_not_read(browser, kind):
    """A form, or a script that does not ask first, sends no JSON."""
    headers = {"Origin": ELSEWHERE, **({"Content-Type": kind} if kind else {})}
    said = b'{"model_name": "none", "alias": "production", "reason": "r", "name": "p", "slots": 1}'
    assert [422, 422] == [browser.post(route, content=said, headers=headers).status_code for route in WRITE]
    json = {"Content-Type": "application/json"}
    assert 404 == browser.post(WRITE[1], content=said, headers=json).status_code  # of ours, it is read: no such model


def test_pages_of_an_origin_that_airflows_options_name_are_allowed_what_they_say(open_server, registry):
    with open_server.browser() as browser:
        logged_in(browser, "ida")
        for route in READ:
            assert {"access-control-allow-origin": DASHBOARD, "access-control-allow-credentials": "true"} == allowed(
                browser.get(route, headers={"Origin": DASHBOARD})
            )
            elsewhere = allowed(browser.get(route, headers={"Origin": ELSEWHERE}))
            assert "access-control-allow-origin" not in elsewhere
