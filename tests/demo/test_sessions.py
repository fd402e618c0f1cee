"""Who is ended by a file of session leaders: they, and nobody who has one of their numbers since."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from demo.sessions import Leader, read_leaders, write_leaders
from demo.standalone import stop_sessions


@pytest.fixture
def other() -> Iterator[subprocess.Popen[bytes]]:
    """A process in a session of its own, in whose command line stands `airflow`."""
    program = "import sys; sys.stdin.read()"
    command = [sys.executable, "-c", program, "/home/ana/airflow-provider-registry"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, start_new_session=True) as process:
        yield process
        process.kill()


def test_leaders_are_read_back_as_they_were(tmp_path: Path, other: subprocess.Popen[bytes]) -> None:
    leaders = {Leader.of(other.pid), Leader(7, 1_767_225_600.25)}
    write_leaders(tmp_path / "sessions", leaders)
    assert leaders == read_leaders(tmp_path / "sessions")


def test_a_leader_that_is_there_still_is_ended(other: subprocess.Popen[bytes]) -> None:
    leader = Leader.of(other.pid)
    assert leader.is_alive()
    stop_sessions([leader])
    assert not leader.is_alive()


def test_a_later_process_of_a_leaders_number_is_left_alone(other: subprocess.Popen[bytes]) -> None:
    earlier = Leader.of(other.pid)._replace(begun=Leader.of(other.pid).begun - 60)
    assert not earlier.is_alive()
    stop_sessions([earlier])
    assert None is other.poll()


def test_a_leader_that_is_gone_ends_nobody() -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        leader = Leader.of(process.pid)
    assert not leader.is_alive()
    stop_sessions([leader])
