"""What a process keeps of aliases and their routes, so that a key is answered without asking the database."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING, Any
from weakref import WeakValueDictionary

from sqlalchemy import CompoundSelect, Engine, bindparam, cast, literal, select, union_all

from airflow_provider_registry.registry.aliases.tables import AliasRow, AssignmentRow
from airflow_provider_registry.registry.database.prepared import Prepared
from airflow_provider_registry.registry.models.tables import ModelNameRow, ModelRow
from airflow_provider_registry.registry.routes.routing import Routing
from airflow_provider_registry.registry.routes.tables import RouteRow
from airflow_provider_registry.registry.versions.tables import VersionRow

if TYPE_CHECKING:
    from airflow_provider_registry.registry.core import Core


@dataclass(frozen=True, slots=True)
class _Read:
    """What was read of an alias.

    Attributes:
        place: when it was begun to be read, among the acts of this process.
        at: likewise, by the clock that never goes back.
    """

    routing: Routing
    place: int
    at: float


@dataclass(slots=True)
class _Alias:
    """One alias; whoever finds it too old reads it, and the others wait for that."""

    reading: threading.Lock = field(default_factory=threading.Lock)
    read: _Read | None = None


class RoutingCache:
    """What is known of the aliases of one database. Any number of threads may ask it."""

    def __init__(self) -> None:
        self._aliases: dict[tuple[str, str], _Alias] = {}
        self._acts = count(1)
        self._acted: dict[int, int] = {}
        self._acting = threading.Lock()

    def routing(self, core: Core, model: str, alias: str, max_age: float) -> Routing | None:
        """How an alias is routed, as it was at most so many seconds ago; None where it points at no version.

        Acts of this process are seen at once, whichever registry of this database they were done by.

        Parameters:
            model, alias: folded.
        """
        entry = self._aliases.get((model, alias)) or self._aliases.setdefault((model, alias), _Alias())
        read = entry.read
        if read is not None and self._counts(read, max_age):
            return read.routing
        asked_at = time.monotonic()
        with entry.reading:
            read = entry.read
            # Another thread may have read it while this one waited; one that may not be old at all reads for itself.
            if read is not None and read.at >= asked_at and self._counts(read, max_age or 1.0):
                return read.routing
            entry.read = read = self._fetch(core, model, alias)
        if read is None:
            self._aliases.pop((model, alias), None)  # what is not there is no reason to grow
            return None
        return read.routing

    def acted(self, model_id: int) -> None:
        """Take note of an act on a model: what was begun to be read before it is out of date."""
        with self._acting:
            self._acted[model_id] = next(self._acts)

    def _counts(self, read: _Read, max_age: float) -> bool:
        young = time.monotonic() - read.at < max_age
        return young and self._acted.get(read.routing.model_id, 0) < read.place

    def _fetch(self, core: Core, model: str, alias: str) -> _Read | None:
        place, at = next(self._acts), time.monotonic()
        rows = core.ask(_ROUTING, model=model, alias=alias)
        holder = next((row for row in rows if row["kind"] is None), None)
        if holder is None:
            return None
        return _Read(Routing.of(alias, holder, [row for row in rows if row is not holder]), place, at)


# One for each database: what one registry of a process does, the others see.
_caches: WeakValueDictionary[str, RoutingCache] = WeakValueDictionary()
_caching = threading.Lock()


def cache_of(engine: Engine) -> RoutingCache:
    """The cache that all registries on a database share, for as long as there is one."""
    url = engine.url.render_as_string(hide_password=False)
    with _caching:
        found = _caches.get(url)
        if found is None:
            found = _caches[url] = RoutingCache()
        return found


def _routing() -> CompoundSelect[Any]:
    """The holder of an alias, whose kind is empty, and its routes: one statement, which sees one moment."""
    named = (ModelNameRow.folded == bindparam("model"), AliasRow.folded == bindparam("alias"))
    columns = (ModelRow.id.label("model_id"), ModelRow.name.label("model_name"))
    version = (VersionRow.version, VersionRow.digest, VersionRow.uri)
    kind, buckets = RouteRow.__table__.c.kind, RouteRow.__table__.c.buckets
    beside, held = (
        select(*columns, *version, *more)
        .select_from(ModelNameRow)
        .join(ModelRow, ModelRow.id == ModelNameRow.model_id)
        .join(AliasRow, AliasRow.model_id == ModelRow.id)
        .join(table, (table.alias_id == AliasRow.id) & table.to_at.is_(None))
        .join(VersionRow, VersionRow.id == table.version_id)
        .where(*named)
        for table, more in (
            (RouteRow, (kind, buckets)),
            (
                AssignmentRow,
                (cast(literal(None), kind.type).label("kind"), cast(literal(None), buckets.type).label("buckets")),
            ),
        )
    )
    return union_all(beside, held)


_ROUTING = Prepared(lambda dialect: _routing())
