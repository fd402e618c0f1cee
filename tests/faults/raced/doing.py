"""Doing what is meant, as whoever means it, and saying what was answered."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from airflow_provider_registry import errors
from airflow_provider_registry.registry import Actor, Caller, Producer, Registry
from airflow_provider_registry.registry.caller import Via
from tests.faults.raced.plans import AUCS, KEEPS, POLICIES, Plan, measured
from tests.registry.state_machine.people import SIGNERS
from tests.registry.state_machine.recorder import CARDS, window


def caller_of(plan: Plan) -> Caller:
    """Who does it, as the registry knows them; the task, and people answer for one too, is named by the key."""
    who = plan.someone
    actor, via = Actor(who.issuer, who.subject, who.name), Via(who.via)
    run = f"{who.run} {who.triggered_by}"
    more: dict[str, Any] = {"instance_id": "one", "run_type": who.run or "scheduled", "triggered_by": who.triggered_by}
    return Caller(actor, via, via is Via.UI, Producer("race", plan.key, run, **more))


def perform(registry: Registry, plan: Plan, contents: Path) -> dict[str, Any]:
    """Do what is meant, and say what was answered, as JSON has it."""
    mine = registry.acting_as(caller_of(plan))
    try:
        return {"answer": _DO[plan.act](mine, plan, contents)}
    except errors.RegistryError as error:
        return {"error": type(error).__name__}


def _register(registry: Registry, plan: Plan, contents: Path) -> Any:
    metrics = {"auc": AUCS[plan.given]}
    return registry.register_version(plan.model, contents / plan.given, metrics=metrics, environment=False).version


def _promote(registry: Registry, plan: Plan, _: Path) -> Any:
    return registry.promote(plan.model, plan.version, plan.alias, reason=plan.key, key=plan.key).version


def _decide(registry: Registry, plan: Plan, _: Path) -> Any:
    request, verdict, role = plan.given
    return registry.decide(request, verdict=verdict, role=role, comment=plan.key, key=plan.key).request_id


def _set_policy(registry: Registry, plan: Plan, _: Path) -> None:
    policy = POLICIES[plan.given].tidied().as_mapping()
    registry.set_policy(plan.model, plan.alias, policy, reason=plan.key, key=plan.key)


def _set_webhooks(registry: Registry, plan: Plan, _: Path) -> None:
    webhooks = [{"name": name, "url": "https://hooks.example.com/", "secret": "signing"} for name in plan.given]
    registry.set_webhooks(plan.model, webhooks, reason=plan.key, key=plan.key)


def _review(registry: Registry, plan: Plan, _: Path) -> Any:
    outcome, role = plan.given
    said = registry.record_review(plan.model, plan.alias, outcome=outcome, role=role, reason=plan.key, key=plan.key)
    return said.version


def _set_retention(registry: Registry, plan: Plan, _: Path) -> None:
    registry.set_retention(plan.model, KEEPS[plan.given].as_mapping(), reason=plan.key, key=plan.key)


def _retain(registry: Registry, plan: Plan, _: Path) -> None:
    registry.apply_retention(plan.model)


def _check(registry: Registry, plan: Plan, _: Path) -> Any:
    return registry.record_check(plan.model, plan.version, "looks", plan.given, {"of": plan.key}, key=plan.key).version


def _card(registry: Registry, plan: Plan, _: Path) -> Any:
    return registry.set_card(plan.version, CARDS[plan.given], model_name=plan.model, key=plan.key).version


def _route(registry: Registry, plan: Plan, _: Path) -> Any:
    share = {"traffic": plan.given, "shadow": plan.given is None}
    return registry.route(plan.model, plan.version, plan.alias, **share, reason=plan.key, key=plan.key).version


def _deploy(registry: Registry, plan: Plan, _: Path) -> None:
    said = {"desired": plan.given, "model_name": plan.model, "reason": plan.key, "key": plan.key}
    registry.record_deployment(plan.version, "production", f"target {plan.version}", **said)


def _measure(registry: Registry, plan: Plan, _: Path) -> int:
    """The place of the event that recorded it; 0 where nothing was new."""
    series, revision, values = measured(plan)
    rows = [{"name": series.name, "value": value, "window": window(day)} for day, value in values.items()]
    said: dict[str, Any] = {"phase": series.phase, "dataset": series.dataset, "revision": revision}
    recorded = registry.record_metrics(plan.version, rows, model_name=plan.model, key=plan.key, **said)
    return recorded.event if recorded.new else 0


def _scan(registry: Registry, plan: Plan, _: Path) -> str:
    return registry.scan(plan.version, model_name=plan.model, key=plan.key).outcome.value


def _sign(registry: Registry, plan: Plan, _: Path) -> int:
    return registry.sign(plan.version, SIGNERS[plan.given], model_name=plan.model, key=plan.key).event


def _feed_back(registry: Registry, plan: Plan, _: Path) -> int:
    subject, kind, value = plan.given
    said: dict[str, Any] = {"kind": kind, "value": value, "subject": subject}
    return registry.record_feedback(plan.version, **said, model_name=plan.model, key=plan.key).events[0]


def _erase(registry: Registry, plan: Plan, _: Path) -> int:
    subject, everywhere = plan.given
    named = plan.model if everywhere else f"models:/{plan.model}/{plan.version}"
    return registry.erase_feedback(named, subject=subject, reason="asked for", key=plan.key)


def _profile(registry: Registry, plan: Plan, _: Path) -> Any:
    dataset, says = plan.given
    said = {"columns": {"country": {"type": "categorical", "count": says, "categories": {"NO": says}}}}
    return registry.record_profile(plan.version, said, dataset=dataset, model_name=plan.model, key=plan.key).version


def _collect(registry: Registry, plan: Plan, _: Path) -> None:
    registry.gc(grace=timedelta(0))


def _said(act: str, *names: str, **more: str) -> Callable[[Registry, Plan, Path], Any]:
    """An act of the registry, its arguments by their names in the plan, and keywords that it takes the key by."""

    def do(registry: Registry, plan: Plan, _: Path) -> Any:
        given = [getattr(plan, name) for name in names]
        got = getattr(registry, act)(*given, key=plan.key, **dict.fromkeys(more, plan.key))
        return getattr(got, "version", None) if act in ("override", "rollback") else None

    return do


def _on_version(act: str, given: Callable[[Plan], list[Any]], *, reason: bool = False) -> Callable[..., Any]:
    def do(registry: Registry, plan: Plan, _: Path) -> None:
        why = {"reason": plan.key} if reason else {}
        getattr(registry, act)(plan.version, *given(plan), model_name=plan.model, key=plan.key, **why)

    return do


_DO: dict[str, Callable[[Registry, Plan, Path], Any]] = {
    "register": _register,
    "promote": _promote,
    "route": _route,
    "end_route": _said("end_route", "model", "version", "alias", reason=""),
    "deploy": _deploy,
    "decide": _decide,
    "archive": _on_version("archive_version", lambda plan: [], reason=True),
    "restore": _on_version("restore_version", lambda plan: [], reason=True),
    "tag": _on_version("set_tag", lambda plan: plan.given),
    "untag": _on_version("delete_tag", lambda plan: plan.given),
    "describe": _on_version("describe_version", lambda plan: [plan.given]),
    "check": _check,
    "card": _card,
    "measure": _measure,
    "scan": _scan,
    "sign": _sign,
    "feedback": _feed_back,
    "erase": _erase,
    "profile": _profile,
    "set_policy": _set_policy,
    "set_webhooks": _set_webhooks,
    "remove_policy": _said("remove_policy", "model", "alias", reason=""),
    "validate": lambda registry, plan, _: (
        registry.validate(plan.model, plan.version, alias=plan.alias, key=plan.key).passed
    ),
    "request": lambda registry, plan, _: (
        registry.request_promotion(plan.model, plan.version, plan.alias, reason=plan.key, key=plan.key).request_id
    ),
    "withdraw": lambda registry, plan, _: registry.withdraw(plan.given[0], reason=plan.key, key=plan.key).request_id,
    "override": _said("override", "model", "version", "alias", reason=""),
    "rollback": _said("rollback", "model", "alias", reason=""),
    "clear": _said("clear_alias", "model", "alias", reason=""),
    "gc": _collect,
    "review": _review,
    "set_retention": _set_retention,
    "retain": _retain,
}
