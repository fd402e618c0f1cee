"""Worlds that are put back as they were, for one act after the other, and what they come to."""

from __future__ import annotations

import itertools
import json
import re
import shutil
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import DateTime, Engine, LargeBinary, Table, make_url, select

from airflow_provider_registry.registry import Registry
from airflow_provider_registry.registry.database.tables import metadata
from tests.faults.cut.acts import prepare
from tests.faults.cut.frames import postgres_framers
from tests.faults.cut.proxy import Proxy
from tests.support.postgres import PostgresServer, create_database, drop_database
from tests.support.stores import S3World

Shape = dict[str, list[Any]]

# Of times, random tokens, signatures, or of row numbers, in which PostgreSQL leaves a gap where it undid something.
_VOLATILE = {
    *("act_key", "fingerprint", "hash", "head_hash", "report_digest", "registry_gate_report.digest", "bundle"),
    "private_digest",
}
_APART = {"registry_lease", "registry_identity"}
_DIGEST_OR_TIME = re.compile(r"[0-9a-f]{64}|\d{4}-\d\d-\d\dT.*")


def shape_of(engine: Engine) -> Shape:
    """Every row of the registry, but for what two undisturbed runs of the same acts would not have in common."""
    tables = [table for table in metadata.sorted_tables if table.name not in _APART]
    with engine.connect() as connection:
        found = {
            table.name: [dict(row) for row in connection.execute(select(table).order_by(*table.primary_key)).mappings()]
            for table in tables
        }
    numbered = (table.name for table in tables if "id" in table.columns)
    ranks = {name: {row["id"]: number for number, row in enumerate(found[name])} for name in numbered}
    return {table.name: [_row(table, row, ranks) for row in found[table.name]] for table in tables}


def _row(table: Table, row: Mapping[str, Any], ranks: Mapping[str, Mapping[int, int]]) -> dict[str, Any]:
    kept: dict[str, Any] = {}
    for column in table.columns:
        value = row[column.key]
        if column.name in _VOLATILE or f"{table.name}.{column.name}" in _VOLATILE:
            continue
        if column.name == "body":
            kept["body"] = said(json.loads(value) if isinstance(value, bytes) else value)
        elif (
            isinstance(column.type, LargeBinary)
            or getattr(column.type, "impl_instance", column.type)._type_affinity is DateTime
        ):
            kept[column.name] = value is not None
        else:
            kept[column.name] = _ranked(column, value, ranks)
    return kept


def _ranked(column: Any, value: Any, ranks: Mapping[str, Mapping[int, int]]) -> Any:
    for key in column.foreign_keys:
        table, _, name = key.target_fullname.partition(".")
        if name == "id" and value is not None:
            return ranks[table][value]
    return ranks[column.table.name][value] if column.name == "id" else value


def said(value: Any) -> Any:
    """JSON without numbers of rows, digests and times."""
    if isinstance(value, dict):
        return {name: said(each) for name, each in sorted(value.items())}
    if isinstance(value, list):
        return [said(each) for each in value]
    if isinstance(value, str):
        return "…" if _DIGEST_OR_TIME.fullmatch(value) else value
    return value if isinstance(value, bool) or value is None else "number"


def leases(engine: Engine) -> int:
    """How many guards on bytes there are."""
    with engine.connect() as connection:
        return len(connection.execute(select(metadata.tables["registry_lease"])).all())


@dataclass
class Scene(ABC):
    """A prepared world, copied anew for each act, and the proxy on the way to one half of it.

    Attributes:
        folder: where `acts.Place` finds its artifact and puts what it downloads.
    """

    folder: Path
    proxy: Proxy

    @contextmanager
    def fresh(self) -> Iterator[str]:
        """Put the world back as it was prepared; gives the database's URL."""
        shutil.rmtree(self.folder / "here", ignore_errors=True)
        url = self._copy_database()
        self._restore_bytes()
        try:
            yield url
        finally:
            self.proxy.drop()
            self._drop_database(url)

    @abstractmethod
    def open(self, url: str, *, through: bool) -> Registry:
        """The registry, through the proxy or past it."""

    @abstractmethod
    def bytes(self) -> Mapping[str, Any]:
        """All that is stored."""

    @abstractmethod
    def _copy_database(self) -> str: ...

    @abstractmethod
    def _drop_database(self, url: str) -> None: ...

    @abstractmethod
    def _restore_bytes(self) -> None: ...


