"""The roles that the documentation quotes are those that the package gives; what they may do is tested with them."""

from __future__ import annotations

import re
from pathlib import Path

from airflow_provider_registry.registry.database.grants import GRANTS, Role, role_script

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "platform.md").read_text(encoding="utf-8")


def test_the_script_is_the_one_that_is_printed():
    assert role_script() == (DOCS / "examples" / "roles.sql").read_text(encoding="utf-8")


def test_the_page_quotes_what_each_role_gets_and_names_it():
    for marker in re.findall(r':(?:start-at|end-before): "(GRANT [^"]+)"', PAGE):
        assert marker in role_script()
    assert [] == [role for role in Role if f"\n| `registry_{role}` |" not in PAGE]


def test_the_page_names_every_table():
    assert [] == [table for table in GRANTS if f"`{table}`" not in PAGE]
