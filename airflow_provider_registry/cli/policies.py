"""`airflow model-registry policy`: what protected aliases ask."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Iterator, Mapping
from typing import Any

from airflow_provider_registry.cli.command import command, connected
from airflow_provider_registry.cli.output import plain_data, show
from airflow_provider_registry.registry import Policy


@command
def show_policy(args: Namespace) -> None:
    """Show the policy of an alias; as YAML or JSON, it is a policy file."""
    with connected(args) as registry:
        model = registry.get_model(args.model)
        policy = registry.get_policy(model.name, args.alias)
    if args.output in ("json", "yaml"):
        _write(args.output, policy_file(model.name, args.alias, policy))
    else:
        show(args, list(_rules(policy)), dict)


def policy_file(model_name: str, alias: str, policy: Policy) -> dict[str, Any]:
    """The policy as a file that holds it alone; groups stand at the top of files."""
    said = dict(plain_data(policy.as_mapping()))
    groups = said.pop("groups", None)
    document: dict[str, Any] = {"groups": groups} if groups else {}
    return {**document, "models": {model_name: {"aliases": {alias: said}}}}


def _rules(policy: Policy) -> Iterator[Mapping[str, Any]]:
    """A line for each gate and each other rule."""
    for gate in policy.gates:
        yield {"rule": "gate", "value": f"{gate.name}: {gate.text}" if gate.name else gate.text}
    for rule, value in policy.as_mapping().items():
        values = value if isinstance(value, list) else [value]
        yield from ({"rule": rule, "value": item} for item in values if rule != "gates")
    yield {"rule": "digest", "value": policy.digest}


def _write(output: str, document: Mapping[str, Any]) -> None:
    import json

    import yaml

    text = json.dumps(document, indent=2) if output == "json" else yaml.safe_dump(document, sort_keys=False)
    sys.stdout.write(f"{text.rstrip()}\n")
