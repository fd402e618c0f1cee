"""The vocabulary of the record: each type of event, as subject.act."""

from __future__ import annotations

from enum import StrEnum


class EventType(StrEnum):
    """What an event says happened."""

    MODEL_CREATED = "model.created"
    MODEL_UPDATED = "model.updated"
    MODEL_RENAMED = "model.renamed"
    VERSION_REGISTERED = "version.registered"
    VERSION_TAGGED = "version.tagged"
    VERSION_UNTAGGED = "version.untagged"
    VERSION_DESCRIBED = "version.described"
    VERSION_VALIDATED = "version.validated"
    VERSION_ARCHIVED = "version.archived"
    VERSION_RESTORED = "version.restored"
    ALIAS_PROMOTED = "alias.promoted"
    ALIAS_CONFIRMED = "alias.confirmed"
    ALIAS_ROLLED_BACK = "alias.rolled_back"
    ALIAS_CLEARED = "alias.cleared"
    ALIAS_OVERRIDDEN = "alias.overridden"
    REQUEST_OPENED = "request.opened"
    REQUEST_DECIDED = "request.decided"
    REQUEST_DECISION_REFUSED = "request.decision_refused"
    REQUEST_WITHDRAWN = "request.withdrawn"
    POLICY_SET = "policy.set"
    POLICY_REMOVED = "policy.removed"
    EVENT_ERASED = "event.erased"
