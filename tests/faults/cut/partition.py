"""A network of our own with two ends, of which one can be cut off without a goodbye: no FIN, no RST, no packet."""

from __future__ import annotations

import ctypes
import os
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_CLONE_NEWNET = 0x40000000


@dataclass(frozen=True)
class Link:
    """The way to the other end.

    Attributes:
        name: of the network.
        address: of the other end.
    """

    name: str
    address: str

    def enter(self) -> None:
        """Have this thread listen and connect at the other end from now on."""
        libc = ctypes.CDLL(None, use_errno=True)
        with Path(f"/run/netns/{self.name}").open("rb") as file:
            if libc.setns(file.fileno(), _CLONE_NEWNET):
                raise OSError(ctypes.get_errno(), "setns")

    def cut(self) -> None:
        """Let no packet through."""
        _ip("-n", self.name, "link", "set", f"{self.name}b", "down")

    def mend(self) -> None:
        """Let packets through again."""
        _ip("-n", self.name, "link", "set", f"{self.name}b", "up")


@contextmanager
def other_end() -> Iterator[Link]:
    """Make a network, and remove it in the end."""
    name, number = f"cut{os.getpid()}", os.getpid() % 16_000
    third, fourth = divmod(4 * number, 256)
    ours, theirs = (f"169.254.{third}.{fourth + host}" for host in (1, 2))
    with ExitStack() as stack:
        _ip("netns", "add", name)
        stack.callback(_ip, "netns", "delete", name)
        _ip("link", "add", f"{name}a", "type", "veth", "peer", "name", f"{name}b", "netns", name)
        # With the network it would go at some later time, and the next of this name may come before that.
        stack.callback(_ip, "link", "delete", f"{name}a")
        _ip("address", "add", f"{ours}/30", "dev", f"{name}a")
        _ip("link", "set", f"{name}a", "up")
        _ip("-n", name, "address", "add", f"{theirs}/30", "dev", f"{name}b")
        _ip("-n", name, "link", "set", f"{name}b", "up")
        yield Link(name, theirs)


@cache
def may_make_networks() -> bool:
    """Whether this process may: root in most places, and not in all containers."""
    if os.geteuid() != 0:
        return False
    try:
        with other_end():
            return True
    except (OSError, subprocess.CalledProcessError):
        return False


def _ip(*arguments: str) -> None:
    subprocess.run(["ip", *arguments], check=True, capture_output=True)
