"""The vocabulary of the record: the type of each event, as subject.act, and narrower names for what some of a type say.

This module imports nothing: a Dag file may name events at no cost.
"""

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
    VERSION_CHECKED = "version.checked"
    VERSION_MEASURED = "version.measured"
    VERSION_FEEDBACK_RECORDED = "version.feedback_recorded"
    VERSION_FEEDBACK_ERASED = "version.feedback_erased"
    VERSION_PROFILED = "version.profiled"
    VERSION_CARD_SET = "version.card_set"
    VERSION_SCANNED = "version.scanned"
    VERSION_SIGNED = "version.signed"
    VERSION_ARCHIVED = "version.archived"
    VERSION_RESTORED = "version.restored"
    VERSION_PURGED = "version.purged"
    ALIAS_PROMOTED = "alias.promoted"
    ALIAS_CONFIRMED = "alias.confirmed"
    ALIAS_ROLLED_BACK = "alias.rolled_back"
    ALIAS_CLEARED = "alias.cleared"
    ALIAS_OVERRIDDEN = "alias.overridden"
    ALIAS_REVIEWED = "alias.reviewed"
    ALIAS_ROUTED = "alias.routed"
    ALIAS_ROUTE_ENDED = "alias.route_ended"
    DEPLOYMENT_RECORDED = "deployment.recorded"
    REQUEST_OPENED = "request.opened"
    REQUEST_DECIDED = "request.decided"
    REQUEST_DECISION_REFUSED = "request.decision_refused"
    REQUEST_WITHDRAWN = "request.withdrawn"
    POLICY_SET = "policy.set"
    POLICY_REMOVED = "policy.removed"
    RETENTION_SET = "retention.set"
    WEBHOOKS_SET = "webhooks.set"
    EVENT_ERASED = "event.erased"


class NarrowKind(StrEnum):
    """A name for some events of a type, by what they say in the open; or for some of several types."""

    VERSION_PASSED = "version.passed"
    VERSION_FAILED = "version.failed"
    VERSION_LIVE = "version.live"
    REQUEST_APPROVED = "request.approved"
    REQUEST_REJECTED = "request.rejected"
    REVIEW_KEEP = "review.keep"
    REVIEW_REPLACE = "review.replace"
    REVIEW_RETIRE = "review.retire"


KINDS: tuple[str, ...] = (*(kind.value for kind in EventType), *(kind.value for kind in NarrowKind))
"""Every name there is."""
