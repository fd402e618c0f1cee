"""What happened, as tables: versions, the gates' verdicts, promotion requests, aliases, and the record."""

from __future__ import annotations

from rich.console import Console
from rich.table import Column, Table

from airflow_provider_registry.registry import GateReport, Registry, Verdict

_COLOURS = {
    Verdict.PASSED: "green",
    Verdict.WARNED: "yellow",
    Verdict.SKIPPED: "dim",
    Verdict.FAILED: "red",
    Verdict.ERRORED: "bold red",
}


def show_versions(console: Console, registry: Registry, model: str) -> None:
    """One line a version, oldest first, with its metrics and the aliases that it holds."""
    by, holds = Column("made by", overflow="fold"), Column("holds", no_wrap=True)
    table = Table("version", "digest", "features", "auc", "auc, large tumours", by, holds, title="Versions")
    versions = registry.search_versions(f"name = '{model}'", order_by="version asc").versions
    for version in versions:
        table.add_row(
            str(version.version),
            version.digest[:8],
            version.params["features"],
            f"{version.metric('auc'):.4f}",
            f"{version.metric('auc', slice='tumour=large'):.4f}",
            version.created_by,
            ", ".join(version.aliases),
        )
    console.print(table)


def show_gates(console: Console, reports: list[GateReport]) -> None:
    """One line a gate, with its numbers, for each version that wanted the alias."""
    table = Table("version", "gate", "verdict", "why", title="Gate verdicts")
    for report in reports:
        for result in report.results:
            verdict = f"[{_COLOURS[result.verdict]}]{result.verdict}[/]"
            table.add_row(str(report.version), result.gate, verdict, result.reason)
        table.add_section()
    console.print(table)


def show_requests(console: Console, registry: Registry, model: str) -> None:
    """One line a promotion request, oldest first, with who decided what."""
    decided, by = Column("decided", overflow="fold"), Column("asked by", overflow="fold")
    table = Table("request", "version", "alias", "state", by, decided, title="Promotion requests")
    for request in reversed(registry.requests(model)):
        said = "\n".join(
            f"{decision.by} as {decision.role} ({decision.via}): {decision.verdict}" for decision in request.decisions
        )
        number, version = str(request.request_id), str(request.version)
        table.add_row(number, version, request.alias, str(request.state), request.requested_by, said)
    console.print(table)


def show_aliases(console: Console, registry: Registry, model: str) -> None:
    """Which version held which alias, from when to when, and who let it in."""
    alias, by = Column("alias", no_wrap=True), Column("by", overflow="fold")
    table = Table(alias, "version", "from (UTC)", "to (UTC)", "how", by, "reason", title="Aliases")
    for held in registry.history(model):
        until = f"{held.to_at:%H:%M:%S}" if held.to_at else "[bold green]now[/]"
        how = held.act.value.split(".")[1].replace("_", " ")
        table.add_row(held.alias, str(held.version), f"{held.from_at:%H:%M:%S}", until, how, held.by, held.reason)
    console.print(table)


def show_record(console: Console, registry: Registry, model: str) -> None:
    """Every event as a sentence, and what checking the chain of their hashes says."""
    console.print("\n[bold]The record[/]", justify="center")
    for event in registry.events(model_name=model):
        console.print(f"  {event.seq:>2}. {event}", soft_wrap=True, highlight=False)
    head = registry.verify_record(model)
    console.print(
        f"\n[green]The record holds:[/] {head.count} events, each chained to the one before; the last hash is "
        f"{head.hash[:16]}…",
        soft_wrap=True,
    )
