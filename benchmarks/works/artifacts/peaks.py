"""The most memory that a new process has while it registers and downloads."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from benchmarks.works.artifacts.places import Place
from benchmarks.works.artifacts.trees import Tree

# The peak is not asked of getrusage: a new process inherits that of the one that started it.
_PROGRAM = """
import json, logging, sys
from airflow_provider_registry.artifacts.s3_client import make_client
from airflow_provider_registry.registry import Registry

def peak():
    [line] = [line for line in open("/proc/self/status") if line.startswith("VmHWM:")]
    return int(line.split()[1]) / 1024

url, root, source, target = sys.argv[1:]
with Registry.connect(url, artifact_root=root, actor="benchmark") as registry:
    registry.migrate()
    if root.startswith("s3:"):
        make_client().list_buckets()
    base = peak()
    version = registry.register_version("memory", source, environment=False)
    registry.download(version.reference, target)
print(json.dumps([base, peak()]))
"""


def peak(place: Place, tree: Tree) -> tuple[float, float]:
    """MiB before and at the most."""
    target = tree.folder.parent / "downloaded"
    # The root is another registry's: one below it is nobody's.
    arguments = [place.new_url(), f"{place.root}-memory", str(tree.folder), str(target)]
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM, *arguments],
        env={**os.environ, **place.environment},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(done.stderr)
    shutil.rmtree(target)
    if not place.root.startswith("s3:"):
        shutil.rmtree(Path(f"{place.root}-memory"))
    base, most = json.loads(done.stdout.splitlines()[-1])
    return base, most
