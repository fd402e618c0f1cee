"""Several processes at once that say what was found, measured and signed of one version."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import count
from typing import Any

import pytest

from airflow_provider_registry import errors
from airflow_provider_registry.registry import Registry
from airflow_provider_registry.registry.feedback import batches
from airflow_provider_registry.signing.bundle import check_can_sign
from tests.faults.killed.forked import in_processes
from tests.support.kernel import World
from tests.support.signers import a_signer

PROCESSES = 5
VERSIONS = 3
ONE = "models:/churn/1"
AT = datetime(2026, 3, 3, tzinfo=UTC)
DAY = (AT, AT + timedelta(days=1))
SIGNER = a_signer()
LIVE = {"metric": "auc", "threshold": 0.7, "greater_is_better": True, "phase": "production", "severity": "warning"}
SCANNED = {"scan": "pickle", "severity": "warning"}
SIGNED = {"signature": {"key": SIGNER.public_key}, "severity": "warning"}
READS = {"gates": [LIVE, SCANNED, SIGNED], "approvals": [{"role": "lead"}]}
ROWS: list[dict[str, Any]] = [{"kind": "rating", "value": number, "subject": "p-1", "at": AT} for number in range(5)]
PROFILE: dict[str, Any] = {"columns": {"country": {"type": "categorical", "count": 2, "categories": {"NO": 2}}}}


class Several:
    """Processes at once, each with a registry of its own."""

    def __init__(self, url: str, root: str) -> None:
        self._url, self._root = url, root
        check_can_sign(SIGNER)  # what that imports, each process has from this one

    def __call__(self, *works: Callable[[Registry], Any]) -> list[Any]:
        """What works return that are done at once."""
        return in_processes([partial(self.alone, work) for work in works])

    def alone(self, work: Callable[[Registry], Any]) -> Any:
        """What work returns that has a registry for itself, which is closed before anybody forks."""
        with Registry.connect(self._url, artifact_root=self._root, actor="one of several") as registry:
            return work(registry)


@pytest.fixture
def several(migrated_url, tmp_path):
    """Processes, and a model of some versions for them."""
    several = Several(migrated_url, str(tmp_path / "root"))
    several.alone(lambda registry: World(registry, tmp_path).versions(*(0.8 + one / 100 for one in range(VERSIONS))))
    yield several
    several.alone(lambda registry: registry.verify_record("churn"))


def said_since(registry: Registry, types: int = 1 + VERSIONS) -> list[str]:
    """The types of the events after the first so many."""
    return [event.type.value for event in registry.model_events("churn", limit=100)][types:]


def measure(registry: Registry, version: str = ONE, *, auc: float = 0.8, **more: Any) -> Any:
    return registry.record_metrics(version, {"auc": auc}, **{"window": DAY, "observed_at": AT, **more})


def test_what_several_say_with_one_key_is_said_once(several, monkeypatch):
    monkeypatch.setattr(batches, "ROWS_PER_ACT", 2)

    def say(registry: Registry) -> list[Any]:
        said = (
            registry.scan(ONE, key="k"),
            registry.sign(ONE, SIGNER, key="k"),
            registry.record_profile(ONE, PROFILE, key="k"),
            registry.record_feedback_batch(ONE, ROWS, key="k"),
            measure(registry, key="k"),
        )
        return [one.as_mapping() for one in said]

    first, *others = several(*[say] * PROCESSES)
    assert others == [first] * len(others)
    feedback = ["version.feedback_recorded"] * 3
    types = ["version.scanned", "version.signed", "version.profiled", *feedback, "version.measured"]
    assert several.alone(said_since) == types
    found = several.alone(lambda registry: [one.value for one in registry.feedback(ONE)])
    assert sorted(found) == [row["value"] for row in ROWS]


class TestRevisions:
    def test_each_is_recorded_once_and_in_order(self, several):
        """By whoever comes first; the others find it known."""
        revisions = range(1, 5)

        def correct(registry: Registry) -> list[int]:
            return [measure(registry, auc=1 / one, revision=one, key="k").new for one in revisions]

        new = several(*[correct] * PROCESSES)
        assert [sum(of_revision) for of_revision in zip(*new, strict=True)] == [1] * len(revisions)
        points = several.alone(lambda registry: registry.metric_points(ONE, revision="all").points)
        assert sorted((one.event, one.revision, one.value) for one in points) == [
            (VERSIONS + 1 + one, one, 1 / one) for one in revisions
        ]

    def test_corrections_that_differ_are_given_one_after_the_other(self, several):
        """Of the same revision the first stands, and who comes later is refused."""

        def correct(number: int, registry: Registry) -> int:
            for revision in count(1):
                with suppress(errors.MetricRecordedError):
                    assert measure(registry, auc=number / 10, revision=revision).new == 1
                    return revision
            raise AssertionError

        given = several(*(partial(correct, number) for number in range(PROCESSES)))
        assert sorted(given) == list(range(1, PROCESSES + 1))
        points = several.alone(lambda registry: registry.metric_points(ONE, revision="all").points)
        assert {one.value: one.revision for one in points} == {n / 10: one for n, one in enumerate(given)}
        assert [one.event for one in points] == sorted(one.event for one in points)


SAYING: dict[str, Callable[[str, Registry], int]] = {
    "version.scanned": lambda version, registry: registry.scan(version).event,
    "version.signed": lambda version, registry: registry.sign(version, SIGNER).event,
    "version.measured": lambda version, registry: measure(registry, version).event,
}


class TestRequests:
    def test_the_first_of_several_ends_what_reads_them(self, several):
        several.alone(lambda registry: registry.set_policy("churn", "production", READS))
        several.alone(lambda registry: registry.request_promotion("churn", 1, "production"))
        several(*(partial(say, ONE) for say in [*SAYING.values()] * 2))
        events = several.alone(lambda registry: registry.model_events("churn", limit=100)[3 + VERSIONS :])
        # What was measured was measured once.
        assert Counter(event.type.value for event in events) == Counter([*SAYING] * 2) - Counter(["version.measured"])
        ended = [[one["state"] for one in event.payload.get("requests", ())] for event in events]
        assert ended == [["invalidated"], *[[]] * (len(events) - 1)]

    @pytest.mark.parametrize("type", SAYING)
    def test_a_promotion_comes_before_or_after_what_ends_its_request(self, several, type):
        several.alone(lambda registry: registry.set_policy("churn", "production", READS))
        for number in range(1, VERSIONS + 1):
            before = several.alone(partial(self.approved, number))
            promoted, _ = several(partial(self.promote, number), partial(SAYING[type], f"models:/churn/{number}"))
            said = several.alone(partial(said_since, types=before))
            assert said == (["alias.promoted", type] if promoted else [type, "request.opened"])

    def approved(self, number: int, registry: Registry) -> int:
        """How many events there are once a version may be promoted."""
        request = registry.request_promotion("churn", number, "production")
        registry.decide(request.request_id, verdict="approve")
        return len(said_since(registry, 0))

    def promote(self, number: int, registry: Registry) -> bool:
        with suppress(errors.ApprovalNeededError):
            return registry.promote("churn", number, "production").version == number
        return False
