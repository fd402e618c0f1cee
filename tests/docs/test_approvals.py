"""The page on approvals shows the states as the code has them."""

from __future__ import annotations

import re
from pathlib import Path

from airflow_provider_registry.registry.requests.states import TRANSITIONS

PAGE = Path(__file__).parents[2] / "docs" / "approvals.md"


def test_the_page_shows_every_state_and_what_it_leads_to():
    rows = re.findall(r"^\| `(\w+)` \|([`\w, ]*)\|", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    shown = {state: set(re.findall(r"`(\w+)`", after)) for state, after in rows}
    assert {state.value: {after.value for after in leads} for state, leads in TRANSITIONS.items()} == shown
