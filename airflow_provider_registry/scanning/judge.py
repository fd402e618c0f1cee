"""What picklescan says of a pickle, beside what this package has read of it."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable
from dataclasses import dataclass
from io import BytesIO

from airflow_provider_registry.scanning.report import ScanOutcome
from airflow_provider_registry.scanning.trusted import is_trusted
from airflow_provider_registry.scanning.values import Global

# What GLOBAL can spell, and picklescan so be asked about; Python imports nothing by another name that is not meant to
# be overlooked.
_SPELT = re.compile(r"[A-Za-z_][\w.]*", re.ASCII)


@dataclass(frozen=True, slots=True)
class Judged:
    """What became of the imports of one pickle.

    Attributes:
        levels: how grave each is.
        problem: why it is not known whether these are all; None where they are.
    """

    levels: dict[Global, ScanOutcome]
    problem: str | None = None


def judged(found: Iterable[Global], opcodes: BytesIO, *, whole: bool) -> Judged:
    """Judge what a pickle imports, as read here and as picklescan reads it itself: the graver counts.

    Parameters:
        found: what it imports, as read here.
        opcodes: the pickle, or what is left of a broken one.
        whole: whether it could be followed to its end, so that picklescan must be able to read it as well.
    """
    logging.getLogger("picklescan").setLevel(logging.CRITICAL + 1)
    levels = {one: _of_ours(one) for one in found}
    theirs, is_read = _asked(opcodes)
    asked, _ = _asked(_spelling(one for one in levels if one not in theirs))
    for one, level in (theirs | asked).items():
        levels[one] = _graver(level, levels.get(one, _of_ours(one)))
    return Judged(levels, None if is_read or not whole else "picklescan could not read it")


def _of_ours(one: Global) -> ScanOutcome:
    if not _SPELT.fullmatch(one.module) or not _SPELT.fullmatch(one.name):
        return ScanOutcome.DANGEROUS
    return ScanOutcome.CLEAN if is_trusted(one) else ScanOutcome.SUSPICIOUS


def _graver(theirs: ScanOutcome, ours: ScanOutcome) -> ScanOutcome:
    """What either calls dangerous is; what picklescan does not know is as this package's list says."""
    return ScanOutcome.DANGEROUS if ScanOutcome.DANGEROUS in (theirs, ours) else ours


def _asked(opcodes: BytesIO) -> tuple[dict[Global, ScanOutcome], bool]:
    """What picklescan finds, and whether it read all of it."""
    from picklescan.scanner import SafetyLevel, scan_pickle_bytes

    try:
        result = scan_pickle_bytes(opcodes, "")
    except Exception:  # whatever it stumbles over, it has not read
        return {}, False
    dangerous = {True: ScanOutcome.DANGEROUS, False: ScanOutcome.SUSPICIOUS}
    found = {Global(one.module, one.name): dangerous[one.safety is SafetyLevel.Dangerous] for one in result.globals}
    return found, not result.scan_err


def _spelling(found: Iterable[Global]) -> BytesIO:
    """A pickle that imports these, and does nothing."""
    lines = [f"c{one.module}\n{one.name}\n0" for one in found if _of_ours(one) is not ScanOutcome.DANGEROUS]
    return BytesIO("".join([*lines, "N."]).encode())
