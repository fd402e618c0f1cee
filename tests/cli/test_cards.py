from __future__ import annotations

import io
import json
import subprocess
import sys
import zipfile

import pytest

from tests.registry.cards.worlds import CARD
from tests.support.kernel import FLOOR


@pytest.fixture
def file(world, tmp_path):
    """A card, of a version that there is."""
    world.versions(0.9)
    path = tmp_path / "card.md"
    path.write_text(CARD)
    return path


def test_a_card_is_set_from_a_file_and_its_revisions_are_listed(run, world, file):
    set_ = dict(run.table("cards", "set", "churn", 1, "--file", file, "--reason", "the first")[1:])
    assert ("models:/churn/1", "1", "the first") == (set_["reference"], set_["revision"], set_["reason"])
    file.write_text("## Limits\n\nfew")
    run("cards", "set", "models:/churn/1", "--file", file)
    assert "revision 2: limitations" == dict(run.table("versions", "show", "churn", 1)[1:])["card"]
    header, second, first = run.table("cards", "revisions", "churn", 1)
    assert ["reference", "revision", "sections"] == header[:3]
    assert [["models:/churn/1", "2", "limitations"], ["models:/churn/1", "1"]] == [second[:3], first[:2]]
    assert [file.read_text(), CARD] == [one["text"] for one in run.json("cards", "revisions", "churn", 1)]


def test_a_card_is_read_from_standard_input(run, world, file, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO(CARD))
    run("cards", "set", "churn", 1, "--file", "-")
    assert CARD == world.registry.card_revisions("models:/churn/1")[0].text


@pytest.mark.parametrize("format", ["markdown", "html", "json", "huggingface"])
def test_a_card_is_written_to_standard_output_and_to_a_file(run, world, file, format, tmp_path):
    run("cards", "set", "churn", 1, "--file", file)
    shown = run("cards", "show", "churn", 1, "--format", format)
    assert world.registry.card("models:/churn/1", format) == shown
    run("cards", "show", "churn", 1, "--format", format, "--file", tmp_path / "out")
    assert shown == (tmp_path / "out").read_text()
    assert shown == run("cards", "show", "churn", 1, *([] if format == "markdown" else ["--format", format]))


def test_what_is_no_card_is_said(run, file, tmp_path):
    file.write_bytes(b"\xff")
    assert "is not UTF-8" in run.fails("cards", "set", "churn", 1, "--file", file)
    assert "No such file" in run.fails("cards", "set", "churn", 1, "--file", tmp_path / "none")
    file.write_text("")
    assert "The card is empty" in run.fails("cards", "set", "churn", 1, "--file", file)
    assert "no version 2" in run.fails("cards", "show", "churn", 2)


def test_a_version_is_registered_with_its_card(run, world, file):
    run("versions", "register", "churn", world.artifact("other"), "--card", file)
    assert CARD == world.registry.card_revisions("models:/churn/2")[0].text


def test_a_bill_of_materials_is_written(run, world, file, tmp_path):
    assert world.registry.bom("models:/churn/1") == json.loads(run("versions", "bom", "churn", 1))
    run("versions", "bom", "churn", 1, "--file", tmp_path / "bom.json")
    assert world.registry.bom("models:/churn/1") == json.loads((tmp_path / "bom.json").read_text())


def test_the_evidence_of_a_request_is_written_and_verifies_itself(run, world, file, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    world.registry.set_policy("churn", "production", FLOOR)
    request = world.registry.request_promotion("churn", 1, "production").request_id
    rows = dict(run.table("requests", "evidence", request)[1:])
    assert (f"request-{request}.zip", "models:/churn/1") == (rows["path"], rows["reference"])
    (pack,) = run.json("requests", "evidence", request, "--file", "pack.zip")
    assert world.registry.record_head("churn").as_mapping() == pack["head"]
    zipfile.ZipFile("pack.zip").extractall("pack")
    said = subprocess.run([sys.executable, "pack/verify.py"], capture_output=True, text=True, check=True).stdout
    assert pack["head"]["hash"] in said
    assert "There is no promotion request 999" in run.fails("requests", "evidence", 999)
