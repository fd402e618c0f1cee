"""What should come of looking again at what is live, and of retention."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from airflow_provider_registry import errors
from airflow_provider_registry.registry import EventType
from tests.registry.state_machine.asking import Asking
from tests.registry.state_machine.book import Outcome
from tests.registry.state_machine.people import Someone
from tests.registry.state_machine.state import PENDING, Version


@dataclass(frozen=True)
class Keep:
    """A retention: the last so many versions, and what held an alias within a time."""

    last: int
    within: timedelta
    grace: timedelta

    def as_mapping(self) -> dict[str, Any]:
        seconds = {"keep_aliased_within": self.within, "grace": self.grace}
        return {"keep_last": self.last, **{name: f"{int(of.total_seconds())}s" for name, of in seconds.items()}}


class Retaining(Asking):
    """Reviews and retention.

    Attributes:
        reviews: alias, version, outcome and person of each.
    """

    def __init__(self) -> None:
        super().__init__()
        self.keep: Keep | None = None
        self.reviews: list[tuple[str, int, str, str]] = []

    def review(self, who: Someone, name: str, outcome: str, role: str | None) -> Outcome:
        alias = self.aliases[name]
        if alias.locked:
            return Outcome(error=errors.LockedAliasError)
        if alias.holder is None:
            return Outcome(error=errors.AliasNotFoundError)
        policy = alias.policy
        if policy is None:
            return Outcome(error=errors.PolicyNotFoundError)
        if not policy.lets_in(who):
            return Outcome(error=errors.NotAllowedError)
        mine = policy.roles_of(who)
        if (role is None and len(mine) > 1) or role not in (None, *policy.role_names):
            return Outcome(error=errors.InvalidInputError)
        if policy.roles and (role or policy.only_role_of(who)) not in mine:
            return Outcome(error=errors.NotAllowedError)
        self.reviews.append((name, alias.holder.version, outcome, who.name))
        return self._done(EventType.ALIAS_REVIEWED, version=alias.holder.version)

    def set_retention(self, keep: Keep) -> Outcome:
        if self.keep == keep:
            return Outcome()
        self.keep = keep
        return self._done(EventType.RETENTION_SET)

    def retain(self) -> Outcome:
        """Apply it: what it does follows from how things stand before the first of its acts."""
        there = [one for one in self.versions.values() if not one.purged]
        archive = [one for one in there if not one.archived and self.may_go(one, self.clock)]
        purge = {one.content: one for one in there if self.may_be_purged(one.content, self.clock)}
        for one in archive:
            one.archived_at = self.at
            self._append(EventType.VERSION_ARCHIVED)
        for content in dict.fromkeys(one.content for one in there if one.content in purge):
            self.purge(content)
        return Outcome()

    def purge(self, content: str) -> Outcome:
        """All versions of the same bytes, in one event."""
        for one in self.of_content(content):
            one.purged = True
        return self._done(EventType.VERSION_PURGED)

    def of_content(self, content: str) -> list[Version]:
        """The versions that have these bytes."""
        return [one for one in self.versions.values() if one.content == content and not one.purged]

    def may_go(self, one: Version, at: datetime) -> bool:
        """Whether nothing needs a version, and the retention does not keep it."""
        if self.keep is None or one.number > len(self.versions) - self.keep.last:
            return False
        if any(each.version == one.number and self.state_of(each, at) in PENDING for each in self.requests):
            return False
        if one.should == "running" or any(one.number in alias.routes for alias in self.aliases.values()):
            return False
        for alias in self.aliases.values():
            back = alias.goes_back_to()
            if one.number in (alias.last and alias.last.version, back and back.version):
                return False
            stays = [each for each in alias.stays if each.version == one.number]
            if any(each.until is None or each.until > at - self.keep.within for each in stays):
                return False
        return True

    def may_be_purged(self, content: str, at: datetime) -> bool:
        """Whether all versions of these bytes may go, and have been in the archive for the grace."""
        group = self.of_content(content)
        return bool(group) and all(
            self.keep is not None
            and self.may_go(one, at)
            and one.archived_at is not None
            and one.archived_at <= at - self.keep.grace
            for one in group
        )
