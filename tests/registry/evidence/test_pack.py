"""Evidence packs: verified by their own program, alone, which finds whatever is edited."""

from __future__ import annotations

import ast
import hashlib
import json
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from airflow_provider_registry.errors import InvalidInputError, RequestNotFoundError
from tests.registry.cards.worlds import CARD
from tests.registry.requests.worlds import LEAD, RISK, approve, ask, protect, reject
from tests.support.kernel import FLOOR, World

Edit = Callable[[Path], object]
EVENTS = "record/events.jsonl"
# The program reads files, whatever database they are from.
ONCE = pytest.mark.parametrize("backend", ["sqlite"])
PROGRAM = files("airflow_provider_registry.registry.evidence") / "verify.py"


@pytest.fixture
def asked(world: World) -> int:
    """A request that two people approved, and that was promoted; and an event or two after it."""
    protect(world, LEAD, RISK, expires_after="7d")
    world.registry.set_card("models:/churn/1", "earlier")
    world.registry.set_card("models:/churn/1", CARD)
    request = ask(world, 1, reason="better")
    approve(world, "ana", request, role="ml-lead", comment="looked at it")
    approve(world, "cy", request, role="risk", comment="fine")
    world.registry.promote("churn", 1, "production")
    world.registry.set_tag("models:/churn/2", "a", "b")
    return request.request_id


@pytest.fixture
def folder(world: World, asked: int, tmp_path: Path) -> Path:
    """The pack, unpacked."""
    pack = world.registry.evidence_pack(asked, tmp_path / "pack.zip")
    return unpacked(pack.path, tmp_path / "pack")


def unpacked(path: Path, folder: Path) -> Path:
    with zipfile.ZipFile(path) as pack:
        pack.extractall(folder)
    return folder


def verified(folder: Path, *arguments: str) -> str:
    """What the program of a pack says, run by Python alone; '' where all is well."""
    command = [sys.executable, "-I", "-S", str(folder / "verify.py"), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, cwd=folder.parent, env={}, check=False, timeout=60)
    assert done.returncode == bool(done.stderr), done
    assert "Traceback" not in done.stderr
    return done.stderr


def test_a_pack_that_nobody_edited_is_whole(world, asked, folder):
    assert verified(folder) == ""
    assert verified(folder, str(folder.parent / "pack.zip")) == ""


def test_the_same_record_gives_the_same_bytes(world, asked, tmp_path):
    first, second = (world.registry.evidence_pack(asked, tmp_path / name) for name in ("a.zip", "b.zip"))
    assert (first.path.read_bytes(), first.sha256) == (second.path.read_bytes(), second.sha256)
    assert first.sha256 == hashlib.sha256(first.path.read_bytes()).hexdigest()
    assert first.head == world.registry.record_head("churn")
    with zipfile.ZipFile(first.path) as pack:
        assert pack.namelist() == sorted(pack.namelist())
        assert {one.date_time for one in pack.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_it_has_everything_that_belongs_to_the_request(folder):
    assert sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()) == sorted(
        [
            *("README.txt", "SHA256SUMS", "bom.json", "card.html", "card.md", "decisions.json", "gate_report.json"),
            *("head.json", "manifest.json", "policy.json", EVENTS, "request.json", "verify.py", "written_card.json"),
        ]
    )
    named = (folder / "README.txt").read_text()
    assert [path.name for path in folder.iterdir() if path.is_file() and path.name not in named] == ["README.txt"]


def test_the_record_is_as_record_export_gives_it(world, folder):
    lines = [json.loads(line) for line in (folder / EVENTS).read_text().splitlines()]
    assert lines == [event.as_mapping() for event in world.registry.export_record("churn")]


@pytest.mark.parametrize("ending", ["open", "rejected", "withdrawn", "superseded", "promoted", "without people"])
def test_a_request_in_any_state_has_its_pack(world, tmp_path, ending):
    if ending == "without people":
        world.versions(0.9)
        world.registry.set_policy("churn", "production", FLOOR)
        request = ask(world, 1)
    else:
        protect(world)
        request = ask(world, 1)
    match ending:
        case "rejected":
            reject(world, "ana", request, comment="no")
        case "withdrawn":
            world.registry.withdraw(request.request_id, reason="not now")
        case "superseded":
            ask(world, 2)
        case "promoted":
            approve(world, "ana", request)
            world.registry.promote("churn", 1, "production")
    world.registry.evidence_pack(request.request_id, tmp_path / "pack.zip")
    assert verified(unpacked(tmp_path / "pack.zip", tmp_path / "pack")) == ""


