"""Checking that the record is what was written: every event, its chain, its columns, the head, and the state."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from contextlib import closing
from typing import TYPE_CHECKING, Any, NoReturn

import msgspec
from sqlalchemy import Connection, RowMapping, String, select, type_coerce

from airflow_provider_registry.errors import InvalidInputError, RecordTamperedError
from airflow_provider_registry.registry.core import Core
from airflow_provider_registry.registry.database.engine import snapshot
from airflow_provider_registry.registry.database.retry import retry
from airflow_provider_registry.registry.database.stream import streamed_tuples
from airflow_provider_registry.registry.models.queries import model_id_of
from airflow_provider_registry.registry.models.tables import ModelRow
from airflow_provider_registry.registry.record.chain import FIRST, FORMAT, hash_of, keyed_digest
from airflow_provider_registry.registry.record.contradiction import parsed
from airflow_provider_registry.registry.record.moments import said_moment
from airflow_provider_registry.registry.record.state import State
from airflow_provider_registry.registry.record.tables import EventRow
from airflow_provider_registry.registry.record.told import Said, Told, read_body
from airflow_provider_registry.registry.record.views import RecordHead

if TYPE_CHECKING:
    from airflow_provider_registry.registry.database.rows import Rows

_DERIVED = ("version", "alias", "act_key", "fingerprint", "type", "at")


def verify_record(core: Core, model_name: str, against: RecordHead | Mapping[str, Any] | None) -> RecordHead:
    """Check a model's record; see `Registry.verify_record`."""
    model_id = model_id_of(core, model_name)
    outside = _outside(core, model_id, against)

    def once() -> RecordHead:
        with snapshot(core.engine).connect() as connection, connection.begin():
            chain = _Chain(_head(connection, model_id), outside)
            state = State(chain.contradict)
            with closing(chain.follow(connection)) as events:
                for told in events:
                    state.hear(told)
            state.check(connection, model_id)
        return chain.head

    return retry(once)


