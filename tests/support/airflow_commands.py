"""Commands of `airflow`, one after the other in one process, which imports Airflow only once.

`python -m tests.support.airflow_commands` takes a JSON list of commands, each a list of its words, and writes what
became of each to the file that it is given: exit code, stdout and stderr.
"""

from __future__ import annotations

import json
import sys
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any


def main(commands: list[list[str]]) -> list[tuple[int, str, str]]:
    """Run commands, whatever becomes of them."""
    from airflow.cli import cli_parser

    parser = cli_parser.get_parser()
    return [_run(parser, words) for words in commands]


def _run(parser: Any, words: list[str]) -> tuple[int, str, str]:
    out, err = StringIO(), StringIO()
    code = 0
    with redirect_stdout(out), redirect_stderr(err):
        try:
            args = parser.parse_args(words)
            args.func(args)
        except SystemExit as ended:
            code = int(ended.code or 0)
    return code, out.getvalue(), err.getvalue()


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(json.dumps(main(json.load(sys.stdin))))
