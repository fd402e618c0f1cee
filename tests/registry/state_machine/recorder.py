"""What may be recorded beside a version: what gates read, mostly of one that somebody asks for; and what none does."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from airflow_provider_registry.registry import Feedback
from tests.registry.state_machine.beside import Beside, same
from tests.registry.state_machine.book import BEGIN
from tests.registry.state_machine.drawn import (
    ANY,
    AUCS,
    DAYS,
    MOSTLY,
    NUMBERS,
    REVISIONS,
    SERIES,
    SOMETIMES,
)
from tests.registry.state_machine.gates import Evidence, Gates, Series
from tests.registry.state_machine.people import SIGNERS

CARDS = {True: "## Intended use\n\nso", False: "## Intended use\n\n[More Information Needed]"}
LIVE = Series()
BY = st.sampled_from([*["meter"] * 3, "scanner", *SIGNERS])
SUBJECTS = st.sampled_from([None, "p1", "p2"])
SAYINGS = st.sampled_from([("rating", 4.0), ("flag", "wrong"), ("comment", "late")])


class Recorder(Beside):
    """Who records checks, cards, metrics, scans, signatures, feedback and profiles."""

    def record(self, what: str, number: int, gates: Gates, good: bool = True, series: Series = LIVE) -> None:
        """Record what a gate reads.

        Parameters:
            what: one of `Gates.reads`.
            good: so that the gate holds, or does not: a scan finds what there is, and a signature is always right.
        """
        if what == "check":
            self.checked(number, good)
        elif what == "card":
            self.written(number, good)
        elif what == "live":
            evidence = self.should.versions[number].evidence
            first = 1 + max((day for _, day, _ in evidence.points), default=-1)
            self.measured(number, series, range(first, first + gates.days), 0.8 if good else 0.7, 1)
        elif what == "scan":
            self.scanned(number, next(self.keys))
        else:
            self.signed(number, gates.signers[0], next(self.keys))

    @precondition(lambda self: any(one.policy and one.policy.gates.reads for one in self.should.aliases.values()))
    @rule(number=NUMBERS, place=ANY, good=MOSTLY, series=SERIES, of_baseline=SOMETIMES)
    def record_what_is_read(self, number: int, place: int, good: bool, series: Series, of_baseline: bool) -> None:
        """Of a version that somebody asks for, or of its baseline; where nobody does, so that somebody can."""
        waiting = [one for one in self.pending() if one.policy.gates.reads]
        if waiting:
            request = self.pick(waiting, place)
            gates, number = request.policy.gates, request.version
            if of_baseline and request.baseline:
                number = request.baseline.version
        else:
            asked = [one.policy.gates for one in self.should.aliases.values() if one.policy and one.policy.gates.reads]
            gates, number = asked[place % len(asked)], min(number, len(self.should.versions))
        self.record(gates.reads[place % len(gates.reads)], number, gates, good, series)

    @rule(number=NUMBERS, passed=MOSTLY)
    def check(self, number: int, passed: bool) -> None:
        self.checked(self.existing(number), passed)

    def checked(self, number: int, passed: bool) -> None:
        act, key = self.registry.record_check, next(self.keys)
        self.compare(self.should.check(number, passed), lambda: act(self.name, number, "looks", passed, key=key))

    @rule(number=NUMBERS, says=MOSTLY)
    def write(self, number: int, says: bool) -> None:
        self.written(self.existing(number), says)

    def written(self, number: int, says: bool) -> None:
        act, key = self.registry.set_card, next(self.keys)
        self.compare(self.should.write(number, says), lambda: act(number, CARDS[says], model_name=self.name, key=key))

    @rule(number=NUMBERS, by=BY, series=SERIES, days=DAYS, value=AUCS, revision=REVISIONS)
    def measure_scan_or_sign(
        self, number: int, by: str, series: Series, days: tuple[int, ...], value: float, revision: int
    ) -> None:
        """All that is dear in one rule, so that it is rare."""
        number = self.existing(number)
        if by in SIGNERS:
            self.signed(number, by, next(self.keys))
        elif by == "scanner":
            self.scanned(number, next(self.keys))
        else:
            self.measured(number, series, days, value, revision)

    def measured(self, number: int, series: Series, days: Iterable[int], value: float, revision: int) -> None:
        rows = [{"name": series.name, "value": value, "window": window(day)} for day in days]
        said: dict[str, Any] = {"phase": series.phase, "dataset": series.dataset, "revision": revision}
        act, key = self.registry.record_metrics, next(self.keys)
        self.compare(
            self.should.measure(number, series, dict.fromkeys(days, value), revision),
            lambda: act(number, rows, model_name=self.name, key=key, **said),
        )

    def scanned(self, number: int, key: str) -> None:
        self.tasks.append(lambda: self.scanned(number, key))
        act = self.registry.scan
        self.compare(self.should.scan(number, key), lambda: act(number, model_name=self.name, key=key))

    def signed(self, number: int, by: str, key: str) -> None:
        self.tasks.append(lambda: self.signed(number, by, key))
        act, signer = self.registry.sign, SIGNERS[by]
        self.compare(self.should.sign(number, by, key), lambda: act(number, signer, model_name=self.name, key=key))

    # What no gate reads

    @rule(number=NUMBERS, subject=SUBJECTS, saying=SAYINGS, erases=SOMETIMES, place=ANY)
    def feed_back(self, number: int, subject: str | None, saying: tuple[str, object], erases: bool, place: int) -> None:
        """Say something of a version; or erase what was said of a subject, of one version or all, or one thing."""
        if not erases or not self.should.feedback:
            self.said(self.existing(number), (subject, *saying), next(self.keys))
        elif subject is None:
            self.erase_one(None if place % 2 else self.existing(number), place)
        else:
            self.erase(None if place % 2 else self.existing(number), subject)

    def said(self, number: int, said: tuple[str | None, str, object], key: str) -> None:
        self.tasks.append(lambda: self.said(number, said, key))
        act, (subject, kind, value) = self.registry.record_feedback, said
        what: dict[str, Any] = {"kind": kind, "value": value, "subject": subject}
        self.compare(self.should.say(number, said, key), lambda: act(number, model_name=self.name, key=key, **what))

    def erase_one(self, number: int | None, place: int) -> None:
        feedback = self.should.feedback[-1 - place % len(self.should.feedback)]
        self.erased(number, self.should.erase_one(number, feedback), feedback_id=feedback.id)

    def erase(self, number: int | None, subject: str) -> None:
        self.erased(number, self.should.erase(number, subject), subject=subject)

    def erased(self, number: int | None, outcome: Any, **which: str) -> None:
        named = self.name if number is None else f"models:/{self.name}/{number}"
        act, key = self.registry.erase_feedback, next(self.keys)
        self.compare(outcome, lambda: act(named, reason="asked for", key=key, **which))

    @rule(number=NUMBERS, dataset=st.sampled_from(["", "web"]), says=st.sampled_from([1, 2]))
    def profile(self, number: int, dataset: str, says: int) -> None:
        self.profiled(self.existing(number), dataset, says, next(self.keys))

    def profiled(self, number: int, dataset: str, says: int, key: str) -> None:
        self.tasks.append(lambda: self.profiled(number, dataset, says, key))
        act = self.registry.record_profile
        body = {"columns": {"country": {"type": "categorical", "count": says, "categories": {"NO": says}}}}
        self.compare(
            self.should.profile(number, dataset, says, key),
            lambda: act(number, body, dataset=dataset, model_name=self.name, key=key),
        )

    # At the end

    def it_holds_at_the_end(self) -> None:
        super().it_holds_at_the_end()
        for number, version in self.should.versions.items():
            self.evidence_is_there(number, version.evidence)
            self.what_was_said_is_there(number)

    def evidence_is_there(self, number: int, evidence: Evidence) -> None:
        of: dict[str, Any] = {"version": number, "model_name": self.name}
        if evidence.points:
            found = self.registry.metric_points(**of, revision="all")
            points = {((one.name, one.phase, one.dataset), one.window_from, one.revision): one.value for one in found}
            same({(series, window(day)[0], revision): value for (series, day, revision), value
                  in evidence.points.items()}, points)  # fmt: skip
        if evidence.scans:
            same([one.clean for one in evidence.scans[::-1]], [not one.findings for one in self.registry.scans(**of)])
        if evidence.signatures:
            keys = [SIGNERS[one.by].public_key for one in evidence.signatures[::-1]]
            same(keys, [one.signed.public_key for one in self.registry.signatures(**of)])

    def what_was_said_is_there(self, number: int) -> None:
        said = [(one.id, one.left) for one in reversed(self.should.feedback) if one.version == number]
        if said:
            same(said, [as_said(one) for one in self.registry.feedback(number, model_name=self.name)])
        profiles = [one[1:] for one in reversed(self.should.profiles) if one[0] == number]
        if profiles:
            found = self.registry.profiles(number, model_name=self.name)
            same(profiles, [(one.dataset, one.profile["columns"]["country"]["count"]) for one in found])


def window(day: int) -> tuple[datetime, datetime]:
    """A day in which something is measured."""
    return BEGIN + timedelta(days=day), BEGIN + timedelta(days=day + 1)


def as_said(one: Feedback) -> tuple[str, tuple[str | None, str, object]]:
    """Feedback, as the rules have it."""
    return one.id, (one.subject, one.kind.value, one.value)