class _Chain:
    """The chain of one model's record.

    Parameters:
        model: what the model keeps of the end of it.
        outside: a head that was kept outside.
    """

    def __init__(self, model: RowMapping, outside: RecordHead | None) -> None:
        self._model, self._outside = model, outside
        self._id, self._seq, self._hash, self._at = 0, 0, FIRST, ""

    @property
    def head(self) -> RecordHead:
        """The end of the chain, once it was followed."""
        return RecordHead(self._model["name"], self._seq, self._hash)

    def follow(self, connection: Connection) -> Generator[Told]:
        """Check event after event, and the end; gives each that was checked."""
        statement = _events(connection.dialect.name).where(EventRow.model_id == self._model["id"])
        with streamed_tuples(connection, statement.order_by(EventRow.seq)) as rows:
            for row in rows:
                yield self._check(*row)
        self._check_head()

    def _check(
        self, id: int, seq: int, body: bytes, kept: str, private: bytes | None, key: bytes | None, *derived: Any
    ) -> Told:
        expected = self._seq + 1
        if seq != expected:
            self._fail(expected, f"it is missing: the next one found is event {seq}")
        if hash_of(body) != kept:
            self._fail(expected, "its bytes do not have the hash that is kept with them")
        said = self._read(seq, body)
        if said.previous != self._hash:
            self._fail(seq, "it does not follow the event before it")
        self._check_columns(id, seq, said, derived)
        self._check_private(seq, said, private, key)
        self._id, self._seq, self._hash, self._at = id, expected, kept, said.at
        if self._outside is not None and expected == self._outside.count and kept != self._outside.hash:
            self._fail(expected, "its hash is not the one that was kept outside")
        payload, model_name = bytes(said.payload), said.model.name
        return Told(id, seq, said.type, said.at, said.version, said.alias, model_name, payload, private)

    def _read(self, seq: int, body: bytes) -> Said:
        try:
            said = read_body(body)
        except msgspec.DecodeError:
            other = parsed(body)
            if isinstance(other, dict) and other.get("format", FORMAT) != FORMAT:
                self._fail(seq, f"it has the format {other['format']!r}, which this release does not know")
            self._fail(seq, "its bytes are not those of an event")
        if said.format != FORMAT:
            self._fail(seq, f"it has the format {said.format!r}, which this release does not know")
        return said

    def _check_columns(self, id: int, seq: int, said: Said, derived: tuple[Any, ...]) -> None:
        if said.seq != seq:
            self._fail(seq, f"its column seq says {seq!r}, and what was hashed {said.seq!r}")
        hashed = (said.version, said.alias, said.act_key, said.fingerprint, said.type, said.at)
        if hashed != derived:
            each = zip(_DERIVED, derived, hashed, strict=True)
            name, value, meant = next(one for one in each if one[1] != one[2])
            self._fail(seq, f"its column {name} says {value!r}, and what was hashed {meant!r}")
        if said.model.id != self._model["id"]:
            self._fail(seq, "it belongs to another model")
        if id <= self._id:
            self._fail(seq, f"its column id says {id!r}, and that of the event before it {self._id!r}")

    def _check_private(self, seq: int, said: Said, private: bytes | None, key: bytes | None) -> None:
        if private is None and key is None:
            return  # erased, as it may be
        if private is None or key is None:
            self._fail(seq, "its private part is half erased")
        if keyed_digest(key, private) != said.private:
            self._fail(seq, "its free text or its actor is not what was written")

    def _check_head(self) -> None:
        if self._outside is not None and self._seq < self._outside.count:
            self._fail(self._seq + 1, f"it is missing: {self._outside.count} events were there when the head was kept")
        if self._model["head_seq"] > self._seq:
            self._fail(self._seq + 1, f"it is missing: the model counts {self._model['head_seq']} events")
        if self._model["head_seq"] < self._seq:
            self._fail(self._model["head_seq"] + 1, "it was added: the model does not count it")
        if self._model["head_hash"] != self._hash:
            self._fail(self._seq, "its hash is not the one that the model keeps as the last")
        if self._model["head_at"] != self._at:
            self._fail(self._seq, f"the model keeps {self._model['head_at']} as its time, and it says {self._at}")

    def contradict(self, seq: int, why: str) -> NoReturn:
        """Say that the tables beside the record contradict it."""
        name = self._model["name"]
        raise RecordTamperedError(
            f"What the registry shows of {name!r} is not what event {seq} of its record says: {why}.", name, seq
        )

    def _fail(self, seq: int, why: str) -> NoReturn:
        name = self._model["name"]
        raise RecordTamperedError(f"Event {seq} of the record of {name!r} is not as it was written: {why}.", name, seq)


def _head(connection: Connection, model_id: int) -> RowMapping:
    head_at = said_moment(connection.dialect.name, ModelRow.head_at).label("head_at")
    columns = (ModelRow.id, ModelRow.name, ModelRow.head_seq, ModelRow.head_hash, head_at)
    return connection.execute(select(*columns).where(ModelRow.id == model_id)).mappings().one()


def _events(dialect: str) -> Rows:
    """What `_Chain` checks of each event, with the columns of `_DERIVED` last."""
    columns = (EventRow.id, EventRow.seq, EventRow.body, EventRow.hash, EventRow.private, EventRow.private_key)
    derived = (EventRow.version, EventRow.alias, EventRow.act_key, EventRow.fingerprint)
    # The type as plain text: one that is not in the vocabulary must be named here, not fail to be read.
    return select(*columns, *derived, type_coerce(EventRow.type, String), said_moment(dialect, EventRow.at))


def _outside(core: Core, model_id: int, against: RecordHead | Mapping[str, Any] | None) -> RecordHead | None:
    if against is None:
        return None
    head = against if isinstance(against, RecordHead) else _read_head(against)
    if model_id_of(core, head.model_name) != model_id:  # by any name: it may have been renamed since
        raise InvalidInputError(f"The head is of the record of {head.model_name!r}, which is another model.")
    return head


def _read_head(given: Mapping[str, Any]) -> RecordHead:
    try:
        return RecordHead(str(given["model_name"]), int(given["count"]), str(given["hash"]))
    except (KeyError, TypeError, ValueError):
        raise InvalidInputError(
            f"A head has model_name, count and hash, as verify_record returned it; this has {sorted(given)}."
        ) from None
