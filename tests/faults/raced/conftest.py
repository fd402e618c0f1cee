"""What the kernel's own tests have: a registry with nothing in it, on both databases."""

from __future__ import annotations

from tests.registry.conftest import world

__all__ = ["world"]