class DatabaseScene(Scene):
    """PostgreSQL behind a proxy; bytes in a folder."""

    def __init__(self, folder: Path, server: PostgresServer, template: str, proxy: Proxy) -> None:
        super().__init__(folder, proxy)
        self._server, self._root = server, folder / "root"
        self._prepared = create_database(server, template)
        with Registry.connect(self._prepared, artifact_root=self._root, actor="tester") as registry:
            prepare(registry, folder)
        shutil.copytree(self._root, folder / "kept")

    def open(self, url: str, *, through: bool) -> Registry:
        return Registry.connect(self.through(url) if through else url, artifact_root=self._root, actor="tester")

    def through(self, url: str) -> str:
        """The same database, as it is reached by way of the proxy, with nothing but messages on the connection."""
        query = {"sslmode": "disable", "gssencmode": "disable"}
        found = make_url(url).set(host="127.0.0.1", port=self.proxy.port, query=query)
        return found.render_as_string(hide_password=False)

    def bytes(self) -> Mapping[str, Any]:
        return {
            path.relative_to(self._root).as_posix(): path.read_bytes()
            for path in self._root.rglob("*")
            if path.is_file()
        }

    def _copy_database(self) -> str:
        return create_database(self._server, self._prepared)

    def _drop_database(self, url: str) -> None:
        drop_database(self._server, url)

    def _restore_bytes(self) -> None:
        shutil.rmtree(self._root)
        shutil.copytree(self.folder / "kept", self._root)


class StoreScene(Scene):
    """S3 behind a proxy; the database is SQLite.

    Parameters:
        world: the bucket, past the proxy.
        client: makes a client that goes through the proxy.
    """

    def __init__(self, folder: Path, template: str, world: S3World, client: Callable[[], Any], proxy: Proxy) -> None:
        super().__init__(folder, proxy)
        self.world, self._client, self._numbers = world, client, itertools.count()
        self._prepared = folder / "prepared.db"
        shutil.copyfile(template.removeprefix("sqlite:///"), self._prepared)
        with self.open(f"sqlite:///{self._prepared}", through=False) as registry:
            prepare(registry, folder)
        self._kept = {name: self._object(name) for name in world.names()}

    def open(self, url: str, *, through: bool) -> Registry:
        client = self._client if through else self.world.client
        return Registry.connect(url, artifact_root=self.world.root, s3_client=client, actor="tester")

    def bytes(self) -> Mapping[str, Any]:
        return {name: self.world.read(name) for name in self.world.names()}

    def _object(self, name: str) -> dict[str, Any]:
        found = self.world.s3.get_object(Bucket=self.world.bucket, Key=f"{self.world.prefix}/{name}")
        return {"Body": found["Body"].read(), "Metadata": found["Metadata"]}

    def _copy_database(self) -> str:
        file = self.folder / f"{next(self._numbers)}.db"
        shutil.copyfile(self._prepared, file)
        return f"sqlite:///{file}"

    def _drop_database(self, url: str) -> None:
        for file in self.folder.glob(f"{Path(make_url(url).database or '').name}*"):
            file.unlink()

    def _restore_bytes(self) -> None:
        self.world.end_uploads()
        there = self.world.names()
        for name in there - set(self._kept):
            self.world.remove(name)
        for name in set(self._kept) - there:
            self.world.s3.put_object(Bucket=self.world.bucket, Key=f"{self.world.prefix}/{name}", **self._kept[name])


def database_proxy(server: PostgresServer) -> Proxy:
    """A proxy to a server that listens on a Unix socket alone."""
    socket = Path(str(server.url.query["host"])) / f".s.PGSQL.{server.url.port or 5432}"
    return Proxy(str(socket), postgres_framers)
