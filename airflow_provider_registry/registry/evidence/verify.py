"""Verifies an evidence pack of a model registry, with nothing but Python 3.9 or later.

    python3 verify.py                        where this file lies beside the others
    python3 verify.py pack.zip               a pack that was not unpacked, or one in another folder
    python3 verify.py --head heads.json      also against a head that was kept outside
    python3 verify.py --artifact model/      also that the files of the model are those of manifest.json

It prints what is wrong, one line for each thing, and ends with 1; where nothing is, it ends with 0. Whoever can edit a
pack can edit this program too: run a copy that you have from elsewhere.

What it checks: each event has the hash of its bytes, follows the one before it, and its persons and free text, where
they were not erased, are those that were hashed; the last is that of head.json; and request, decisions, gate report,
policy, manifest, card and bill of materials are what the events say.
"""

from __future__ import annotations

import argparse
import hashlib
import hmac
import json
import os
import sys
import zipfile
from collections.abc import Callable, Iterator, Sequence
from typing import Any

EVENTS = "record/events.jsonl"
SUMS = "SHA256SUMS"
ERASED = "(erased)"
FINAL = ("promoted", "rejected", "withdrawn", "superseded", "invalidated")

Event = dict[str, Any]


class Pack:
    """The files of a pack, in a folder or in a zip."""

    def __init__(self, path: str) -> None:
        self._folder = path if os.path.isdir(path) else ""
        self._zip = None if self._folder else zipfile.ZipFile(path)

    def names(self) -> list[str]:
        """Their names, with / between parts."""
        if self._zip is not None:
            return [name for name in self._zip.namelist() if not name.endswith("/")]
        return list(files_below(self._folder))

    def read(self, name: str) -> bytes:
        """One file."""
        if self._zip is not None:
            return self._zip.read(name)
        with open(os.path.join(self._folder, *name.split("/")), "rb") as file:
            return file.read()

    def json(self, name: str) -> Any:
        """One file, as JSON."""
        return json.loads(self.read(name))


def files_below(folder: str) -> Iterator[str]:
    """Every file below a folder, by its relative path."""
    for where, _, names in os.walk(folder):
        for name in names:
            yield os.path.relpath(os.path.join(where, name), folder).replace(os.sep, "/")


