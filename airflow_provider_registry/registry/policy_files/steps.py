"""One step of applying policy files: an act on the registry, and what it changes, for people to read."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import yaml

from airflow_provider_registry.errors import PolicyNotFoundError
from airflow_provider_registry.registry.registry import Registry


class StepKind(StrEnum):
    """What a step does."""

    CREATE_MODEL = "create model"
    UPDATE_MODEL = "update model"
    SET_POLICY = "set policy"
    REMOVE_POLICY = "remove policy"
    SET_WEBHOOKS = "set webhooks"
    SET_RETENTION = "set retention"


@dataclass(frozen=True)
class Step:
    """One act.

    Attributes:
        alias: None where the step is about the model itself.
        before: what the registry has: the policy, what is said of the model, its webhooks or its retention; None for
            nothing.
        after: what it will have; None for nothing.
    """

    kind: StepKind
    model_name: str
    alias: str | None
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None

    @property
    def title(self) -> str:
        """The step in words: `set the policy of production of churn`."""
        of_policy = f"the policy of {self.alias} of {self.model_name}"
        match self.kind:
            case StepKind.CREATE_MODEL:
                return f"create the model {self.model_name}"
            case StepKind.UPDATE_MODEL:
                return f"change {', '.join(self.after or ())} of the model {self.model_name}"
            case StepKind.SET_POLICY:
                return f"{'set' if self.before is None else 'replace'} {of_policy}"
            case StepKind.REMOVE_POLICY:
                return f"remove {of_policy}: the alias is LOCKED until it gets another"
            case StepKind.SET_WEBHOOKS:
                return f"{'set' if self.after else 'remove'} the webhooks of {self.model_name}"
            case StepKind.SET_RETENTION:
                return f"{'set' if self.after else 'remove'} the retention of {self.model_name}"

    @property
    def diff(self) -> list[str]:
        """What changes, as a unified diff of YAML, without the names of files."""
        lines = difflib.unified_diff(_lines(self.before), _lines(self.after), lineterm="")
        return list(lines)[2:]

    def act(self, registry: Registry, reason: str) -> None:
        """Do it, in one transaction; one that is done already changes nothing."""
        after = dict(self.after or {})
        match self.kind:
            case StepKind.CREATE_MODEL:
                registry.create_model(self.model_name, **after, reason=reason)
            case StepKind.UPDATE_MODEL:
                registry.update_model(self.model_name, **after, reason=reason)
            case StepKind.SET_POLICY:
                assert self.alias is not None
                registry.set_policy(self.model_name, self.alias, after, reason=reason)
            case StepKind.REMOVE_POLICY:
                assert self.alias is not None
                self._remove(registry, self.alias, reason)
            case StepKind.SET_WEBHOOKS:
                registry.set_webhooks(self.model_name, after.get("webhooks", []), reason=reason)
            case StepKind.SET_RETENTION:
                registry.set_retention(self.model_name, after.get("retention"), reason=reason)

    def _remove(self, registry: Registry, alias: str, reason: str) -> None:
        try:
            registry.remove_policy(self.model_name, alias, reason=reason)
        except PolicyNotFoundError:  # somebody was quicker
            return

    def as_mapping(self) -> dict[str, Any]:
        """JSON-able."""
        return {
            "step": self.kind.value,
            "model_name": self.model_name,
            "alias": self.alias,
            "before": self.before,
            "after": self.after,
        }


def _lines(value: Mapping[str, Any] | None) -> list[str]:
    """A value as YAML, in lines; what is not there has none."""
    if value is None:
        return []
    text: str = yaml.dump(_plain(value), Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=100)
    return text.splitlines()


class _Dumper(yaml.SafeDumper):
    """Writes everything out: anchors in a diff would help nobody."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _plain(value: Any) -> Any:
    """A copy made of what YAML can write."""
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list | tuple) else value
