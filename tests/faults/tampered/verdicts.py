"""What the record does not vouch for, with the reason, and how what is found is named."""

from __future__ import annotations

from airflow_provider_registry.registry.database.tables import metadata

# An edit of these goes unseen. A column that is neither here nor found fails the test.
UNVOUCHED = {
    "registry_bytes_check.version_id": "no act: it says when the store was looked at last, and changes nothing",
    "registry_bytes_check.checked_at": "no act: whoever forges it defers the next check, and downloads check always",
    "registry_identity.id": "one row for the whole database, with no event of any model",
    "registry_identity.registry_id": "no model's: the artifact root says whose it is, and refuses another",
    "registry_identity.created_at": "no model's, and nothing rests on it",
    "registry_lease.token": "a guard of some minutes on bytes that no version has yet",
    "registry_lease.model_id": "a guard of some minutes on bytes that no version has yet",
    "registry_lease.digest": "a guard of some minutes on bytes that no version has yet",
    "registry_lease.purpose": "a guard of some minutes on bytes that no version has yet",
    "registry_lease.expires_at": "a guard of some minutes on bytes that no version has yet",
    "registry_metric_batch.loaded_at": "nothing rests on it once the batch is published",
    "registry_reader.reader": "no act: how far somebody has read, which says nothing of the model",
    "registry_reader.model_id": "no act: how far somebody has read, which says nothing of the model",
    "registry_reader.seq": "no act: whoever moves it on keeps the reader from events, and the record from nothing",
    "registry_reader.moved_at": "no act: nothing rests on it",
    "registry_webhook_queue.model_id": "no act: how delivering stands, which says nothing of the model",
    "registry_webhook_queue.name": "no act: how delivering stands, which says nothing of the model",
    "registry_webhook_queue.failures": "no act: how delivering stands, which says nothing of the model",
    "registry_webhook_queue.failing_since": "no act: how delivering stands, which says nothing of the model",
    "registry_webhook_queue.next_at": "no act: how delivering stands, which says nothing of the model",
    "registry_webhook_queue.lease": "no act: how delivering stands, which says nothing of the model",
    "registry_webhook_queue.leased_until": "no act: how delivering stands, which says nothing of the model",
    "registry_webhook_attempt.token": "no act: what was sent is a help for people, and no evidence",
    "registry_webhook_attempt.webhook_id": "no act: what was sent is a help for people, and no evidence",
    "registry_webhook_attempt.seq": "no act: what was sent is a help for people, and no evidence",
    "registry_webhook_attempt.at": "no act: what was sent is a help for people, and no evidence",
    "registry_webhook_attempt.outcome": "no act: what was sent is a help for people, and no evidence",
    "registry_webhook_attempt.status": "no act: what was sent is a help for people, and no evidence",
    "registry_webhook_attempt.error": "no act: what was sent is a help for people, and no evidence",
    "registry_webhook_attempt.milliseconds": "no act: what was sent is a help for people, and no evidence",
}

# Numbers by which other rows refer to a row, and which say nothing else. Where one is referred to, another one in its
# place is found; where none is, no reader can tell the difference.
NUMBERS = {
    "registry_event.id": "the order over all models, of which each model's own chain holds that of its own",
    "registry_alias.id": "",
    "registry_assignment.id": "",
    "registry_policy.id": "",
    "registry_gate_report.id": "the order among those of one model is checked",
    "registry_decision.id": "the order among those on one request is checked",
    "registry_version.id": "",
    "registry_webhook.id": "",
    "registry_metric_series.id": "",
    "registry_metric_batch.id": "",
}

# Rows that may be added or taken away unseen.
LOOSE_ROWS = {
    "registry_bytes_check": "a version without one is checked again",
    "registry_identity": "no model's",
    "registry_lease": "a guard of some minutes",
    "registry_webhook_queue": "how delivering stands",
    "registry_webhook_attempt": "what was sent: a help for people",
    "registry_reader": "how far somebody has read: the record stays what it is",
}
LOOSE_INSERTIONS = {
    "registry_model": "a row without a name and without events is found by nobody",
    "registry_environment": "no version refers to it",
    "registry_metric_series": "no point refers to it",
    "registry_artifact": "no version refers to it, and its manifest still has its own digest",
}

_OVER_TIME = r"version \d+: (the metrics that it recorded|there are metrics)|metrics over time cannot be read"
# What the message says of an edit of each table.
NAMED = {
    "registry_alias": "alias|promotion request|gate report|polic",
    "registry_artifact": r"version \d|manifest",
    "registry_assignment": "the alias|aliases",
    "registry_card": r"version \d+: (revision \d+ of its card|there is a card)",
    "registry_check": r"version \d+: (its check|there is a check)",
    "registry_deployment": "the target|the targets",
    "registry_decision": "decisions on the promotion request",
    "registry_environment": "environment",
    "registry_event": r"Event \d+ of the record of|event \d+ of its record",
    "registry_feedback": r"version \d+: (the feedback|its feedback|feedback \d+\.\d+|there is feedback)",
    "registry_gate_report": "gate report|promotion request",
    "registry_input": r"version \d+: its inputs",
    "registry_metric": r"version \d+: its metrics|its versions cannot be read",
    "registry_metric_batch": _OVER_TIME,
    "registry_metric_point": _OVER_TIME,
    "registry_metric_series": _OVER_TIME,
    "registry_model": "the model|There is no registered model|the names of|Event 1 |registered|counts|Event",
    "registry_model_name": "the names of the model|There is no registered model",
    "registry_override": "overr",
    "registry_param": r"version \d+: its params",
    "registry_policy": "polic|gate report|promotion request",
    "registry_profile": r"version \d+: (its profile|there is a profile)",
    "registry_request": "promotion request",
    "registry_review": "a review of what holds an alias",
    "registry_scan": r"version \d+: (its scan|there is a scan)|scans",
    "registry_signature": r"version \d+: (its signature|there is a signature)|signatures",
    "registry_route": "the route|the routes",
    "registry_tag": r"version \d+: its tags",
    "registry_webhook": "webhook",
    "registry_version": r"version \d+|\d+ versions are there|alias|gate report|promotion request",
}


def columns() -> list[tuple[str, str]]:
    """Every column of every table: one that is added is asked about too."""
    return [(table.name, column.name) for table in metadata.sorted_tables for column in table.columns]
