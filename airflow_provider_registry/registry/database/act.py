"""The act: the one place that opens a transaction to change something.

It locks the model's row, reads the clock, looks whether the same act was done before, lets the caller check and write,
appends the act's one event, moves the model's head, and commits: all of it or nothing.
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import Any, NoReturn, TypeVar

from sqlalchemy import Connection, Engine, Executable, bindparam, literal, select, update

from airflow_provider_registry.canonical import sha256_of
from airflow_provider_registry.errors import SupersededSinceError
from airflow_provider_registry.event_types import EventType
from airflow_provider_registry.names import fold
from airflow_provider_registry.registry.caller import Asked, Caller, act_key
from airflow_provider_registry.registry.database.base import Base
from airflow_provider_registry.registry.database.batch import Asking, Batch, read_together
from airflow_provider_registry.registry.database.clock import clock_columns, clock_values, read_clock
from airflow_provider_registry.registry.database.engine import acting
from airflow_provider_registry.registry.database.ids import next_id
from airflow_provider_registry.registry.database.model_row import LOCK, insert_model, lock_model, locked
from airflow_provider_registry.registry.database.prepared import Prepared, Row, insertion
from airflow_provider_registry.registry.database.retry import retry
from airflow_provider_registry.registry.meter import NO_METER, Meter, measured
from airflow_provider_registry.registry.models.tables import ModelRow
from airflow_provider_registry.registry.record.chain import moment, seal
from airflow_provider_registry.registry.record.tables import EventRow
from airflow_provider_registry.registry.requests.pending import PendingRequests

T = TypeVar("T")


@dataclass(slots=True)
class Act:
    """An act under way: the model's row is locked, and `at` is its time.

    Attributes:
        batch: what the act writes; the database may have it only when it is asked for the connection.
        model: the model's row as it was when it was locked.
        at: later than every event of the model before (rule 1).
        ids: taken for rows that the act may write, by table; that of its one event is always there.
        early: what was read in the trip of the lock, by statement and values.
        earlier: events of the same key, oldest first; their fingerprints are others than this act's.
        pending: the promotion requests that the act may end, with its one event.
        changes: columns of the model's row to change when the act closes.
        idle: the act turned out to change nothing, and has no event.
        gates: verdicts of the gates whose report it stores.
    """

    batch: Batch
    caller: Caller
    model: Row
    at: datetime
    database_user: str
    key: str
    ids: dict[type[Base], int]
    early: dict[tuple[Prepared, frozenset[tuple[str, Any]]], list[Row]]
    pending: PendingRequests
    fingerprint: str = ""
    earlier: list[Row] = field(default_factory=list)
    head: dict[str, Any] = field(default_factory=dict)
    changes: dict[str, Any] = field(default_factory=dict)
    idle: bool = False
    gates: list[str] = field(default_factory=list)

    @property
    def connection(self) -> Connection:
        """The transaction, in which everything that the act wrote so far stands."""
        return self.batch.connection

    def rows(self, statement: Prepared, **values: Any) -> list[Row]:
        """Read under the lock; what was asked for with it (`Acts.run`) is there already, as it was then."""
        (found,) = self.rows_together((statement, values))
        return found

    def rows_together(self, *asked: Asking) -> list[list[Row]]:
        """Read several statements under the lock, in one trip; none where all were read with it."""
        early = [self.early.get((statement, frozenset(values.items()))) for statement, values in asked]
        found = [rows for rows in early if rows is not None]
        return found if len(found) == len(asked) else read_together(self.connection, *asked)

    def repeats(self, fingerprint: str) -> Row | None:
        """The event of the same act done before, if it was; from here on the act has this fingerprint."""
        self.fingerprint = fingerprint
        return next((event for event in self.earlier if event["fingerprint"] == fingerprint), None)

    def again(self) -> None:
        """Be another act than the one that was found: what that did no longer stands, and is wanted once more."""
        self.fingerprint = sha256_of([self.fingerprint, self.model["head_seq"]])

    def superseded(self, event: Row, what: str) -> NoReturn:
        """Refuse to repeat an act whose outcome no longer stands.

        Parameters:
            event: of the act.
            what: it did, as the begin of a sentence.
        """
        raise SupersededSinceError(
            f"{what} by event {event['seq']} of the record of {self.model['name']!r}, and that no longer stands. To do "
            "it again all the same, start a new Dag run, or give another key=.",
            event=event["seq"],
        )

    def record(
        self,
        type: EventType,
        payload: Mapping[str, Any],
        *,
        version: int | None = None,
        alias: str | None = None,
        private: Mapping[str, Any] | None = None,
    ) -> int:
        """Append the act's one event; returns its id.

        Parameters:
            payload: what the event says in the open: JSON, no free text, no persons.
            version: number of the version concerned.
            private: free text, by name, and persons, which go before those who act.
        """
        assert not self.head, "an act appends exactly one event"
        moved = self.pending.settle()
        seq = self.model["head_seq"] + 1
        columns = {"seq": seq, "type": type.value, "version": version, "alias": alias, "act_key": self.key}
        columns["fingerprint"] = self.fingerprint
        said = {**payload, **({"requests": moved} if moved else {})}
        sealed = seal(
            {**columns, **self._context(), "at": moment(self.at), "payload": said},
            {**self._persons(), **(private or {})},
            self.model["head_hash"],
        )
        columns.update(model_id=self.model["id"], at=self.at, body=sealed.body, hash=sealed.hash, type=type)
        event_id = self.ids[EventRow]
        columns.update(private=sealed.private, private_key=sealed.private_key, id=event_id)
        self.batch.write(_APPEND, **columns)
        self.pending.write(event_id)
        self.head = {"head_seq": seq, "head_hash": sealed.hash, "head_at": self.at}
        return event_id

    def close(self) -> None:
        """Move the model's head; nothing of the act may follow."""
        if self.idle and not self.head:
            return
        assert self.head, "an act appends exactly one event"
        changes = {**self.head, "pending_requests": self.pending.count, **self.changes}
        self.batch.write(_changing(tuple(sorted(changes))), locked_id=self.model["id"], **changes)

    def _context(self) -> dict[str, Any]:
        producer = self.caller.producer
        return {
            "model": {"id": self.model["id"], "name": self.model["name"]},
            "via": self.caller.via,
            "authenticated": self.caller.authenticated,
            "task": producer.as_mapping() if producer else None,
        }

    def _persons(self) -> dict[str, Any]:
        actor, producer = self.caller.actor, self.caller.producer
        return {
            **(producer.persons if producer else {}),
            "actor": {"issuer": actor.issuer, "subject": actor.subject, "name": actor.name},
            "database_user": self.database_user,
        }


