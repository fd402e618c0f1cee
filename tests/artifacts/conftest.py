"""The stores that every test of the conformance suite runs on: a folder, moto's S3, and a real OpenStack Swift."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support.stores import LocalWorld, S3Server, S3World, World, running_moto
from tests.support.swift import S3Access

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client

_SWIFT = [pytest.mark.integration, pytest.mark.xdist_group("swift")]


@pytest.fixture(scope="session")
def moto() -> Iterator[S3Access]:
    """Moto's S3."""
    with running_moto() as server:
        yield server


@pytest.fixture(autouse=True)
def _no_foreign_aws(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No test may find the credentials of whoever runs it, nor ask the network for an instance's role."""
    for name in ("AWS_PROFILE", "AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "no-aws-config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "no-aws-credentials"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")


@pytest.fixture(scope="session")
def moto_server(moto: S3Access) -> S3Server:
    """Moto, with its clients."""
    return S3Server(moto.client, moto.environment)


@pytest.fixture(scope="session")
def swift_server(swift: S3Access) -> S3Server:
    """Swift, with its clients. Each file takes it tens of milliseconds; moto has a listing of several pages."""
    return S3Server(swift.client, swift.environment, many=251)


@pytest.fixture
def moto_world(moto_server: S3Server) -> S3World:
    """A bucket of its own on moto."""
    return S3World(moto_server)


@pytest.fixture
def swift_world(swift_server: S3Server) -> S3World:
    """A bucket of its own on Swift."""
    return S3World(swift_server)


@pytest.fixture(params=["local", "moto", pytest.param("swift", marks=_SWIFT)])
def world(request: pytest.FixtureRequest, tmp_path: Path) -> World:
    """A store of each kind, in turn."""
    if request.param == "local":
        return LocalWorld(tmp_path / "root")
    found: S3World = request.getfixturevalue(f"{request.param}_world")
    return found


@pytest.fixture(params=["moto", pytest.param("swift", marks=_SWIFT)])
def s3_world(request: pytest.FixtureRequest) -> S3World:
    """A store of each kind that speaks S3, in turn."""
    found: S3World = request.getfixturevalue(f"{request.param}_world")
    return found


@pytest.fixture
def unreachable() -> Callable[[], S3Client]:
    """Makes a client of a server that is not there, which does not try long."""
    import boto3.session
    from botocore.config import Config

    return partial(
        boto3.session.Session().client,
        "s3",
        endpoint_url="http://127.0.0.1:1",
        aws_access_key_id="nobody",
        aws_secret_access_key="nothing",
        region_name="us-east-1",
        config=Config(retries={"total_max_attempts": 1}, connect_timeout=1),
    )
