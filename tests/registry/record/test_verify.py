"""The record tells of whatever is done to it: which event is the first that is not as it was written."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, delete, insert, select, update

from airflow_provider_registry.canonical import canonical_json
from airflow_provider_registry.errors import InvalidInputError, ModelNotFoundError, NotFoundError, RecordTamperedError
from airflow_provider_registry.registry import EventType
from airflow_provider_registry.registry.database.tables import metadata
from airflow_provider_registry.registry.models.tables import ModelRow
from tests.support.kernel import driver_of

COUNT = 8
Tampering = Callable[[Connection], Any]
TABLE, MODEL = metadata.tables["registry_event"], metadata.tables["registry_model"]


@pytest.fixture
def told(world):
    """A record of eight events."""
    world.versions(0.8, 0.9)
    world.registry.promote("churn", 1, "production", reason="first")
    world.registry.promote("churn", 2, "production", reason="second")
    world.registry.set_tag("models:/churn/1", "a", "b")
    world.registry.rollback("churn", "production", reason="wrong")
    world.registry.promote("churn", 1, "production", reason="again")  # confirmed: said, and nothing moved
    assert len(world.registry.events()) == COUNT
    return world


def read(connection: Connection, seq: int) -> dict[str, Any]:
    return dict(connection.execute(select(TABLE).where(TABLE.c.seq == seq)).mappings().one())


def edit(place: int, **columns: Any) -> Tampering:
    return lambda connection: connection.execute(update(TABLE).where(TABLE.c.seq == place).values(**columns))


def remove(*seqs: int) -> Tampering:
    return lambda connection: connection.execute(delete(TABLE).where(TABLE.c.seq.in_(seqs)))


@contextmanager
def all_rights(engine: Engine) -> Iterator[Connection]:
    """A transaction of somebody whom not even foreign keys stop."""
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            driver_of(connection).execute("PRAGMA foreign_keys = OFF")
        with connection.begin():
            if engine.dialect.name == "postgresql":
                connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
            yield connection
        if engine.dialect.name == "sqlite":
            driver_of(connection).execute("PRAGMA foreign_keys = ON")


def forge(row: dict[str, Any], **said: Any) -> dict[str, Any]:
    """The row with another body and the hash of it."""
    body = canonical_json({**json.loads(row["body"]), **said})
    return {**row, "body": body, "hash": hashlib.sha256(body).hexdigest()}


def rewrite(place: int, **said: Any) -> Tampering:
    def work(connection: Connection) -> None:
        row = forge(read(connection, place), **said)
        edit(place, body=row["body"], hash=row["hash"])(connection)

    return work


def shift(connection: Connection, seq: int, by: int) -> None:
    """Make room in the numbers, or close a gap, without touching what was hashed."""
    for place in sorted(range(seq, COUNT + 1), reverse=by > 0):
        edit(place, seq=place + by)(connection)


def close_gap(connection: Connection) -> None:
    remove(3)(connection)
    shift(connection, 4, -1)


def insert_one(connection: Connection) -> None:
    shift(connection, 4, 1)
    copy = {**read(connection, 3), "seq": 4, "act_key": "x" * 64}
    del copy["id"]
    connection.execute(insert(TABLE).values(**copy))


def append_one(connection: Connection) -> None:
    last = read(connection, COUNT)
    copy = forge(
        {**last, "seq": COUNT + 1, "act_key": "x" * 64}, seq=COUNT + 1, act_key="x" * 64, previous=last["hash"]
    )
    del copy["id"]
    connection.execute(insert(TABLE).values(**copy))


def swap(connection: Connection) -> None:
    edit(3, seq=100)(connection)
    edit(4, seq=3)(connection)
    edit(100, seq=4)(connection)


def head(**columns: Any) -> Tampering:
    return lambda connection: connection.execute(update(ModelRow).values(**columns))


def cut_tail_and_head(connection: Connection) -> None:
    remove(COUNT)(connection)
    last = read(connection, COUNT - 1)
    head(head_seq=COUNT - 1, head_hash=last["hash"], head_at=last["at"])(connection)


def another_body(connection: Connection) -> None:
    """One letter of the bytes."""
    edit(3, body=read(connection, 3)["body"].replace(b'"version":2', b'"version":1'))(connection)


def later(connection: Connection) -> None:
    edit(3, at=read(connection, 3)["at"] + timedelta(microseconds=1))(connection)


# What is done, and the first event that is then not as it was written.
TAMPERINGS: dict[str, tuple[Tampering, int]] = {
    "a letter of the body": (another_body, 3),
    "the body and its hash": (rewrite(3, payload={}), 4),
    "the body and its hash, of the last": (rewrite(COUNT, payload={}), COUNT),
    "a body that is no event": (edit(3, body=b"[]", hash=hashlib.sha256(b"[]").hexdigest()), 3),
    "a body that is not JSON": (edit(3, body=b"x", hash=hashlib.sha256(b"x").hexdigest()), 3),
    "another format": (rewrite(3, format=99), 3),
    "the hash": (edit(3, hash="0" * 64), 3),
    "the type": (edit(3, type=EventType.ALIAS_CLEARED), 3),
    "a type that there is not": (
        lambda c: c.exec_driver_sql("UPDATE registry_event SET type = 'nothing' WHERE seq = 3"),
        3,
    ),
    "the time": (later, 3),
    "the version": (edit(3, version=1), 3),
    "the alias": (edit(4, alias="staging"), 4),
    "the alias of one without": (edit(3, alias="staging"), 3),
    "the key of the act": (edit(3, act_key="0" * 64), 3),
    "the fingerprint": (edit(3, fingerprint="0" * 64), 3),
    "the free text": (edit(4, private=b'{"reason":"other"}'), 4),
    "the key of the free text": (edit(4, private_key=b"0" * 32), 4),
    "the free text, half erased": (edit(4, private=None), 4),
    "the first removed": (remove(1), 1),
    "one removed in the middle": (remove(3), 3),
    "one removed and the numbers closed": (close_gap, 3),
    "the last removed": (remove(COUNT), COUNT),
    "the tail cut": (remove(6, 7, 8), 6),
    "all removed": (remove(*range(1, COUNT + 1)), 1),
    "one inserted": (insert_one, 4),
    "one appended": (append_one, COUNT + 1),
    "two swapped": (swap, 3),
    "the place in the record of all models": (edit(3, id=10**6), 4),
    "the number in the head": (head(head_seq=COUNT - 1), COUNT),
    "the hash in the head": (head(head_hash="0" * 64), COUNT),
    "the time in the head": (head(head_at=datetime(2026, 3, 3, tzinfo=UTC)), COUNT),
}


def test_the_first_bad_event_is_named_whatever_was_done(told):
    engine, found = told.registry.engine, {}
    kept = {table: rows(engine, table) for table in (TABLE, MODEL)}
    for what, (tamper, _) in TAMPERINGS.items():
        told.registry.verify_record("churn")
        with all_rights(engine) as connection:
            tamper(connection)
        try:
            told.registry.verify_record("churn")
        except RecordTamperedError as error:
            assert error.model_name == "churn"
            found[what] = error.seq if f"vent {error.seq} of" in str(error) else str(error)
        with all_rights(engine) as connection:
            for table, before in kept.items():
                connection.execute(delete(table))
                connection.execute(insert(table), before)
    assert found == {what: first for what, (_, first) in TAMPERINGS.items()}


def rows(engine: Engine, table: Any) -> list[dict[str, Any]]:
    with engine.connect() as connection:
        return [dict(row) for row in connection.execute(select(table)).mappings()]


class TestAgainst:
    def test_a_record_that_went_on_holds_against_an_older_head(self, told):
        head = told.registry.verify_record("churn")
        told.registry.set_tag("models:/churn/1", "a", "c")
        assert told.registry.verify_record("churn", against=head).count == COUNT + 1
        assert (
            told.registry.verify_record("churn", against=json.loads(json.dumps(head.as_mapping()))).count == COUNT + 1
        )
        assert told.registry.record_head("churn") == told.registry.verify_record("churn")

    def test_a_cut_tail_shows_though_the_head_was_cut_too(self, told):
        head = told.registry.verify_record("churn")
        with all_rights(told.registry.engine) as connection:
            cut_tail_and_head(connection)
        told.registry.verify_record("churn")  # whoever may write everything can make a shorter record that holds
        with pytest.raises(RecordTamperedError) as found:
            told.registry.verify_record("churn", against=head)
        assert found.value.seq == COUNT

    def test_a_chain_that_was_replaced_wholly_shows(self, told):
        kept = told.registry.verify_record("churn")
        with all_rights(told.registry.engine) as connection:
            previous = ""
            for seq in range(1, COUNT + 1):
                rewrite(seq, previous=previous, via="forged")(connection)
                previous = read(connection, seq)["hash"]
            head(head_hash=previous)(connection)
        told.registry.verify_record("churn")
        with pytest.raises(RecordTamperedError, match="kept outside") as found:
            told.registry.verify_record("churn", against=kept)
        assert found.value.seq == COUNT

    def test_a_head_holds_across_a_rename_and_that_of_another_model_is_refused(self, told):
        head = told.registry.verify_record("churn")
        told.registry.rename_model("churn", "leave")
        assert told.registry.verify_record("leave", against=head).model_name == "leave"
        told.registry.create_model("other")
        with pytest.raises(InvalidInputError, match="another model"):
            told.registry.verify_record("leave", against=told.registry.record_head("other"))
        with pytest.raises(InvalidInputError, match="model_name, count and hash"):
            told.registry.verify_record("leave", against={"count": 1})


class TestErasure:
    def test_what_is_private_of_an_event_can_be_erased_and_the_record_still_holds(self, told):
        with all_rights(told.registry.engine) as connection:
            edit(4, private=None, private_key=None)(connection)
        told.registry.verify_record("churn")
        event = told.registry.events().events[3]
        assert (event.erased, event.by, event.reason) == (True, "(erased)", "")
        assert "(erased)" in str(event)
        assert told.registry.history("churn")[0].by == ""

    def test_erasing_is_an_act_of_its_own_and_takes_the_name_off_the_version_too(self, told):
        told.registry.erase_event("churn", 2, reason="asked for by the person")
        told.registry.erase_event("churn", 2, reason="asked for by the person")  # again changes nothing
        assert "(erased)" == told.registry.get_version("models:/churn/1").created_by
        head = told.registry.verify_record("churn")
        last = told.registry.events().events[-1]
        assert (head.count, {"erased": 2}) == (last.seq, last.payload)
        assert "erased who did event 2" in str(last)
        with pytest.raises(NotFoundError, match="no event 99"):
            told.registry.erase_event("churn", 99, reason="why not")

    def test_no_free_text_and_no_person_is_in_the_hashed_bytes(self, told):
        with told.registry.engine.connect() as connection:
            bodies = b"".join(connection.execute(select(TABLE.c.body)).scalars())
        for private in (b"tester", b"first", b"second", b"wrong", b'"b"'):
            assert private not in bodies


def test_each_model_has_a_record_of_its_own(world):
    world.versions(0.8)
    world.versions(0.8, model="other")
    with world.registry.engine.begin() as connection:
        connection.execute(
            update(TABLE)
            .where(
                TABLE.c.seq == 2,
                TABLE.c.model_id == select(ModelRow.id).where(ModelRow.name == "other").scalar_subquery(),
            )
            .values(hash="0" * 64)
        )
    world.registry.verify_record("churn")
    with pytest.raises(RecordTamperedError, match="'other'"):
        world.registry.verify_record("other")
    with pytest.raises(ModelNotFoundError):
        world.registry.verify_record("none")


def test_the_hashed_bytes_are_canonical_json(told):
    with told.registry.engine.connect() as connection:
        for body in connection.execute(select(TABLE.c.body)).scalars():
            assert canonical_json(json.loads(body)) == body
