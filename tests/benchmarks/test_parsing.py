"""The files that are parsed, and how what they load is counted; times are for `make bench`."""

from __future__ import annotations

from benchmarks.works import parsing
from tests.test_parse_time import MODULES


def test_the_file_imports_everything_that_a_dag_file_can():
    imported = {line.split()[1] for line in parsing.OPERATORS.splitlines()}
    assert set(MODULES) == imported


def test_a_file_is_parsed_in_a_fork_and_its_modules_are_counted(tmp_path):
    first, second = tmp_path / "first.py", tmp_path / "second.py"
    first.write_text("import json\n")
    second.write_text("import json, this\n")
    assert {"this"} == set(parsing._loaded(second)) - set(parsing._loaded(first)) - {"codecs"}
    assert parsing._parsed(first).value > 0
