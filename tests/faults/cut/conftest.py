"""The servers behind proxies, and the worlds in which acts are disturbed."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from tests.faults.cut.frames import http_framers
from tests.faults.cut.proxy import Proxy
from tests.faults.cut.scenes import DatabaseScene, StoreScene, database_proxy
from tests.support.postgres import PostgresServer
from tests.support.stores import S3Server, S3World, running_moto
from tests.support.swift import S3Access

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client


@pytest.fixture
def no_cursor_left() -> Iterator[None]:
    """Whatever a cut connection left of its cursors goes within the test, whose warnings are its own affair."""
    yield
    gc.collect()


@pytest.fixture(scope="module")
def database_scene(
    postgres: PostgresServer, template: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[DatabaseScene]:
    """PostgreSQL behind a proxy."""
    with database_proxy(postgres).running() as proxy:
        folder: Path = tmp_path_factory.mktemp("database-cut")
        yield DatabaseScene(folder, postgres, template("postgresql"), proxy)


@pytest.fixture(scope="module")
def store_scene(template: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[StoreScene]:
    """S3 behind a proxy. It is moto: Swift's listings lag behind where the machine is busy."""
    with running_moto() as access:
        at = urlsplit(access.endpoint)
        assert at.hostname
        assert at.port
        with Proxy((at.hostname, at.port), http_framers).running() as proxy, pytest.MonkeyPatch.context() as patch:
            # The pauses between boto3's tries are of seconds.
            patch.setattr("botocore.endpoint.time", SimpleNamespace(sleep=lambda _: None, time=time.time))
            client = _hasty_client(replace(access, endpoint=f"http://127.0.0.1:{proxy.port}"))
            world = S3World(S3Server(access.client, access.environment))
            yield StoreScene(tmp_path_factory.mktemp("store-cut"), template("sqlite"), world, lambda: client, proxy)
            client.close()


def _hasty_client(access: S3Access) -> S3Client:
    """A client like the registry's own, which waits five seconds for an answer, and not a minute."""
    from botocore.config import Config

    return access.client(
        Config(
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
            read_timeout=5,
            connect_timeout=5,
        )
    )
