"""Whether this registry may use its artifact root: what a Test button asks."""

from __future__ import annotations

import secrets

from airflow_provider_registry.artifacts.ownership import CLAIMS
from airflow_provider_registry.registry.core import Core
from airflow_provider_registry.registry.storage.ownership import registry_id


def check_root(core: Core) -> str:
    """Make the root this registry's own, as its first registration would, and write and remove a mark under it.

    Returns:
        the root.

    Raises:
        RootOwnershipError: it belongs to another registry.
        InvalidConnectionError: there is no root, or it is no place for artifacts.
        StorageUnavailableError, StorageDeniedError: the store did not answer, or does not let us write.
    """
    mine = registry_id(core)
    core.store.claim(mine)
    marks = core.store._ownership().marks
    # A root that is ours already is claimed without a write, and credentials may have changed since. What this leaves
    # behind, if it is killed in between, the next claim removes.
    mark = f"{CLAIMS}/{mine}/{secrets.token_hex(8)}"
    marks.write_mark(mark, b"{}")
    marks.remove_mark(mark)
    return core.store.root
