"""The card of a version in each format: made of the record and of what people wrote, at one moment."""

from __future__ import annotations

import json
from html.parser import HTMLParser

import pytest

from airflow_provider_registry.errors import InvalidInputError, VersionNotFoundError
from airflow_provider_registry.registry.cards.front_matter import split
from tests.registry.cards.worlds import CARD
from tests.registry.requests.worlds import LEAD, approve, ask
from tests.support.kernel import FLOOR

HOSTILE = "<script>alert('x')</script>|</td>"


@pytest.fixture
def lived(world):
    """Three versions, of which the last was asked for, approved and promoted."""
    world.registry.create_model("churn", team="growth", description="Who leaves")
    world.versions(0.81, 0.83)
    world.registry.promote("churn", 1, "production")
    world.register(
        "third",
        metrics=[
            {"name": "auc", "value": 0.9},
            {"name": "auc", "value": 0.85, "slice": "country=NO"},
            {"name": "auc", "value": 0.95, "phase": "training", "dataset": "customers"},
        ],
        params={"depth": 3},
        inputs=[{"name": "customers", "uri": "s3://lake/a b", "digest": f"sha256:{'a' * 64}", "rows": 10}],
        environment={"interpreter": {"version": "3.11"}, "distributions": [{"name": "Scikit_Learn", "version": "1.5"}]},
        card=CARD,
    )
    world.registry.set_policy("churn", "production", {**FLOOR, "approvals": [LEAD]})
    world.registry.record_check("churn", 3, "drift", True)
    approve(world, "ana", ask(world, 3, reason="better"), comment="looked at it")
    world.registry.promote("churn", 3, "production")
    return world


@pytest.mark.parametrize("format", ["markdown", "html"])
def test_a_page_shows_what_is_known(lived, format):
    card = lived.registry.card("models:/churn/3", format)
    for said in (
        *("churn, version 3", "growth", "country=NO", "customers", "depth", "auc 0.9 is at least 0.8", "drift"),
        *("promoted, by request", "ana", "looked at it", "better", "Scikit", "Not for credit decisions", "apache-2.0"),
        lived.registry.get_version("models:/churn/3").digest,
        lived.registry.record_head("churn").hash,
    ):
        assert said in card


def test_the_record_comes_before_what_people_wrote_which_could_imitate_it(lived):
    card = lived.registry.card("models:/churn/3")
    assert card.index("From the record of churn up to its event") < card.index("## Written by people")
    assert card.endswith(split(CARD)[1].strip() + "\n")


def test_the_same_record_gives_the_same_card(lived):
    for format in ("markdown", "html", "json", "huggingface"):
        assert lived.registry.card("models:/churn/3", format) == lived.registry.card("models:/churn@production", format)


def test_a_version_of_which_nobody_wrote_anything_has_a_card_too(world):
    world.register("one")
    assert "Nobody has written anything of this version yet." in world.registry.card("models:/churn/1")
    assert json.loads(world.registry.card("models:/churn/1", "json")) == {}
    assert world.registry.card("models:/churn/1", "huggingface") == world.registry.card("models:/churn/1")


def test_a_trend_shows_the_versions_before_and_the_last_one_apart(lived):
    card = lived.registry.card("models:/churn/3", "html")
    assert "auc: 0.81 in version 1, 0.83 in version 2, 0.9 in version 3" in card
    assert (card.count('class="mine" cx'), card.count('class="other" cx')) == (1, 2)
    assert "aliases over time" in card
    assert "<polyline" not in lived.registry.card("models:/churn/1", "html")


def test_what_was_measured_in_production_is_plotted_over_time(lived):
    for day in range(1, 4):
        window = (f"2026-03-0{day}T00:00:00+00:00", f"2026-03-0{day + 1}T00:00:00+00:00")
        lived.registry.record_metrics("models:/churn/3", {"auc": 0.9 - day / 100}, window=window)
    card = lived.registry.card("models:/churn/3", "html")
    assert "auc in production: 3 values from 2026-03-01 00:00:00 UTC to 2026-03-04 00:00:00 UTC" in card
    assert ("0.87" in card, card.count('class="band"'), "In production" in card) == (True, 1, True)
    assert "In production" not in lived.registry.card("models:/churn/1", "html")


