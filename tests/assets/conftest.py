"""The fixtures of the skin."""

from __future__ import annotations

from tests.support.skin import artifact, skin_registry

__all__ = ["artifact", "skin_registry"]
