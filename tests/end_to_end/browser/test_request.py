"""The whole way of a promotion request through the Models page, to the Dag that waits for it."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser import Arrives, address
from tests.support.runs import Place, Run

MODEL = "growth/loans"
POLICY = {
    "gates": [{"metric": "auc", "threshold": 0.8, "greater_is_better": True}],
    "approvals": [{"role": "ml-lead", "users": ["ida", "ada"]}],
    "four_eyes": True,
}


@pytest.fixture(scope="module")
def asked(arrives: Arrives, shown: Place) -> Page:
    """What ida sees who has asked, by the page, for the second version to be live."""
    shown.model(MODEL, policy=None)
    shown.versions(MODEL, 2)
    shown.registry.promote(MODEL, 1, "production")
    shown.registry.set_policy(MODEL, "production", POLICY)
    ida = arrives("ida")
    page = ida.opens(address(shown.conn_id, model=MODEL, tab="versions"))
    page.get_by_role("link", name="version 2").click()
    ida.settled().get_by_role("button", name="Promote to production").click()
    expect(page.get_by_role("heading", name=f"Version 2 of {MODEL} wants to be production open")).to_be_visible()
    ida.settled()
    return page


@pytest.fixture(scope="module")
def waiting(asked: Page, shown: Place) -> Run:
    """A Dag that waits for the same promotion."""
    run = shown.start("deciding", MODEL, version=2)
    run.wait_for("promote", "deferred")
    return run


def test_a_viewer_may_read_and_not_decide(arrives: Arrives, asked: Page, shown: Place) -> None:
    viewer = arrives("vic")
    page = viewer.opens(asked.url.removeprefix(f"{viewer.airflow.url}/"))
    expect(page.get_by_text("You may read this, and not decide")).to_be_visible()
    expect(page.get_by_role("table", name="Candidate beside baseline")).to_be_visible()
    expect(page.get_by_role("button", name=re.compile("Approve|Reject|Withdraw"))).to_have_count(0)


def test_who_asked_is_told_why_they_may_not_approve_it(asked: Page) -> None:
    expect(asked.get_by_text("The policy asks for four eyes, and ida is who")).to_be_visible()
    expect(asked.get_by_role("button", name=re.compile("Approve|Reject"))).to_have_count(0)


def test_another_person_approves_and_the_dag_that_waits_promotes(
    arrives: Arrives, asked: Page, waiting: Run, shown: Place
) -> None:
    ada = arrives("ada")
    page = ada.opens(address(shown.conn_id))
    requests = page.get_by_role("table", name="Promotion requests").get_by_role("row")
    requests.filter(has_text=MODEL).get_by_role("link").first.click()
    ada.settled().get_by_role("textbox", name="Comment").fill("seen")
    page.get_by_role("button", name="Approve").press("Enter")
    expect(page.get_by_role("table", name="Decisions").get_by_role("row")).to_have_text(
        [re.compile("By"), re.compile("approved ada.*seen")]
    )
    assert {"request": "success", "wait": "success", "promote": "success"} == waiting.states()
    page.get_by_role("link", name=MODEL).first.click()
    bar = ada.settled().get_by_role("img", name="Version 2 held production")
    expect(bar).to_have_accessible_name(re.compile(r"until now; promoted by .*, by request \d+"))
