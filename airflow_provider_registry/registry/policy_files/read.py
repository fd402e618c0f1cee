"""Reading policy files: every problem of every file at once, each with its line and column."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from airflow_provider_registry.errors import (
    InvalidInputError,
    InvalidPolicyError,
    InvalidRetentionError,
    InvalidWebhookError,
)
from airflow_provider_registry.messages import shown
from airflow_provider_registry.names import check_alias, check_model_name, check_text, fold
from airflow_provider_registry.registry.policies.fields import Problems
from airflow_provider_registry.registry.policies.policy import Policy
from airflow_provider_registry.registry.policies.read_people import read_groups
from airflow_provider_registry.registry.policy_files.paths import Steps, resolve, spelt
from airflow_provider_registry.registry.policy_files.problems import FileProblems, Place
from airflow_provider_registry.registry.policy_files.schema import schema_violations
from airflow_provider_registry.registry.policy_files.source import Source, read_source
from airflow_provider_registry.registry.retention.retention import Retention
from airflow_provider_registry.registry.versions.metadata import check_schema
from airflow_provider_registry.registry.webhooks.read_webhooks import read_webhooks
from airflow_provider_registry.registry.webhooks.webhook import Webhook

_TOP = ("$schema", "groups", "retention", "models")
_OF_MODEL = ("team", "description", "metadata_schema", "aliases", "webhooks", "retention")
_FREE = "x-"


@dataclass(frozen=True)
class FileModel:
    """What a file says of one model.

    Attributes:
        name: as the file writes it.
        place: where.
        said: team, description and metadata_schema, as far as they are said; None takes one away.
        policies: by alias, as the file writes it.
        webhooks: all of the model's; None where the file does not say.
        retention: the model's, or the file's for all of its models; None to keep everything.
        says_retention: the file has something to say of that.
    """

    name: str
    place: Place
    said: Mapping[str, Any]
    policies: Mapping[str, Policy]
    webhooks: tuple[Webhook, ...] | None = None
    retention: Retention | None = None
    says_retention: bool = False


def read_policy_files(files: Iterable[tuple[str, str | bytes]]) -> list[FileModel]:
    """Read policy files, and check all that can be checked without a registry.

    Parameters:
        files: the name of each, for messages, and what it holds: YAML, or JSON, in UTF-8.

    Raises:
        InvalidPolicyFileError: with every problem of every file.
    """
    problems = FileProblems()
    models: dict[str, FileModel] = {}
    for name, text in files:
        source = read_source(name, text, problems)
        for model in _FileReader(source, problems).models() if source is not None else ():
            before = models.setdefault(fold(model.name), model)
            if before is not model:
                problems.add(model.place, f"models.{model.name}", f"stands twice, first at {before.place}")
    problems.raise_any()
    return list(models.values())


@dataclass
class _FileReader:
    """Reads one file.

    Attributes:
        wrong: where problems were found: the schema need not find them again.
    """

    source: Source
    problems: FileProblems
    wrong: list[Steps] = field(default_factory=list)

    def models(self) -> list[FileModel]:
        document = self.source.value
        if not isinstance(document, Mapping):
            holds = "is empty" if document is None else f"is {shown(document)}"
            self._add((), f"{holds}: a policy file is a mapping with the key models")
            return []
        self._allow((), document, _TOP, free=_FREE)
        if "models" not in document:
            self._add((), "has no key models: write models: {churn: {aliases: {production: …}}}")
        groups = self._groups(document.get("groups"))
        self._retention(("retention",), document.get("retention"))
        found = [self._model(name, given, groups) for name, given in self._mapping(("models",)).items()]
        for steps, message in schema_violations(document):
            if not any(_related(steps, wrong) for wrong in self.wrong):
                self._add(steps, message)
        return found

    def _groups(self, given: Any) -> Mapping[str, Any]:
        """The groups of the file. One that is wrong is said once, here, and not by each policy that names it."""
        problems = Problems()
        read = read_groups(given, "$.groups", problems)
        for path, message in problems:
            self._add(resolve(self.source.value, path), message)
        return {name: [user.as_written() for user in group.users] or ["nobody"] for name, group in read.items()}

    def _model(self, name: str, given: Any, groups: Mapping[str, Any]) -> FileModel:
        here: Steps = ("models", name)
        self._check(here, lambda: check_model_name(name), key=True)
        said = self._mapping(here)
        self._allow(here, said, _OF_MODEL)
        aliases = self._mapping((*here, "aliases"))
        self._refuse_twice((*here, "aliases"), aliases)
        policies = {alias: self._policy((*here, "aliases", alias), body, groups) for alias, body in aliases.items()}
        return FileModel(
            name,
            self.source.key_place(here),
            self._said(here, said),
            {alias: policy for alias, policy in policies.items() if policy is not None},
            self._webhooks((*here, "webhooks"), said["webhooks"]) if "webhooks" in said else None,
            *self._retention_of(here, said),
        )

    def _said(self, here: Steps, given: Mapping[str, Any]) -> dict[str, Any]:
        """What is said of the model, checked as the registry will."""
        found: dict[str, Any] = {}
        for key, check in _CHECKS.items():
            if key in given:
                value = given[key]
                if value is not None:
                    self._check((*here, key), partial(check, value))
                found[key] = _NOTHING[key] if value in (None, "") else value
        return found

    def _policy(self, here: Steps, given: Any, groups: Mapping[str, Any]) -> Policy | None:
        alias = str(here[-1])
        self._check(here, lambda: check_alias(alias), key=True)
        if not isinstance(given, Mapping):
            self._add(here, f"must be a mapping of what the alias asks, not {shown(given)}")
            return None
        try:
            policy = Policy.parse({**given, **self._merged(here, given, groups)})
            policy.refuse_own_alias(alias)
        except InvalidPolicyError as error:
            for path, message in error.violations:
                self._add((*here, *resolve(given, path)), message)
            return None
        return policy

    def _webhooks(self, here: Steps, given: Any) -> tuple[Webhook, ...]:
        try:
            return read_webhooks([] if given is None else given)
        except InvalidWebhookError as error:
            for path, message in error.violations:
                self._add((*here, *resolve(given, path)), message)
            return ()

    def _retention_of(self, here: Steps, said: Mapping[str, Any]) -> tuple[Retention | None, bool]:
        """The model's own retention, or that of the file; and whether either is said."""
        if "retention" in said:
            return self._retention((*here, "retention"), said["retention"]), True
        document = self.source.value
        return self._retention(("retention",), document.get("retention")), "retention" in document

    def _retention(self, here: Steps, given: Any) -> Retention | None:
        try:
            return None if given is None else Retention.parse(given)
        except InvalidRetentionError as error:
            for path, message in error.violations:
                self._add((*here, *resolve(given, path)), message)
            return None

    def _merged(self, here: Steps, given: Mapping[str, Any], groups: Mapping[str, Any]) -> dict[str, Any]:
        """The groups of the file, and those of the policy itself, which may not hide one of the file's."""
        own = given.get("groups")
        if own is None:
            return {"groups": groups} if groups else {}
        if not isinstance(own, Mapping):
            return {}
        for name in own.keys() & groups.keys():
            self._add((*here, "groups", name), f"the group {name!r} stands at the top of the file too: write it once")
        return {"groups": {**groups, **own}}

    def _mapping(self, here: Steps) -> Mapping[str, Any]:
        """The mapping at a place; nothing there, or null, is an empty one."""
        value = self.source.value
        for step in here:
            value = value.get(step) if isinstance(value, Mapping) else None
        if value is None or isinstance(value, Mapping):
            return value or {}
        self._add(here, f"must be a mapping, not {shown(value)}")
        return {}

    def _allow(self, here: Steps, given: Mapping[str, Any], known: tuple[str, ...], free: str | None = None) -> None:
        for key in given:
            if key not in known and not (free and key.startswith(free)):
                close = difflib.get_close_matches(key, known, n=1)
                hint = f"did you mean {close[0]!r}?" if close else f"the keys are {', '.join(known)}"
                self._add((*here, key), f"the key {shown(key)} is not known here; {hint}", key=True)

    def _refuse_twice(self, here: Steps, named: Mapping[str, Any]) -> None:
        first: dict[str, str] = {}
        for name in named:
            before = first.setdefault(fold(name), name)
            if before != name:
                self._add((*here, name), f"is the same as {before!r}: names are equal regardless of case", key=True)

    def _check(self, here: Steps, check: Callable[[], object], *, key: bool = False) -> None:
        try:
            check()
        except InvalidInputError as error:
            self._add(here, str(error), key=key)

    def _add(self, steps: Steps, message: str, *, key: bool = False) -> None:
        unknown = None if key else _unknown_key(self.source.value, steps, message)
        if unknown is not None:
            steps, key = (*steps, unknown), True
        self.wrong.append(steps)
        place = self.source.key_place(steps) if key else self.source.place(steps)
        self.problems.add(place, spelt(steps), message)


def _schema(value: Any) -> object:
    if not isinstance(value, Mapping):
        raise InvalidInputError(f"must be a mapping, JSON Schema 2020-12, not {shown(value)}.")
    return check_schema(value)


_CHECKS: Mapping[str, Callable[[Any], object]] = {
    "team": partial(check_text, "team", limit=255),
    "description": partial(check_text, "description"),
    "metadata_schema": _schema,
}


# What null, and a text without anything in it, take back to.
_NOTHING = {"team": None, "description": "", "metadata_schema": None}


def _unknown_key(document: Any, steps: Steps, message: str) -> str | None:
    """The key that a policy's reader means, which gives the path of the mapping that holds it."""
    if not message.startswith("the key "):
        return None
    for step in steps:
        document = document[step]
    keys = document if isinstance(document, Mapping) else ()
    return next((key for key in keys if message.startswith(f"the key {shown(key)} ")), None)


def _related(one: Steps, other: Steps) -> bool:
    """Whether one is the other, or holds it."""
    shorter = min(len(one), len(other))
    return one[:shorter] == other[:shorter]
