"""The long form: coverage-guided fuzzing, where atheris is installed; the targets themselves always."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.faults.hostile.documents import FILES
from tests.faults.hostile.fuzz import SEEDS, TARGETS
from tests.faults.hostile.values import LINES
from tests.faults.how_long import LONG

# Of each target. They are a dozen, and `make soak` takes an hour or two.
SECONDS = int(os.environ.get("REGISTRY_FUZZ_SECONDS", "180"))
CORPUS = Path(os.environ.get("REGISTRY_FUZZ_CORPUS", ".cache/fuzz"))

pytestmark = pytest.mark.timeout(SECONDS + 600)


@pytest.mark.parametrize("name", TARGETS)
def test_each_target_bears_its_seeds_and_every_hostile_line(name):
    for seed in [*SEEDS[name], *LINES.values()]:
        TARGETS[name](seed.encode("utf-8", "surrogatepass"))


@pytest.mark.skipif(not LONG, reason="takes minutes: make soak")
@pytest.mark.parametrize("name", TARGETS)
def test_fuzzing_finds_nothing_that_breaks_a_promise(name):
    if find_spec("atheris") is None:
        pytest.skip("atheris is not installed here (pip install atheris): Hypothesis alone looked for it")
    corpus = (CORPUS / name).absolute()
    corpus.mkdir(parents=True, exist_ok=True)
    for number, content in enumerate(FILES.values() if name == "files" else ()):
        (corpus / f"file-{number}").write_bytes(content if isinstance(content, bytes) else content.encode()[:4096])
    command = [sys.executable, "-m", "tests.faults.hostile.fuzz", name, str(SECONDS), str(corpus)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert 0 == done.returncode, done.stderr[-4_000:]
