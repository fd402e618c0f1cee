"""Hypothesis strategies for what the kernel reads: one place, so that every test means the same by a policy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from hypothesis import strategies as st

from airflow_provider_registry.registry.policies.approvals import DOORS, OnNewer, Role, RollbackRule
from airflow_provider_registry.registry.policies.gate import Gate
from airflow_provider_registry.registry.policies.gate_kinds import Severity
from airflow_provider_registry.registry.policies.kept_gates import (
    CardGate,
    CheckGate,
    IntegrityGate,
    MetadataGate,
    ScanGate,
    SignatureGate,
)
from airflow_provider_registry.registry.policies.metric_gates import Against, ChangeGate, ThresholdGate
from airflow_provider_registry.registry.policies.people import ANYONE, Group, Person, Who
from airflow_provider_registry.registry.policies.policy import Policy
from airflow_provider_registry.registry.versions.metrics import Metric, Phase
from airflow_provider_registry.signing.identity import Identity

FINITE = st.floats(allow_nan=False, allow_infinity=False)
# -0.0 is read as 0.0, and so is no number of a metric or a policy.
NUMBERS = FINITE.map(lambda number: number + 0.0)
DATASETS = st.sampled_from(["", "holdout", "test"])
SLICES = st.sampled_from(["", "country=NO", "age=60+,country=NO"])
NAMES = st.sampled_from(["auc", "loss", "f1"])

JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | FINITE | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)

METRICS = st.builds(Metric, name=NAMES, value=NUMBERS, phase=st.sampled_from(Phase), dataset=DATASETS, slice=SLICES)
METRIC_ROWS = st.lists(METRICS, unique_by=lambda metric: metric.key)

_SEVERITY: dict[str, st.SearchStrategy[Any]] = {"severity": st.sampled_from(Severity)}
_MEASURED: dict[str, st.SearchStrategy[Any]] = {
    "metric": NAMES,
    "greater_is_better": st.booleans(),
    "phase": st.sampled_from(Phase),
    "dataset": DATASETS,
    "slice": SLICES,
    **_SEVERITY,
}
THRESHOLDS = st.builds(ThresholdGate, threshold=NUMBERS, **_MEASURED)
CHANGES = st.builds(ChangeGate, min_change=NUMBERS, relative=st.booleans(), across_datasets=st.booleans(), **_MEASURED)
_OVER_TIME: dict[str, st.SearchStrategy[Any]] = {
    **_MEASURED,
    "phase": st.just(Phase.PRODUCTION),
    "windows": st.integers(1, 1_000),
}
THRESHOLDS_OVER_TIME = st.builds(ThresholdGate, threshold=NUMBERS, **_OVER_TIME)
CHANGES_OVER_TIME = st.builds(
    ChangeGate, min_change=NUMBERS, relative=st.booleans(), against=st.sampled_from(Against), **_OVER_TIME
)
METADATA_GATES = st.builds(
    MetadataGate, fields=st.none() | st.just(("owner",)) | st.just(("owner", "intended_use")), **_SEVERITY
)
CHECK_GATES = st.builds(CheckGate, check=st.sampled_from(["drift", "data_quality"]), **_SEVERITY)
CARD_GATES = st.builds(CardGate, require=st.sampled_from([("intended_use",), ("limitations", "bias")]), **_SEVERITY)
INTEGRITY_GATES = st.builds(IntegrityGate, **_SEVERITY)
OVER_TIME = THRESHOLDS_OVER_TIME | CHANGES_OVER_TIME
OTHER_GATES = METADATA_GATES | INTEGRITY_GATES | CHECK_GATES | CARD_GATES
DURATIONS = st.integers(1, 3_650 * 86_400).map(lambda seconds: timedelta(seconds=seconds))
SCAN_GATES = st.builds(
    ScanGate,
    allow=st.sets(st.sampled_from(["house.*", "house.models.Churn"])).map(lambda found: tuple(sorted(found))),
    max_age=st.none() | DURATIONS,
    **_SEVERITY,
)
IDENTITIES = st.sampled_from([Identity(key="a" * 64), Identity(key="b" * 64), Identity(subject="CN=ci", root="c" * 64)])
SIGNATURE_GATES = st.builds(
    SignatureGate, identities=st.lists(IDENTITIES, min_size=1, max_size=3, unique=True).map(tuple), **_SEVERITY
)
GATES: st.SearchStrategy[Gate] = st.one_of(THRESHOLDS, CHANGES, OVER_TIME, OTHER_GATES, SCAN_GATES, SIGNATURE_GATES)


def _some(of: Sequence[Any], least: int = 0) -> st.SearchStrategy[tuple[Any, ...]]:
    """Some of these, each at most once, in their order."""
    return st.sets(st.sampled_from(of), min_size=least).map(lambda found: tuple(item for item in of if item in found))


# In the order in which they are read back: sorted.
PEOPLE = tuple(
    sorted([Person("ana"), Person("bo"), Person("bo", "4"), Person("cy", "", "cli"), Person("dee", "5", "airflow:one")])
)
GROUPS = (Group("audit", PEOPLE[:1]), Group("risk", PEOPLE[1:]))
NAMED = st.builds(Who, users=_some(PEOPLE, 1), groups=_some(GROUPS)) | st.builds(Who, groups=_some(GROUPS, 1))
ROLLBACKS = st.builds(RollbackRule, who=st.just(ANYONE) | NAMED, tasks=st.booleans(), integrity=st.booleans())


@st.composite
def _roles(draw: st.DrawFn, distinct: bool) -> tuple[Role, ...]:
    """Roles that people could fill: no more are asked for than are named."""
    roles, asked, named = [], 0, set[Person]()
    for name in draw(_some(["ml-lead", "risk", "Second pair of eyes"], 1)):
        who = draw(st.just(ANYONE) | NAMED)
        role = Role(name, draw(st.integers(1, 100 if who.is_open else len(who.people))), who)
        if not who.is_open:
            if distinct and asked + role.count > len(named | set(who.people)):
                continue
            asked, named = asked + role.count, named | set(who.people)
        roles.append(role)
    return tuple(roles) or (Role("anyone"),)


@st.composite
def _asking_people(draw: st.DrawFn, policy: Policy) -> Policy:
    distinct = draw(st.booleans())
    return replace(
        policy,
        approvals=draw(_roles(distinct)),
        four_eyes=draw(st.booleans()),
        distinct_people=distinct,
        expires_after=draw(st.none() | DURATIONS),
        on_newer=draw(st.sampled_from(OnNewer)),
        via=draw(_some(DOORS)),
        override=draw(st.none() | NAMED),
    )


_ASKING_GATES = st.builds(
    Policy,
    gates=st.lists(GATES, max_size=4).map(tuple),
    requires=st.none() | st.sampled_from(["staging", "champion"]),
    integrity_max_age=DURATIONS,
    description=st.sampled_from(["", "no worse than what is live"]),
    rollback=ROLLBACKS,
    review_every=st.none() | DURATIONS,
)
POLICIES = _ASKING_GATES | _ASKING_GATES.flatmap(_asking_people)
