"""Bringing an artifact to this host: checked while it is written, and under its final name only when all is right."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import secrets
import shutil
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from airflow_provider_registry.artifacts.files import sync
from airflow_provider_registry.artifacts.local_errors import local_errors
from airflow_provider_registry.artifacts.local_tree import fill, stands
from airflow_provider_registry.artifacts.locations import ClientFactory, Pins, open_location
from airflow_provider_registry.artifacts.manifest import Manifest
from airflow_provider_registry.artifacts.parallel import in_parallel
from airflow_provider_registry.artifacts.progress import Counter, Progress
from airflow_provider_registry.artifacts.source import Source
from airflow_provider_registry.errors import InvalidArtifactError


def download_artifact(
    uri: str,
    manifest: Manifest,
    destination: str | os.PathLike[str],
    pins: Pins | None = None,
    *,
    s3_client: ClientFactory | None = None,
    progress: Progress | None = None,
) -> Path:
    """Copy an artifact into a new folder, checking every byte.

    The bytes go into a temporary folder beside the destination, which is synced, then renamed. A download that is
    killed leaves that folder, and the next one to the same destination on the same host removes it.

    Parameters:
        uri: where the artifact lies.
        manifest: what must be there.
        destination: the folder to make, with the artifact's files below it, also where it is a single file. It may
            exist if it is empty, or if it holds exactly this artifact already.
        pins: of a reference.
        s3_client: makes the boto3 client where one is needed.
        progress: told of files and bytes as they are done.

    Returns:
        the destination, absolute.

    Raises:
        InvalidArtifactError: where the destination exists and holds anything else.
        DigestMismatchError: where stored bytes are not right; the destination is as it was.
        ArtifactNotFoundError: where a file is missing.
        StorageDeniedError: where the credentials do not allow reading it, or this process writing it.
        StorageUnavailableError: where the store did not answer, or the disk here is full.
    """
    final = Path(os.path.abspath(destination))
    if _occupied(final):
        found = _checked_existing(final, manifest)
        _remove_leftovers(Path(os.path.realpath(final)))  # of one that was killed once it was done
        return found
    location = open_location(uri, pins, s3_client)
    shown = progress or Counter()
    shown.start(manifest.file_count, manifest.size, f"Downloading to {final.name}")
    try:
        with local_errors(str(final)):
            return _download(location, manifest, final, shown)
    finally:
        shown.finish()


def _download(location: Source, manifest: Manifest, final: Path, progress: Progress) -> Path:
    final.parent.mkdir(parents=True, exist_ok=True)
    target = Path(os.path.realpath(final))  # an empty folder may be reached by a symlink
    _remove_leftovers(target)
    with _temporary(target) as temporary:
        fill(temporary / "new", location, manifest.files, manifest.folders, progress)
        try:
            (temporary / "new").rename(target)
        except OSError:
            if not _occupied(final):  # else somebody downloaded to the same place meanwhile
                raise
            return _checked_existing(final, manifest)
        sync(target.parent)
    return final


def _occupied(final: Path) -> bool:
    with local_errors(str(final)):
        if not os.path.lexists(final):
            return False
        return not final.is_dir() or bool(os.listdir(final))


def _checked_existing(final: Path, manifest: Manifest) -> Path:
    """The destination as it is, if it holds the artifact and nothing else."""
    with local_errors(str(final)):
        if final.is_dir() and _names(final) == _expected(manifest):
            right = in_parallel(partial(stands, final), manifest.files)
            if all(right):
                return final
    raise InvalidArtifactError(
        f"{final} exists and is not this artifact (digest {manifest.digest[:12]}…): nothing there was touched. Choose "
        "another destination, or remove what is there.",
        str(final),
    )


def _names(folder: Path) -> set[str]:
    """Every path below a folder, folders with a slash at the end."""
    names = set()
    for parent, folders, files in os.walk(folder):
        at = Path(parent).relative_to(folder)
        names |= {f"{(at / name).as_posix()}/" for name in folders} | {(at / name).as_posix() for name in files}
    return names


def _expected(manifest: Manifest) -> set[str]:
    names = {file.path for file in manifest.files} | {f"{folder}/" for folder in manifest.folders}
    parents = {f"{parent.as_posix()}/" for name in names for parent in Path(name).parents if parent != Path()}
    return names | parents


def _prefix(target: Path) -> str:
    """How temporary folders of this destination and this host begin, short enough for any file system."""
    name = hashlib.sha256(os.fsencode(target.name)).hexdigest()[:12]
    host = hashlib.sha256(socket.gethostname().encode()).hexdigest()[:8]
    return f".model-download-{name}-{host}-"


@contextmanager
def _temporary(target: Path) -> Iterator[Path]:
    """A folder beside the target, locked while this process lives, so that others can tell it from a leftover."""
    path, descriptor = _locked_folder(target)
    try:
        yield path
    finally:
        os.close(descriptor)
        shutil.rmtree(path, ignore_errors=True)


def _locked_folder(target: Path) -> tuple[Path, int]:
    while True:
        path = target.with_name(_prefix(target) + secrets.token_hex(8))
        path.mkdir()
        try:
            descriptor = os.open(path, os.O_RDONLY)
        except FileNotFoundError:
            continue  # between making and locking it, somebody took it for a leftover: another one
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            continue
        except OSError:
            return path, descriptor  # a file system without locks: nobody will take it for a leftover either
        if path.is_dir():
            return path, descriptor
        os.close(descriptor)


def _remove_leftovers(target: Path) -> None:
    """Remove temporary folders whose process is gone, which the kernel has unlocked."""
    for entry in list(os.scandir(target.parent)):
        if entry.name.startswith(_prefix(target)) and entry.is_dir(follow_symlinks=False):
            with contextlib.suppress(OSError):  # still locked, or removed meanwhile
                descriptor = os.open(entry.path, os.O_RDONLY)
                try:
                    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    shutil.rmtree(entry.path, ignore_errors=True)
                finally:
                    os.close(descriptor)
