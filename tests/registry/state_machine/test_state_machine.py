"""Any acts in any order follow the rules, which stand beside the registry in plain Python."""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.registry.state_machine.beside import Stage
from tests.registry.state_machine.clock import moved_clock
from tests.registry.state_machine.machine import Machine
from tests.registry.state_machine.scanner import remembered_scans

# Of each database; `make soak` asks for more. In parts, so that the workers of one run share them.
EXAMPLES = int(os.environ.get("REGISTRY_SOAK_EXAMPLES", "300"))
PART = 75
STEPS = 40


@pytest.mark.integration  # for its time alone
@pytest.mark.parametrize("part", range(-(-EXAMPLES // PART)))
def test_any_acts_in_any_order_follow_the_rules(registry, tmp_path, part):
    with moved_clock() as clock, remembered_scans():
        machine = type("Machine", (Machine,), {"stage": Stage(registry, clock, tmp_path)})
        run_state_machine_as_test(
            machine,
            settings=settings(
                max_examples=min(PART, EXAMPLES - part * PART),
                stateful_step_count=STEPS,
                deadline=None,
                suppress_health_check=list(HealthCheck),
            ),
        )
