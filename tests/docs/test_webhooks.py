"""The page on webhooks shows what is sent, what may be written, and a receiver that takes what the registry sends."""

from __future__ import annotations

import json
import re
import threading
from http.server import HTTPServer
from pathlib import Path

import pytest

from airflow_provider_registry.event_types import KINDS, NarrowKind
from airflow_provider_registry.registry.policy_files.read import read_policy_files
from airflow_provider_registry.registry.webhooks.message import message_of
from docs.examples.webhook_receiver import Receiver
from tests.support.kernel import World
from tests.support.receiver import SECRET

PAGE = (Path(__file__).parents[2] / "docs" / "webhooks.md").read_text(encoding="utf-8")


def blocks(language):
    return re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)


@pytest.fixture
def backend():
    """SQLite: what is sent is the same everywhere."""
    return "sqlite"


@pytest.fixture
def world(registry, tmp_path):
    """A registry in which a task has promoted version 2."""
    world = World(registry, tmp_path).versions(0.8, 0.9)
    world.registry.promote("churn", 1, "production")
    world.as_task().registry.promote("churn", 2, "production")
    return world


def test_the_file_is_one():
    (file,) = blocks("yaml")
    (model,) = read_policy_files([("policies.yaml", file)])
    assert model.webhooks is not None
    keys = {key for webhook in model.webhooks for key in webhook.as_mapping()}
    assert [] == [key for key in keys if f"\n| `{key}` |" not in PAGE]
    assert keys == {"name", "url", "secret", "events", "aliases", "allow_http"}


def test_the_kinds_that_it_names_are_some():
    table = PAGE.partition("### Kinds of events")[2].partition("### Deliver")[0]
    named = set(re.findall(r"`([a-z]+\.[a-z_]+)`", table))
    assert {kind.value for kind in NarrowKind} <= named <= {*KINDS}


def test_the_message_has_the_parts_that_are_shown(world):
    (shown,) = map(json.loads, blocks("json"))
    sent = json.loads(message_of(world.registry.model_events("churn")[-1]).body)
    assert shown.keys() == sent.keys()
    assert shown["data"].keys() == sent["data"].keys()
    assert shown["data"]["payload"].keys() <= sent["data"]["payload"].keys()
    assert shown["data"]["via"] == sent["data"]["via"]
    assert sent["data"]["text"] == "churn: promoted version 2 to production in place of version 1."


def test_the_receiver_takes_each_event_once_and_nobody_elses(world, monkeypatch, capsys):
    monkeypatch.setenv("SIGNING_SECRET", SECRET)
    monkeypatch.setattr(Receiver, "log_message", lambda *_: None)
    monkeypatch.setattr(Receiver, "seen", set())
    other = {"mine": SECRET, "other": f"{SECRET[:-4]}AAAA"}
    with HTTPServer(("127.0.0.1", 0), Receiver) as server:
        threading.Thread(target=lambda: server.serve_forever(poll_interval=0.01), daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}/"
        webhooks = [{"name": name, "url": url, "secret": name} for name in other]
        world.registry.set_webhooks("churn", webhooks)
        world.registry.set_tag("models:/churn/1", "a", "b")
        found = {attempt.webhook: attempt.status for attempt in world.registry.deliver_webhooks(other)}
        again = world.registry.redeliver_webhooks("churn", other, webhook="mine", seq=7)
        server.shutdown()
    assert found == {"mine": 204, "other": 401}
    assert [attempt.status for attempt in again] == [204]
    assert capsys.readouterr().out.count("churn: tagged version 1 with a.") == 1
