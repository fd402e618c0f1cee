"""Webhooks from a terminal: their secrets come from Airflow's connections, wherever those are kept."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from tests.registry.webhooks.worlds import Told
from tests.support.receiver import SECRET, Receiver, receiving, status


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


@pytest.fixture
def told(world, receiver, monkeypatch):
    """A registry of one model, of which three events wait to be told."""
    monkeypatch.setenv("AIRFLOW_CONN_SIGNING", json.dumps({"conn_type": "generic", "password": SECRET}))
    world.versions(0.7)
    world.registry.set_webhooks("churn", [receiver.webhook(events=["version.tagged"])])
    told = Told(world, receiver)
    told.tag(3)
    return told


def test_list_shows_how_each_stands(run, told, monkeypatch):
    monkeypatch.setenv("COLUMNS", "300")
    told.receiver.answer = status(500, b"full")
    run("webhooks", "deliver")
    header, row = run.table("webhooks", "list")
    shown = dict(zip(header, row, strict=True))
    assert shown["model_name"] == "churn"
    assert shown["url"] == f"{told.receiver.url}/…"
    assert (shown["position"], shown["lag"], shown["given_up"]) == ("3", "3", "0")
    assert shown["last_error"].startswith("the answer was 500")
    (state,) = run.json("webhooks", "list", "churn")
    assert state["webhook"]["name"] == "audit"
    assert SECRET not in str(state)


def test_deliver_delivers_and_history_tells(run, told):
    assert [row["seq"] for row in run.json("webhooks", "deliver")] == [4, 5, 6]
    assert run.err.endswith("3 events delivered.\n")
    assert told.receiver.seqs == [4, 5, 6]
    assert run.json("webhooks", "deliver", "churn") == []
    header, newest, *_ = run.table("webhooks", "history", "churn", "--webhook", "audit")
    assert dict(zip(header, newest, strict=True))["event"] == "6"


def test_redeliver_sends_what_was_given_up_or_one_event(run, told):
    told.receiver.answer = status(410)
    run("webhooks", "deliver")
    assert run.err.endswith("0 events delivered, 3 given up.\n")
    told.receiver.answer = status(200)
    assert [row["outcome"] for row in run.json("webhooks", "redeliver", "churn")] == ["delivered"] * 3
    (row,) = run.json("webhooks", "redeliver", "churn", "--event", "5", "--webhook", "audit")
    assert (row["seq"], told.receiver.seqs[-1]) == (5, 5)


def test_what_does_not_arrive_is_the_exit_code(run, told):
    run("webhooks", "test", "churn")
    told.receiver.answer = status(401)
    code, out = run.exits("webhooks", "test", "churn", "-o", "json")
    assert (code, json.loads(out)[0]["status"]) == (1, 401)


def test_a_connection_that_is_not_there_is_said(run, told, monkeypatch):
    monkeypatch.delenv("AIRFLOW_CONN_SIGNING")
    code, out = run.exits("webhooks", "test", "churn", "-o", "json")
    assert code == 1
    assert json.loads(out)[0]["error"].startswith("the secret 'signing' could not be had: ")


def test_what_is_wrong_is_said(run, told):
    assert "has no webhook 'none': it has audit." in run.fails("webhooks", "test", "churn", "--webhook", "none")
    assert "There is no registered model 'none'" in run.fails("webhooks", "list", "none")
