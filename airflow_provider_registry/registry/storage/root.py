"""Whether this registry may use its artifact root: what a Test button asks."""

from __future__ import annotations

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
    core.store.check_writable(mine)
    return core.store.root
