"""`airflow model-registry alias` and `live`: which version holds which alias, now and before."""

from __future__ import annotations

from argparse import Namespace

from airflow_provider_registry.cli.command import command, connected
from airflow_provider_registry.cli.output import Line, note, show, when
from airflow_provider_registry.cli.reading import moment
from airflow_provider_registry.registry import Assignment


@command
def list_aliases(args: Namespace) -> None:
    """List what the aliases of a model point at now, and whether they are protected."""
    with connected(args) as registry:
        model = registry.get_model(args.model)
        held = registry.holders((model.name, alias) for alias in model.aliases)
    holders = {alias: assignment for (_, alias), assignment in held.items()}
    rows = [
        {"alias": alias, "protected": alias in model.protected, **_held(holders.get(alias))}
        for alias in sorted({*model.aliases, *model.protected})
    ]
    show(args, rows, dict)


@command
def history(args: Namespace) -> None:
    """Show every version that held an alias of a model, oldest first."""
    with connected(args) as registry:
        show(args, registry.history(args.model, args.alias), assignment_line)


@command
def at(args: Namespace) -> None:
    """Show which version held an alias at a moment."""
    then = moment(args.time)
    with connected(args) as registry:
        found = registry.alias_at(args.model, args.alias, then)
    show(args, [found] if found else [], assignment_line)
    if found is None:
        note(f"The alias {args.alias!r} of {args.model!r} pointed at no version at {when(then)}.")


@command
def live(args: Namespace) -> None:
    """Show what is live now: one line a model and alias."""
    with connected(args) as registry:
        show(args, registry.live(args.alias), live_line)


def live_line(held: Assignment) -> Line:
    """What a person sees of an assignment in force."""
    return {
        "model_name": held.model_name,
        "alias": held.alias,
        "version": held.version,
        "since": held.from_at,
        "by": held.by,
        "act": act_of(held),
        "review": review_words(held),
        "digest": held.digest[:12],
    }


def assignment_line(held: Assignment) -> Line:
    """What a person sees of an assignment, in force or not."""
    return {
        "alias": held.alias,
        "version": held.version,
        "from": held.from_at,
        "to": held.to_at or "now",
        "instead_of": held.previous_version,
        "act": act_of(held),
        "by": held.by,
        "reason": held.reason,
    }


def assignment_words(held: Assignment) -> str:
    """How a version came to hold an alias and until when it did, in words: `overridden by ana, until now: urgent`."""
    until = "now" if held.to_at is None else when(held.to_at)
    review = f" (review: {words})" if (words := review_words(held)) else ""
    return f"{act_of(held)} by {held.by}, until {until}{review}" + (f": {held.reason}" if held.reason else "")


def review_words(held: Assignment) -> str:
    """How reviewing it stands, in words: `due 2027-01-31`, `OVERDUE since 2026-11-02, to replace`."""
    said = f"to {held.review.value}" if held.review in ("replace", "retire") else ""
    due = f"{'OVERDUE since' if held.overdue else 'due'} {held.review_due:%Y-%m-%d}" if held.review_due else ""
    return ", ".join(word for word in (due, said) if word)


def act_of(held: Assignment) -> str:
    """How the version came to hold the alias: promoted, rolled_back, overridden."""
    return held.act.value.removeprefix("alias.") + (" (bytes unread)" if held.unchecked else "")


def _held(held: Assignment | None) -> Line:
    if held is None:
        return dict.fromkeys(("version", "since", "by", "act", "review", "reason"))
    return {
        "version": held.version,
        "since": held.from_at,
        "by": held.by,
        "act": act_of(held),
        "review": review_words(held),
        "reason": held.reason,
    }
