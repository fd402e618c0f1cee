"""The alias that a policy requires."""

from __future__ import annotations

import pytest

from airflow_provider_registry.registry.gates.evaluate import evaluate
from airflow_provider_registry.registry.gates.verdicts import Verdict
from airflow_provider_registry.registry.policies.policy import Policy
from tests.registry.gates.worlds import AUC, candidate


@pytest.mark.parametrize(
    ("held", "verdict", "reason"),
    [
        (frozenset({"staging"}), Verdict.PASSED, "version 3 holds or has held Staging"),
        (frozenset({"champion"}), Verdict.FAILED, "version 3 never held Staging; promote it there first"),
        (frozenset(), Verdict.FAILED, "version 3 never held Staging; promote it there first"),
    ],
)
def test_the_required_alias_is_or_was_held_whatever_its_case(
    held: frozenset[str], verdict: Verdict, reason: str
) -> None:
    (result,) = evaluate(Policy(requires="Staging"), candidate(aliases_held=held), None)
    assert (verdict, reason) == (result.verdict, result.reason)


def test_it_is_answered_after_the_gates() -> None:
    policy = Policy.parse({"requires": "staging", "gates": [{**AUC, "threshold": 0.8}]})
    results = evaluate(policy, candidate({"auc": 0.9}, aliases_held=frozenset()), None)
    assert [result.kind for result in results] == ["threshold", "requires"]
