"""Each page of a filled registry, light and dark, wide and narrow: it fits, and nothing keeps anybody from using it.

What the pages look like is kept in `build/pictures`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.support.browser import LOOKS, WIDE, Arrives, Look, Visitor, address
from tests.support.runs import Place, Run
from tests.support.shown import MODEL


@dataclass(frozen=True)
class Seen:
    """A page, and by what a reader knows it.

    Attributes:
        role, name: of something that no other page shows.
        place: what its address says beside the registry.
    """

    role: Any
    name: str
    place: dict[str, Any] = field(default_factory=dict)


PAGES = {
    "models": Seen("table", "Models"),
    "model": Seen("table", "What the aliases point at", {"model": MODEL}),
    "versions": Seen("table", "Versions", {"model": MODEL, "tab": "versions"}),
    "requests": Seen("table", "Promotion requests", {"model": MODEL, "tab": "requests"}),
    "policies": Seen("heading", "To become production", {"model": MODEL, "tab": "policies"}),
    "record": Seen("textbox", "Filter the record", {"model": MODEL, "tab": "record"}),
    "version": Seen("table", "Gates", {"model": MODEL, "version": 12}),
    "comparison": Seen("heading", f"{MODEL}: versions 10 and 12", {"model": MODEL, "version": 12, "compare": 10}),
    "request": Seen("table", "Candidate beside baseline", {"model": MODEL, "request": "waits"}),
    "missing": Seen("alert", "", {"model": "nobody/made-it"}),
}


@pytest.fixture(scope="module")
def reviewer(arrives: Arrives) -> Visitor:
    """Somebody who may do everything, and so sees every button."""
    return arrives("ada")


@pytest.mark.parametrize("name", PAGES)
def test_a_page_fits_every_window_and_has_no_barriers(name: str, reviewer: Visitor, shown: Place) -> None:
    seen, place = PAGES[name], dict(PAGES[name].place)
    if "request" in place:
        (waits,) = shown.registry.requests(MODEL, state="open")
        place["request"] = waits.request_id
    page = reviewer.opens(address(shown.conn_id, **place))
    expect(page.get_by_role(seen.role, name=seen.name, exact=True).first).to_be_visible()
    assert {} == _wrong(reviewer, name)


def test_an_address_leads_to_its_page_through_the_login(arrives: Arrives, shown: Place) -> None:
    somebody = arrives(None)
    page = somebody.page
    page.goto(f"{somebody.airflow.url}/{address(shown.conn_id, model=MODEL, version=10)}")
    page.get_by_label("Username").fill("vic")
    page.get_by_label("Password").fill("vic")
    page.get_by_role("button", name="Sign in").click()
    expect(somebody.settled().get_by_role("heading", name=f"{MODEL}, version 10")).to_be_visible()


def test_a_long_list_goes_on_where_it_is_read_to_its_end(reviewer: Visitor, shown: Place) -> None:
    page = reviewer.opens(address(shown.conn_id))
    page.get_by_role("link", name=MODEL, exact=True).last.hover()
    page.mouse.wheel(0, 10_000)
    expect(page.get_by_role("link", name="support/uplift")).to_be_visible()  # which no first page holds


def test_another_registry_is_chosen_and_kept(arrives: Arrives, shown: Place) -> None:
    somebody = arrives("vic")
    page = somebody.page
    page.goto(f"{somebody.airflow.url}/")
    page.get_by_role("link", name="Models").click()
    somebody.settled().get_by_label("Registry").select_option(shown.conn_id)
    page.get_by_role("table", name="Models").get_by_role("link", name=MODEL, exact=True).click()
    expect(somebody.settled().get_by_label("Registry")).to_have_value(shown.conn_id)
    expect(page.get_by_role("heading", name=MODEL, exact=True)).to_be_visible()


def test_a_run_shows_the_versions_that_it_made(arrives: Arrives, first_use: Run) -> None:
    reviewer = arrives("ada")
    reviewer.ours = "section:has([aria-label=Versions])"
    page = reviewer.opens(f"dags/first_use/runs/{first_use.run_id}/plugin/model-versions")
    for number in (1, 2, 3, 4):
        expect(page.get_by_role("link", name=f"first-use {number}")).to_be_visible()
    # Where it is narrow, Airflow's own half of the page leaves no room for it.
    assert {} == _wrong(reviewer, "run", [look for look in LOOKS if look[0] == WIDE])
    page.get_by_role("link", name="first-use 3").click()
    expect(page.get_by_role("heading", name="first-use, version 3")).to_be_visible()


def test_the_picture_of_the_readme_is_small(arrives: Arrives, shown: Place) -> None:
    somebody = arrives("ada", viewport={"width": 1180, "height": 900}, device_scale_factor=2)
    page = somebody.opens(address(shown.conn_id, model=MODEL))
    page.get_by_role("img", name="Version 10 held production").hover()
    picture = somebody.takes_small_picture("model")
    assert picture.stat().st_size < 150_000


def _wrong(visitor: Visitor, name: str, looks: Sequence[Look] = LOOKS) -> dict[str, list[str]]:
    """What is wrong with a page, in each window that it is seen in."""
    found = {}
    for size, scheme in looks:
        visitor.views(size, scheme)
        look = f"{name}-{size[0]}-{scheme}"
        visitor.takes_picture(look)
        found[look] = visitor.too_wide() + visitor.barriers()
    return {look: wrong for look, wrong in found.items() if wrong}
