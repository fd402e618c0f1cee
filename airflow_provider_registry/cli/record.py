"""`airflow model-registry record`: what was done, and whether the record of it is whole."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from airflow_provider_registry.cli.command import command, connected
from airflow_provider_registry.cli.output import Line, counted, note, plain_data, show
from airflow_provider_registry.cli.reading import json_file
from airflow_provider_registry.errors import InvalidInputError
from airflow_provider_registry.registry import Event, Registry

_PAGE = 500


@command
def show_record(args: Namespace) -> None:
    """Show events of a model, by default the newest, oldest first."""
    if args.limit < 1:
        raise InvalidInputError(f"--limit is {args.limit}: give 1 or more.")
    with connected(args) as registry:
        found = list(islice(_wanted(registry, args), args.limit))
    events = found if args.first is not None else found[::-1]
    show(args, events, _line, _data)
    if args.type or args.version or args.alias:
        return
    if events and (before := events[0].seq - 1):
        note(f"Before these there {'is' if before == 1 else 'are'} {counted(before, 'event')}: see --from and --limit.")


def _wanted(registry: Registry, args: Namespace) -> Iterator[Event]:
    """From an event on, or the newest first."""
    place = {"first": args.first, "newest_first": args.first is None}
    while True:
        page = registry.find_events(
            args.model, types=args.type, version=args.version, alias=args.alias, **place, limit=min(args.limit, _PAGE)
        )
        yield from page
        if page.next is None:
            return
        place["first"] = page.next


@command
def verify(args: Namespace) -> None:
    """Check a model's record, or that of all models, and print how far each goes."""
    kept = [] if args.against is None else _heads(args.against)
    with connected(args) as registry:
        if args.model is not None:
            against = _of_model(registry, kept, args.model) if args.against else None
            heads = [registry.verify_record(args.model, against=against)]
        else:
            heads = [registry.verify_record(head["model_name"], against=head) for head in kept]
            seen = {head.model_name for head in heads}
            heads += [registry.verify_record(name) for name in model_names(registry) if name not in seen]
    show(args, sorted(heads, key=lambda head: head.model_name), lambda head: head.as_mapping())
    events = sum(head.count for head in heads)
    note(f"The record is whole: {counted(events, 'event')} of {counted(len(heads), 'model')}.")


def model_names(registry: Registry) -> Iterator[str]:
    """The names of all models."""
    token = None
    while True:
        page = registry.search_models(page_size=_PAGE, page_token=token)
        yield from (model.name for model in page)
        token = page.next_page_token
        if token is None:
            return


def _heads(path: str) -> list[Mapping[str, Any]]:
    """The heads in a file that `record verify -o json` wrote; one alone need not be in a list."""
    said = json_file(path)
    heads = said if isinstance(said, list) else [said]
    if not heads or not all(isinstance(head, Mapping) and "model_name" in head for head in heads):
        raise InvalidInputError(f"{path} holds no heads: keep there what `record verify -o json` prints.")
    return heads


def _of_model(registry: Registry, heads: list[Mapping[str, Any]], model: str) -> Mapping[str, Any]:
    """The head of a model, which may have been renamed since."""
    name = registry.get_model(model).name
    for head in heads:
        if registry.get_model(head["model_name"]).name == name:
            return head
    raise InvalidInputError(f"There is no head of {model!r} in the file: it has those of other models.")


def _line(event: Event) -> Line:
    return {"event": event.seq, "type": event.type, "what_happened": str(event)}


def _data(event: Event) -> Line:
    return {**plain_data(event), "by": event.by, "reason": event.reason, "sentence": str(event)}
