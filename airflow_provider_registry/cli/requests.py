"""`airflow model-registry requests`: promotion requests, and what people decide on them."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterable

from airflow_provider_registry.cli.command import command, connected
from airflow_provider_registry.cli.output import Line, note, show, show_one, when
from airflow_provider_registry.registry import GateResult
from airflow_provider_registry.registry.requests.views import Decision, PromotionRequest


@command
def list_requests(args: Namespace) -> None:
    """List promotion requests, the newest first."""
    with connected(args) as registry:
        found = registry.requests(args.model, alias=args.alias, state=args.state, limit=args.limit)
    if len(found) == args.limit:
        note(f"These are the newest {args.limit}; there may be more: raise --limit.")
    show(args, found, _line)


@command
def show_request(args: Namespace) -> None:
    """Show a promotion request, with what the gates said and what people decided."""
    with connected(args) as registry:
        request = registry.get_request(args.request_id)
        reports = registry.gate_reports(request.version, model_name=request.model_name, alias=request.alias)
    gates = next((report.results for report in reports if report.report_id == request.report_id), ())
    show_one(args, request, lambda asked: _details(asked, gates))


@command
def approve(args: Namespace) -> None:
    """Approve a promotion request, as user at host."""
    _decide(args, "approve")


@command
def reject(args: Namespace) -> None:
    """Reject a promotion request, as user at host."""
    _decide(args, "reject")


@command
def withdraw(args: Namespace) -> None:
    """Take a promotion request back."""
    with connected(args) as registry:
        show_one(args, registry.withdraw(args.request_id, reason=args.reason), _details)


@command
def evidence(args: Namespace) -> None:
    """Write the evidence of a promotion request."""
    path = args.file or f"request-{args.request_id}.zip"
    with connected(args) as registry:
        pack = registry.evidence_pack(args.request_id, path)
    show_one(args, pack.as_mapping(), lambda written: {**written, "head": f"event {pack.head.count}, {pack.head.hash}"})


def _decide(args: Namespace, verdict: str) -> None:
    with connected(args) as registry:
        request = registry.decide(
            args.request_id, verdict=verdict, role=args.role, comment=args.comment, report=args.report
        )
    show_one(args, request, _details)


def _line(request: PromotionRequest) -> Line:
    return {
        "request_id": request.request_id,
        "model_name": request.model_name,
        "version": request.version,
        "alias": request.alias,
        "state": request.state,
        "missing": request.missing,
        "requested_by": request.requested_by,
        "requested_at": request.requested_at,
        "expires_at": request.expires_at,
    }


def _details(request: PromotionRequest, gates: Iterable[GateResult] = ()) -> Line:
    return {
        "request_id": request.request_id,
        "state": request.state,
        "reference": f"models:/{request.model_name}/{request.version}",
        "alias": request.alias,
        "instead_of": request.baseline_version,
        "missing": request.missing,
        "requested_by": request.requested_by,
        "requested_at": request.requested_at,
        "reason": request.reason,
        "expires_at": request.expires_at,
        **{f"gate: {result.gate}": f"{result.verdict}: {result.reason}" for result in gates},
        **{f"event {decision.event}": _decision(decision) for decision in request.decisions},
        "ended": f"{when(request.ended_at)}: {request.ended_why}" if request.ended_at else None,
        "digest": request.digest,
        "report_digest": request.report_digest,
        "policy_digest": request.policy_digest,
    }


def _decision(decision: Decision) -> str:
    claimed = "" if decision.authenticated else ", claimed"
    earlier = "" if decision.counts else ", does not count any more"
    comment = f": {decision.comment}" if decision.comment else ""
    return f"{decision.verdict} by {decision.by} as {decision.role} via {decision.via}{claimed}{earlier}{comment}"
