"""The fixtures of the skin, and a receiver."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from tests.support.receiver import SECRET, Receiver, receiving
from tests.support.skin import artifact, skin_registry

__all__ = ["artifact", "skin_registry"]


@pytest.fixture
def receiver(monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    """A receiver, and the connection that has the secret by which it is written to."""
    monkeypatch.setenv("AIRFLOW_CONN_SIGNING", json.dumps({"conn_type": "generic", "password": SECRET}))
    with receiving() as receiver:
        yield receiver


@pytest.fixture
def registry(skin_registry, artifact):
    """Two versions, of which the first holds the alias."""
    for key in "ab":
        skin_registry.register_version("churn", artifact, key=key)
    skin_registry.promote("churn", 1, "production")
    return skin_registry
