"""Scanning one file."""

from __future__ import annotations

from io import BytesIO
from pathlib import PurePosixPath
from typing import BinaryIO

from airflow_provider_registry.messages import legible
from airflow_provider_registry.scanning.judge import judged
from airflow_provider_registry.scanning.machine import Machine
from airflow_provider_registry.scanning.report import Finding, ScanOutcome
from airflow_provider_registry.scanning.streams import Streams
from airflow_provider_registry.scanning.values import BudgetError, NoPickleError, UnreadableError

PICKLE_BYTES = 1024**3
"""How large a pickle may be, without the raw bytes of joblib's arrays."""

_ENDINGS = frozenset({".pkl", ".pickle", ".joblib", ".dill", ".cloudpickle", ".pt", ".pth", ".npy"})
_WHAT = 300


def scan_file(path: str, name: str) -> list[Finding]:
    """Scan one file of an artifact.

    Parameters:
        path: where it lies.
        name: its path in the artifact.
    """
    return _FileScan(name).findings(path)


class _FileScan:
    def __init__(self, name: str) -> None:
        self._name = name
        self._found: list[Finding] = []

    def findings(self, path: str) -> list[Finding]:
        try:
            with open(path, "rb") as stream:
                Streams(self._pickles, self._unknown).look(stream, self._name)
        except BudgetError as error:
            self._unknown(self._name, str(error))
        except MemoryError:
            self._unknown(self._name, "reading it takes more memory than a scan has")
        return self._found

    def _note(self, file: str, level: ScanOutcome, what: str) -> None:
        self._found.append(Finding(legible(file, _WHAT), level, legible(what, _WHAT)))

    def _unknown(self, file: str, why: str) -> None:
        self._note(file, ScanOutcome.UNKNOWN, why)

    def _pickles(self, stream: BinaryIO, name: str) -> bool:
        """Scan the pickles that a stream is made of; False where it is none."""
        begin = stream.tell()
        is_said = _says_pickle(stream, name)
        first = True
        while first or not _is_at_end(stream):
            machine = Machine(stream)
            try:
                machine.follow()
                problem = None
            except NoPickleError:
                problem = "it is no pickle" if first else "what follows its pickle is none"
            except UnreadableError as error:
                problem = str(error)
            if first and not is_said and not _is_at_work(machine, problem):
                return False
            self._judge(stream, name, machine, is_whole=problem is None)
            if problem is not None:
                self._unknown(name, problem)
                break
            first = False
        assert stream.tell() >= begin
        return True

    def _judge(self, stream: BinaryIO, name: str, machine: Machine, *, is_whole: bool) -> None:
        """Have what the pickle imports judged; one that cannot be followed is given to the judge whole."""
        opcodes = _opcodes(stream, machine, to_the_end=not is_whole)
        verdict = judged(machine.globals, opcodes, whole=is_whole)
        for found, level in verdict.levels.items():
            if level is not ScanOutcome.CLEAN:
                self._note(name, level, found.text)
        if verdict.problem is not None:
            self._unknown(name, verdict.problem)
        for inner in machine.inner:
            self._judge(stream, name, inner, is_whole=is_whole)
        stream.seek(machine.end)


def _says_pickle(stream: BinaryIO, name: str) -> bool:
    """Whether a stream is meant as a pickle, so that one which cannot be read as one is a problem."""
    begin = stream.tell()
    head = stream.read(2)
    stream.seek(begin)
    return (head[:1] == b"\x80" and head[1:] <= b"\x05") or PurePosixPath(name).suffix.lower() in _ENDINGS


def _is_at_work(machine: Machine, problem: str | None) -> bool:
    """Whether bytes that are not meant as a pickle run something as one."""
    return machine.calls > 0 or (problem is None and bool(machine.globals))


def _is_at_end(stream: BinaryIO) -> bool:
    if not stream.read(1):
        return True
    stream.seek(-1, 1)
    return False


def _opcodes(stream: BinaryIO, machine: Machine, *, to_the_end: bool) -> BytesIO:
    """The opcodes of a pickle alone, without arrays in between.

    Raises:
        BudgetError: they are more than is scanned.
    """
    found = BytesIO()
    begins = [machine.begin, *(last for _, last in machine.skipped)]
    ends = [*(first for first, _ in machine.skipped), None if to_the_end else machine.end]
    for begin, end in zip(begins, ends, strict=True):
        stream.seek(begin)
        size = PICKLE_BYTES + 1 if end is None else end - begin
        found.write(stream.read(min(size, PICKLE_BYTES + 1 - found.tell())))
    if found.tell() > PICKLE_BYTES:
        raise BudgetError(f"it holds a pickle of more than {PICKLE_BYTES:,} bytes")
    found.seek(0)
    return found
