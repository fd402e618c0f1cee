"""The Models page without a mouse: Tab leads everywhere, and Enter goes on from there."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.support.browser import Arrives, address
from tests.support.runs import Place
from tests.support.shown import MODEL


def test_a_model_is_found_and_read_by_keys_alone(arrives: Arrives, shown: Place) -> None:
    reader = arrives("vic")
    page = reader.opens(address(shown.conn_id))
    models = page.get_by_role("table", name="Models")
    reader.tabs_to(page.get_by_label("Find models"))
    page.keyboard.type("churn")
    expect(models.get_by_role("row")).to_have_count(7)  # and the row of the columns' names
    reader.tabs_to(models.get_by_role("link", name=MODEL, exact=True))
    page.keyboard.press("Enter")
    expect(reader.settled().get_by_role("heading", name=MODEL, exact=True)).to_be_visible()
    reader.tabs_to(page.get_by_role("img", name="Version 6 held production"))
    expect(page.get_by_text("promoted by retrain.register, by request").last).to_be_visible()


def test_a_filter_is_completed_by_keys(arrives: Arrives, shown: Place) -> None:
    reader = arrives("vic")
    page = reader.opens(address(shown.conn_id))
    box = page.get_by_label("Find models")
    reader.tabs_to(box)
    page.keyboard.type("te")
    expect(page.get_by_role("option", name="team")).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(box).to_have_value("team ")
    page.keyboard.type("= 'search'")
    expect(page.get_by_role("table", name="Models").get_by_role("row")).to_have_count(12)


def test_tabs_and_what_they_show_are_reached_by_keys(arrives: Arrives, shown: Place) -> None:
    reader = arrives("vic")
    page = reader.opens(address(shown.conn_id, model=MODEL))
    reader.tabs_to(page.get_by_role("tab", name="Aliases"))
    page.keyboard.press("ArrowRight")
    for version in (10, 12):
        reader.tabs_to(page.get_by_role("checkbox", name=f"Compare version {version}"))
        page.keyboard.press("Space")
    reader.tabs_to(page.get_by_role("button", name="Compare 10 and 12"))
    page.keyboard.press("Enter")
    expect(reader.settled().get_by_role("heading", name=f"{MODEL}: versions 10 and 12")).to_be_visible()
