from __future__ import annotations

import hashlib
import hmac
import json
import os

import pytest

from airflow_provider_registry.errors import RegistryError


@pytest.fixture
def lived(world):
    """Two models, with an erased event."""
    world.versions(0.8, 0.9).versions(0.7, model="fraud")
    world.registry.promote("churn", 1, "production", reason="the first")
    world.registry.erase_event("churn", 2, reason="asked for")
    return world


def lines(text):
    return [json.loads(line) for line in text.splitlines()]


def test_what_is_exported_can_be_verified_without_us(run, lived):
    previous: dict[str, str] = {}
    exported = lines(run("record", "export"))
    for event in exported:
        body = json.loads(event["body"])
        assert event["hash"] == hashlib.sha256(event["body"].encode()).hexdigest()
        assert previous.get(event["model_name"], "") == body["previous"]
        if event["private"] is not None:
            key = bytes.fromhex(event["private_key"])
            assert body["private"] == hmac.new(key, event["private"].encode(), hashlib.sha256).hexdigest()
        previous[event["model_name"]] = event["hash"]
    assert {name: lived.registry.record_head(name).hash for name in ("churn", "fraud")} == previous
    assert [2] == [event["seq"] for event in exported if event["private"] is None]
    assert "Exported 7 events of 2 models.\n" == run.err


def test_persons_and_free_text_may_be_left_out(run, lived):
    exported = run("record", "export", "churn", "--without-private")
    assert "tester" not in exported
    assert "the first" not in exported
    assert {"model_name", "seq", "hash", "body"} == set(lines(exported)[0])


def test_a_file_is_written_whole(run, lived, tmp_path):
    file = tmp_path / "churn.jsonl"
    assert "" == run("record", "export", "churn", "--file", file)
    assert [1, 2, 3, 4, 5] == [event["seq"] for event in lines(file.read_text())]
    assert [file] == list(tmp_path.glob("churn.jsonl*"))


def test_an_export_that_fails_leaves_what_was_there(run, lived, tmp_path, monkeypatch):
    def broken(self, model_name):
        yield next(export(self, model_name))
        raise RegistryError("The database went away.")

    file = tmp_path / "churn.jsonl"
    file.write_text("what was there")
    export = type(lived.registry).export_record
    monkeypatch.setattr(type(lived.registry), "export_record", broken)
    assert "The database went away." in run.fails("record", "export", "churn", "-f", file)
    assert "what was there" == file.read_text()
    assert [file] == list(tmp_path.glob("churn.jsonl*"))


def test_a_terminal_sees_a_bar(run, lived, tmp_path, monkeypatch):
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    run("record", "export", "churn", "-f", tmp_path / "churn.jsonl")
    assert "Exporting" in run.err
    assert "5/5" in run.err


def test_a_model_that_is_not_there_leaves_no_file(run, lived, tmp_path):
    assert "'none'" in run.fails("record", "export", "none", "-f", tmp_path / "none.jsonl")
    assert not os.path.exists(tmp_path / "none.jsonl")
