"""What a retention means for the versions of a model: plain values in, plain values out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from airflow_provider_registry.registry.policies.durations import spell_duration
from airflow_provider_registry.registry.retention.retention import Retention


@dataclass(frozen=True, slots=True)
class Standing:
    """A version that has its bytes, as a retention looks at it.

    Attributes:
        size: of its artifact, in bytes.
        managed: its bytes lie under the artifact root, and are ours to remove.
        let_go: when it last ceased to hold an alias; None where it never did.
        needs: what needs it, each as a sentence about it: `holds production`.
    """

    version: int
    digest: str
    size: int
    managed: bool = True
    archived_at: datetime | None = None
    let_go: datetime | None = None
    needs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be done.

    Attributes:
        kept: versions that nothing is done to, and why.
        archive: versions.
        purge: versions of the same bytes, which go together.
    """

    kept: dict[int, str]
    archive: tuple[Standing, ...]
    purge: tuple[tuple[Standing, ...], ...]


def make_plan(retention: Retention, standings: Iterable[Standing], last_version: int, at: datetime) -> Plan:
    """Look at every version of a model that has its bytes.

    Parameters:
        last_version: the highest number that the model gave out.
        at: the time now.
    """
    kept: dict[int, str] = {}
    archive: list[Standing] = []
    same_bytes: defaultdict[str, list[Standing]] = defaultdict(list)
    for standing in standings:
        same_bytes[standing.digest].append(standing)
        why = why_kept(retention, standing, last_version, at)
        if why is not None:
            kept[standing.version] = why
        elif standing.archived_at is None:
            archive.append(standing)
    purge: list[tuple[Standing, ...]] = []
    for group in same_bytes.values():
        why = why_not_purged(retention, group, last_version, at)
        if why is None:
            purge.append(tuple(group))
            continue
        archived = (standing for standing in group if standing.archived_at is not None)
        kept |= {standing.version: why for standing in archived if standing.version not in kept}
    return Plan(kept, tuple(archive), tuple(purge))


def why_kept(retention: Retention, standing: Standing, last_version: int, at: datetime) -> str | None:
    """Why a version is neither archived nor purged; None where it may be."""
    if standing.needs:
        return standing.needs[0]
    if standing.version > last_version - retention.keep_last:
        return f"is among the last {retention.keep_last}"
    if standing.let_go is not None and standing.let_go > at - retention.keep_aliased_within:
        return f"held an alias within {spell_duration(retention.keep_aliased_within)}"
    return None


def why_not_purged(retention: Retention, group: Sequence[Standing], last_version: int, at: datetime) -> str | None:
    """Why the bytes of some versions stay; None where all of them may do without.

    Parameters:
        group: every version of the model that has these bytes.
    """
    for standing in group:
        why = why_kept(retention, standing, last_version, at) or _why_with_bytes(retention, standing, at)
        if why is not None:
            return why if len(group) == 1 else f"has the bytes of version {standing.version}, which {why}"
    return None


def _why_with_bytes(retention: Retention, standing: Standing, at: datetime) -> str | None:
    if not standing.managed:
        return "is a reference to bytes that are not the registry's to remove"
    if standing.archived_at is None:
        return "is not archived yet"
    if standing.archived_at > at - retention.grace:
        return f"is archived for less than {spell_duration(retention.grace)}"
    return None
