"""Statements that are run thousands of times: SQLAlchemy writes their SQL once, and the driver runs it.

Building, compiling and wrapping a statement takes SQLAlchemy longer than a short one takes PostgreSQL, and that at each
execution. What else SQLAlchemy does stays: its connections and transactions, its types, its errors, and its events
before and after each statement, which tracing listens to.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, Protocol, TypeAlias

from sqlalchemy import Connection, Dialect, Executable, RowMapping, bindparam, func, insert, literal_column, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.exc import DBAPIError
from sqlalchemy.types import TypeEngine

from airflow_provider_registry.registry.database.base import Base

# A row by column name, from a prepared statement or from SQLAlchemy.
Row: TypeAlias = dict[str, Any] | RowMapping
# For LIMIT: of a parameter, PostgreSQL's plan for any values expects a tenth of all that there is.
ONE: Any = literal_column("1")
# A column's value on its way to the driver, or from it.
_Process: TypeAlias = Callable[[Any], Any]


@dataclass(slots=True)
class _Form:
    """A statement as one driver takes it.

    Attributes:
        order: of the parameters, where the driver takes them by place.
        constants: parameters that the statement itself gives.
        binders: of the parameters that the driver does not take as they are.
        columns: names and types of the columns that come back.
        readers: of the columns that the driver does not give as they are meant; known once some have come back.
    """

    dialect: Dialect
    text: str
    order: tuple[str, ...] | None
    constants: Mapping[str, Any]
    binders: tuple[tuple[str, _Process], ...]
    columns: tuple[tuple[str, TypeEngine[Any]], ...]
    readers: list[tuple[str, _Process]] | None = None

    def parameters(self, values: Mapping[str, Any]) -> Any:
        """The values as the driver takes them."""
        given = {**self.constants, **values}
        for name, bind in self.binders:
            given[name] = bind(given[name])
        return given if self.order is None else [given[name] for name in self.order]

    def read(self, cursor: Any) -> list[Row]:
        """What came back, by name."""
        if self.readers is None:
            sent = zip(self.columns, cursor.description, strict=True)
            found = ((key, _reader(type_, self.dialect, told[1])) for (key, type_), told in sent)
            self.readers = [(key, read) for key, read in found if read]
        keys = [key for key, _ in self.columns]
        rows = [dict(zip(keys, row, strict=True)) for row in cursor.fetchall()]
        for row in rows:
            for key, read in self.readers:
                row[key] = read(row[key])
        return list(rows)


class Prepared:
    """A statement with named parameters (`sqlalchemy.bindparam`)."""

    def __init__(self, build: Callable[[str], Executable], *, keys: Iterable[str] | None = None) -> None:
        """Keep how the statement is built; it is built and compiled when it is first run.

        Parameters:
            build: given SQLAlchemy's name of the dialect.
            keys: the columns that an INSERT or UPDATE without values of its own sets.
        """
        self._build = build
        self._keys = None if keys is None else list(keys)
        self._forms: dict[str, _Form] = {}

    def rows(self, connection: Connection, **values: Any) -> list[Row]:
        """Run it, and give the rows that come back."""
        form = self.form(connection.dialect)
        return form.read(run(connection, form, form.parameters(values)))

    def form(self, dialect: Dialect) -> _Form:
        """The statement as a driver takes it."""
        form = self._forms.get(dialect.name)
        if form is None:
            form = self._forms[dialect.name] = self._compile(dialect)
        return form

    def _compile(self, dialect: Dialect) -> _Form:
        statement: Any = self._build(dialect.name)
        options = {"render_postcompile": True}
        compiled = statement.compile(dialect=dialect, column_keys=self._keys, compile_kwargs=options)
        binders = ((name, _binder(bind.type, dialect)) for name, bind in compiled.binds.items())
        columns = getattr(statement, "exported_columns", ())
        return _Form(
            dialect,
            compiled.string,
            tuple(compiled.positiontup) if compiled.positional else None,
            {name: bind.effective_value for name, bind in compiled.binds.items() if not bind.required},
            tuple((name, process) for name, process in binders if process),
            tuple((column.key, column.type) for column in columns),
        )


class Ask(Protocol):
    """Reads a prepared statement somewhere: in an act, or outside any."""

    def __call__(self, statement: Prepared, **values: Any) -> list[Row]:
        """The rows of the statement."""


def insertion(table: type[Base]) -> Prepared:
    """The statement that inserts one row, all of whose columns are given."""
    return Prepared(lambda dialect: insert(table), keys=[column.key for column in table.__table__.columns])


class Insertions:
    """The statement that inserts any number of rows that share some columns."""

    def __init__(self, table: type[Base], shared: Iterable[str], each: Iterable[str]) -> None:
        """Name the columns.

        Parameters:
            shared: have one value in all rows.
            each: have a value for each row.
        """
        self._table: Any = table.__table__
        self._shared, self._each = tuple(shared), tuple(each)
        self._one = Prepared(lambda dialect: insert(self._table), keys=[*self._shared, *self._each])
        self._all = Prepared(lambda dialect: self._from_arrays())

    def run(self, connection: Connection, shared: Mapping[str, Any], rows: Sequence[Mapping[str, Any]]) -> None:
        """Insert the rows: one statement on PostgreSQL, whatever their number."""
        if connection.dialect.name == "postgresql":
            arrays = {key: [row[key] for row in rows] for key in self._each}
            form = self._all.form(connection.dialect)
            run(connection, form, form.parameters({**shared, **arrays}))
        else:
            form = self._one.form(connection.dialect)
            run(connection, form, [form.parameters({**shared, **row}) for row in rows], many=True)

    def _from_arrays(self) -> Executable:
        columns = self._table.c
        shared = [bindparam(key, type_=columns[key].type) for key in self._shared]
        arrays = [bindparam(key, type_=ARRAY(columns[key].type)) for key in self._each]
        each = func.unnest(*arrays).table_valued(*self._each).render_derived(name="each")
        return insert(self._table).from_select([*self._shared, *self._each], select(*shared, *each.c))


def run(connection: Connection, form: _Form, parameters: Any, *, many: bool = False) -> Any:
    """Have the driver execute a statement; gives its cursor.

    Raises:
        DBAPIError: SQLAlchemy's, around the driver's.
    """
    cursor, text = connection.connection.cursor(), form.text
    # The engine's, which lasts: a connection makes its own anew.
    before, after = connection.engine.dispatch.before_cursor_execute, connection.engine.dispatch.after_cursor_execute
    # What listeners hang theirs on.
    context = SimpleNamespace(execution_options={}, statement=text, compiled=None) if before or after else None
    for listener in before:
        text, parameters = listener(connection, cursor, text, parameters, context, many)
    try:
        if many:
            cursor.executemany(text, parameters)
        else:
            cursor.execute(text, parameters)
    except connection.dialect.loaded_dbapi.Error as error:  # `driver_errors`, which takes as long as SQLite's answer
        raise _raised(connection, error, text) from error
    for listener in after:
        listener(connection, cursor, text, parameters, context, many)
    return cursor


@contextmanager
def driver_errors(connection: Connection, text: str | None = None) -> Iterator[None]:
    """Raise the driver's errors as SQLAlchemy's, without the parameters, which may be anybody's."""
    kind: type[Exception] = connection.dialect.loaded_dbapi.Error
    try:
        yield
    except kind as error:
        raise _raised(connection, error, text) from error


def _raised(connection: Connection, error: Exception, text: str | None) -> Exception:
    """A driver's error as SQLAlchemy's; the connection is of no use any more where the error says so."""
    dialect = connection.dialect
    kind: type[Exception] = dialect.loaded_dbapi.Error
    driver: Any = connection.connection.dbapi_connection
    gone = dialect.is_disconnect(error, driver, None)  # type: ignore[arg-type]  # its own wrapper of the driver's class
    if dialect.name == "postgresql" and driver.pgconn.pipeline_status:
        text = None  # the error may be that of a statement sent before
    if gone:
        connection.invalidate(error)
    return DBAPIError.instance(
        text, [], error, kind, hide_parameters=True, connection_invalidated=gone, dialect=dialect
    )


def _binder(type_: TypeEngine[Any], dialect: Dialect) -> _Process | None:
    return type_.dialect_impl(dialect).bind_processor(dialect)


def _reader(type_: TypeEngine[Any], dialect: Dialect, sent_as: object) -> _Process | None:
    return type_.dialect_impl(dialect).result_processor(dialect, sent_as)
