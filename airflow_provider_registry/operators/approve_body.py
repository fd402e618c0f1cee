"""What a reviewer reads under Required Actions, in Markdown.

Airflow keeps the first text of a task instance for as long as that lives, also where it is asked again. So this holds
what stays true: no counts, no "asked again", no state.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote, urlparse

from airflow_provider_registry.hooks import settings
from airflow_provider_registry.markdown import plain, table
from airflow_provider_registry.operators.people_form import ROWS

if TYPE_CHECKING:
    from airflow_provider_registry.registry import Registry
    from airflow_provider_registry.registry.caller import Producer
    from airflow_provider_registry.registry.gates.report import GateReport
    from airflow_provider_registry.registry.policies.policy import Policy
    from airflow_provider_registry.registry.requests.views import PromotionRequest
    from airflow_provider_registry.registry.versions.compare import Compared, VersionComparison
    from airflow_provider_registry.registry.versions.views import ModelVersion

NOTHING = "-"


@dataclass(frozen=True)
class Looked:
    """All that is shown of a request.

    Attributes:
        report: what the gates said; None where it is not found.
        comparison: from the baseline to the candidate; None where nothing held the alias before.
    """

    request: PromotionRequest
    policy: Policy
    candidate: ModelVersion
    report: GateReport | None
    comparison: VersionComparison | None


def look(registry: Registry, request: PromotionRequest, policy: Policy) -> Looked:
    """Read what a person should see before deciding on a request."""
    model, version = request.model_name, request.version
    reports = registry.gate_reports(version, alias=request.alias, model_name=model)
    comparison = None
    if request.baseline_version is not None:
        comparison = registry.compare_versions(request.baseline_version, version, model_name=model)
    candidate = comparison.second if comparison else registry.get_version(version, model_name=model)
    mine = next((report for report in reports if report.report_id == request.report_id), None)
    return Looked(request, policy, candidate, mine, comparison)


def subject(request: PromotionRequest, role: str | None) -> str:
    """The headline; Airflow shows it as it is."""
    where = f" (as {role})" if role else ""
    return f"Version {request.version} of {request.model_name} to become {request.alias}?{where}"


def body(looked: Looked, role: str | None) -> str:
    """The text, in Markdown."""
    parts = [_head(looked), *_metrics(looked), *_report(looked), *_inputs(looked), _producers(looked)]
    return "\n\n".join([*parts, _rules(looked.policy, role)])


def _head(looked: Looked) -> str:
    request = looked.request
    if request.baseline_version is None:
        against = f"Nothing held {plain(request.alias)} before."
    else:
        against = f"The baseline is version {request.baseline_version}, which held it last."
    rows = [["digest", f"`{request.digest}`"], ["asked for by", plain(request.requested_by)]]
    rows += [["reason", plain(request.reason)]] if request.reason.strip() else []
    if looked.candidate.description.strip():
        rows.append(["description", plain(looked.candidate.description)])
    wish = f"**Version {request.version}** of **{plain(request.model_name)}** wants **{plain(request.alias)}**."
    return f"{wish} {against}\n\n{table([f'version {request.version}', ''], rows)}"


def _metrics(looked: Looked) -> Iterator[str]:
    from airflow_provider_registry.registry.versions.compare import metric_label

    better = _directions(looked.policy)
    names = {metric_label(metric): metric.name for metric in looked.candidate.metrics}
    if looked.comparison is None:
        rows = [[plain(metric_label(metric)), _number(metric.value)] for metric in looked.candidate.metrics]
        heads = ["metric", f"version {looked.request.version}"]
    else:
        names |= {metric_label(metric): metric.name for metric in looked.comparison.first.metrics}
        compared = [row for row in looked.comparison.rows if row.aspect == "metric"]
        # What the gates ask for comes first: of many metrics, the last are left out.
        compared.sort(key=lambda row: names.get(row.name) not in better)
        rows = [_compared(row, better.get(names.get(row.name, ""))) for row in compared]
        first, second = looked.request.baseline_version, looked.request.version
        heads = ["metric", f"version {first} (baseline)", f"version {second}", "difference"]
    yield from _section("Metrics", heads, rows, looked)


def _directions(policy: Policy) -> dict[str, bool]:
    """Which metrics are better when they are greater, as far as the gates say."""
    from airflow_provider_registry.registry.policies.metric_gates import MetricGate

    return {gate.metric: gate.greater_is_better for gate in policy.gates if isinstance(gate, MetricGate)}


def _compared(row: Compared, greater_is_better: bool | None) -> list[str]:
    return [plain(row.name), _number(row.first), _number(row.second), _difference(row.change, greater_is_better)]


def _difference(change: float | None, greater_is_better: bool | None) -> str:
    if change is None:
        return NOTHING
    if change == 0:
        return "same"
    said = "" if greater_is_better is None else (" better" if (change > 0) is greater_is_better else " worse")
    return f"{change:+.6g}{said}"


def _report(looked: Looked) -> Iterator[str]:
    if looked.report is None:
        return
    rows = [[verdict, plain(gate), plain(reason)] for gate, verdict, reason in looked.report.table()]
    yield from _section("Gate report", ["verdict", "gate", "reason"], rows, looked)
    yield f"Digest of this gate report: `{looked.request.report_digest}`"


def _inputs(looked: Looked) -> Iterator[str]:
    if looked.comparison is None:
        rows = [[plain(item.name), plain(item.uri) or NOTHING] for item in looked.candidate.inputs]
        yield from _section("Inputs", ["input", "where"], rows, looked)
        return
    changed = [row for row in looked.comparison.different if row.aspect == "input"]
    heads = ["input", f"version {looked.request.baseline_version} (baseline)", f"version {looked.request.version}"]
    rows = [[plain(row.name), _value(row.first), _value(row.second)] for row in changed]
    yield from _section("Inputs that changed", heads, rows, looked)
    if not rows:
        yield "The inputs are those of the baseline."


def _section(title: str, heads: Sequence[str], rows: Sequence[Sequence[str]], looked: Looked) -> Iterator[str]:
    if not rows:
        return
    yield f"### {title}"
    yield table(heads, rows[:ROWS])
    if len(rows) > ROWS:
        yield f"… and {len(rows) - ROWS} more: `airflow model-registry {_command(looked.request)}`"


def _command(request: PromotionRequest) -> str:
    if request.baseline_version is None:
        return f"versions show {request.model_name} {request.version}"
    numbers = f"{request.baseline_version} {request.version}"
    return f"versions diff {request.model_name} {numbers}"


def _producers(looked: Looked) -> str:
    versions = [looked.candidate] + ([looked.comparison.first] if looked.comparison else [])
    rows = [[f"version {version.version}", *_made(version)] for version in versions]
    return f"### Producers\n\n{table(['', 'task', 'code'], rows)}"


def _made(version: ModelVersion) -> list[str]:
    by = _link(version.producer) if version.producer and version.producer.task_key else plain(version.created_by)
    return [by, plain(version.code_revision) if version.code_revision else NOTHING]


def _link(producer: Producer) -> str:
    """The task, with the pages that Airflow's UI has of it; the ones of another Airflow are not here."""
    parts = [str(producer.dag_id), str(producer.run_id), str(producer.task_id)]
    names = [plain(part) for part in parts]
    if producer.instance_id != settings.instance_id():
        return f"{' / '.join(names)} of the Airflow {plain(producer.instance_id)}"
    dag, run, task = (quote(part, safe="") for part in parts)
    pages = [f"{_base()}/dags/{dag}", f"{_base()}/dags/{dag}/runs/{run}"]
    mapped = f"/mapped/{producer.map_index}" if producer.map_index >= 0 else ""
    pages.append(f"{pages[1]}/tasks/{task}{mapped}")
    return " / ".join(f"[{name}]({page})" for name, page in zip(names, pages, strict=True))


def _base() -> str:
    """Where the UI begins on its host, where its web server serves others too."""
    from airflow.sdk.configuration import conf

    return urlparse(conf.get("api", "base_url", fallback="") or "").path.rstrip("/")


def _rules(policy: Policy, role: str | None) -> str:
    asked = ", ".join(f"{each.count} of {plain(each.role)}" for each in policy.approvals)
    said = [f"The policy asks for approvals: {asked}. One rejection ends the request."]
    said += [f"You answer here as **{plain(role)}**."] if role else []
    said += ["Neither who asked for this nor who started the run may decide."] if policy.four_eyes else []
    said.append(
        "An answer that may not count is kept in the record as an attempt; the task's log then says why, and the "
        "question stays."
    )
    return f"### What counts\n\n{' '.join(said)}"


def _value(value: str | float | None) -> str:
    return plain(value, limit=80) if isinstance(value, str) else _number(value)


def _number(value: object) -> str:
    if isinstance(value, int):
        return f"{value:,}"
    return f"{value:.6g}" if isinstance(value, float) else NOTHING
