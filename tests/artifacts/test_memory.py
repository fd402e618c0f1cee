"""Memory stays flat, whatever the size."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

SIZE = 400 * 1024 * 1024
# Buffers of a multipart upload are some 100 MB; a file held whole would be four times that.
BOUND = 200 * 1024 * 1024

_PROGRAM = """
import sys
from airflow_provider_registry.artifacts.download import download_artifact
from airflow_provider_registry.artifacts.reader import verify_artifact
from airflow_provider_registry.artifacts.s3_client import make_client
from airflow_provider_registry.artifacts.source import LocalSource
from airflow_provider_registry.artifacts.opening import open_store

def peak():
    # Not ru_maxrss, which a new process inherits from the one that started it.
    [line] = [line for line in open("/proc/self/status") if line.startswith("VmHWM:")]
    return int(line.split()[1]) * 1024

root, folder, target = sys.argv[1:]
if root.startswith("s3:"):
    make_client().list_buckets()
before = peak()
source = LocalSource.scan(folder)
manifest = source.manifest()
uri = open_store(root).put(source, manifest, "churn")
verify_artifact(uri, manifest)
download_artifact(uri, manifest, target)
print(peak() - before)
"""


@pytest.mark.integration
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the peak is read from Linux's /proc")
@pytest.mark.parametrize(
    "kind", ["local", pytest.param("swift", marks=[pytest.mark.integration, pytest.mark.xdist_group("swift")])]
)
def test_a_large_file_takes_little_memory(kind, request, tmp_path):
    """Hashing, storing, checking and downloading stream."""
    environment, root = {}, str(tmp_path / "root")
    if kind == "swift":
        world = request.getfixturevalue("swift_world")
        environment, root = world.environment, world.root
    folder = tmp_path / "tree"
    folder.mkdir()
    with (folder / "big.bin").open("wb") as file:
        file.truncate(SIZE)
        file.write(b"not quite sparse")
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM, root, str(folder), str(tmp_path / "out")],
        env={**os.environ, **environment, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) < BOUND
