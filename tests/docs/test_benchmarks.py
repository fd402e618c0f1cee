"""The page of figures. Its tables are written by `python -m benchmarks --tables` from docs/figures.json."""

from __future__ import annotations

import re
from pathlib import Path

from benchmarks.report import as_markdown
from benchmarks.results import read_results
from benchmarks.works import NAMES, about

DOCS = Path(__file__).parents[2] / "docs"


def test_the_tables_are_those_of_the_figures_beside_them_and_of_every_work():
    results = read_results(DOCS / "figures.json")
    assert list(NAMES) == list(results)
    assert (DOCS / "figures.md").read_text() == as_markdown(results, {name: about(name) for name in results})


def test_no_figure_is_missing_in_the_text():
    assert not re.findall("@[A-Z]+@", (DOCS / "benchmarks.md").read_text())
