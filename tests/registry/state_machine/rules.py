"""The rules in plain Python, written from the design page and apart from the registry's code.

A `Rules` is one registered model as it should be. Each act says what should come of it, an `Outcome`, and brings the
state there. Times are exact: an act's time is the later of the clock and the last event's plus a microsecond.
"""

from __future__ import annotations

from airflow_provider_registry import errors
from airflow_provider_registry.registry import EventType
from tests.registry.state_machine.book import Outcome
from tests.registry.state_machine.people import Someone
from tests.registry.state_machine.retaining import Retaining
from tests.registry.state_machine.state import Alias, Held, State


class Rules(Retaining):
    """All acts; here those that move aliases, and routes beside their holders."""

    def promote(self, who: Someone, name: str, number: int, key: str) -> Outcome:
        alias, unfit = self.aliases[name], self._unfit(name, number)
        if key in self.promoted:
            return self._promoted_before(alias, self.promoted[key])
        if unfit in (errors.VersionNotFoundError, errors.LockedAliasError):
            return Outcome(error=unfit)
        if alias.holder and alias.holds(number):
            self.promoted[key] = alias.holder
            return self._done(EventType.ALIAS_CONFIRMED, version=number)
        if unfit:
            return Outcome(error=unfit)
        if not self.passes(name, number):
            return self._not_passed(name, number, key)
        newest = self.newest(name, number)
        if newest is not None and self.state_of(newest, self.at) is State.APPROVED:
            newest.state = State.PROMOTED
        elif alias.policy is not None and alias.policy.roles:
            return self._ask_people(who, name, number, key)
        outcome = self._move(name, number, EventType.ALIAS_PROMOTED)
        self.promoted[key] = alias.stays[-1]
        return outcome

    def _promoted_before(self, alias: Alias, held: Held) -> Outcome:
        """A task that was cleared must not undo what was done since."""
        if held.ended_by is None or alias.holds(held.version):
            return Outcome(version=held.version)
        rolled_back = held.ended_by is EventType.ALIAS_ROLLED_BACK
        return Outcome(error=errors.RolledBackSinceError if rolled_back else errors.SupersededSinceError)

    def _ask_people(self, who: Someone, name: str, number: int, key: str) -> Outcome:
        """Promoting again does not ask again what people have decided on exactly these things."""
        newest = self.newest(name, number)
        if newest is not None and newest.was_rejected_for(*self.now(name, number)):
            return Outcome(error=errors.RequestRejectedError, request=newest)
        if self._is_overtaken(name, number, key):
            return Outcome(error=errors.SupersededSinceError)
        opened = self._open(who, name, number, key)
        return Outcome(opened.event, errors.ApprovalNeededError, opened.request)

    def _move(self, name: str, number: int, event: EventType, before: Held | None = None) -> Outcome:
        """Move the alias; the baseline moves with it, for everybody else who asked."""
        alias = self.aliases[name]
        self._end(name, State.INVALIDATED)
        alias.move(number, alias.last if event is not EventType.ALIAS_ROLLED_BACK else before, event, self.at)
        return self._done(event, version=number)

    def route(self, who: Someone, name: str, number: int, traffic: int | None, key: str) -> Outcome:
        """Through the policy as a promotion, but that the approved request stays."""
        alias, unfit = self.aliases[name], self._unfit(name, number)
        if key in self.routed:
            stands = number in alias.routes and (number, alias.routes[number]) == self.routed[key]
            return Outcome(version=number) if stands else Outcome(error=errors.SupersededSinceError)
        if unfit in (errors.VersionNotFoundError, errors.LockedAliasError):
            return Outcome(error=unfit)
        if alias.holder is None:
            return Outcome(error=errors.AliasNotFoundError)
        if alias.holds(number):
            return Outcome(error=errors.AlreadyHeldError)
        if number in alias.routes and alias.routes[number] == traffic:
            return Outcome(version=number)
        if sum(share or 0 for other, share in alias.routes.items() if other != number) + (traffic or 0) >= 100:
            return Outcome(error=errors.NoTrafficLeftError)
        if unfit:
            return Outcome(error=unfit)
        if not self.passes(name, number):
            return self._not_passed(name, number, key)
        newest = self.newest(name, number)
        approved = newest is not None and self.state_of(newest, self.at) is State.APPROVED
        if not approved and alias.policy is not None and alias.policy.roles:
            return self._ask_people(who, name, number, key)
        alias.routes[number] = traffic
        self.routed[key] = (number, traffic)
        return self._done(EventType.ALIAS_ROUTED, version=number)

    def end_route(self, name: str, number: int) -> Outcome:
        if number not in self.versions:
            return Outcome(error=errors.VersionNotFoundError)
        if number not in self.aliases[name].routes:
            return Outcome(error=errors.RouteNotFoundError)
        del self.aliases[name].routes[number]
        return self._done(EventType.ALIAS_ROUTE_ENDED)

    def override(self, who: Someone, name: str, number: int) -> Outcome:
        alias, unfit = self.aliases[name], self._unfit(name, number)
        if unfit in (errors.VersionNotFoundError, errors.LockedAliasError):
            return Outcome(error=unfit)
        if alias.policy is None:
            return Outcome(error=errors.PolicyNotFoundError)
        if not alias.policy.lets_override(who):
            return Outcome(error=errors.NotAllowedError)
        if alias.holds(number):
            return Outcome(error=errors.AlreadyHeldError)
        return Outcome(error=unfit) if unfit else self._move(name, number, EventType.ALIAS_OVERRIDDEN)

    def rollback(self, who: Someone, name: str) -> Outcome:
        alias = self.aliases[name]
        if alias.locked:
            return Outcome(error=errors.LockedAliasError)
        if alias.policy is not None and not alias.policy.lets_roll_back(who):
            return Outcome(error=errors.NotAllowedError)
        if alias.last is None:
            return Outcome(error=errors.AliasNotFoundError)
        goal = alias.goes_back_to() if alias.holder else alias.last
        if goal is None:
            return Outcome(error=errors.NoEarlierHolderError)
        if gone := self._gone(goal.version):
            return Outcome(error=gone)
        return self._move(name, goal.version, EventType.ALIAS_ROLLED_BACK, goal.before)

    def clear(self, who: Someone, name: str) -> Outcome:
        alias = self.aliases[name]
        if alias.locked:
            return Outcome(error=errors.LockedAliasError)
        if alias.policy is not None and not alias.policy.lets_override(who):
            return Outcome(error=errors.ProtectedAliasError)
        if alias.holder is None:
            return Outcome(error=errors.AliasNotFoundError)
        event = EventType.ALIAS_CLEARED if alias.policy is None else EventType.ALIAS_OVERRIDDEN
        alias.end(event, self.at)
        return self._done(event)
