"""How much a fault harness does: a little in `make test`, much in `make soak`."""

from __future__ import annotations

import os

_SOAK = os.environ.get("REGISTRY_SOAK_EXAMPLES", "")

# Whether this run has an hour or two.
LONG = bool(_SOAK)


def examples(short: int) -> int:
    """How many random examples to try: as many as `make soak` was asked for, or few."""
    return int(_SOAK) if _SOAK else short
