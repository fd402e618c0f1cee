"""`airflow model-registry webhooks`: who is told of events, and whether it arrives."""

from __future__ import annotations

from argparse import Namespace
from collections import Counter
from collections.abc import Sequence
from functools import partial

from airflow_provider_registry.cli.command import CommandHook, command, connected
from airflow_provider_registry.cli.output import Line, counted, note, show
from airflow_provider_registry.hooks.signing import signing_secret
from airflow_provider_registry.registry import WebhookAttempt, WebhookOutcome, WebhookState
from airflow_provider_registry.registry.webhooks.urls import shown_url

# A command is no task, and finds connections elsewhere.
_secrets = partial(signing_secret, get_connection=CommandHook.get_connection)


@command
def list_webhooks(args: Namespace) -> None:
    """List webhooks, and how delivering to each stands."""
    with connected(args) as registry:
        show(args, registry.webhook_states(args.model), _state)


@command
def history(args: Namespace) -> None:
    """Show what was sent, newest first."""
    with connected(args) as registry:
        show(args, registry.webhook_attempts(args.model, args.webhook, limit=args.limit), _attempt)


@command
def test(args: Namespace) -> None:
    """Send a test, and say whether it arrived."""
    with connected(args) as registry:
        attempt = registry.test_webhook(args.model, _secrets, webhook=args.webhook, timeout=args.timeout)
    show(args, [attempt], _attempt)
    _fail_unless_delivered([attempt])


@command
def redeliver(args: Namespace) -> None:
    """Send an event once more, or all that were given up."""
    with connected(args) as registry:
        attempts = registry.redeliver_webhooks(
            args.model, _secrets, webhook=args.webhook, seq=args.event, timeout=args.timeout
        )
    show(args, attempts, _attempt)
    _say(attempts)
    _fail_unless_delivered(attempts)


@command
def deliver(args: Namespace) -> None:
    """Deliver what has happened: one round."""
    with connected(args) as registry:
        attempts = registry.deliver_webhooks(_secrets, model_name=args.model, timeout=args.timeout)
    show(args, attempts, _attempt)
    _say(attempts)


def _state(state: WebhookState) -> Line:
    return {
        "model_name": state.model_name,
        "webhook": state.webhook.name,
        "url": shown_url(state.webhook.url),
        "position": state.position,
        "lag": state.lag,
        "given_up": state.given_up,
        "last_delivered_at": state.last_delivered_at,
        "next_at": state.next_at,
        "last_error": state.last_error if state.failures or state.given_up else None,
    }


def _attempt(attempt: WebhookAttempt) -> Line:
    return {
        "at": attempt.at,
        "model_name": attempt.model_name,
        "webhook": attempt.webhook,
        "event": attempt.seq,
        "outcome": attempt.outcome,
        "status": attempt.status,
        "milliseconds": attempt.milliseconds,
        "error": attempt.error,
    }


def _say(attempts: Sequence[WebhookAttempt]) -> None:
    found = Counter(attempt.outcome for attempt in attempts)
    words = {WebhookOutcome.FAILED: "failed", WebhookOutcome.GIVEN_UP: "given up"}
    rest = "".join(f", {found[outcome]} {word}" for outcome, word in words.items() if found[outcome])
    note(f"{counted(found[WebhookOutcome.DELIVERED], 'event')} delivered{rest}.")


def _fail_unless_delivered(attempts: Sequence[WebhookAttempt]) -> None:
    if not all(attempt.is_delivered for attempt in attempts):
        raise SystemExit(1)
