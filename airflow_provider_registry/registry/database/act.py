"""The act: the one place that opens a transaction to change something.

It locks the model's row, reads the clock, looks whether the same act was done before, lets the caller check and write,
appends the act's one event, moves the model's head, and commits: all of it or nothing.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NoReturn, TypeVar

from sqlalchemy import Connection, Engine, RowMapping, insert, literal, select, update

from airflow_provider_registry.canonical import sha256_of
from airflow_provider_registry.errors import SupersededSinceError
from airflow_provider_registry.names import fold
from airflow_provider_registry.registry.caller import Asked, Caller, act_key
from airflow_provider_registry.registry.database.clock import now_column, read_clock, user_column
from airflow_provider_registry.registry.database.engine import acting
from airflow_provider_registry.registry.database.model_row import insert_model, lock_model
from airflow_provider_registry.registry.database.retry import retry
from airflow_provider_registry.registry.models.tables import ModelRow
from airflow_provider_registry.registry.record.chain import moment, seal
from airflow_provider_registry.registry.record.events import EventType
from airflow_provider_registry.registry.record.tables import EventRow
from airflow_provider_registry.registry.requests.pending import PendingRequests

T = TypeVar("T")


@dataclass(slots=True)
class Act:
    """An act under way: the model's row is locked, and `at` is its time.

    Attributes:
        connection: the transaction; everything the act writes goes through it.
        model: the model's row as it was when it was locked.
        at: later than every event of the model before (rule 1).
        earlier: events of the same key, oldest first; their fingerprints are others than this act's.
        pending: the promotion requests that the act may end, with its one event.
        changes: columns of the model's row to change when the act closes.
        idle: the act turned out to change nothing, and has no event.
    """

    connection: Connection
    caller: Caller
    model: RowMapping
    at: datetime
    database_user: str
    key: str
    pending: PendingRequests
    fingerprint: str = ""
    earlier: list[RowMapping] = field(default_factory=list)
    head: dict[str, Any] = field(default_factory=dict)
    changes: dict[str, Any] = field(default_factory=dict)
    idle: bool = False

    def repeats(self, fingerprint: str) -> RowMapping | None:
        """The event of the same act done before, if it was; from here on the act has this fingerprint."""
        self.fingerprint = fingerprint
        return next((event for event in self.earlier if event["fingerprint"] == fingerprint), None)

    def again(self) -> None:
        """Be another act than the one that was found: what that did no longer stands, and is wanted once more."""
        self.fingerprint = sha256_of([self.fingerprint, self.model["head_seq"]])

    def superseded(self, event: RowMapping, what: str) -> NoReturn:
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
        columns.update(private=sealed.private, private_key=sealed.private_key)
        event_id = self.connection.execute(insert(EventRow).values(columns).returning(EventRow.id)).scalar_one()
        self.pending.write(event_id)
        self.head = {"head_seq": seq, "head_hash": sealed.hash, "head_at": self.at}
        return event_id

    def close(self) -> None:
        """Move the model's head; nothing of the act may follow."""
        if self.idle and not self.head:
            return
        assert self.head, "an act appends exactly one event"
        row = update(ModelRow).where(ModelRow.id == self.model["id"])
        pending = {"pending_requests": self.pending.count}
        self.connection.execute(row.values({**self.head, **pending, **self.changes}))

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

    def __init__(self, engine: Engine, caller: Caller) -> None:
        self._engine = acting(engine)
        self._caller = caller

    def run(
        self,
        asked: Asked,
        work: Callable[[Act], T],
        repeat: Callable[[Act, RowMapping], T],
        fingerprint: Callable[[Act], str] | None = None,
    ) -> T:
        """Do an act once, however often it is asked for.

        Parameters:
            fingerprint: reads what the act depends on under the lock, where `asked` cannot know it.
            work: checks, writes and calls `Act.record` once; what it raises undoes everything.
            repeat: called instead of `work` with the event of the same act done before. It writes nothing, unless it
                finds that what was done no longer stands and is wanted `Act.again`.

        Raises:
            ModelNotFoundError: the model does not exist.
        """
        # Made before the first try: an act whose answer was lost with the connection must be found again.
        salt = str(uuid.uuid4())

        def once() -> T:
            with self._engine.connect() as connection, connection.begin():
                model = lock_model(connection, asked.model_name)
                act = self._open(connection, model, act_key(self._caller, asked, model["id"], salt))
                found = act.repeats(fingerprint(act) if fingerprint else asked.fingerprint)
                result = work(act) if found is None else repeat(act, found)
                if found is None or act.head:
                    act.close()
                return result

        return retry(once)

    def create(
        self,
        asked: Asked,
        values: Mapping[str, Any],
        work: Callable[[Act], T],
        repeat: Callable[[Act, RowMapping], T],
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
            with self._engine.connect() as connection, connection.begin():
                model = insert_model(connection, asked.model_name, values, read_clock(connection))
                if model is None:
                    taken = lock_model(connection, asked.model_name)
                    act = self._open(connection, taken, key)
                    found = act.repeats(asked.fingerprint)
                    return repeat(act, found) if found is not None else exists()
                act = self._open(connection, model, key)
                act.repeats(asked.fingerprint)
                result = work(act)
                act.close()
                return result

        return retry(once)

    def _open(self, connection: Connection, model: RowMapping, key: str) -> Act:
        now, user, events = _look(connection, key)
        at = max(now, model["head_at"] + timedelta(microseconds=1))
        pending = PendingRequests(connection, model["id"], model["pending_requests"], at)
        return Act(connection, self._caller, model, at, user, key, pending, earlier=events)


_LOOK = (
    EventRow.id,
    EventRow.seq,
    EventRow.type,
    EventRow.version,
    EventRow.alias,
    EventRow.fingerprint,
    EventRow.body,
)


def _look(connection: Connection, key: str) -> tuple[datetime, str, list[RowMapping]]:
    """The clock, the database's user, and the events of this key: one round trip, after the lock (rule 1)."""
    one = select(literal(1).label("one")).subquery()
    columns = (now_column(connection), user_column(connection), *_LOOK)
    joined = one.outerjoin(EventRow.__table__, EventRow.act_key == key)
    rows = connection.execute(select(*columns).select_from(joined).order_by(EventRow.seq)).mappings().all()
    now, user = rows[0]["now"], rows[0]["database_user"]
    return now, user, [row for row in rows if row["id"] is not None]
