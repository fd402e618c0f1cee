"""Operators take a version in every form in which people have one."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from tests.support.runs import Place, Run

FORMS = ("number", "digits", "reference", "by-alias", "mapping-as-text", "rendered-number", "mapped-0", "mapped-1")


@pytest.fixture(scope="module")
def run(places: Mapping[str, Place]) -> Run:
    """Version 1 promoted to one alias for each form."""
    place = places["sqlite"]
    place.versions(place.model("naming"), 2)
    place.registry.promote("naming", 1, "first")
    version = place.registry.get_version("models:/naming/1")
    run = place.start("naming", "naming", version=version.as_mapping())
    run.end()
    return run


@pytest.mark.parametrize("form", FORMS)
def test_each_form_names_the_version(run: Run, places: Mapping[str, Place], form: str) -> None:
    assert 1 == places["sqlite"].live("naming", form)


def test_a_template_that_renders_nothing_is_refused_and_says_so(run: Run) -> None:
    assert "failed" == run.states()["nothing"]
    assert "a template rendered nothing. Check the upstream task" in run.log("nothing")
