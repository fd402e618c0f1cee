"""What should come of recording something beside a version, and what gates make of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from airflow_provider_registry import errors
from airflow_provider_registry.registry import EventType
from tests.registry.state_machine.book import Book, Outcome
from tests.registry.state_machine.gates import Card, Evidence, Gates, Looked, Read, Scan, Series, Signature
from tests.registry.state_machine.policy import Policy
from tests.registry.state_machine.state import Held, State

# The one of the contents of artifacts that would run code.
DANGEROUS = "z"

UNKNOWN = Outcome(error=errors.VersionNotFoundError)


@dataclass(eq=False)
class Feedback:
    """What somebody said of a version.

    Attributes:
        place: of its event in the record.
        said: subject, kind and value.
    """

    version: int
    place: int
    said: tuple[str | None, str, object]
    erased: bool = False

    @property
    def id(self) -> str:
        return f"{self.place}.1"

    @property
    def is_private(self) -> bool:
        """Whether there is anything to erase."""
        return self.said[0] is not None or self.said[1] == "comment"

    @property
    def left(self) -> tuple[str | None, str, object]:
        """What can be read of it."""
        _, kind, value = self.said
        return (None, kind, None if kind == "comment" else value) if self.erased else self.said


class Recording(Book):
    """What is recorded beside versions.

    Attributes:
        feedback: in the order in which it was recorded.
        profiles: version, dataset, and what they say.
        recorded: the keys under which something was.
    """

    def __init__(self) -> None:
        super().__init__()
        self.feedback: list[Feedback] = []
        self.profiles: list[tuple[int, str, int]] = []
        self.recorded: set[str] = set()

    # What gates read

    def check(self, number: int, passed: bool) -> Outcome:
        if number not in self.versions:
            return UNKNOWN
        self.versions[number].evidence.looked = Looked(passed)
        self._end_readers(number, lambda gates: gates.looks)
        return self._done(EventType.VERSION_CHECKED, version=number)

    def write(self, number: int, says: bool) -> Outcome:
        """What says the same is no other card."""
        if number not in self.versions:
            return UNKNOWN
        evidence = self.versions[number].evidence
        if evidence.card is not None and evidence.card.says == says:
            return Outcome(version=number)
        evidence.card = Card(says)
        self._end_readers(number, lambda gates: gates.asks_card)
        return self._done(EventType.VERSION_CARD_SET, version=number)

    def measure(self, number: int, series: Series, values: Mapping[int, float], revision: int) -> Outcome:
        """A value stands for good; requests end that read it of their version, or of the baseline."""
        if number not in self.versions:
            return UNKNOWN
        points = self.versions[number].evidence.points
        given = {(series, day, revision): value for day, value in values.items()}
        if any(points.get(point, value) != value for point, value in given.items()):
            return Outcome(error=errors.MetricRecordedError)
        if given.keys() <= points.keys():
            return Outcome(version=number)
        points |= given
        for name in self.aliases:
            for request in self.pending(name):
                involved = (request.version, request.baseline and request.baseline.version)
                if series.is_read and request.policy.gates.days and number in involved:
                    request.state = State.INVALIDATED
        return self._done(EventType.VERSION_MEASURED, version=number)

    def scan(self, number: int, key: str) -> Outcome:
        """The same bytes have the same found in them, so that a repeat has nothing to say."""
        version = self.versions.get(number)
        if version is None:
            return UNKNOWN
        if version.purged:
            return Outcome(error=errors.PurgedVersionError)
        if key in self.recorded:
            return Outcome(version=number)
        self.recorded.add(key)
        version.evidence.scans.append(Scan(version.content != DANGEROUS, self.at))
        self._end_readers(number, lambda gates: gates.scans)
        return self._done(EventType.VERSION_SCANNED, version=number)

    def sign(self, number: int, by: str, key: str) -> Outcome:
        """Digests are signed, which a purged version keeps."""
        if number not in self.versions:
            return UNKNOWN
        if key in self.recorded:
            return Outcome(version=number)
        self.recorded.add(key)
        self.versions[number].evidence.signatures.append(Signature(by))
        self._end_readers(number, lambda gates: by in gates.signers)
        return self._done(EventType.VERSION_SIGNED, version=number)

    def _end_readers(self, number: int, reads: Callable[[Gates], bool]) -> None:
        """What reads what was there before ends with it."""
        for name, alias in self.aliases.items():
            if alias.policy is not None and reads(alias.policy.gates):
                self._end(name, State.INVALIDATED, number)

    # What they make of it

    def now(self, name: str, number: int) -> tuple[Policy | None, Held | None, Read]:
        """What a request for a version would be for."""
        alias = self.aliases[name]
        baseline = alias.baseline_of(number)
        mine, theirs = self.versions[number].evidence, self._evidence(baseline)
        return alias.policy, baseline, alias.policy.gates.read(mine, theirs) if alias.policy else Read()

    def passes(self, name: str, number: int) -> bool:
        alias, version = self.aliases[name], self.versions[number]
        policy, baseline = alias.policy, alias.baseline_of(number)
        if policy is None:
            return True
        if policy.is_empty or not policy.gates.let_in(version.evidence, self._evidence(baseline), self.at):
            return False
        if policy.least is None:
            return True
        return version.auc >= max(policy.least, self.versions[baseline.version].auc if baseline else 0.0)

    def _evidence(self, baseline: Held | None) -> Evidence | None:
        return self.versions[baseline.version].evidence if baseline else None

    # What no gate reads

    def say(self, number: int, said: tuple[str | None, str, object], key: str) -> Outcome:
        """What was erased since does not come back with a repeat."""
        if number not in self.versions:
            return UNKNOWN
        if key in self.recorded:
            return Outcome(version=number)
        self.recorded.add(key)
        outcome = self._done(EventType.VERSION_FEEDBACK_RECORDED, version=number)
        self.feedback.append(Feedback(number, len(self.times), said))
        return outcome

    def erase(self, number: int | None, subject: str) -> Outcome:
        """All that was said of a subject, of one version or of all."""
        if number is not None and number not in self.versions:
            return UNKNOWN
        mine = [one for one in self.feedback if number in (None, one.version) and one.left[0] == subject]
        return self._erased(mine)

    def erase_one(self, number: int | None, feedback: Feedback) -> Outcome:
        if number is not None and number not in self.versions:
            return UNKNOWN
        if number not in (None, feedback.version):
            return Outcome(error=errors.NotFoundError)
        return self._erased([feedback] if feedback.is_private and not feedback.erased else [])

    def _erased(self, mine: list[Feedback]) -> Outcome:
        for one in mine:
            one.erased = True
        return self._done(EventType.VERSION_FEEDBACK_ERASED) if mine else Outcome()

    def profile(self, number: int, dataset: str, says: int, key: str) -> Outcome:
        """A repeat says nothing new while what it said is the newest."""
        if number not in self.versions:
            return UNKNOWN
        newest = next((one for one in reversed(self.profiles) if one[:2] == (number, dataset)), None)
        if key in self.recorded and newest == (number, dataset, says):
            return Outcome(version=number)
        self.recorded.add(key)
        self.profiles.append((number, dataset, says))
        return self._done(EventType.VERSION_PROFILED, version=number)
