"""What somebody wrote to mislead a reader, or to run as a script, is shown as the text that it is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from airflow_provider_registry.registry import Producer
from tests.support.browser import Arrives, Visitor, address
from tests.support.runs import Place
from tests.support.shown import as_user

MODEL = "growth/hostile"
IMAGE = "<img src=/planted onerror=planted()>"
SCRIPT = "<script>planted()</script>"
LINK = "javascript:planted()"
MARKDOWN = f"""Trained **well**. {IMAGE} {SCRIPT}

![a picture](http://elsewhere.invalid/planted.png) [a link]({LINK}) <{LINK}> [data](data:text/html,planted)

<iframe src="//elsewhere.invalid/planted"></iframe> <svg onload=planted()> <style>* {{ display: none }}</style>
"""
ROLE = "<b onmouseover=planted()>lead</b>"
POLICY = {
    "gates": [{"metric": IMAGE, "threshold": 0.5, "greater_is_better": True}],
    "approvals": [{"role": ROLE, "users": ["ida", "ada"], "count": 2}],
}
# None of which a page of ours has any use for.
HARMFUL = (
    "script, style, iframe, img, [onerror], [onload], [onmouseover], "
    "[href^='javascript:' i], [href^='data:' i], [src^='javascript:' i]"
)


@pytest.fixture(scope="module")
def request_id(shown: Place, tmp_path_factory: pytest.TempPathFactory) -> int:
    """A request for a model of which everything that people may write is hostile."""
    registry = shown.registry
    registry.create_model(MODEL, team=IMAGE, description=MARKDOWN, reason=SCRIPT)
    for number in (1, 2):
        file = Path(tmp_path_factory.mktemp("hostile"), "'\"><script>planted()<")
        file.write_text(f"{number}")
        registry.register_version(
            MODEL,
            file,
            metrics=[
                {"name": IMAGE, "value": 0.9, "slice": f"{SCRIPT}=1", "dataset": SCRIPT},
                {"name": IMAGE, "value": 0.8},
            ],
            params={SCRIPT: f"{IMAGE}{number}"},
            inputs=[{"name": IMAGE, "uri": f"{LINK}//{number}", "digest": SCRIPT}],
            tags={IMAGE: SCRIPT, "link": LINK},
            description=MARKDOWN,
            card=MARKDOWN,
            producer=Producer(dag_id=SCRIPT, run_id="../../planted?<i>", task_id=IMAGE),
            code_revision=IMAGE,
            environment={"interpreter": {"version": IMAGE}, "distributions": [{"name": SCRIPT, "version": LINK}]},
        )
    registry.promote(MODEL, 1, "production", reason=IMAGE)
    registry.set_policy(MODEL, "production", POLICY, reason=SCRIPT)
    request = registry.request_promotion(MODEL, 2, "production", reason=IMAGE)
    as_user(registry, "ida").decide(request.request_id, verdict="approve", comment=f"{IMAGE} {LINK}")
    return request.request_id


@pytest.fixture(scope="module")
def reader(arrives: Arrives) -> Visitor:
    """Somebody whom it is meant to mislead."""
    return arrives("ada")


@pytest.mark.parametrize(
    ("place", "told"),
    [
        pytest.param({"filter": "team like '%planted%'"}, [IMAGE], id="list"),
        pytest.param({}, [IMAGE, "Trained well."], id="model"),
        pytest.param({"tab": "versions"}, [IMAGE], id="versions"),
        pytest.param({"tab": "requests"}, [ROLE], id="requests"),
        pytest.param({"tab": "policies"}, [ROLE, IMAGE], id="policies"),
        pytest.param({"tab": "record"}, [IMAGE, SCRIPT], id="record"),
        pytest.param({"version": 2}, [IMAGE, SCRIPT, LINK, "Trained well."], id="version"),
        pytest.param({"version": 2, "compare": 1}, [IMAGE, LINK], id="comparison"),
        pytest.param({"request": True}, [IMAGE, LINK, ROLE], id="request"),
    ],
)
def test_it_is_shown_as_text(
    place: dict[str, Any], told: list[str], reader: Visitor, request_id: int, shown: Place
) -> None:
    if "filter" not in place:
        place = {"model": MODEL, **place}
    if "request" in place:
        place["request"] = request_id
    page = reader.opens(address(shown.conn_id, **place))
    for text in told:
        expect(page.locator(reader.ours)).to_contain_text(text)
    expect(page.locator(reader.ours).locator(HARMFUL)).to_have_count(0)
    assert [] == reader.faults + [path for path in reader.requests if "planted" in path]
