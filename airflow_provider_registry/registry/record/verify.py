"""Checking that the record is what was written: every event, its chain, its columns, and the head."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, RowMapping, select

from airflow_provider_registry.errors import InvalidInputError, RecordTamperedError
from airflow_provider_registry.names import fold
from airflow_provider_registry.registry.core import Core
from airflow_provider_registry.registry.database.engine import snapshot
from airflow_provider_registry.registry.models.queries import find_model
from airflow_provider_registry.registry.models.tables import ModelRow
from airflow_provider_registry.registry.record.chain import FIRST, FORMAT, hash_of, keyed_digest, moment
from airflow_provider_registry.registry.record.tables import EventRow
from airflow_provider_registry.registry.record.views import RecordHead

_BATCH = 2_000
_DERIVED = ("seq", "version", "alias", "act_key", "fingerprint")


def verify_record(core: Core, model_name: str, against: RecordHead | Mapping[str, Any] | None) -> RecordHead:
    """Check a model's record; see `Registry.verify_record`."""
    model_id = find_model(core, model_name)["id"]
    with snapshot(core.engine).connect() as connection, connection.begin():
        model = connection.execute(select(ModelRow.__table__).where(ModelRow.id == model_id)).mappings().one()
        checker = _Checker(model, _outside(model, against))
        checker.run(connection)
    return RecordHead(model["name"], model["head_seq"], model["head_hash"])


class _Checker:
    """Follows the chain of one model's record."""

    def __init__(self, model: RowMapping, outside: RecordHead | None) -> None:
        self._model, self._outside = model, outside
        self._seq, self._hash = 0, FIRST

    def run(self, connection: Connection) -> None:
        statement = select(EventRow.__table__).where(EventRow.model_id == self._model["id"]).order_by(EventRow.seq)
        for row in connection.execution_options(yield_per=_BATCH).execute(statement).mappings():
            self._follow(row)
        self._check_head()

    def _follow(self, row: RowMapping) -> None:
        expected = self._seq + 1
        if row["seq"] != expected:
            self._fail(expected, f"it is missing: the next one found is event {row['seq']}")
        if hash_of(row["body"]) != row["hash"]:
            self._fail(expected, "its bytes do not have the hash that is kept with them")
        body = json.loads(row["body"])
        if body.get("format") != FORMAT:
            self._fail(expected, f"it has the format {body.get('format')!r}, which this release does not know")
        if body["previous"] != self._hash:
            self._fail(expected, "it does not follow the event before it")
        self._check_columns(row, body)
        self._check_private(row, body)
        self._seq, self._hash = expected, row["hash"]
        if self._outside is not None and expected == self._outside.count and row["hash"] != self._outside.hash:
            self._fail(expected, "its hash is not the one that was kept outside")

    def _check_columns(self, row: RowMapping, body: Mapping[str, Any]) -> None:
        derived = {**{name: row[name] for name in _DERIVED}, "type": row["type"].value, "at": moment(row["at"])}
        for name, value in derived.items():
            if body[name] != value:
                self._fail(row["seq"], f"its column {name} says {value!r}, and what was hashed {body[name]!r}")
        if body["model"]["id"] != row["model_id"]:
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

    def _fail(self, seq: int, why: str) -> None:
        name = self._model["name"]
        raise RecordTamperedError(f"Event {seq} of the record of {name!r} is not as it was written: {why}.", name, seq)


def _outside(model: RowMapping, against: RecordHead | Mapping[str, Any] | None) -> RecordHead | None:
    if against is None:
        return None
    head = against if isinstance(against, RecordHead) else _read_head(against)
    if fold(head.model_name) != fold(model["name"]):
        raise InvalidInputError(f"The head is of the record of {head.model_name!r}, not of {model['name']!r}.")
    return head


def _read_head(given: Mapping[str, Any]) -> RecordHead:
    try:
        return RecordHead(str(given["model_name"]), int(given["count"]), str(given["hash"]))
    except (KeyError, TypeError, ValueError):
        raise InvalidInputError(
            f"A head has model_name, count and hash, as verify_record returned it; this has {sorted(given)}."
        ) from None
