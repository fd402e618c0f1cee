"""One registered model as it should be: its times and events, versions, policies, and what ends a request."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from airflow_provider_registry import errors
from airflow_provider_registry.registry import EventType
from tests.registry.state_machine.gates import Read
from tests.registry.state_machine.people import Someone
from tests.registry.state_machine.policy import Policy
from tests.registry.state_machine.state import PENDING, Alias, Held, Request, State, Version

TICK = timedelta(microseconds=1)
BEGIN = datetime(2026, 3, 3, 12, tzinfo=UTC)
Error = type[errors.RegistryError]


@dataclass(frozen=True)
class Outcome:
    """What should come of an act.

    Attributes:
        event: the type of the one event that it appends; None where it appends none.
        error: what it should raise, exactly.
        request: the request that it is about, or that the error carries.
        version: what it answers, where that is a version or an assignment.
    """

    event: EventType | None = None
    error: Error | None = None
    request: Request | None = None
    version: int | None = None


class Book:
    """What is known of a registered model, and the acts that are not about requests and aliases.

    Attributes:
        clock: what the database's clock shows.
        times: of each event, the model's creation first; and types.
        webhooks: what tells them apart, by name.
        brought_back: the purged versions that the last registration gave their bytes again.
        opened, promoted, routed, reported: what was done under which key.
    """

    def __init__(self) -> None:
        self.clock = BEGIN
        self.times = [BEGIN]
        self.types = [EventType.MODEL_CREATED]
        self.versions: dict[int, Version] = {}
        self.keys: dict[str, list[tuple[str, int]]] = {}
        self.aliases = {"staging": Alias(), "production": Alias()}
        self.requests: list[Request] = []
        self.opened: dict[str, list[Request]] = {}
        self.promoted: dict[str, Held] = {}
        self.routed: dict[str, tuple[int, int | None]] = {}
        self.webhooks: dict[str, str] = {}
        self.brought_back: list[int] = []
        self.reported: set[tuple[str, Policy | None, Held | None, Read]] = set()

    @property
    def at(self) -> datetime:
        """When an act takes place that takes place now."""
        return max(self.clock, self.times[-1] + TICK)

    def state_of(self, request: Request, at: datetime | None = None) -> State:
        """The state that everybody sees; expiry is computed, and intervals are half-open."""
        over = request.expires_at is not None and request.expires_at <= (at or self.clock)
        return State.EXPIRED if request.is_pending and over else request.state

    def pending(self, alias: str) -> Iterator[Request]:
        """The requests for an alias that an act may still end or commit."""
        return (one for one in self.requests if one.alias == alias and self.state_of(one, self.at) in PENDING)

    def _done(self, event: EventType, request: Request | None = None, version: int | None = None) -> Outcome:
        """Append the act's event; it also writes down what has expired by then."""
        self._append(event)
        return Outcome(event, request=request, version=version)

    def _append(self, event: EventType) -> None:
        at = self.at
        for request in self.requests:
            request.state = self.state_of(request, at)
        self.times.append(at)
        self.types.append(event)

    def register(self, key: str, content: str, auc: float, made_by: Someone) -> Outcome:
        made = self.keys.setdefault(key, [])
        known = dict(made).get(content)
        if known is not None and not self.versions[known].purged:
            return Outcome(version=known)
        number, supersedes = len(self.versions) + 1, made[-1][1] if made else None
        made.append((content, number))
        self.brought_back = [one.number for one in self.versions.values() if one.purged and one.content == content]
        for one in self.brought_back:
            self.versions[one].purged = False
        self.versions[number] = Version(number, auc, supersedes, made_by, content)
        return self._done(EventType.VERSION_REGISTERED, version=number)

    def archive(self, number: int) -> Outcome:
        version = self.versions.get(number)
        if version is None:
            return Outcome(error=errors.VersionNotFoundError)
        if version.archived:
            return Outcome(error=errors.ArchivedVersionError)
        used = any(alias.holds(number) or number in alias.routes for alias in self.aliases.values())
        if used or version.should == "running":
            return Outcome(error=errors.VersionInUseError)
        version.archived_at = self.at
        for alias in self.aliases:
            self._end(alias, State.INVALIDATED, number)
        return self._done(EventType.VERSION_ARCHIVED, version=number)

    def restore(self, number: int) -> Outcome:
        version = self.versions.get(number)
        if version is None:
            return Outcome(error=errors.VersionNotFoundError)
        if not version.archived:
            return Outcome(error=errors.NotFoundError)
        if version.purged:
            return Outcome(error=errors.PurgedVersionError)
        version.archived_at = None
        return self._done(EventType.VERSION_RESTORED, version=number)

    def deploy(self, number: int, desired: str) -> Outcome:
        """Say what the version's own target should do with it."""
        version = self.versions.get(number)
        if version is None:
            return Outcome(error=errors.VersionNotFoundError)
        if version.should == desired:
            return Outcome()
        if desired == "running" and version.archived:
            return Outcome(error=errors.ArchivedVersionError)
        version.should = desired
        return self._done(EventType.DEPLOYMENT_RECORDED)

    def set_policy(self, name: str, policy: Policy) -> Outcome:
        alias = self.aliases[name]
        if alias.policy == policy:
            return Outcome()
        alias.policy, alias.locked = policy, False
        self._end(name, State.INVALIDATED)
        return self._done(EventType.POLICY_SET)

    def remove_policy(self, name: str) -> Outcome:
        alias = self.aliases[name]
        if alias.policy is None:
            return Outcome(error=errors.PolicyNotFoundError)
        alias.policy, alias.locked = None, True
        alias.routes.clear()
        self._end(name, State.INVALIDATED)
        return self._done(EventType.POLICY_REMOVED)

    def set_webhooks(self, webhooks: Mapping[str, str]) -> Outcome:
        if self.webhooks == webhooks:
            return Outcome()
        self.webhooks = dict(webhooks)
        return self._done(EventType.WEBHOOKS_SET)

    def _end(self, alias: str, state: State, version: int | None = None) -> None:
        for request in self.pending(alias):
            if version in (None, request.version):
                request.state = state

    def _unfit(self, name: str, number: int) -> Error | None:
        """Why a version may not ask for an alias at all, its gates aside."""
        if number not in self.versions:
            return errors.VersionNotFoundError
        if self.aliases[name].locked:
            return errors.LockedAliasError
        return self._gone(number)

    def _gone(self, number: int) -> Error | None:
        if self.versions[number].purged:
            return errors.PurgedVersionError
        return errors.ArchivedVersionError if self.versions[number].archived else None
