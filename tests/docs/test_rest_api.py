"""The page on the REST API has every route, and no other."""

from __future__ import annotations

import re
from pathlib import Path

from airflow_provider_registry.ui.app import ROUTERS

PAGE = Path(__file__).parents[2] / "docs" / "rest-api.md"


def test_every_route_is_in_the_table_with_the_right_that_it_asks_for():
    said = re.findall(r"^\| `(GET|POST) (\S+)` \|.*\| ?(\w*) \|$", PAGE.read_text(), re.MULTILINE)
    routes = [route for router in ROUTERS for route in router.routes]
    assert {(method, route.path, _right(route)) for route in routes for method in route.methods} == set(said)


def _right(route):
    """The right that the dependency of a route has in its closure."""
    (asked,) = (asked.call for asked in route.dependant.dependencies)
    return next(
        (cell.cell_contents.value for cell in asked.__closure__ or () if hasattr(cell.cell_contents, "value")), ""
    )
