"""The processes of an Airflow: all of those in the sessions that its components lead."""

from __future__ import annotations

import os
import signal

import psutil

# How long a process may take to leave on SIGTERM. Nothing in the folder minds being killed.
_GRACE_SECONDS = 3


def is_airflow(pid: int) -> bool:
    """Whether a process is one of Airflow's components, by its command line."""
    try:
        return "airflow" in " ".join(psutil.Process(pid).cmdline())
    except psutil.Error:
        return False


def processes_of(sessions: set[int]) -> list[psutil.Process]:
    """The processes of sessions, by the pid of their leaders.

    Not those of process groups or parents: supervised tasks make groups of their own, and orphans lose their parents.
    """
    return [process for process in psutil.process_iter() if _session_of(process.pid) in sessions]


def _session_of(pid: int) -> int | None:
    try:
        return os.getsid(pid)
    except OSError:
        return None  # it ended, or is somebody else's


def end(processes: list[psutil.Process], first: signal.Signals = signal.SIGTERM) -> None:
    """End processes, those that do not leave by themselves with SIGKILL.

    Parameters:
        first: the signal that they are sent first.
    """
    _send(processes, first)
    _, alive = psutil.wait_procs(processes, timeout=_GRACE_SECONDS)
    _send(alive, signal.SIGKILL)
    psutil.wait_procs(alive, timeout=_GRACE_SECONDS)


def _send(processes: list[psutil.Process], number: signal.Signals) -> None:
    for process in processes:
        try:
            process.send_signal(number)
        except psutil.NoSuchProcess:
            continue
