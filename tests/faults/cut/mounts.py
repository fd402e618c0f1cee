"""Small and read-only places: real mounts where this process may make them, what comes nearest where not."""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import pytest


def _mount(*arguments: str) -> None:
    subprocess.run(["mount", *arguments], check=True, capture_output=True)


@cache
def _may_mount() -> bool:
    """Whether this process may mount: root in most places, and not in all containers."""
    if os.geteuid() != 0 or not all(map(shutil.which, ("unshare", "mount", "umount"))):
        return False
    found = subprocess.run(
        ["unshare", "--mount", "mount", "-t", "tmpfs", "tmpfs", "/mnt"], capture_output=True, check=False
    )
    return found.returncode == 0


def _skip_without_mounts() -> None:
    """Asked where something is to be mounted, not when tests are collected: it starts a process."""
    if not _may_mount():
        pytest.skip("only root may mount a file system")


@contextmanager
def small_disk(folder: Path, size: int, user: int = 0) -> Iterator[Path]:
    """A disk of so many bytes, mounted on a folder that is made.

    Parameters:
        user: who owns it.
    """
    _skip_without_mounts()
    folder.mkdir()
    _mount("-t", "tmpfs", "-o", f"size={size},uid={user},gid={user},mode=0700", "tmpfs", str(folder))
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True, capture_output=True)


@contextmanager
def read_only(folder: Path) -> Iterator[None]:
    """A folder in which nothing can be written; for root, whom permissions do not bind, by a mount over it."""
    if os.geteuid() != 0:
        mode = folder.stat().st_mode
        folder.chmod(0o555)
        try:
            yield
        finally:
            folder.chmod(mode)
        return
    _skip_without_mounts()
    _mount("--bind", str(folder), str(folder))
    try:
        _mount("-o", "remount,bind,ro", str(folder))
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True, capture_output=True)


@contextmanager
def no_file_over(size: int) -> Iterator[None]:
    """Let this process write no file beyond so many bytes: what a user without rights has for a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def fill(folder: Path) -> Path:
    """Take all that is left of a disk; gives the file to remove."""
    path = folder / "filler"
    with path.open("wb", buffering=0) as file:
        for size in (1 << 16, 1 << 12, 1):
            try:
                while file.write(bytes(size)):
                    pass
            except OSError:
                continue
    return path