class Acts:
    """Runs acts on one database for one caller."""

    def __init__(
        self,
        engine: Engine,
        caller: Caller,
        meter: Meter = NO_METER,
        acted: Callable[[int], None] = lambda model_id: None,
    ) -> None:
        """Run acts for a caller.

        Parameters:
            acted: told of each model on which an act was done, or may have been: after the commit.
        """
        self._engine = acting(engine)
        self._acted = acted
        self._caller = caller
        self._meter = meter
        self._ids: dict[str, int] = {}  # of models by folded name: whose a name is never changes (rule 15)

    def run(
        self,
        asked: Asked,
        work: Callable[[Act], T],
        repeat: Callable[[Act, Row], T],
        fingerprint: Callable[[Act], str] | None = None,
        ids: Iterable[type[Base]] = (),
        reads: Sequence[Asking] = (),
    ) -> T:
        """Do an act once, however often it is asked for.

        Parameters:
            fingerprint: reads what the act depends on under the lock, where `asked` cannot know it.
            ids: the tables for whose rows the act needs ids before it writes them (`Act.ids`).
            reads: what the act is going to read first (`Act.rows`), so that it can be had in the same trip as the lock.
            work: checks, writes and calls `Act.record` once; what it raises undoes everything.
            repeat: called instead of `work` with the event of the same act done before. It writes nothing, unless it
                finds that what was done no longer stands and is wanted `Act.again`.

        Raises:
            ModelNotFoundError: the model does not exist.
        """
        # Made before the first try: an act whose answer was lost with the connection must be found again.
        salt = str(uuid.uuid4())

        def once() -> T:
            with self._engine.connect() as connection, connection.begin() as transaction:
                act = self._locked(connection, asked, salt, (EventRow, *ids), reads)
                try:
                    found = act.repeats(fingerprint(act) if fingerprint else asked.fingerprint)
                    result = work(act) if found is None else repeat(act, found)
                    if found is None or act.head:
                        act.close()
                    act.batch.commit(transaction)
                finally:  # also where the answer to the COMMIT was lost
                    self._acted(act.model["id"])
                measure.outcome = "done" if found is None else "repeated"
                measure.gates = Counter(act.gates)
                return result

        with measured(self._meter, asked.act) as measure:
            return retry(once)

    def create(
        self,
        asked: Asked,
        values: Mapping[str, Any],
        work: Callable[[Act], T],
        repeat: Callable[[Act, Row], T],
        exists: Callable[[], T],
    ) -> T:
        """Create a model: the one act that finds no row to lock. Its key is by name, since it has no id yet.

        Parameters:
            values: columns of the model's row.
            exists: called where the name is taken, by another act than this.
        """
        salt = str(uuid.uuid4())
        key = act_key(self._caller, asked, fold(asked.model_name), salt)

        def once() -> T:
            with self._engine.connect() as connection, connection.begin() as transaction:
                model = insert_model(connection, asked.model_name, values, read_clock(connection))
                if model is None:
                    taken = lock_model(connection, asked.model_name)
                    measure.outcome = "repeated"
                    act = self._open(connection, taken, key)
                    found = act.repeats(asked.fingerprint)
                    return repeat(act, found) if found is not None else exists()
                act = self._open(connection, model, key)
                act.repeats(asked.fingerprint)
                result = work(act)
                act.close()
                act.batch.commit(transaction)
                return result

        with measured(self._meter, asked.act) as measure:
            return retry(once)

    def _locked(
        self, connection: Connection, asked: Asked, salt: str, ids: tuple[type[Base], ...], reads: Sequence[Asking]
    ) -> Act:
        """Lock the model, and read what the act needs: one trip where this process has acted on the model before.

        All but the lock is read after it, since what it says is told by the act that held the lock before (rule 1).
        """
        folded = fold(asked.model_name)
        known = self._ids.get(folded)
        if known is None:
            known = self._ids[folded] = lock_model(connection, asked.model_name)["id"]
        key = act_key(self._caller, asked, known, salt)
        # Without trips to save, what the act will read is read when it does.
        early = reads if connection.dialect.name == "postgresql" else ()
        lock = (LOCK, {"folded": folded})
        models, looked, *read = read_together(connection, lock, _look(connection, key, ids), *early)
        model = locked(models, asked.model_name)
        if model["id"] != known:  # another registry was put in the place of this one
            del self._ids[folded]
            return self._locked(connection, asked, salt, ids, reads)
        act = self._opened(connection, model, key, ids, looked)
        for (statement, values), rows in zip(early, read, strict=True):
            act.early[statement, frozenset(values.items())] = rows
        return act

    def _open(self, connection: Connection, model: Row, key: str) -> Act:
        """An act on a model that this transaction has locked or made."""
        (looked,) = read_together(connection, _look(connection, key, (EventRow,)))
        return self._opened(connection, model, key, (EventRow,), looked)

    def _opened(
        self, connection: Connection, model: Row, key: str, ids: tuple[type[Base], ...], looked: list[Row]
    ) -> Act:
        at = max(looked[0]["now"], model["head_at"] + timedelta(microseconds=1))
        taken = {table: looked[0][_new(table)] for table in ids}
        batch = Batch(connection)
        pending = PendingRequests(batch, model["id"], model["pending_requests"], at)
        earlier = [row for row in looked if row["id"] is not None]
        return Act(batch, self._caller, model, at, looked[0]["database_user"], key, taken, {}, pending, earlier=earlier)


