"""Events as plain sentences, for people who read the record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from airflow_provider_registry.event_types import EventType
from airflow_provider_registry.registry.deployments.states import ActualState, DesiredState
from airflow_provider_registry.registry.deployments.words import stands
from airflow_provider_registry.registry.requests.states import Ending, RequestState
from airflow_provider_registry.registry.retention.retention import retention_text
from airflow_provider_registry.registry.routes.share import RouteKind, Share

if TYPE_CHECKING:
    from airflow_provider_registry.registry.record.views import Event


def sentence(event: Event) -> str:
    """The event in one sentence: when, who, what, and why where that was said."""
    when = event.at.strftime("%Y-%m-%d %H:%M:%S UTC")
    return f"{when}: {event.by} {_done(event)}.{_ended(event)}{_because(event)}"


def open_sentence(event: Event) -> str:
    """What was done to the model, in a sentence that may leave the registry: no person, and no free text (rule 9)."""
    return f"{event.model_name}: {_done(event)}.{_ended(event)}"


def _done(event: Event) -> str:  # noqa: PLR0912  # one branch for each type of event
    version, alias, said = f"version {event.version}", event.alias, event.payload
    match event.type:  # no fallback on purpose: a new type of event fails type checking here
        case EventType.MODEL_CREATED:
            return f"created the model {event.model_name}"
        case EventType.MODEL_UPDATED:
            return f"changed the model's {', '.join(said['changed'])}"
        case EventType.MODEL_RENAMED:
            return f"renamed the model from {said['from']} to {said['to']}"
        case EventType.VERSION_REGISTERED:
            instead = f", superseding version {said['supersedes']}" if said["supersedes"] else ""
            return f"registered {version} (digest {said['digest'][:12]}){instead}{_brought_back(event)}"
        case EventType.VERSION_TAGGED:
            return f"tagged {version} with {said['tag']}"
        case EventType.VERSION_UNTAGGED:
            return f"removed the tag {said['tag']} from {version}"
        case EventType.VERSION_DESCRIBED:
            return f"changed the description of {version}"
        case EventType.VERSION_VALIDATED:
            return f"validated {version} for {alias}: it {'passed' if said['passed'] else 'did not pass'}"
        case EventType.VERSION_CHECKED:
            return f"checked {version} by {said['check']}: it {'passed' if said['passed'] else 'did not pass'}"
        case EventType.VERSION_MEASURED:
            points = "1 value" if said["points"] == 1 else f"{said['points']:,} values"
            return f"recorded {points} of metrics of {version}, {_span(said['first_at'], said['last_at'])}"
        case EventType.VERSION_FEEDBACK_RECORDED:
            return f"recorded feedback on {version}: {_counted(said['counts'])}"
        case EventType.VERSION_FEEDBACK_ERASED:
            of = version if event.version is not None else "versions of the model"
            return f"erased what was private in {said['rows']} of the feedback on {of}"
        case EventType.VERSION_PROFILED:
            return f"recorded a profile of {version}, of the phase {said['phase']}"
        case EventType.VERSION_CARD_SET:
            return f"set revision {said['revision']} of the card of {version}"
        case EventType.VERSION_SCANNED:
            return f"scanned {version} by {said['scanner']} {said['scanner_version']}: {said['outcome']}"
        case EventType.VERSION_SIGNED:
            return f"signed {version} with the key sha256:{said['key'][:12]}…"
        case EventType.VERSION_ARCHIVED:
            return f"archived {version}"
        case EventType.VERSION_RESTORED:
            return f"restored {version} from the archive"
        case EventType.VERSION_PURGED:
            return f"purged {_versions(said['purged'])} (digest {said['digest'][:12]}): the bytes may go"
        case EventType.ALIAS_PROMOTED:
            return f"promoted {version} to {alias}{_instead(event)}"
        case EventType.ALIAS_CONFIRMED:
            return f"promoted {version} to {alias}, which it held already"
        case EventType.ALIAS_ROLLED_BACK:
            unchecked = ", without reading its bytes, since the store was away" if said["unchecked"] else ""
            return f"rolled {alias} back to {version}{_instead(event)}{unchecked}"
        case EventType.ALIAS_CLEARED:
            return f"emptied {alias}, which {version} held"
        case EventType.ALIAS_OVERRIDDEN:
            if "emptied" in said:
                return f"emptied {alias}, which version {said['emptied']} held, past its policy"
            return f"promoted {version} to {alias}{_instead(event)}, past its policy"
        case EventType.ALIAS_REVIEWED:
            role = f", as {said['role']}" if said["role"] else ""
            return f"looked again at {version}, which holds {alias}{role}, and said {said['outcome']}"
        case EventType.ALIAS_ROUTED:
            return f"gave {version} {_share(said)} of the traffic of {alias}, beside version {said['holder']}"
        case EventType.ALIAS_ROUTE_ENDED:
            return f"ended the route of {version}, which had {_share(said)} of the traffic of {alias}"
        case EventType.DEPLOYMENT_RECORDED:
            return f"recorded that {_target(said)}"
        case EventType.REQUEST_OPENED:
            return f"asked that {version} become {alias}"
        case EventType.REQUEST_DECIDED:
            verb = "approved" if said["verdict"] == "approve" else "rejected"
            return (
                f"{verb} request {said['request']} for {version} to become {alias}, as {said['role']}{_missing(event)}"
            )
        case EventType.REQUEST_DECISION_REFUSED:
            return (
                f"tried to {said['verdict']} request {said['request']} for {version} to become {alias}, "
                "which does not count"
            )
        case EventType.REQUEST_WITHDRAWN:
            return f"withdrew request {said['request']} for {version} to become {alias}"
        case EventType.POLICY_SET:
            verb = "replaced" if said["before"] else "set"
            return f"{verb} the policy of {alias} (digest {said['policy_digest'][:12]})"
        case EventType.POLICY_REMOVED:
            return f"removed the policy of {alias}, which is locked until it gets another"
        case EventType.RETENTION_SET:
            if said["retention"] is None:
                return "removed the retention: all versions are kept"
            return f"set the retention: {retention_text(said['retention'])}"
        case EventType.WEBHOOKS_SET:
            return f"set the webhooks: {', '.join(said['webhooks'])}" if said["webhooks"] else "removed all webhooks"
        case EventType.EVENT_ERASED:
            return f"erased who did event {said['erased']}, and what they wrote"


def _span(begin: str, end: str) -> str:
    """Between two times as events write them, to the minute."""
    first, last = (at[:16].replace("T", " ") for at in (begin, end))
    return f"of {first} UTC" if begin == end else f"from {first} to {last} UTC"


def _versions(numbers: Sequence[int]) -> str:
    listed = ", ".join(map(str, numbers))
    return f"version {listed}" if len(numbers) == 1 else f"versions {listed}"


def _brought_back(event: Event) -> str:
    back = event.payload.get("unpurged")
    return f", which brings the bytes of {_versions(back)} back" if back else ""


def _share(said: Mapping[str, Any]) -> str:
    return Share(RouteKind(said["kind"]), said["share"]).words


def _target(said: Mapping[str, Any]) -> str:
    desired, actual = said["desired"], said["actual"]
    return stands(
        said["target"],
        said["environment"],
        DesiredState(desired["state"]) if desired else None,
        desired["version"] if desired else None,
        ActualState(actual["state"]) if actual else None,
        actual["version"] if actual else None,
    )


def _instead(event: Event) -> str:
    replaced = event.payload["replaced"]
    return f" in place of version {replaced}" if replaced else ""


def _counted(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{count} of the kind {kind}" for kind, count in counts.items())


def _because(event: Event) -> str:
    said = ((word, event.private.get(word)) for word in ("why", "comment", "reason"))
    return "".join(f" {word.capitalize()}: {text}" for word, text in said if text)


def _missing(event: Event) -> str:
    missing = event.payload["missing"]
    if event.payload["verdict"] != "approve":
        return ""
    if not missing:
        return "; it has all its approvals"
    return f"; still missing: {', '.join(f'{count} of {role}' for role, count in missing.items())}"


def _ended(event: Event) -> str:
    """What the act made of requests and routes that it was not about."""
    others = [said for said in event.payload.get("requests", ()) if "why" in said]
    routes = (f" The route of version {number} ended." for number in event.payload.get("routes_ended", ()))
    return "".join(
        f" Request {said['request']} for version {said['version']} {_became(said)}, since {Ending(said['why']).words}."
        for said in others
    ) + "".join(routes)


def _became(said: Mapping[str, Any]) -> str:
    return "expired" if said["state"] == RequestState.EXPIRED else f"was {said['state']}"
