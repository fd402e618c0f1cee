"""What a disk answers, as the package's own errors."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from airflow_provider_registry.errors import RegistryError, StorageDeniedError, StorageUnavailableError

_DENIED = {errno.EACCES, errno.EPERM, errno.EROFS}


@contextmanager
def local_errors(where: str) -> Iterator[None]:
    """Turn the operating system's errors into the package's.

    Parameters:
        where: the path in question, for the message.

    Raises:
        StorageDeniedError: where the operating system does not allow it.
        StorageUnavailableError: for everything else: a full or broken disk, a lost mount.
    """
    try:
        yield
    except RegistryError:
        raise
    except OSError as error:
        reason = error.strerror or str(error)
        if error.errno in _DENIED:
            raise StorageDeniedError(
                f"{where}: {reason}. Give the user of this process the right to it, or choose another root."
            ) from error
        raise StorageUnavailableError(f"{where}: {reason}. Look at the disk or the mount, then try again.") from error
