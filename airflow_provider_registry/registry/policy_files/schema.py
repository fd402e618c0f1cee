"""The JSON Schema of a policy file, and what it has to say of one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match

from airflow_provider_registry.registry import policies
from airflow_provider_registry.registry.policies.policy import policy_schema
from airflow_provider_registry.registry.policy_files.paths import Steps

_OTHER = "policy.schema.json"
_LONGEST = 300


def policy_file_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of a policy file, in one piece: that of a policy stands in it under `$defs`."""
    text = files(policies).joinpath("policy_file.schema.json").read_text(encoding="utf-8")
    # The one of a policy refers to its own $defs, which go to the same place here.
    found: dict[str, Any] = json.loads(
        text.replace(f'"{_OTHER}#/$defs/', '"#/$defs/').replace(_OTHER, "#/$defs/policy")
    )
    policy = policy_schema()
    del policy["$schema"]
    found["$defs"] |= {**policy.pop("$defs"), "policy": policy}
    return found


def schema_violations(document: Any) -> Iterator[tuple[Steps, str]]:
    """What the schema finds wrong with a policy file: where, and what."""
    for error in _validator().iter_errors(document):
        cause = best_match([error])
        assert cause is not None
        message = cause.message if len(cause.message) <= _LONGEST else f"{cause.message[: _LONGEST - 1]}…"
        yield tuple(cause.absolute_path), message


@cache
def _validator() -> Draft202012Validator:
    return Draft202012Validator(policy_file_schema())
