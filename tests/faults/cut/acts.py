"""The acts that are disturbed, each on the same prepared world, each with a key by which it is found again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import delete

from airflow_provider_registry.artifacts.s3_upload import PART
from airflow_provider_registry.artifacts.source import LocalSource
from airflow_provider_registry.registry import Registry
from airflow_provider_registry.registry.versions.tables import BytesCheckRow
from airflow_provider_registry.registry.watch.watch import Named, Watch
from tests.registry.requests.worlds import asks, person
from tests.support.kernel import FLOOR, World
from tests.support.scanned import SUSPICIOUS, scanned
from tests.support.signers import a_signer
from tests.support.trees import read_tree

MODEL = "churn"
NOON = "2026-03-03T12:00:00+00:00"
SIGNER = a_signer()
AUCS = (0.9, 0.91, 0.92, 0.93)
REGISTERED: dict[str, Any] = {
    "metrics": {"auc": 0.95, "f1": 0.8},
    "params": {"depth": 3},
    "tags": {"kind": "tree"},
    "inputs": [{"name": "d", "uri": "s3://d", "rows": 7}],
    "metadata": {"owner": "ana"},
    "description": "Deeper.",
    "environment": {"python": "3"},
}


FEEDBACK = [{"kind": "rating", "value": number, "subject": f"p-{number}"} for number in range(5)]


@dataclass(frozen=True)
class Place:
    """Where an act is done.

    Attributes:
        folder: the test's own; `new` in it is an artifact, `here` is where downloads go.
    """

    registry: Registry
    folder: Path

    @property
    def here(self) -> Path:
        return self.folder / "here"


Act = Callable[[Place], Any]


def _measure(registry: Registry) -> int:
    return registry.record_metrics(f"models:/{MODEL}/3", {"auc": 0.8}, observed_at=NOON, key="k").event


def prepare(registry: Registry, folder: Path) -> None:
    """Make the world that every act is done in: versions, live and earlier, policies, requests, and lost bytes."""
    world = World(registry, folder)
    world.versions(*AUCS)
    for number in (1, 2):
        registry.promote(MODEL, number, "staging")
    registry.promote(MODEL, 1, "champion")
    registry.set_policy(MODEL, "champion", {**FLOOR, "review_every": "90d"})
    registry.set_retention(MODEL, {"keep_last": 1})
    registry.set_policy(MODEL, "production", asks(on_newer="keep_open"))
    registry.request_promotion(MODEL, 1, "production")
    wanted = registry.request_promotion(MODEL, 2, "production")
    registry.acting_as(person("ana")).decide(wanted.request_id, verdict="approve")
    lost = LocalSource.scan(world.artifact("lost"))
    registry._core.store.put(lost, lost.manifest(), MODEL)
    with registry.engine.begin() as connection:
        connection.execute(delete(BytesCheckRow))  # a registration counts as one: promotions would not look
    (folder / "new").mkdir()
    for number in range(3):
        (folder / "new" / f"{number}.bin").write_bytes(bytes([number]) * 10_000)
    (folder / "large").mkdir()
    (folder / "large" / "model.bin").write_bytes(bytes(range(256)) * (2 * PART // 256 - 1))


def _register(place: Place, model: str = MODEL, new: str = "new") -> Any:
    version = place.registry.register_version(model, place.folder / new, key="k", **REGISTERED)
    return version.version, version.digest


def _decide(place: Place) -> Any:
    registry = place.registry.acting_as(person("ana"))
    (asked,) = registry.newest_requests([(MODEL, 1, "production")]).values()
    return registry.decide(asked.request_id, verdict="approve", key="k").state


def _review(place: Place) -> Any:
    ana = place.registry.acting_as(person("ana"))
    return ana.record_review(MODEL, "champion", outcome="keep", reason="good", key="k")


def _download(place: Place) -> Any:
    return read_tree(place.registry.download(f"models:/{MODEL}@champion", place.here))


def _search(place: Place) -> Any:
    first = place.registry.search_versions("metrics.auc > 0.9", page_size=2)
    second = place.registry.search_versions("metrics.auc > 0.9", page_size=2, page_token=first.next_page_token)
    return [(found.version, found.digest) for page in (first, second) for found in page]


def _gc(place: Place) -> Any:
    place.registry.gc(grace=timedelta(0))


def _waits(place: Place) -> Any:
    """What `triggers.reader` reads for waits on aliases and on requests, and that then nothing has changed."""
    watch = Watch()
    named: list[Named] = [(MODEL, "champion"), (MODEL, "none"), (MODEL, 1, "production"), (MODEL, 2, "production")]
    found = {
        name: getattr(change, "state", None) or getattr(change, "version", None)
        for name, change in watch.look(place.registry, named)
    }
    assert watch.look(place.registry) == []
    return found


# In S3 the large one goes up in two parts.
ACTS: dict[str, Act] = {
    "register": _register,
    "register the first": lambda place: _register(place, "another"),
    "register a large file": lambda place: _register(place, new="large"),
    "measure": lambda place: _measure(place.registry),
    "check": lambda place: place.registry.record_check(MODEL, 3, "drift", True, {"psi": 0.04}, key="k").passed,
    "feedback": lambda place: place.registry.record_feedback_batch(f"models:/{MODEL}/3", FEEDBACK, key="k").counts,
    "card": lambda place: place.registry.set_card(f"models:/{MODEL}/3", "## Limits\n\nfew", key="k").revision,
    "scan": lambda place: scanned(place.registry, f"models:/{MODEL}/3", SUSPICIOUS, key="k").outcome,
    "sign": lambda place: place.registry.sign(f"models:/{MODEL}/3", SIGNER, key="k").version,
    "route": lambda place: place.registry.route(MODEL, 3, "champion", traffic=10, key="k").share,
    "deploy": lambda place: (
        place.registry.record_deployment(f"models:/{MODEL}/3", "production", "eu", desired="running", key="k").event
    ),
    "validate": lambda place: place.registry.validate(MODEL, 3, alias="champion", key="k").passed,
    "request": lambda place: place.registry.request_promotion(MODEL, 3, "production", key="k").state,
    "decide": _decide,
    "promote": lambda place: place.registry.promote(MODEL, 3, "champion", key="k").version,
    "promote what is approved": lambda place: place.registry.promote(MODEL, 2, "production", key="k").version,
    "review": lambda place: _review(place).outcome,
    "retain": lambda place: len(place.registry.apply_retention(MODEL).models),
    "roll back": lambda place: place.registry.rollback(MODEL, "staging", reason="bad", key="k").version,
    "download": _download,
    "search": _search,
    "gc": _gc,
    "verify_record": lambda place: place.registry.verify_record(MODEL).count,
    "verify_artifact": lambda place: place.registry.verify_artifact(f"models:/{MODEL}/3"),
    "read for waits": _waits,
}

# Those that send or read bytes, and those that send nothing large.
STORE_ACTS = (
    "register", "register a large file", "promote", "roll back", "download", "gc", "verify_artifact",
)  # fmt: skip
DATABASE_ACTS = tuple(name for name in ACTS if name != "register a large file")
