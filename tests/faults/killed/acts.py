"""Every act of the registry that writes, each in all the ways that differ inside, as a task or a person does it.

A task that is tried again has the same key by itself; a person gives one.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from airflow_provider_registry.errors import InvalidSignatureError
from airflow_provider_registry.registry import EventType
from airflow_provider_registry.registry.policy_files.plan import apply_plan, make_plan
from airflow_provider_registry.registry.policy_files.read import read_policy_files
from airflow_provider_registry.registry.requests.views import PromotionRequest
from tests.faults.killed.base import ASKED, FEEDBACK, LIVE, NEWER, PROFILE, SIGNER, measured
from tests.faults.killed.scene import NOW, Hands
from tests.support.kernel import FLOOR
from tests.support.scanned import SUSPICIOUS, scanned

_FILE = """
models:
  churn:
    team: risk
    webhooks: [{name: chat, url: "https://chat.example.com/", secret: signing}]
    retention: {keep_last: 7}
    aliases:
      gated: {gates: [{metric: auc, threshold: 0.7, greater_is_better: true}]}
      fresh: {gates: [{metric: auc, threshold: 0.6, greater_is_better: true}]}
  fraud: {description: new, aliases: {live: {gates: [{metric: auc, threshold: 0.9, greater_is_better: true}]}}}