def test_a_model_that_was_renamed_and_persons_who_were_erased_are_no_contradiction(world, asked, tmp_path):
    for event in world.registry.events(model_name="churn"):
        if event.type in ("request.decided", "version.card_set"):
            world.registry.erase_event("churn", event.seq, reason="asked for")
    head = world.registry.verify_record("churn")
    world.registry.rename_model("churn", "attrition")
    folder = unpacked(world.registry.evidence_pack(asked, tmp_path / "pack.zip").path, tmp_path / "pack")
    assert "looked at it" not in (folder / "decisions.json").read_text()
    (tmp_path / "head.json").write_text(json.dumps(head.as_mapping()))
    assert verified(folder, "--head", str(tmp_path / "head.json")) == ""


def editing(name: str, change: Callable[[Any], Any]) -> Edit:
    """Change the JSON in a file."""

    def edit(folder: Path) -> None:
        path = folder / name
        value = json.loads(path.read_text())
        path.write_text(json.dumps(change(value)))

    return edit


def in_lines(*changes: Callable[[list[dict[str, Any]]], object]) -> Edit:
    """Change the events, in turn."""

    def edit(folder: Path) -> None:
        lines = [json.loads(line) for line in (folder / EVENTS).read_text().splitlines()]
        for change in changes:
            change(lines)
        (folder / EVENTS).write_text("".join(f"{json.dumps(line)}\n" for line in lines))

    return edit


def other(value: Any) -> Any:
    """Another value of the same kind."""
    match value:
        case bool():
            return not value
        case int():
            return value + 1
        case None:
            return 1
        case list():
            return value[:-1]
    return f"1{value}"


def rehashed(lines: list[dict[str, Any]], begin: int) -> None:
    """Make the chain anew from an event on."""
    previous = lines[begin - 1]["hash"] if begin else ""
    for line in lines[begin:]:
        line["body"] = json.dumps({**json.loads(line["body"]), "previous": previous})
        previous = line["hash"] = hashlib.sha256(line["body"].encode()).hexdigest()


def summed(folder: Path) -> None:
    """Make SHA256SUMS anew, as whoever edits a pack would."""
    names = sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())
    sums = {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in names if name != "SHA256SUMS"}
    (folder / "SHA256SUMS").write_text("".join(f"{digest}  {name}\n" for name, digest in sums.items()))


def _swap(lines: list[dict[str, Any]]) -> None:
    lines[3], lines[4] = lines[4], lines[3]


def _say_otherwise(lines: list[dict[str, Any]]) -> None:
    lines[4]["body"] = lines[4]["body"].replace('"version":', '"version" :')


def _comment_otherwise(lines: list[dict[str, Any]]) -> None:
    line = next(line for line in lines if "looked at it" in line["private"])
    line["private"] = line["private"].replace("looked at it", "did not look")


EDITS: dict[str, Edit] = {
    "an event's bytes": in_lines(_say_otherwise),
    "an event's bytes and hash": in_lines(_say_otherwise, lambda lines: rehashed(lines[:5], 4)),
    "the chain from there on": in_lines(_say_otherwise, lambda lines: rehashed(lines, 4)),
    "the first event away": in_lines(lambda lines: lines.pop(0)),
    "an event away": in_lines(lambda lines: lines.pop(3)),
    "an event away, and the chain made anew": in_lines(lambda lines: lines.pop(3), lambda lines: rehashed(lines, 3)),
    "the last event away": in_lines(lambda lines: lines.pop()),
    "every event away": in_lines(lambda lines: lines.clear()),
    "an event twice": in_lines(lambda lines: lines.insert(3, lines[3])),
    "two events in another order": in_lines(_swap),
    "what a person wrote": in_lines(_comment_otherwise),
    "half an erasure": in_lines(lambda lines: lines[2].update(private=None)),
    "no record": lambda folder: (folder / EVENTS).unlink(),
    "no JSON": lambda folder: (folder / "request.json").write_text("{"),
    "other JSON": lambda folder: (folder / "request.json").write_text("[]"),
    "no decisions": lambda folder: (
        editing("decisions.json", lambda said: [])(folder),
        editing("request.json", lambda said: {**said, "decisions": []})(folder),
    )[0],
    "the card away": lambda folder: (folder / "written_card.json").unlink(),
    "the card before": lambda folder: (folder / "written_card.json").write_text('["earlier",{},[]]'),
    "another artifact in the bill of materials": editing(
        "bom.json",
        lambda said: (said["metadata"]["component"].update(hashes=[{"alg": "SHA-256", "content": "0" * 64}]), said)[1],
    ),
}
# What only the sums, which whoever edits would make anew, say.
LOOSE: dict[str, Edit] = {
    "the card's page": lambda folder: (folder / "card.html").write_text("nothing"),
    "another file": lambda folder: (folder / "more.txt").write_text("more"),
    "no page": lambda folder: (folder / "card.md").unlink(),
    "the program": lambda folder: (folder / "verify.py").write_text(PROGRAM.read_text() + "\n"),
    "no sums": lambda folder: (folder / "SHA256SUMS").unlink(),
    "a sum away": lambda folder: (folder / "SHA256SUMS").write_text(
        "".join((folder / "SHA256SUMS").read_text().splitlines(keepends=True)[1:])
    ),
}