def _look(connection: Connection, key: str, ids: tuple[type[Base], ...]) -> Asking:
    return _looking(ids), {"act_key": key, **clock_values(connection.dialect.name)}


@cache
def _looking(ids: tuple[type[Base], ...]) -> Prepared:
    """The statement that reads the clock, the database's user, new ids, and the events of a key."""

    def build(dialect: str) -> Executable:
        one = select(literal(1).label("one")).subquery()
        joined = one.outerjoin(EventRow.__table__, EventRow.act_key == bindparam("act_key"))
        new = (next_id(dialect, table).label(_new(table)) for table in ids)
        return select(*clock_columns(dialect), *new, *_LOOKED).select_from(joined).order_by(EventRow.seq)

    return Prepared(build)


def _new(table: type[Base]) -> str:
    return f"new_{table.__tablename__}"


_LOOKED = (
    EventRow.id,
    EventRow.seq,
    EventRow.type,
    EventRow.version,
    EventRow.alias,
    EventRow.fingerprint,
    EventRow.body,
)
_APPEND = insertion(EventRow)


@cache
def _changing(columns: tuple[str, ...]) -> Prepared:
    """The statement that changes some columns of a model's row."""
    where = ModelRow.id == bindparam("locked_id")
    return Prepared(lambda dialect: update(ModelRow).where(where), keys=columns)
