"""Finding events by something in their canonical bytes, so that the many others are not read again."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Connection, LargeBinary, String, func, literal, type_coerce

from airflow_provider_registry.registry.record.tables import EventRow


def holds(connection: Connection, part: bytes) -> ColumnElement[bool]:
    """Whether an event's body has a part, wherever in it; what it means there is for the reader to see."""
    if connection.dialect.name == "postgresql":
        # PostgreSQL has LIKE for bytes; SQLAlchemy has it for text alone.
        return type_coerce(EventRow.body, String).like(literal(b"%" + part + b"%", LargeBinary))
    return func.instr(EventRow.body, part) > 0  # whether LIKE looks into blobs is up to how SQLite was built
