"""The Python that the documentation quotes runs, on a registry of its own, and prints what the pages say it prints."""

from __future__ import annotations

import re
import runpy
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from airflow_provider_registry.registry import Registry

DOCS = Path(__file__).parents[2] / "docs"
EXAMPLES = sorted((DOCS / "examples").glob("*.py"))

# What differs from run to run: times, digests, and the folder that the example runs in.
_VARYING = (
    (re.compile(r"\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}(:\d{2})?"), "TIME"),
    (re.compile(r"\b(?=[0-9a-f]*\d)(?=[0-9a-f]*[a-f])([0-9a-f]{12}|[0-9a-f]{64})\b"), "DIGEST"),
    (re.compile(r"file:///\S*/elsewhere"), "file:///…/elsewhere"),
)


@pytest.fixture
def backend() -> str:
    """SQLite: what differs on PostgreSQL is the kernel's to test."""
    return "sqlite"


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_runs_and_prints_what_its_page_shows(
    example: Path,
    registry: Registry,
    migrated_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    folder = tmp_path / "work"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setenv("MODEL_REGISTRY_URL", migrated_url)
    monkeypatch.setenv("MODEL_REGISTRY_ARTIFACT_ROOT", str(tmp_path / "artifacts"))

    runpy.run_path(str(example))

    expected = example.with_suffix(".txt")
    if expected.exists():
        assert _settled(expected.read_text(encoding="utf-8")) == _settled(capsys.readouterr().out)
    else:
        assert "" == capsys.readouterr().out, f"{example.name} prints: keep what it prints in {expected.name}"


def _marks(text: str) -> list[str]:
    return re.findall(r"^ *# docs: (?!end)(.+)$", text, re.MULTILINE)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_every_marked_part_of_an_example_is_quoted_by_a_page(example: Path) -> None:
    pages = "\n".join(page.read_text(encoding="utf-8") for page in DOCS.glob("*.md"))
    unquoted = [mark for mark in _marks(example.read_text(encoding="utf-8")) if not _quoted(pages, example.name, mark)]
    assert [] == unquoted


def _quoted(pages: str, name: str, mark: str) -> bool:
    start, end = f'\n:start-after: "docs: {mark}"', '\n:end-before: "docs: end"'
    quote = rf"examples/{re.escape(name)}\n:language: \w+{re.escape(start + end)}"
    return re.search(quote, pages) is not None


def _settled(text: str) -> list[str]:
    for pattern, word in _VARYING:
        text = pattern.sub(word, text)
    return text.splitlines()
