"""How a request ended, in words: by whom, and why."""

from __future__ import annotations

import json
from typing import Any, assert_never

from sqlalchemy import RowMapping

from airflow_provider_registry.registry.record.views import ERASED
from airflow_provider_registry.registry.requests.states import Ending, RequestState


def outcome(row: RowMapping) -> tuple[str, str]:
    """Who ended a request and the end of a sentence about it; both empty while it is pending.

    Parameters:
        row: with `state`, `expires_at`, and the body and private part of the event that ended it.
    """
    state: RequestState = row["state"]
    if state is RequestState.EXPIRED:
        return "", f"expired at {row['expires_at']:%Y-%m-%d %H:%M:%S} UTC"
    if state.is_pending:
        return "", ""
    by = actor_name(row["ending"])
    return by, _how(state, by, row)


def actor_name(private: bytes | None) -> str:
    """Who is said to have done an event."""
    return str(json.loads(private)["actor"]["name"]) if private is not None else ERASED


def _how(state: RequestState, by: str, row: RowMapping) -> str:
    body: dict[str, Any] = json.loads(row["ending_body"])
    private: dict[str, Any] = json.loads(row["ending"]) if row["ending"] is not None else {}
    match state:
        case RequestState.PROMOTED:
            return f"was promoted by {by}"
        case RequestState.REJECTED:
            comment = private.get("comment", "")
            return f"was rejected by {by} as {body['payload']['role']}{f': {comment}' if comment else ''}"
        case RequestState.WITHDRAWN:
            return f"was withdrawn by {by}: {private.get('reason', ERASED)}"
        case RequestState.SUPERSEDED | RequestState.INVALIDATED:
            return f"was {state.value} by {by}, since {_why(body, row)} (event {body['seq']} of the record)"
        case RequestState.OPEN | RequestState.APPROVED | RequestState.EXPIRED:
            raise AssertionError(f"{state} has no event that ended it")
        case _:
            assert_never(state)


def _why(body: dict[str, Any], row: RowMapping) -> str:
    mine = next(said for said in body["payload"]["requests"] if said["request"] == row["id"])
    words = Ending(mine["why"]).words
    if mine["why"] != Ending.BASELINE:
        return words
    return f"{body['alias']} moved to version {body['version']}"
