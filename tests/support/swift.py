"""A real S3-compatible server for tests: OpenStack Swift with its s3api, on this machine and from PyPI alone.

Swift's requirements are not Airflow's, so it lives in a virtual environment of its own, `.cache/swift`, which is made
on first use (about a minute) and kept. Its four servers (account, container, object, proxy) listen on free ports of
127.0.0.1, keep everything in a temporary folder, and end with the process that started them.

Swift's conditional puts are not atomic, and its s3api checks sha256 and CRC checksums: it stands for all the servers
that speak S3 without being it.
"""

from __future__ import annotations

import fcntl
import getpass
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from botocore.config import Config
    from mypy_boto3_s3.client import S3Client

_HOME = Path(__file__).parents[2] / ".cache" / "swift"
_REQUIREMENTS = ["swift>=2.36", "setuptools"]
_KINDS = ("account", "container", "object", "proxy")
_SECONDS = 60

_RINGS = """
import sys
from swift.common.ring import RingBuilder
folder, *ports = sys.argv[1:]
for kind, port in zip(("account", "container", "object"), ports):
    builder = RingBuilder(6, 1, 0)
    builder.add_dev({"region": 1, "zone": 1, "ip": "127.0.0.1", "port": int(port), "device": "d1", "weight": 1})
    builder.rebalance()
    builder.get_ring().save(f"{folder}/{kind}.ring.gz")
"""

# The path of swift.conf is a constant in Swift, /etc/swift/swift.conf. The kernel ends the server with its parent.
_SERVER = """
import ctypes, importlib.metadata, signal, sys
kind, folder = sys.argv[1:]
ctypes.CDLL(None).prctl(1, signal.SIGTERM)
import swift.common.utils, swift.common.utils.config
swift.common.utils.SWIFT_CONF_FILE = swift.common.utils.config.SWIFT_CONF_FILE = f"{folder}/swift.conf"
sys.argv = [f"swift-{kind}-server", f"{folder}/{kind}-server.conf"]
[script] = importlib.metadata.entry_points(group="console_scripts", name=f"swift-{kind}-server")
sys.exit(script.load()())
"""

_SWIFT_CONF = """
[swift-hash]
swift_hash_path_prefix = tests
swift_hash_path_suffix = tests
[storage-policy:0]
name = gold
default = yes
"""

_SERVER_CONF = """
[DEFAULT]
bind_ip = 127.0.0.1
bind_port = {port}
workers = 0
user = {user}
swift_dir = {etc}
devices = {devices}
mount_check = false
[pipeline:main]
pipeline = {kind}-server
[app:{kind}-server]
use = egg:swift#{kind}
"""

_PROXY_CONF = """
[DEFAULT]
bind_ip = 127.0.0.1
bind_port = {port}
workers = 0
user = {user}
swift_dir = {etc}
[pipeline:main]
pipeline = catch_errors gatekeeper s3api tempauth copy slo dlo versioned_writes symlink proxy-server
[app:proxy-server]
use = egg:swift#proxy
account_autocreate = true
[filter:catch_errors]
use = egg:swift#catch_errors
[filter:gatekeeper]
use = egg:swift#gatekeeper
[filter:s3api]
use = egg:swift#s3api
s3_acl = false
check_bucket_owner = false
allow_multipart_uploads = true
min_segment_size = 5242880
[filter:tempauth]
use = egg:swift#tempauth
user_test_tester = testing .admin
[filter:copy]
use = egg:swift#copy
[filter:slo]
use = egg:swift#slo
[filter:dlo]
use = egg:swift#dlo
[filter:symlink]
use = egg:swift#symlink
[filter:versioned_writes]
use = egg:swift#versioned_writes
allow_object_versioning = true
"""