def test_what_is_to_be_looked_at_again_says_by_when(lived):
    assert "to be looked at again" not in lived.registry.card("models:/churn@production")
    policy = lived.registry.get_policy("churn", "production").as_mapping()
    lived.registry.set_policy("churn", "production", {**policy, "review_every": "90d"})
    (held,) = (held for held in lived.registry.live("production") if held.model_name == "churn")
    due = held.review_due.isoformat(" ", "seconds").replace("+00:00", " UTC")
    assert f"now, to be looked at again by {due}" in lived.registry.card("models:/churn@production", "html")


class _Loads(HTMLParser):
    found: tuple[str, ...] = ()

    def handle_starttag(self, tag, attrs):
        names = dict(attrs)
        if tag in ("script", "link", "img", "iframe", "object", "base") or {"src", "srcset", "onload"} & set(names):
            self.found = (*self.found, tag)


def test_the_page_loads_nothing_and_obeys_no_text_of_others(world):
    world.registry.create_model("churn", team=HOSTILE, description=HOSTILE)
    world.register(
        "one", metrics={HOSTILE: 1.0}, params={HOSTILE: HOSTILE}, tags={HOSTILE: HOSTILE}, inputs=[HOSTILE],
        metadata={HOSTILE: HOSTILE}, description=HOSTILE, card=f"---\n'{HOSTILE[:8]}': [a]\n---\n{HOSTILE}",
        environment={"distributions": {HOSTILE: HOSTILE}},
    )  # fmt: skip
    world.register("two", metrics={HOSTILE: 2.0})
    world.registry.record_check("churn", 1, HOSTILE, True)
    world.registry.promote("churn", 1, "production", reason=HOSTILE)
    world.registry.promote("churn", 2, "production", reason=HOSTILE)
    for number in (1, 2):
        page = world.registry.card(number, "html", model_name="churn")
        seen = _Loads()
        seen.feed(page)
        assert seen.found == ()
        assert "<script" not in page
        assert "url(" not in page
    assert "\n| <script" not in world.registry.card("models:/churn/1")
    assert world.registry.bom("models:/churn/1")["components"][0]["name"] == HOSTILE


def test_json_has_the_fields_of_cyclonedx(lived):
    card = json.loads(lived.registry.card("models:/churn/3", "json"))
    assert card["quantitativeAnalysis"]["performanceMetrics"] == [
        {"type": "auc", "value": "0.95", "slice": "phase=training,dataset=customers"},
        {"type": "auc", "value": "0.9"},
        {"type": "auc", "value": "0.85", "slice": "country=NO"},
    ]
    assert card["considerations"] == {
        "useCases": ["For customers of the last two years. Not for credit decisions."],
        "technicalLimitations": ["For customers of the last two years. Not for credit decisions."],
        "ethicalConsiderations": [{"name": "Age is an input."}, {"name": "Nobody is refused anything by it."}],
    }
    (dataset,) = card["modelParameters"]["datasets"]
    assert (dataset["name"], dataset["contents"]["url"]) == ("customers", "s3://lake/a%20b")
    assert card["properties"] == [{"name": "airflow-provider-registry:param:depth", "value": "3"}]


def test_the_hub_gets_what_people_wrote_and_the_metrics(lived):
    metadata, body = split(lived.registry.card("models:/churn/3", "huggingface"))
    given, text = split(CARD)
    (index,) = metadata.pop("model-index")
    assert (metadata, body) == (given, text)
    assert [result["dataset"] for result in index["results"]] == [
        {"name": "customers", "type": "customers", "split": "training"},
        {"name": "validation", "type": "validation", "split": "validation"},
        {"name": "validation", "type": "validation", "config": "country=NO", "split": "validation"},
    ]
    assert index["results"][1]["metrics"] == [{"type": "auc", "name": "auc", "value": 0.9}]
    assert index["results"][0]["task"] == {"type": "other"}


def test_a_card_of_the_hub_is_kept_as_it_is_when_it_comes_back(lived):
    card = lived.registry.card("models:/churn/3", "huggingface")
    lived.registry.set_card("models:/churn/3", card)
    assert lived.registry.card("models:/churn/3", "huggingface") == card


def test_what_is_no_format_and_what_is_not_there_is_refused(lived):
    with pytest.raises(InvalidInputError, match="give one of markdown, html, json, huggingface"):
        lived.registry.card("models:/churn/3", "pdf")
    with pytest.raises(VersionNotFoundError):
        lived.registry.card("models:/churn/9")