def sha256(data: bytes) -> str:
    """In hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def sums(pack: Pack) -> Iterator[str]:
    """SHA256SUMS names every other file, and each has that sha256."""
    names = pack.names()
    lines = (line.partition("  ") for line in pack.read(SUMS).decode().splitlines())
    said = {name: digest for digest, _, name in lines}
    if len(set(names)) != len(names):
        yield "a file stands twice in the pack"
    for name in sorted({*names, *said} - {SUMS}):
        if name not in said:
            yield f"{name} is not in {SUMS}"
        elif name not in names:
            yield f"{name} is missing"
        elif sha256(pack.read(name)) != said[name]:
            yield f"{name} does not have the sha256 that {SUMS} has"


def chain(pack: Pack, events: list[Event]) -> Iterator[str]:
    """Every event is as it was hashed, in its place; `events` then has them."""
    previous = ""
    for place, line in enumerate(pack.read(EVENTS).splitlines(), start=1):
        kept = json.loads(line)
        data = kept["body"].encode()
        said = json.loads(data)
        what = f"event {place} of the record"
        if kept["hash"] != sha256(data):
            yield f"{what} does not have the hash of its bytes"
        if (said["seq"], kept["seq"]) != (place, place):
            yield f"{what} says that it is event {said['seq']}"
        if said["previous"] != previous:
            yield f"{what} does not follow the one before it"
        if (kept["private"] is None) != (kept["private_key"] is None):
            yield f"{what} is half erased"
        elif kept["private"] is not None:
            key = bytes.fromhex(kept["private_key"])
            if hmac.new(key, kept["private"].encode(), hashlib.sha256).hexdigest() != said["private"]:
                yield f"{what} has other persons or free text than were hashed"
        previous = kept["hash"]
        private = json.loads(kept["private"]) if kept["private"] is not None else None
        events.append({**said, "hash": kept["hash"], "said_privately": private})


def ends(pack: Pack, events: list[Event]) -> Iterator[str]:
    """head.json is the end of the chain."""
    head = pack.json("head.json")
    last: Event = events[-1] if events else {"hash": "", "seq": 0}
    if (head["count"], head["hash"]) != (last["seq"], last["hash"]):
        yield f"head.json is not the end of the record, which has {last['seq']} events"
    if events and head["model_name"] != name_after(last):
        yield f"head.json is of {head['model_name']}, and the record of {name_after(last)}"
    if pack.json("request.json")["model_name"] != head["model_name"]:
        yield f"request.json is not of {head['model_name']}"


def name_after(event: Event) -> str:
    """What the model was called once it had happened."""
    return str(event["payload"]["to"] if event["type"] == "model.renamed" else event["model"]["name"])


def outside(path: str, events: list[Event]) -> Iterator[str]:
    """A head that was kept outside is in the record still."""
    with open(path, encoding="utf-8") as file:
        said = json.load(file)
    names = {name_after(event) for event in events} | {event["model"]["name"] for event in events}
    heads = [head for head in (said if isinstance(said, list) else [said]) if head["model_name"] in names]
    if not heads:
        yield f"{path} has no head of this record"
    for head in heads:
        place = head["count"]
        if place > len(events):
            yield f"the record has {len(events)} events, and had {place} when the head was kept"
        elif place and events[place - 1]["hash"] != head["hash"]:
            yield f"event {place} of the record is not the one whose hash was kept outside"


def differ(what: str, shown: dict[str, Any], said: dict[str, Any]) -> Iterator[str]:
    """Each thing that a file shows otherwise than an event says."""
    for name, value in said.items():
        if shown.get(name) != value:
            yield f"{what} has {name} {shown.get(name)!r}, and the record {value!r}"


def by(event: Event) -> str:
    """Who is said to have done it."""
    private = event["said_privately"]
    return ERASED if private is None else str(private["actor"]["name"])


def written(event: Event, name: str) -> str:
    """A free text of it."""
    return str((event["said_privately"] or {}).get(name, ""))


def differ_in_time(what: str, shown: Event, said: Event) -> Iterator[str]:
    """The same of times, in whichever form they are written."""
    yield from differ(what, {name: moment(shown.get(name)) for name in said}, {k: moment(v) for k, v in said.items()})


def moment(text: str | None) -> str | None:
    """A time with microseconds and without its zone, which is UTC: Z in events, +00:00 elsewhere."""
    if text is None:
        return None
    text = text.replace("+00:00", "").replace("Z", "")
    return text if "." in text else f"{text}.000000"


def request(pack: Pack, events: list[Event]) -> Iterator[str]:
    """The request is the one that was opened, and has come to what the record says."""
    shown = pack.json("request.json")
    opened = events[shown["event"] - 1]
    if opened["type"] != "request.opened":
        yield f"event {shown['event']} opened no request"
        return
    payload, report = opened["payload"], opened["payload"]["report"]
    said = {name: report[name] for name in ("policy_digest", "report_digest", "metrics_digest", "baseline_version")}
    said.update(version=opened["version"], alias=opened["alias"], digest=payload["digest"])
    said.update(requested_by=by(opened), reason=written(opened, "reason"))
    yield from differ("request.json", shown, said)
    times = {"requested_at": opened["at"], "expires_at": payload["expires_at"]}
    yield from differ_in_time("request.json", shown, times)
    state, ended = payload["state"], None
    for event in events[shown["event"] :]:
        for moved in event["payload"].get("requests", ()):
            if moved["request"] == shown["request_id"]:
                state = moved["state"]
                ended = event if state in FINAL else ended
    if shown["state"] == "expired" and ended is None and shown["expires_at"]:
        # Nobody need have written down that its time had passed.
        yield from differ_in_time("request.json", shown, {"ended_at": shown["expires_at"]})
        return
    yield from differ("request.json", shown, {"state": state, "ended_by": by(ended) if ended else ""})
    yield from differ_in_time("request.json", shown, {"ended_at": ended["at"] if ended else None})


def decisions(pack: Pack, events: list[Event]) -> Iterator[str]:
    """The decisions are those that the record has on the request, all of them, in their order."""
    asked = pack.json("request.json")
    shown = pack.json("decisions.json")
    if shown != asked["decisions"]:
        yield "decisions.json is not what request.json says of them"
    decided = [e for e in events if e["type"] == "request.decided" and e["payload"]["request"] == asked["request_id"]]
    if [one["event"] for one in shown] != [event["seq"] for event in decided]:
        yield f"the record has the decisions of events {[event['seq'] for event in decided]} on the request"
        return
    for one, event in zip(shown, decided):  # noqa: B905  # Python 3.9 has no strict=, and they are as many
        said = {"verdict": event["payload"]["verdict"], "role": event["payload"]["role"], "via": event["via"]}
        said.update(authenticated=event["authenticated"], by=by(event), comment=written(event, "comment"))
        yield from differ(f"decision {one['event']}", one, said)
        yield from differ_in_time(f"decision {one['event']}", one, {"at": event["at"]})


def evidence(pack: Pack, events: list[Event]) -> Iterator[str]:
    """Gate report, policy and manifest have the digests that the record has of them."""
    asked = pack.json("request.json")
    opened = events[asked["event"] - 1]
    digests = {"gate_report.json": opened["payload"]["report"]["report_digest"]}
    digests["policy.json"] = opened["payload"]["report"]["policy_digest"]
    mine = [e for e in events if e["type"] == "version.registered" and e["version"] == opened["version"]]
    digests["manifest.json"] = mine[0]["payload"]["digest"] if mine else "nothing"
    for name, digest in digests.items():
        if sha256(pack.read(name)) != digest:
            yield f"{name} is not what the record says: it does not have the digest {digest}"
    hashes = pack.json("bom.json")["metadata"]["component"]["hashes"]
    if [one["content"] for one in hashes] != [digests["manifest.json"]]:
        yield "bom.json is of another artifact"


def card(pack: Pack, events: list[Event]) -> Iterator[str]:
    """What people wrote of the version is the newest that the record has."""
    version = pack.json("request.json")["version"]
    sets = [e for e in events if e["type"] == "version.card_set" and e["version"] == version]
    there = "written_card.json" in pack.names()
    if there != bool(sets):
        yield "written_card.json is missing" if sets else "nobody wrote the card in written_card.json"
        return
    private = sets[-1]["said_privately"] if sets else None
    if private is not None and sha256(pack.read("written_card.json")) != private["card_sha256"]:
        yield "written_card.json is not what people wrote"


def artifact(pack: Pack, folder: str) -> Iterator[str]:
    """The files in a folder are those of the manifest, and no others."""
    listed = {file["path"]: file for file in pack.json("manifest.json")["files"]}
    for path in sorted({*listed, *files_below(folder)}):
        where = os.path.join(folder, *path.split("/"))
        if path not in listed:
            yield f"{path} is no file of the artifact"
        elif not os.path.isfile(where) or os.path.islink(where):
            yield f"{path} of the artifact is not there"
        elif digest_of(where) != listed[path]["sha256"]:
            yield f"{path} is not the file that was registered"


def digest_of(path: str) -> str:
    """The sha256 of a file of any size."""
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        for chunk in iter(lambda: file.read(1024 * 1024), b""):
            digest.update(chunk)
    return digest.hexdigest()


def problems(pack: Pack, head: str | None, folder: str | None) -> Iterator[str]:
    """Everything that is wrong."""
    events: list[Event] = []
    checks: list[Callable[[], Iterator[str]]] = [lambda: sums(pack), lambda: chain(pack, events)]
    for check in (ends, request, decisions, evidence, card):
        checks.append(lambda check=check: check(pack, events))  # type: ignore[misc]
    if head is not None:
        checks.append(lambda: outside(head, events))
    if folder is not None:
        checks.append(lambda: artifact(pack, folder))
    for each in checks:
        try:
            yield from each()
        except (OSError, LookupError, TypeError, ValueError, AttributeError) as error:
            yield f"cannot be read ({type(error).__name__}: {error})"


def main(arguments: Sequence[str] | None = None) -> int:
    """Verify, and say what was found."""
    parser = argparse.ArgumentParser(description="Verifies an evidence pack; ends with 1 where something is wrong.")
    here = os.path.dirname(os.path.abspath(__file__))
    parser.add_argument("pack", nargs="?", default=here, help="zip, or folder of the files (default: of this program)")
    parser.add_argument("--head", metavar="FILE", help="a head of the record, or a list, that was kept outside")
    parser.add_argument("--artifact", metavar="FOLDER", help="the files of the model")
    given = parser.parse_args(arguments)
    try:
        pack = Pack(given.pack)
    except (OSError, zipfile.BadZipFile) as error:
        sys.stderr.write(f"{given.pack} is no pack: {error}\n")
        return 1
    found = list(problems(pack, given.head, given.artifact))
    for problem in found:
        sys.stderr.write(f"WRONG: {problem}\n")
    if not found:
        head = pack.json("head.json")
        upto = f"up to its event {head['count']} ({head['hash']})"
        sys.stdout.write(f"All is as the record of {head['model_name']} says, {upto}.\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
