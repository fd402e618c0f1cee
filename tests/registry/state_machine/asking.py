"""What should come of asking for a promotion, deciding and withdrawing."""

from __future__ import annotations

from airflow_provider_registry import errors
from airflow_provider_registry.registry import EventType
from tests.registry.state_machine.book import Error, Outcome
from tests.registry.state_machine.people import Someone
from tests.registry.state_machine.recording import Recording
from tests.registry.state_machine.state import PENDING, Decision, Request, State


class Asking(Recording):
    """The acts on requests."""

    def request(self, who: Someone, name: str, number: int, key: str) -> Outcome:
        alias, unfit = self.aliases[name], self._unfit(name, number)
        if unfit in (errors.VersionNotFoundError, errors.LockedAliasError):
            return Outcome(error=unfit)
        if alias.policy is None:
            return Outcome(error=errors.PolicyNotFoundError)
        answered = self._answered(name, number, key)
        if answered is not None:
            return Outcome(request=answered)
        if self._is_overtaken(name, number, key):
            return Outcome(error=errors.SupersededSinceError)
        if alias.holds(number):
            return Outcome(error=errors.AlreadyHeldError)
        if unfit:
            return Outcome(error=unfit)
        if self._waiting(name, number) or self.passes(name, number):
            return self._open(who, name, number, key)
        return self._not_passed(name, number, key)

    def _answered(self, name: str, number: int, key: str) -> Request | None:
        """What answers a repeat: the request that was opened, unless it ended without anybody having decided on it."""
        now = self.now(name, number)
        mine = next((one for one in self.opened.get(key, ()) if one.is_for(*now)), None)
        if mine is None:
            return None
        if self.state_of(mine, self.at) in PENDING | {State.PROMOTED, State.REJECTED}:
            return mine
        newest = self.newest(name, number)
        return newest if newest and newest.was_rejected_for(*now) else None

    def _is_overtaken(self, name: str, number: int, key: str) -> bool:
        """Whether somebody who asks again was superseded, and what took the place waits in it."""
        newest, now = self.newest(name, number), self.now(name, number)
        asked = any(one.is_for(*now) for one in self.opened.get(key, ()))
        superseded = newest is not None and self.state_of(newest, self.at) is State.SUPERSEDED
        return asked and superseded and any(one.version != number for one in self.pending(name))

    def newest(self, name: str, number: int) -> Request | None:
        """The newest request of a version for an alias."""
        return next((one for one in reversed(self.requests) if (one.alias, one.version) == (name, number)), None)

    def _not_passed(self, name: str, number: int, key: str) -> Outcome:
        """The report is stored, as a validation; once for each key and what it is bound to.

        What waits ends with it: its gates passed once, and time has made the same scan too old for them.
        """
        bound = (key, *self.now(name, number))
        if bound in self.reported:
            return Outcome(error=errors.NotPassedError)
        self.reported.add(bound)
        self._end(name, State.INVALIDATED, number)
        self._append(EventType.VERSION_VALIDATED)
        return Outcome(EventType.VERSION_VALIDATED, errors.NotPassedError)

    def _open(self, who: Someone, name: str, number: int, key: str) -> Outcome:
        """Open a request, or find the pending one that asks for exactly this."""
        alias = self.aliases[name]
        assert alias.policy is not None
        if waiting := self._waiting(name, number):
            return Outcome(request=waiting)
        if alias.policy.supersedes:
            self._end(name, State.SUPERSEDED)
        after = alias.policy.expires_after
        expires_at = self.at + after if after else None
        state = State.OPEN if alias.policy.roles else State.APPROVED
        _, baseline, read = self.now(name, number)
        request = Request(number, name, alias.policy, baseline, read, who, expires_at, state=state)
        self._append(EventType.REQUEST_OPENED)
        self.requests.append(request)
        self.opened.setdefault(key, []).append(request)
        return Outcome(EventType.REQUEST_OPENED, request=request)

    def _waiting(self, name: str, number: int) -> Request | None:
        return next((one for one in self.pending(name) if one.version == number), None)

    def decide(self, who: Someone, request: Request, approves: bool, role: str | None, stale: bool) -> Outcome:
        ended = self._ended(request)
        if ended:
            return Outcome(error=ended, request=request)
        if stale:
            return Outcome(error=errors.StaleReportError, request=request)
        policy = request.policy
        unclear = role is None and policy.lets_in(who) and len(policy.roles_of(who)) > 1
        if unclear or not policy.roles or role not in (None, *policy.role_names):
            return Outcome(error=errors.InvalidInputError)
        if role is None and policy.lets_in(who):
            role = policy.only_role_of(who)
        if role is None or not self.may_decide(who, request, role):
            self._append(EventType.REQUEST_DECISION_REFUSED)
            return Outcome(EventType.REQUEST_DECISION_REFUSED, errors.DecisionRefusedError, request)
        return self._decided(request, Decision(who, role, approves))

    def _decided(self, request: Request, decision: Decision) -> Outcome:
        replaced = request.replaced_by(decision.by, decision.role)
        stand = [one for one in request.decisions if one not in replaced]
        if decision.approves and request.state is State.APPROVED and request.lacking([*stand, decision]):
            return Outcome(request=request)  # it never reopens, so that what approved it stays
        for earlier in replaced:
            earlier.counts = False
        request.decisions.append(decision)
        if not decision.approves:
            request.state = State.REJECTED
        elif not request.missing:
            request.state = State.APPROVED
        return self._done(EventType.REQUEST_DECIDED, request)

    def may_decide(self, who: Someone, request: Request, role: str) -> bool:
        """In the role, by an allowed door, a person, and with four eyes neither requester nor who ran the training."""
        policy = request.policy
        if not policy.lets_in(who) or role not in policy.roles_of(who):
            return False
        behind = (request.by, self.versions[request.version].made_by)
        return not policy.four_eyes or not any(one.may_be(who) for one in behind)

    def again(self, outcome: Outcome) -> Outcome:
        """What a repeat at once answers: the same, unless a refused attempt took a request's last moment."""
        if outcome.error is errors.DecisionRefusedError and outcome.request is not None:
            ended = self._ended(outcome.request)
            return Outcome(error=ended, request=outcome.request) if ended else outcome
        return outcome

    def _ended(self, request: Request) -> Error | None:
        state = self.state_of(request, self.at)
        if state in PENDING:
            return None
        return errors.RequestRejectedError if state is State.REJECTED else errors.RequestEndedError

    def withdraw(self, request: Request) -> Outcome:
        ended = self._ended(request)
        if ended:
            return Outcome(error=ended, request=request)
        request.state = State.WITHDRAWN
        return self._done(EventType.REQUEST_WITHDRAWN, request)
