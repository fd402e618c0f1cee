"""A receiver, and what a test of webhooks does again and again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from tests.registry.webhooks.worlds import Told
from tests.support.receiver import Receiver, receiving


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


@pytest.fixture
def told(world, receiver) -> Told:
    """A registry of one model, and a receiver that is told of it; three events wait for it."""
    world.versions(0.7)
    world.registry.set_webhooks("churn", [receiver.webhook()])
    told = Told(world, receiver)
    assert told.registry.position("webhook:audit", "churn") == 3
    told.tag(3)
    return told


@pytest.fixture
def ages() -> timedelta:
    """Longer than anything waits."""
    return timedelta(days=10)
