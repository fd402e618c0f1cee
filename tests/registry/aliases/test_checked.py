"""Reading bytes before the lock, which alone tells which: it comes to an end."""

from __future__ import annotations

import pytest

from airflow_provider_registry.errors import BusyAliasError
from airflow_provider_registry.registry.aliases.checked import BytesNeededError, CheckedBytes, with_checked_bytes
from tests.support.kernel import World


@pytest.mark.parametrize("backend", ["sqlite"])
def test_an_act_that_needs_other_bytes_each_time_ends_with_an_error_of_ours(world: World) -> None:
    world.versions(0.8)
    asked = []

    def act() -> None:
        asked.append(1)
        raise BytesNeededError(1)

    with pytest.raises(BusyAliasError, match="20 times in a row; nothing was written.*try again") as caught:
        with_checked_bytes(world.registry._core, CheckedBytes(), act, None)
    assert 20 == len(asked)
    assert not isinstance(caught.value.__context__, BytesNeededError)