"""


CARD = "---\nlicense: mit\n---\n## Intended use\n\nso\n"


@dataclass(frozen=True)
class Act:
    """An act, in one of its ways.

    Attributes:
        method: of `Registry` that does it; None where several do.
        way: what is particular.
        do: it.
        begins: with what is there: all of `base`, a root without a mark, or a database without tables.
        stores: it changes bytes.
        same_answer: a repeat answers as the first try would have.
    """

    method: str | None
    way: str
    do: Callable[[Hands], Any]
    begins: str = "base"
    stores: bool = False
    same_answer: bool = True

    def __str__(self) -> str:
        return f"{self.method or 'apply'}: {self.way}"


def _register(content: str, model: str = "churn", **more: Any) -> Callable[[Hands], Any]:
    def do(hands: Hands) -> Any:
        said = {"metrics": {"auc": 0.9}, "environment": False, "progress": hands.progress, **more}
        return hands.task.register_version(model, hands.made(content), **said)

    return do


def _register_all_there_is(hands: Hands) -> Any:
    return hands.task.register_version(
        "churn",
        hands.made("new"),
        metrics=[{"name": "auc", "value": 0.9, "slice": "country=NO", "dataset": "d"}, {"name": "loss", "value": 1.5}],
        params={"depth": 3},
        tags={"team": "growth"},
        inputs=[{"name": "table", "uri": "s3://lake/table", "rows": 10}],
        metadata={"owner": "eva"},
        description="all there is",
        environment={"python": "3.11", "distributions": {"numpy": "2.0"}},
        training_duration=1.5,
        card=CARD,
        profile=PROFILE,
        sign=SIGNER,
        key="all",
        progress=hands.progress,
    )


def _reference(hands: Hands, **more: Any) -> Any:
    foreign, shown = hands.foreign, hands.progress
    return hands.task.register_version("churn", foreign, environment=False, progress=shown, key="foreign", **more)


def _promote(version: int, alias: str, **more: Any) -> Callable[[Hands], Any]:
    return lambda hands: hands.task.promote("churn", version, alias, reason="why", progress=hands.progress, **more)


def _route(version: int, alias: str, **more: Any) -> Callable[[Hands], Any]:
    return lambda hands: hands.task.route("churn", version, alias, reason="why", progress=hands.progress, **more)


def _deploy(target: str, **said: str) -> Callable[[Hands], Any]:
    return lambda hands: hands.task.record_deployment("models:/churn/2", "production", target, **said)


def _request(version: int, alias: str) -> Callable[[Hands], Any]:
    return lambda hands: hands.task.request_promotion("churn", version, alias, reason="why")


def _pending(hands: Hands, alias: str, version: int) -> PromotionRequest:
    return next(one for one in hands.task.requests("churn", alias=alias) if one.version == version)


def _decide(who: str, verdict: str) -> Callable[[Hands], Any]:
    def do(hands: Hands) -> Any:
        request = _pending(hands, "asked", 3).request_id
        return hands.person(who).decide(request, verdict=verdict, role="lead", comment="so it is", key="k")

    return do


def _verify_signature(hands: Hands) -> None:
    with suppress(InvalidSignatureError):
        hands.task.verify_signature("models:/churn/2", SIGNER.public_key)


def _export_signature(hands: Hands) -> None:
    with suppress(InvalidSignatureError):
        hands.task.export_signature("models:/churn/2", hands.folder / "model.sig", SIGNER.public_key)


def _erase(hands: Hands) -> Any:
    tagged = next(one for one in hands.task.events(model_name="churn") if one.type is EventType.VERSION_TAGGED)
    return hands.task.erase_event("churn", tagged.seq, reason="asked for")


def _apply(hands: Hands) -> Any:
    """As a task does that runs the command line: the plan is made anew each time."""
    apply_plan(hands.task, make_plan(hands.task, read_policy_files([("policies.yaml", _FILE)]), prune=True))


def _webhook(name: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "url": "https://hooks.example.com/", "secret": "signing", **more}


ACTS = (
    Act("create_model", "a new one", lambda hands: hands.task.create_model("fraud", team="risk", description="new")),
    Act("update_model", "its team", lambda hands: hands.task.update_model("churn", team="risk")),
    Act("rename_model", "with versions", lambda hands: hands.task.rename_model("other", "another")),
    Act("register_version", "of a new model", _register("new", "fraud"), stores=True),
    Act("register_version", "of a model that is there", _register("new", key="k"), stores=True),
    Act("register_version", "with all that can be said", _register_all_there_is, stores=True),
    Act("register_version", "done before", _register("cleared"), stores=True),
    Act("register_version", "of other bytes, under the key of one before", _register("new"), stores=True),
    Act("register_version", "of bytes that are there", _register("v2", key="k"), stores=True),
    Act("register_version", "of bytes that nobody wanted", _register("stranded", key="k"), stores=True),
    Act("register_version", "the first in its root", _register("new", "fraud"), "new root", stores=True),
    Act("register_version", "of foreign bytes", _reference),
    Act("register_version", "of foreign bytes, copied", lambda hands: _reference(hands, copy=True), stores=True),
    Act("set_tag", "a new one", lambda hands: hands.task.set_tag("models:/churn/1", "colour", "red")),
    Act("set_tag", "over another value", lambda hands: hands.task.set_tag("models:/churn/1", "owner", "ana")),
    Act("delete_tag", "that was set", lambda hands: hands.task.delete_tag("models:/churn/1", "owner")),
    Act("describe_version", "in words", lambda hands: hands.task.describe_version("models:/churn/1", "the first")),
    Act("record_check", "the first", lambda hands: hands.task.record_check("churn", 1, "drift", False, {"psi": 0.3})),
    Act("record_check", "that a request reads", lambda hands: hands.task.record_check("churn", 2, "looks", True)),
    Act(
        "record_metrics",
        "the first",
        lambda hands: hands.task.record_metrics("models:/churn/1", measured(0.8, 0.7)).as_mapping(),
    ),
    Act(
        "record_metrics",
        "some new, and a request reads them",
        lambda hands: hands.task.record_metrics("models:/churn/2", measured(0.8, 0.7)),
        same_answer=False,
    ),
    Act(
        "record_feedback",
        "one",
        lambda hands: hands.task.record_feedback("models:/churn/1", kind="comment", value="late", source="bo"),
    ),
    Act(
        "record_feedback_batch",
        "of several kinds",
        lambda hands: hands.task.record_feedback_batch("models:/churn/2", FEEDBACK),
    ),
    Act(
        "erase_feedback",
        "of a subject",
        lambda hands: hands.task.erase_feedback("models:/churn/1", subject="p-1", reason="asked for"),
        same_answer=False,
    ),
    Act("record_profile", "a second one", lambda hands: hands.task.record_profile("models:/churn/1", PROFILE)),
    Act("set_card", "the first", lambda hands: hands.task.set_card("models:/churn/1", CARD, reason="why")),
    Act("set_card", "that a request reads", lambda hands: hands.task.set_card("models:/churn/2", CARD)),
    Act("scan", "that a request reads", lambda hands: scanned(hands.task, "models:/churn/2", SUSPICIOUS).findings),
    Act("sign", "that a request reads", lambda hands: hands.task.sign("models:/churn/2", SIGNER).identity),
    Act("archive_version", "that was asked for", lambda hands: hands.task.archive_version("models:/churn/3")),
    Act("restore_version", "out of the archive", lambda hands: hands.task.restore_version("models:/churn/4")),
    Act("set_policy", "of a free alias", lambda hands: hands.task.set_policy("churn", "free", FLOOR)),
    Act("set_policy", "over one with requests", lambda hands: hands.task.set_policy("churn", "asked", NEWER)),
    Act("set_policy", "of a locked alias", lambda hands: hands.task.set_policy("churn", "locked", ASKED)),
    Act("set_webhooks", "the first", lambda hands: hands.task.set_webhooks("churn", [_webhook("audit")])),
    Act(
        "set_webhooks",
        "one changed, one gone, one new",
        lambda hands: hands.task.set_webhooks("other", [_webhook("kept", events=["alias.promoted"]), _webhook("new")]),
    ),
    Act("remove_policy", "with requests", lambda hands: hands.task.remove_policy("churn", "asked", reason="gone")),
    Act("set_retention", "another", lambda hands: hands.task.set_retention("churn", {"keep_last": 3})),
    Act(
        "apply_retention",
        "that archives and purges",
        lambda hands: hands.task.apply_retention(),
        stores=True,
        same_answer=False,
    ),
    Act(
        "record_review",
        "of what is live",
        lambda hands: hands.person("ana").record_review("churn", "gated", outcome="keep", reason="good", key="k"),
    ),
    Act("validate", "that passes", lambda hands: hands.task.validate("churn", 3, alias="gated")),
    Act("validate", "that does not pass", lambda hands: hands.task.validate("churn", 5, alias="gated")),
    Act(
        "validate",
        "for which bytes are read",
        lambda hands: hands.task.validate("churn", 1, alias="read", progress=hands.progress),
    ),
    Act("request_promotion", "beside others", _request(6, "asked")),
    Act("request_promotion", "in the place of another", _request(3, "newer")),
    Act("request_promotion", "that nobody is asked about", _request(3, "auto")),
    Act("request_promotion", "that passes no gate", _request(5, "asked")),
    Act("decide", "approve", _decide("bo", "approve")),
    Act("decide", "reject", _decide("ana", "reject")),
    Act("decide", "in nobody's role", _decide("zoe", "approve")),
    Act(
        "withdraw",
        "an open request",
        lambda hands: hands.task.withdraw(_pending(hands, "asked", 3).request_id, reason="not now"),
    ),
    Act("promote", "to an alias that comes to be", _promote(3, "first")),
    Act("promote", "to a free alias, of bytes not read for long", _promote(1, "free")),
    Act("promote", "to what holds the alias already", _promote(2, "free")),
    Act("promote", "through gates", _promote(3, "gated")),
    Act("promote", "that passes no gate", _promote(5, "gated")),
    Act("promote", "by the approved request", _promote(2, "asked")),
    Act("promote", "that people are to be asked about", _promote(6, "asked")),
    Act(
        "override",
        "past the policy",
        lambda hands: hands.person("ana").override("churn", 5, "gated", reason="must", key="k"),
    ),
    Act("rollback", "a free alias", lambda hands: hands.task.rollback("churn", "free", reason="bad")),
    Act(
        "rollback",
        "a protected alias",
        lambda hands: hands.task.rollback("churn", "gated", reason="bad", progress=hands.progress),
    ),
    Act("route", "beside the holder", _route(3, "free", traffic=10)),
    Act("route", "of bytes not read for long, instead of a shadow", _route(1, "free", traffic=10)),
    Act("route", "through gates", _route(3, "gated", traffic=10)),
    Act("route", "that passes no gate", _route(5, "gated", traffic=10)),
    Act("route", "by the approved request", _route(2, "asked", traffic=10)),
    Act("route", "that people are to be asked about", _route(6, "asked", shadow=True)),
    Act("end_route", "of a shadow", lambda hands: hands.task.end_route("churn", 1, "free", reason="bad")),
    Act("record_deployment", "of a new target", _deploy("us", desired="running", url="https://us.example.com/")),
    Act("record_deployment", "of a target that is known", _deploy("eu", actual="running")),
    Act("clear_alias", "that is free", lambda hands: hands.task.clear_alias("churn", "free")),
    Act(
        "clear_alias",
        "past the policy",
        lambda hands: hands.person("ana").clear_alias("churn", "gated", reason="must", key="k"),
    ),
    Act("erase_event", "of a tag", _erase),
    Act("advance", "of a new reader", lambda hands: hands.task.advance("watcher", "churn", 2)),
    Act(
        "download",
        "to a new folder",
        lambda hands: hands.task.download("models:/churn/2", hands.folder / "out" / "model", progress=hands.progress),
    ),
    Act(
        "evidence_pack",
        "of an open request",
        lambda hands: hands.task.evidence_pack(
            _pending(hands, "asked", 3).request_id, hands.folder / "pack.zip", progress=hands.progress
        ),
    ),
    Act(
        "verify_artifact",
        "not read for long",
        lambda hands: hands.task.verify_artifact("models:/churn/1", progress=hands.progress),
    ),
    Act("check_root", "its own", lambda hands: hands.task.check_root(), stores=True),
    Act("check_root", "a new one", lambda hands: hands.task.check_root(), "new root", stores=True),
    Act("gc", "of what nobody wants", lambda hands: hands.task.gc(grace=NOW), stores=True, same_answer=False),
    Act("migrate", "an empty database", lambda hands: hands.task.migrate(), "no tables"),
    Act(None, "a policy file", _apply),
)

# What writes nothing, each as it is called: the proof is in `test_acts`.
READS: dict[str, Callable[[Hands], Any]] = {
    "alias_at": lambda hands: hands.task.alias_at("churn", "free", hands.task.get_model("churn").created_at),
    "bom": lambda hands: hands.task.bom("models:/churn/2"),
    "card": lambda hands: hands.task.card("models:/churn/2", "html"),
    "card_revisions": lambda hands: hands.task.card_revisions("models:/churn/2"),
    "checks": lambda hands: hands.task.checks("churn", 2),
    "complete_filter": lambda hands: hands.task.complete_filter("team = '", of="models"),
    "contest": lambda hands: hands.task.contest("models:/churn/1", "models:/churn/2", [LIVE]),
    "degradation": lambda hands: hands.task.degradation("models:/churn/2", {**LIVE, "slice": "n=0"}),
    "scans": lambda hands: hands.task.scans("models:/churn/2"),
    "signatures": lambda hands: hands.task.signatures("models:/churn/2"),
    "verify_signature": _verify_signature,
    "export_signature": _export_signature,
    "compare_versions": lambda hands: hands.task.compare_versions(1, 2, model_name="churn"),
    "deployment_history": lambda hands: hands.task.deployment_history("churn"),
    "deployments": lambda hands: hands.task.deployments(),
    "deployments_at": lambda hands: hands.task.deployments_at("churn", hands.task.get_model("churn").created_at),
    "environment": lambda hands: hands.task.environment("models:/churn/1"),
    "events": lambda hands: hands.task.events(),
    "export_record": lambda hands: list(hands.task.export_record("churn")),
    "feedback": lambda hands: hands.task.feedback("models:/churn/1"),
    "feedback_summary": lambda hands: hands.task.feedback_summary("churn", every="1d"),
    "files": lambda hands: hands.task.files("models:/churn/2"),
    "find_events": lambda hands: hands.task.find_events("churn", types="alias.promoted", newest_first=True),
    "gate_reports": lambda hands: hands.task.gate_reports("models:/churn/2"),
    "get_model": lambda hands: hands.task.get_model("churn"),
    "get_policy": lambda hands: hands.task.get_policy("churn", "gated"),
    "get_request": lambda hands: hands.task.get_request(_pending(hands, "asked", 3).request_id),
    "get_version": lambda hands: hands.task.get_version("models:/churn@free"),
    "history": lambda hands: hands.task.history("churn"),
    "holders": lambda hands: hands.task.holders([("churn", "free")]),
    "live": lambda hands: hands.task.live(),
    "metric_points": lambda hands: hands.task.metric_points("models:/churn/2"),
    "metrics": lambda hands: hands.task.metrics("models:/churn/2"),
    "model_events": lambda hands: hands.task.model_events("churn"),
    "newest_gate_reports": lambda hands: hands.task.newest_gate_reports([("churn", 2)]),
    "newest_requests": lambda hands: hands.task.newest_requests([("churn", 2, "asked")]),
    "position": lambda hands: hands.task.position("watcher", "churn"),
    "policies": lambda hands: hands.task.policies("churn"),
    "profile": lambda hands: hands.task.profile("models:/churn/1"),
    "profiles": lambda hands: hands.task.profiles("models:/churn/1"),
    "record_head": lambda hands: hands.task.record_head("churn"),
    "requests": lambda hands: hands.task.requests("churn"),
    "retention": lambda hands: hands.task.retention("churn"),
    "reviews": lambda hands: hands.task.reviews("churn"),
    "reviews_due": lambda hands: hands.task.reviews_due(),
    "resolve": lambda hands: [hands.task.resolve("models:/churn@free", key=key) for key in (None, "customer-42")],
    "route_history": lambda hands: hands.task.route_history("churn"),
    "routes": lambda hands: hands.task.routes("churn", "free"),
    "routes_at": lambda hands: hands.task.routes_at("churn", "free", hands.task.get_model("churn").created_at),
    "search_models": lambda hands: hands.task.search_models("name = 'churn'"),
    "search_versions": lambda hands: hands.task.search_versions("metrics.auc > 0.8"),
    "shadows": lambda hands: hands.task.shadows("models:/churn@free"),
    "standings": lambda hands: hands.task.standings([_pending(hands, "asked", 3).request_id]),
    "verify_record": lambda hands: hands.task.verify_record("churn"),
    "webhook_attempts": lambda hands: hands.task.webhook_attempts("other"),
    "webhook_states": lambda hands: hands.task.webhook_states(),
    "webhooks": lambda hands: hands.task.webhooks("other"),
}
# What posts to others; a process that does so is killed in `tests/registry/webhooks`.
POSTS = {"deliver_webhooks", "redeliver_webhooks", "test_webhook"}
# What opens and closes the registry itself.
DOORS = {"acting_as", "close", "connect", "engine"}
