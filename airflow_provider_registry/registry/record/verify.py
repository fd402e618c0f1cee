"""Checking that the record is what was written: every event, its chain, its columns, the head, and the state."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NoReturn

from sqlalchemy import Connection, RowMapping, String, select, type_coerce

from airflow_provider_registry.errors import InvalidInputError, RecordTamperedError
from airflow_provider_registry.registry.core import Core
from airflow_provider_registry.registry.database.engine import snapshot
from airflow_provider_registry.registry.database.stream import streamed
from airflow_provider_registry.registry.models.queries import find_model
from airflow_provider_registry.registry.models.tables import ModelRow
from airflow_provider_registry.registry.record.chain import FIRST, FORMAT, hash_of, keyed_digest, moment
from airflow_provider_registry.registry.record.state import check_state
from airflow_provider_registry.registry.record.tables import EventRow
from airflow_provider_registry.registry.record.views import RecordHead

_DERIVED = ("seq", "version", "alias", "act_key", "fingerprint")
_HASHED = {*_DERIVED, "format", "previous", "private", "type", "at", "model"}


def verify_record(core: Core, model_name: str, against: RecordHead | Mapping[str, Any] | None) -> RecordHead:
    """Check a model's record; see `Registry.verify_record`."""
    model_id = find_model(core, model_name)["id"]
    outside = _outside(core, model_id, against)
    with snapshot(core.engine).connect() as connection, connection.begin():
        model = connection.execute(select(ModelRow.__table__).where(ModelRow.id == model_id)).mappings().one()
        checker = _Checker(model, outside)
        checker.run(connection)
        check_state(connection, model_id, checker.contradict)
    return RecordHead(model["name"], model["head_seq"], model["head_hash"])


class _Checker:
    """Follows the chain of one model's record."""

    def __init__(self, model: RowMapping, outside: RecordHead | None) -> None:
        self._model, self._outside = model, outside
        self._seq, self._hash = 0, FIRST

    def run(self, connection: Connection) -> None:
        # The type as plain text: one that is not in the vocabulary must be named here, not fail to be read.
        columns = [column for column in EventRow.__table__.columns if column.name != "type"]
        columns.append(type_coerce(EventRow.type, String).label("type"))
        statement = select(*columns).where(EventRow.model_id == self._model["id"]).order_by(EventRow.seq)
        with streamed(connection, statement) as rows:
            for row in rows:
                self._follow(row)
        self._check_head()

    def _follow(self, row: RowMapping) -> None:
        expected = self._seq + 1
        if row["seq"] != expected:
            self._fail(expected, f"it is missing: the next one found is event {row['seq']}")
        if hash_of(row["body"]) != row["hash"]:
            self._fail(expected, "its bytes do not have the hash that is kept with them")
        self._check_body(row, self._body(row))
        self._seq, self._hash = expected, row["hash"]
        if self._outside is not None and expected == self._outside.count and row["hash"] != self._outside.hash:
            self._fail(expected, "its hash is not the one that was kept outside")

    def _body(self, row: RowMapping) -> Mapping[str, Any]:
        try:
            body = json.loads(row["body"])
        except ValueError:
            body = None
        if not isinstance(body, dict) or not body.keys() >= _HASHED:
            self._fail(row["seq"], "its bytes are not those of an event")
        return body

    def _check_body(self, row: RowMapping, body: Mapping[str, Any]) -> None:
        if body["format"] != FORMAT:
            self._fail(row["seq"], f"it has the format {body['format']!r}, which this release does not know")
        if body["previous"] != self._hash:
            self._fail(row["seq"], "it does not follow the event before it")
        self._check_columns(row, body)
        self._check_private(row, body)

    def _check_columns(self, row: RowMapping, body: Mapping[str, Any]) -> None:
        derived = {**{name: row[name] for name in _DERIVED}, "type": row["type"], "at": moment(row["at"])}
        for name, value in derived.items():
            if body[name] != value:
                self._fail(row["seq"], f"its column {name} says {value!r}, and what was hashed {body[name]!r}")
        if not isinstance(body["model"], dict) or body["model"].get("id") != row["model_id"]:
            self._fail(row["seq"], "it belongs to another model")

    def _check_private(self, row: RowMapping, body: Mapping[str, Any]) -> None:
        if row["private"] is None and row["private_key"] is None:
            return  # erased, as it may be
        if row["private"] is None or row["private_key"] is None:
            self._fail(row["seq"], "its private part is half erased")
        if keyed_digest(row["private_key"], row["private"]) != body["private"]:
            self._fail(row["seq"], "its free text or its actor is not what was written")

    def _check_head(self) -> None:
        if self._outside is not None and self._seq < self._outside.count:
            self._fail(self._seq + 1, f"it is missing: {self._outside.count} events were there when the head was kept")
        if self._model["head_seq"] > self._seq:
            self._fail(self._seq + 1, f"it is missing: the model counts {self._model['head_seq']} events")
        if self._model["head_seq"] < self._seq:
            self._fail(self._model["head_seq"] + 1, "it was added: the model does not count it")
        if self._model["head_hash"] != self._hash:
            self._fail(self._seq, "its hash is not the one that the model keeps as the last")

    def contradict(self, seq: int, why: str) -> NoReturn:
        """Say that the tables beside the record contradict it."""
        name = self._model["name"]
        raise RecordTamperedError(
            f"What the registry shows of {name!r} is not what event {seq} of its record says: {why}.", name, seq
        )

    def _fail(self, seq: int, why: str) -> NoReturn:
        name = self._model["name"]
        raise RecordTamperedError(f"Event {seq} of the record of {name!r} is not as it was written: {why}.", name, seq)


def _outside(core: Core, model_id: int, against: RecordHead | Mapping[str, Any] | None) -> RecordHead | None:
    if against is None:
        return None
    head = against if isinstance(against, RecordHead) else _read_head(against)
    if find_model(core, head.model_name)["id"] != model_id:  # by any name: it may have been renamed since
        raise InvalidInputError(f"The head is of the record of {head.model_name!r}, which is another model.")
    return head


def _read_head(given: Mapping[str, Any]) -> RecordHead:
    try:
        return RecordHead(str(given["model_name"]), int(given["count"]), str(given["hash"]))
    except (KeyError, TypeError, ValueError):
        raise InvalidInputError(
            f"A head has model_name, count and hash, as verify_record returned it; this has {sorted(given)}."
        ) from None
