"""From policy files to what they would change, and from there to the change."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from airflow_provider_registry.canonical import canonical_json
from airflow_provider_registry.errors import ModelNotFoundError, PartlyAppliedError
from airflow_provider_registry.names import check_text, fold
from airflow_provider_registry.registry.models.views import RegisteredModel
from airflow_provider_registry.registry.policies.policy import Policy
from airflow_provider_registry.registry.policy_files.problems import FileProblems
from airflow_provider_registry.registry.policy_files.read import FileModel
from airflow_provider_registry.registry.policy_files.steps import Step, StepKind
from airflow_provider_registry.registry.registry import Registry
from airflow_provider_registry.registry.retention.retention import Retention
from airflow_provider_registry.registry.webhooks.webhook import Webhook


@dataclass(frozen=True)
class Plan:
    """What policy files would change.

    Attributes:
        steps: in the order in which they are done; empty where the registry is as the files say.
        unchanged: how many policies of the files are in force already.
        not_in_files: policies in force that no file has, as (model, alias), which pruning would remove.
    """

    steps: tuple[Step, ...]
    unchanged: int
    not_in_files: tuple[tuple[str, str], ...]

    def count(self, kind: StepKind) -> int:
        """How many steps there are of a kind."""
        return sum(step.kind is kind for step in self.steps)

    def sentence(self) -> str:
        """What will be changed, in a line."""
        if not self.steps:
            return f"No change: {_counted(self.unchanged, 'policy', 'policies')} in force as the files say."
        counts = ((self.count(kind), *_WORDS[kind]) for kind in StepKind)
        listed = [f"{_counted(count, one, many)} to {verb}" for count, verb, one, many in counts if count]
        return f"{', '.join(listed)}; {_counted(self.unchanged, 'policy', 'policies')} unchanged."


_WORDS = {
    StepKind.CREATE_MODEL: ("create", "model", "models"),
    StepKind.UPDATE_MODEL: ("change", "model", "models"),
    StepKind.SET_POLICY: ("set", "policy", "policies"),
    StepKind.REMOVE_POLICY: ("remove", "policy", "policies"),
    StepKind.SET_WEBHOOKS: ("set", "list of webhooks", "lists of webhooks"),
    StepKind.SET_RETENTION: ("set", "retention", "retentions"),
}


def make_plan(registry: Registry, models: Iterable[FileModel], *, prune: bool = False) -> Plan:
    """Compare policy files with the registry; nothing is written.

    Parameters:
        models: as `read_policy_files` gives them.
        prune: remove the policies that the files no longer have, of the models that they name.

    Raises:
        InvalidPolicyFileError: two names in the files are of the same model, which was renamed.
    """
    steps: list[Step] = []
    missing: list[tuple[str, str]] = []
    unchanged = 0
    for said, model in _paired(registry, models):
        in_force = registry.policies(model.name) if model is not None else {}
        steps += _of_model(said, model)
        name = model.name if model is not None else said.name
        changed = list(_of_policies(name, said, in_force))
        steps += changed
        unchanged += len(said.policies) - len(changed)
        kept = set(map(fold, said.policies))
        gone = {alias: policy for alias, policy in in_force.items() if fold(alias) not in kept}
        missing += [] if prune else [(name, alias) for alias in gone]
        steps += [_removal(name, alias, policy) for alias, policy in gone.items() if prune]
        steps += _of_webhooks(name, said, registry.webhooks(name) if model is not None else ())
        steps += _of_retention(name, said, registry.retention(name) if model is not None else None)
    return Plan(tuple(steps), unchanged, tuple(missing))


def apply_plan(
    registry: Registry, plan: Plan, *, reason: str = "", done: Callable[[Step], None] = lambda step: None
) -> None:
    """Do what a plan says, each step in a transaction of its own, with an event of its own.

    Applying the files again after a failure does what is left.

    Parameters:
        reason: why, for the record of each act: a Git revision, for example.
        done: told of each step after it was committed.

    Raises:
        InvalidInputError: the reason cannot be kept; nothing was done.
        PartlyAppliedError: a step failed, after others were done.
    """
    check_text("reason", reason)
    for place, step in enumerate(plan.steps):
        try:
            step.act(registry, reason)
        except Exception as error:
            raise _partly(plan.steps, place, error) from error
        done(step)


def _partly(steps: tuple[Step, ...], place: int, error: Exception) -> PartlyAppliedError:
    done, failed, left = steps[:place], steps[place], steps[place + 1 :]
    message = [f"Could not {failed.title}: {error}", f"{place} of {len(steps)} changes were made before it."]
    if left:
        message.append(f"Not tried: to {'; to '.join(step.title for step in left)}.")
    message.append("Apply again to go on from there.")
    return PartlyAppliedError(" ".join(message), done, failed, left)


def _paired(registry: Registry, models: Iterable[FileModel]) -> list[tuple[FileModel, RegisteredModel | None]]:
    """Each model of the files with the registered one, which may have another name since."""
    problems = FileProblems()
    first: dict[str, FileModel] = {}
    found = [(said, _find(registry, said.name)) for said in models]
    for said, model in found:
        before = first.setdefault(fold(model.name if model is not None else said.name), said)
        if before is not said:
            same = f"is the same model as {before.name!r} at {before.place}, by another name: write it once"
            problems.add(said.place, f"models.{said.name}", same)
    problems.raise_any()
    return found


def _find(registry: Registry, name: str) -> RegisteredModel | None:
    try:
        return registry.get_model(name)
    except ModelNotFoundError:
        return None


def _of_model(said: FileModel, model: RegisteredModel | None) -> Iterator[Step]:
    if model is None:
        given = {key: value for key, value in said.said.items() if value not in (None, "")}
        yield Step(StepKind.CREATE_MODEL, said.name, None, None, given)
        return
    now = {key: getattr(model, key) for key in said.said}
    changes = {key: value for key, value in said.said.items() if not _same(now[key], value)}
    if changes:
        before = {key: now[key] for key in changes}
        yield Step(StepKind.UPDATE_MODEL, model.name, None, before, changes)


def _of_policies(model_name: str, said: FileModel, in_force: Mapping[str, Policy]) -> Iterator[Step]:
    by_name = {fold(alias): (alias, policy) for alias, policy in in_force.items()}
    for written, policy in said.policies.items():
        alias, before = by_name.get(fold(written), (written, None))
        if before is None or before.digest != policy.digest:
            mapping = before.as_mapping() if before is not None else None
            yield Step(StepKind.SET_POLICY, model_name, alias, mapping, policy.as_mapping())


def _removal(model_name: str, alias: str, policy: Policy) -> Step:
    return Step(StepKind.REMOVE_POLICY, model_name, alias, policy.as_mapping(), None)


def _of_webhooks(model_name: str, said: FileModel, standing: tuple[Webhook, ...]) -> Iterator[Step]:
    if said.webhooks is not None and said.webhooks != standing:
        yield Step(StepKind.SET_WEBHOOKS, model_name, None, _listed(standing), _listed(said.webhooks))


def _listed(webhooks: tuple[Webhook, ...]) -> dict[str, Any] | None:
    return {"webhooks": [webhook.as_mapping() for webhook in webhooks]} if webhooks else None


def _of_retention(model_name: str, said: FileModel, in_force: Retention | None) -> Iterator[Step]:
    if said.says_retention and said.retention != in_force:
        yield Step(StepKind.SET_RETENTION, model_name, None, _said(in_force), _said(said.retention))


def _said(retention: Retention | None) -> dict[str, Any] | None:
    return {"retention": retention.as_mapping()} if retention is not None else None


def _same(one: Any, other: Any) -> bool:
    """Whether two values are one in JSON: 1 is 1.0, and not true."""
    return canonical_json(one) == canonical_json(other)


def _counted(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"
