"""The database roles of rule 10, on PostgreSQL: what each may do to each table, and the SQL that says so.

Code that holds a role can do whatever the role may do, so each kind of process gets its own. Each role may do what the
one before it may: a reader reads; a worker does what tasks do; an approver also decides and overrides; an admin also
sets policies, changes what is said of models, and erases personal data. Nobody edits or removes an event.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import URL, Table

from airflow_provider_registry.errors import InvalidInputError
from airflow_provider_registry.registry.database.migrate import VERSION_TABLE
from airflow_provider_registry.registry.database.tables import metadata

_PREFIX = re.compile(r"[a-z_][a-z0-9_]{0,39}")
_SCHEMA = re.compile(r"[^\x00-\x1f\x7f]{1,63}")


class Role(StrEnum):
    """The roles, each of which may do what those before it may."""

    READER = "reader"
    WORKER = "worker"
    APPROVER = "approver"
    ADMIN = "admin"


class Right(StrEnum):
    """What a role may be given on a table beside reading it."""

    INSERT = "INSERT"
    UPDATE = "UPDATE"
    DELETE = "DELETE"


@dataclass(frozen=True, slots=True)
class Grant:
    """A right on one table.

    Attributes:
        role: the first role that has it.
        columns: those it is limited to; empty for all.
    """

    role: Role
    right: Right
    columns: tuple[str, ...] = ()


_INSERT = Grant(Role.WORKER, Right.INSERT)
_DELETE = Grant(Role.WORKER, Right.DELETE)


def _update(*columns: str, role: Role = Role.WORKER) -> Grant:
    return Grant(role, Right.UPDATE, columns)


# Every table stands here, also one that nobody may write: a new one is decided on, not forgotten.
GRANTS: Mapping[str, tuple[Grant, ...]] = {
    "registry_model": (
        _INSERT,
        _update("last_version", "pending_requests", "head_seq", "head_hash", "head_at"),
        # A gate reads the schema of the metadata: who may change it may change what the gate asks.
        # Retention says whose bytes go.
        _update("name", "team", "description", "metadata_schema", "retention", "created_by", role=Role.ADMIN),
    ),
    "registry_model_name": (_INSERT,),
    "registry_event": (_INSERT, _update("private", "private_key", role=Role.ADMIN)),
    "registry_artifact": (_INSERT,),
    "registry_environment": (_INSERT,),
    "registry_version": (
        _INSERT,
        _update("description", "archived_at", "purged_at"),
        _update("created_by", role=Role.ADMIN),
    ),
    "registry_bytes_check": (_INSERT, _update("checked_at")),
    "registry_metric": (_INSERT,),
    "registry_param": (_INSERT,),
    "registry_tag": (_INSERT, _DELETE),
    "registry_input": (_INSERT,),
    "registry_alias": (_INSERT,),
    "registry_assignment": (_INSERT, _update("to_at", "ended_by_event")),
    "registry_override": (Grant(Role.APPROVER, Right.INSERT),),
    "registry_policy": (Grant(Role.ADMIN, Right.INSERT), _update("to_at", role=Role.ADMIN)),
    "registry_gate_report": (_INSERT,),
    "registry_request": (_INSERT, _update("state", "ended_at", "ended_by_event")),
    "registry_decision": (Grant(Role.APPROVER, Right.INSERT),),
    "registry_review": (Grant(Role.APPROVER, Right.INSERT),),
    "registry_identity": (),
    # Evidence may name people, and is erased with its event.
    "registry_check": (_INSERT, _update("evidence", "digest", role=Role.ADMIN)),
    "registry_metric_series": (_INSERT,),
    # Batches that nobody published are removed with their points. Of published ones, the record would miss them.
    "registry_metric_batch": (
        _INSERT,
        _update("loaded_at", "digest", "points", "first_at", "last_at", "event_id"),
        _DELETE,
    ),
    "registry_metric_point": (_INSERT, _DELETE),
    # Subject, source and text may name people, and are erased by an act of their own.
    "registry_feedback": (_INSERT, _update("subject", "source", "text", "private_key", role=Role.ADMIN)),
    # Names of categories may be personal, and are erased with the event.
    "registry_profile": (_INSERT, _update("body", "digest", role=Role.ADMIN)),
    # As may what people write.
    "registry_card": (_INSERT, _update("text", "front_matter", "sections", "digest", role=Role.ADMIN)),
    "registry_scan": (_INSERT,),
    # A certificate may name a person, and is erased with its event.
    "registry_signature": (_INSERT, _update("subject", "bundle", role=Role.ADMIN)),
    # Where a target answers may name people, and is erased with its event.
    "registry_deployment": (_INSERT, _update("to_at", "ended_by_event"), _update("url", role=Role.ADMIN)),
    "registry_route": (_INSERT, _update("to_at", "ended_by_event")),
    "registry_lease": (_INSERT, _update("expires_at"), _DELETE),
    # Whoever may set a webhook may have everything that happens sent to wherever they like.
    "registry_webhook": (Grant(Role.ADMIN, Right.INSERT), _update("to_at", role=Role.ADMIN)),
    "registry_webhook_queue": (
        Grant(Role.ADMIN, Right.INSERT),
        _update("failures", "failing_since", "next_at", "lease", "leased_until"),
    ),
    "registry_webhook_attempt": (_INSERT, _DELETE),
    "registry_reader": (_INSERT, _update("seq", "moved_at")),
}


_HEADER = """\
-- The roles of a model registry in PostgreSQL; airflow model-registry db grants prints this.
-- Run it as a superuser, or as an owner of the tables who may create roles; again after each migration.
-- Then let your own users be one of them: GRANT {worker} TO airflow_worker;
"""


def role_script(schema: str = "public", role_prefix: str = "registry_") -> str:
    """What `role_statements` gives, as one script: all of it in one transaction."""
    statements = role_statements(schema, role_prefix)
    header = _HEADER.format(worker=f"{role_prefix}{Role.WORKER}")
    return "".join([header, *(f"\n{statement};\n" for statement in ("BEGIN", *statements, "COMMIT"))])


def role_statements(schema: str = "public", role_prefix: str = "registry_") -> list[str]:
    """The SQL that makes the roles and gives them what they may, for PostgreSQL; again, it changes nothing.

    It takes away first what a role may no more, so it is right after an upgrade too. No table of others is named.

    Parameters:
        schema: where the registry's tables lie.
        role_prefix: what the names of the roles begin with: the roles of a server are one for all of its databases.

    Raises:
        InvalidInputError: the schema or the prefix is no such name.
    """
    if not _PREFIX.fullmatch(role_prefix) or role_prefix.startswith("pg_"):
        raise InvalidInputError(
            f"{role_prefix!r} cannot begin the name of a role here: use at most 40 of a-z, 0-9 and '_', not beginning "
            "with a digit or with pg_."
        )
    if not _SCHEMA.fullmatch(schema):
        raise InvalidInputError(f"{schema!r} is no name of a schema: use 1 to 63 characters on one line.")
    return list(_Script(schema, role_prefix).statements())


class _Script:
    """Spells the statements. Every name goes through SQLAlchemy's quoting."""

    def __init__(self, schema: str, role_prefix: str) -> None:
        self._names = URL.create("postgresql").get_dialect()().identifier_preparer
        self._schema = self._names.quote_schema(schema)
        self._roles = {role: self._names.quote(f"{role_prefix}{role}") for role in Role}
        self._tables = [metadata.tables[name] for name in sorted(GRANTS)]

    def statements(self) -> Iterator[str]:
        yield from map(self._create, Role)
        yield from self._revoke()
        reader = self._roles[Role.READER]
        yield f"GRANT USAGE ON SCHEMA {self._schema} TO {reader}"
        yield f"GRANT SELECT ON {self._listed([*GRANTS, VERSION_TABLE])} TO {reader}"
        before = Role.READER
        for role in list(Role)[1:]:
            yield f"GRANT {self._roles[before]} TO {self._roles[role]}"
            yield from self._granted(role)
            before = role

    def _create(self, role: Role) -> str:
        create = f"CREATE ROLE {self._roles[role]} NOLOGIN"
        return f"DO $$ BEGIN {create}; EXCEPTION WHEN duplicate_object THEN NULL; END $$"

    def _revoke(self) -> Iterator[str]:
        roles = ", ".join(self._roles.values())
        yield f"REVOKE ALL ON {self._listed([*GRANTS, VERSION_TABLE])} FROM {roles}"
        yield f"REVOKE ALL ON SEQUENCE {self._listed(filter(None, map(_sequence, self._tables)))} FROM {roles}"

    def _granted(self, role: Role) -> Iterator[str]:
        """What a role has more than the one before it."""
        mine = [(table, grant) for table in self._tables for grant in GRANTS[table.name] if grant.role is role]
        for right in (Right.INSERT, Right.DELETE):
            if tables := [table for table, grant in mine if grant.right is right]:
                yield f"GRANT {right} ON {self._listed(table.name for table in tables)} TO {self._roles[role]}"
            if right is Right.INSERT and (numbered := [*filter(None, map(_sequence, tables))]):
                yield f"GRANT USAGE ON SEQUENCE {self._listed(numbered)} TO {self._roles[role]}"
        for table, grant in mine:
            if grant.right is Right.UPDATE:
                columns = ", ".join(self._names.quote(table.c[name].name) for name in grant.columns)
                yield f"GRANT UPDATE ({columns}) ON {self._listed([table.name])} TO {self._roles[role]}"

    def _listed(self, names: Iterable[str]) -> str:
        spelt = [f"{self._schema}.{self._names.quote(name)}" for name in sorted(names)]
        return spelt[0] if len(spelt) == 1 else "".join(f"\n    {name}," for name in spelt)[:-1] + "\n   "


def _sequence(table: Table) -> str | None:
    """The sequence that numbers a table's rows, by the name that PostgreSQL gives it."""
    column = table.autoincrement_column
    return None if column is None else f"{table.name}_{column.name}_seq"
