"""What all fault tests have of the kernel's own: a registry with nothing in it, on both databases."""

from __future__ import annotations

from tests.registry.conftest import world

__all__ = ["world"]