@ONCE
def test_every_edit_is_found_also_where_the_sums_were_made_anew(folder, tmp_path):
    edits = dict(EDITS)
    for file in ("gate_report.json", "policy.json", "manifest.json", "written_card.json"):
        edits[f"{file}: a space more"] = longer(file)
    for file in ("head.json", "request.json"):
        edits |= {f"{file}: {name}": of(file, name) for name in json.loads((folder / file).read_text())}
    for name in json.loads((folder / "decisions.json").read_text())[0]:
        edits[f"decisions.json: {name}"] = in_both(name)
    unseen = []
    for what, edit in edits.items():
        copy = Path(shutil.copytree(folder, tmp_path / "edited"))
        edit(copy)
        summed(copy)
        if not verified(copy):
            unseen.append(what)
        shutil.rmtree(copy)
    assert unseen == []


def of(file: str, name: str) -> Edit:
    return editing(file, lambda said: {**said, name: other(said[name])})


def longer(file: str) -> Edit:
    return lambda folder: (folder / file).write_text(f"{(folder / file).read_text()} ")


def in_both(name: str) -> Edit:
    """Another decision, in both files that tell of it."""

    def edit(folder: Path) -> None:
        def change(said: list[dict[str, Any]]) -> list[dict[str, Any]]:
            return [{**said[0], name: other(said[0][name])}, *said[1:]]

        editing("decisions.json", change)(folder)
        editing("request.json", lambda said: {**said, "decisions": change(said["decisions"])})(folder)

    return edit


@ONCE
@pytest.mark.parametrize("what", LOOSE)
def test_an_edit_of_what_no_event_hashed_is_found_by_the_sums(folder, what):
    LOOSE[what](folder)
    assert verified(folder) != ""


def test_a_chain_that_was_made_anew_from_the_beginning_is_found_by_a_head_that_was_kept_outside(world, folder):
    outside = folder.parent / "head.json"
    outside.write_text(json.dumps([world.registry.verify_record("churn").as_mapping()]))
    assert verified(folder, "--head", str(outside)) == ""
    in_lines(lambda lines: rehashed(lines, 0))(folder)
    end = json.loads((folder / EVENTS).read_text().splitlines()[-1])["hash"]
    editing("head.json", lambda said: {**said, "hash": end})(folder)
    summed(folder)
    assert verified(folder) == ""
    assert "whose hash was kept outside" in verified(folder, "--head", str(outside))


def test_the_files_of_the_model_are_compared_with_the_manifest(world, folder, tmp_path):
    model = world.registry.download("models:/churn/1", tmp_path / "model")
    assert verified(folder, "--artifact", str(model)) == ""
    (model / "more").write_text("more")
    assert "more is no file of the artifact" in verified(folder, "--artifact", str(model))
    (model / "more").unlink()
    (model / "model.pkl").write_text("other")
    assert "model.pkl is not the file that was registered" in verified(folder, "--artifact", str(model))
    (model / "model.pkl").unlink()
    assert "model.pkl of the artifact is not there" in verified(folder, "--artifact", str(model))


def test_the_program_needs_nothing_newer_than_python_3_9():
    tree = ast.parse(PROGRAM.read_text(), feature_version=(3, 9))
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    imported |= {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module}
    assert {name.partition(".")[0] for name in imported} <= sys.stdlib_module_names


@pytest.mark.parametrize("path", ["", ".", None, 5, "a\0b"])
def test_what_is_no_path_is_refused(world, asked, path):
    with pytest.raises(InvalidInputError):
        world.registry.evidence_pack(asked, path)


def test_a_request_that_is_not_there_has_no_evidence_and_leaves_no_file(world, tmp_path):
    with pytest.raises(RequestNotFoundError):
        world.registry.evidence_pack(99, tmp_path / "pack.zip")
    assert list(tmp_path.glob("pack*")) == []


def test_an_earlier_pack_and_what_a_try_left_are_written_over_and_nothing_else(world, asked, tmp_path):
    path = tmp_path / "pack.zip"
    (tmp_path / "pack.zip.unfinished").write_text("half")
    first = world.registry.evidence_pack(asked, path)
    world.registry.set_tag("models:/churn/2", "a", "c")
    assert first.sha256 != world.registry.evidence_pack(asked, path).sha256
    assert [found.name for found in tmp_path.glob("pack*")] == ["pack.zip"]
    with zipfile.ZipFile(path, "w") as other_zip:
        other_zip.writestr("passwords", "x")
    for _ in range(2):
        before = path.read_bytes()
        with pytest.raises(InvalidInputError, match="is no evidence pack"):
            world.registry.evidence_pack(asked, path)
        assert before == path.read_bytes()
        path.write_text("text")
