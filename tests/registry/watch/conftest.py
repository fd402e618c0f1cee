"""The clock of the tests of requests."""

from __future__ import annotations

from tests.registry.requests.conftest import clock

__all__ = ["clock"]
