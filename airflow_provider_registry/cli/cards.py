"""`airflow model-registry cards`: what people write of versions, and what is made of it and of the record."""

from __future__ import annotations

import json
from argparse import Namespace

from airflow_provider_registry.cli import reading
from airflow_provider_registry.cli.command import command, connected
from airflow_provider_registry.cli.files import opened
from airflow_provider_registry.cli.output import Line, clean, show, show_one
from airflow_provider_registry.registry import CardRevision


@command
def show_card(args: Namespace) -> None:
    """Write the card of a version."""
    version, model = reading.named_version(args.model, args.version)
    with connected(args) as registry:
        card = registry.card(version, args.format, model_name=model)
    with opened(args.file) as file:
        file.write(clean(card) if file.isatty() else card)


@command
def set_card(args: Namespace) -> None:
    """Set the card of a version, from a file of Markdown."""
    version, model = reading.named_version(args.model, args.version)
    text = reading.text_file(args.file)
    with connected(args) as registry:
        revision = registry.set_card(version, text, model_name=model, reason=args.reason, key=args.key)
    show_one(args, revision, _details)


@command
def revisions(args: Namespace) -> None:
    """List the revisions of what people wrote of a version, newest first."""
    version, model = reading.named_version(args.model, args.version)
    with connected(args) as registry:
        found = registry.card_revisions(version, model_name=model)
    show(args, found, _details)


@command
def bom(args: Namespace) -> None:
    """Write the bill of materials of a version."""
    version, model = reading.named_version(args.model, args.version)
    with connected(args) as registry:
        made = registry.bom(version, model_name=model)
    with opened(args.file) as file:
        file.write(f"{json.dumps(made, indent=2)}\n")


def _details(revision: CardRevision) -> Line:
    return {
        "reference": revision.reference,
        "revision": revision.revision,
        "sections": revision.sections,
        "created_at": revision.created_at,
        "by": revision.by,
        "reason": revision.reason,
        "digest": revision.digest[:12],
    }
