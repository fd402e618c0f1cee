"""Where tests keep their files: in memory, if this machine has a place for that."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

# Where Linux keeps files in memory: SQLite, PostgreSQL and the stores wait for the disk at every commit, and tests
# survive no power cut anyway.
MEMORY = Path("/dev/shm")
ENOUGH = 4 * 2**30


def memory() -> Path | None:
    """A folder in memory with room for all that the tests write; None where there is none."""
    if MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free >= ENOUGH:
        return MEMORY
    return None
