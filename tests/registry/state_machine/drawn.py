"""What is drawn by chance: who, what, and how often what makes sense."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from hypothesis import strategies as st

from tests.registry.state_machine.gates import NO_GATES, Gates, Series
from tests.registry.state_machine.people import PEOPLE, TASKS, ZOE
from tests.registry.state_machine.policy import Policy, Role
from tests.registry.state_machine.retaining import Keep

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)

SOMETIMES = st.sampled_from([True, False, False])
MOSTLY, SELDOM = st.sampled_from([True] * 5 + [False]), st.sampled_from([False] * 9 + [True])
ANY = st.integers(0, 5)  # a place in a list, however long it is

ANYBODY = st.sampled_from(PEOPLE + TASKS)
MAKERS = st.sampled_from([*TASKS, ZOE])
ALIASES = st.sampled_from(["production"] * 3 + ["staging"])
NUMBERS = st.sampled_from([1, 2, 3, 4] * 4 + [99])
AUCS = st.sampled_from([0.7, 0.8, 0.9])
HOURS = st.sampled_from([HOUR, DAY])
KEEPS = st.sampled_from([Keep(1, HOUR, HOUR), Keep(1, HOUR, HOUR), Keep(2, HOUR, DAY)])

# Mostly what gates read; else a second dataset, and nobody knows which is meant, or what no gate reads.
SERIES = st.sampled_from([Series()] * 7 + [Series(dataset="abroad"), Series("lag"), Series(phase="validation")])
DAYS = st.sampled_from([(0,), (1,), (2,), (0, 1), (1, 2), (2, 3), (0, 1, 2)])
REVISIONS = st.sampled_from([1, 1, 2, 3])

LEAD, RISK = Role("lead", 1, ("ana", "bo")), Role("risk", 1, ("bo", "cy"))
SOME_ROLES = ((LEAD,), (LEAD, RISK), (Role("lead", 2, ("ana", "bo", "cy")),), (Role("any"),), (LEAD, Role("any", 2)))
NAMED = st.none() | st.just(("bo",)) | st.just(("ana", "cy"))
# Few at a time: what asks for everything lets nothing in.
GATES = st.sampled_from(
    [
        *[NO_GATES] * 7,
        *[Gates(looks=True), Gates(asks_card=True), Gates(looks=True, asks_card=True)],
        *[Gates(days=1), Gates(days=2), Gates(days=1, no_worse=True), Gates(days=2, no_worse=True)],
        *[Gates(scans=True), Gates(scans=True, max_age=HOUR), Gates(scans=True, max_age=DAY)],
        *[Gates(signers=("ci",)), Gates(signers=("ci", "lab")), Gates(signers=("lab",), days=1)],
    ]
)


def policies(roles: tuple[tuple[Role, ...], ...] = SOME_ROLES) -> st.SearchStrategy[Policy]:
    """Policies of all kinds."""
    said: dict[str, Any] = {name: st.booleans() for name in ("four_eyes", "distinct", "supersedes")}
    return st.builds(
        Policy,
        least=st.sampled_from([None, None, 0.75, 0.85]),
        gates=GATES,
        roles=st.sampled_from(roles),
        expires_after=st.none() | HOURS,
        override=NAMED,
        rollback=NAMED,
        via=st.none() | st.just(("airflow-ui", "cli")),
        **said,
    ).map(Policy.tidied)