@dataclass(frozen=True)
class S3Access:
    """Where a running S3 server is, and its only user: by default those of our Swift.

    Attributes:
        endpoint: the URL of its S3 API.
        access_key: of its only user.
        secret_key: likewise.
        region: the only one it signs for.
    """

    endpoint: str
    access_key: str = "test:tester"
    secret_key: str = "testing"
    region: str = "us-east-1"

    @property
    def environment(self) -> dict[str, str]:
        """The variables with which boto3 finds it by itself."""
        return {
            "AWS_ENDPOINT_URL_S3": self.endpoint,
            "AWS_ACCESS_KEY_ID": self.access_key,
            "AWS_SECRET_ACCESS_KEY": self.secret_key,
            "AWS_DEFAULT_REGION": self.region,
        }

    def client(self, config: Config | None = None) -> S3Client:
        """A boto3 client as a user would make it: nothing set but where and who.

        Parameters:
            config: what else is set.
        """
        import boto3.session

        return boto3.session.Session().client(
            "s3",
            endpoint_url=self.endpoint,
            aws_access_key_id=self.access_key,
            aws_secret_access_key=self.secret_key,
            region_name=self.region,
            config=config,
        )


@contextmanager
def running_swift() -> Iterator[S3Access]:
    """Start a Swift, and stop and remove it in the end. Takes a few seconds, and the first time about a minute."""
    python = _installed()
    folder = Path(tempfile.mkdtemp(prefix="registry-swift-"))
    ports = dict(zip(_KINDS, _free_ports(len(_KINDS)), strict=True))
    _configure(folder, ports)
    _run([str(python), "-c", _RINGS, str(folder), *(str(ports[kind]) for kind in _KINDS[:3])])
    servers = [_start(python, kind, folder) for kind in _KINDS]
    try:
        _wait(ports.values(), servers, folder)
        yield S3Access(f"http://127.0.0.1:{ports['proxy']}")
    finally:
        for server in servers:
            server.terminate()
        for server in servers:
            server.wait()
        shutil.rmtree(folder, ignore_errors=True)


def _installed() -> Path:
    """The interpreter of Swift's environment, made by the first who asks while the others wait."""
    _HOME.parent.mkdir(parents=True, exist_ok=True)
    python, done = _HOME / "bin" / "python", _HOME / ".installed"
    with (_HOME.parent / "swift.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            _run([sys.executable, "-m", "venv", "--clear", str(_HOME)])
            uv = shutil.which("uv")
            install = [uv, "pip", "install", "--python", str(python)] if uv else [str(python), "-m", "pip", "install"]
            _run([*install, "--quiet", *_REQUIREMENTS])
            done.touch()
    return python


def _configure(folder: Path, ports: dict[str, int]) -> None:
    (folder / "srv" / "d1").mkdir(parents=True)
    (folder / "swift.conf").write_text(_SWIFT_CONF)
    for kind, port in ports.items():
        conf = _PROXY_CONF if kind == "proxy" else _SERVER_CONF
        text = conf.format(kind=kind, port=port, user=getpass.getuser(), etc=folder, devices=folder / "srv")
        (folder / f"{kind}-server.conf").write_text(text)


def _start(python: Path, kind: str, folder: Path) -> subprocess.Popen[bytes]:
    with (folder / f"{kind}.log").open("wb") as log:
        return subprocess.Popen(
            [str(python), "-W", "ignore", "-c", _SERVER, kind, str(folder)], stdout=log, stderr=subprocess.STDOUT
        )


def _wait(ports: Iterable[int], servers: list[subprocess.Popen[bytes]], folder: Path) -> None:
    """Wait for all of them: a proxy that asks the others too early waits ten seconds for an answer."""
    end, missing = time.monotonic() + _SECONDS, list(ports)
    while time.monotonic() < end and all(server.poll() is None for server in servers):
        try:
            socket.create_connection(("127.0.0.1", missing[0]), 0.5).close()
        except OSError:
            time.sleep(0.1)
        else:
            missing.pop(0)
            if not missing:
                return
    logs = "\n".join(f"{log.name}: {log.read_text(errors='replace')[-1000:]}" for log in folder.glob("*.log"))
    raise RuntimeError(f"Swift did not start:\n{logs}")


def _free_ports(count: int) -> list[int]:
    """Ports that were free a moment ago; held together, so that they differ."""
    sockets = [socket.socket() for _ in range(count)]
    try:
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]
    finally:
        for each in sockets:
            each.close()


def _run(command: list[str]) -> None:
    environment = {name: value for name, value in os.environ.items() if name not in {"PYTHONPATH", "PYTHONHOME"}}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    if done.returncode:
        raise RuntimeError(f"{command[:4]} failed:\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}")
