"""The registry beside MLflow and beside the database's own floor.

The floor is the same rows, written and read by plain psycopg or sqlite3 in one transaction, with the same durability.
MLflow runs in an environment of its own (`.cache/mlflow`), its `SqlAlchemyStore` in process, on the same server.
"""

from __future__ import annotations

import argparse
import logging
import tempfile
from pathlib import Path

from rich.console import Console

from benchmarks import machine, report
from benchmarks.measure import Finding
from benchmarks.results import Result, Results, read_results, write_results
from benchmarks.setting import Setting, open_setting
from benchmarks.works import NAMES, about, work

_MIB = 2**20


def main() -> None:
    """Run works and show what was found."""
    arguments = _arguments()
    logging.disable(logging.INFO)
    before = read_results(arguments.json) if arguments.json else {}
    if arguments.tables:
        _write(before, None, arguments.markdown)
        return
    with (
        tempfile.TemporaryDirectory(prefix="registry-bench-", dir=arguments.folder) as folder,
        open_setting(
            Path(folder),
            rounds=arguments.rounds,
            sizes=arguments.sizes,
            file_size=arguments.file_size * _MIB,
            with_mlflow=not arguments.no_mlflow,
        ) as setting,
    ):
        found: dict[str, Result] = {}
        for name in arguments.works or NAMES:
            found[name] = _run(name, setting)
            _write({**before, **found}, arguments.json, arguments.markdown)  # now: a run of hours may be stopped
    _show([finding for result in found.values() for finding in result.findings])


def _write(results: Results, figures: Path | None, tables: Path | None) -> None:
    ordered = {name: results[name] for name in NAMES if name in results}
    if figures:
        write_results(figures, ordered)
    if tables:
        tables.write_text(report.as_markdown(ordered, {name: about(name) for name in ordered}))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__)
    parser.add_argument("works", nargs="*", metavar="WORK", help=f"some of {', '.join(NAMES)}; without any, all")
    parser.add_argument("--rounds", type=int, default=200, help="counted calls of what takes milliseconds")
    parser.add_argument("--sizes", type=_numbers, default=(1_000, 100_000, 1_000_000), help="versions, with commas")
    parser.add_argument("--file-size", type=int, default=5 * 1024, help="MiB of the large artifact")
    parser.add_argument("--folder", type=Path, help="for all files, on the disk to measure")
    parser.add_argument("--no-mlflow", action="store_true", help="do not install it, and leave its columns empty")
    parser.add_argument("--json", type=Path, help="write everything here; what other works found stays in it")
    parser.add_argument("--markdown", type=Path, help="write the tables here")
    parser.add_argument("--tables", action="store_true", help="measure nothing: write the tables of what --json has")
    given = parser.parse_args()
    unknown = set(given.works) - set(NAMES)
    if unknown:
        parser.error(f"there is no work {', '.join(sorted(unknown))}; there are {', '.join(NAMES)}")
    return given


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(part.replace("_", "")) for part in text.split(","))


def _run(name: str, setting: Setting) -> Result:
    console = Console(stderr=True)
    before, findings = machine.noise(), []
    with console.status(name):
        for found in work(name)(setting):
            console.print(f"{name}: {found.work}, {found.setting}: {report.sentence(found)}", highlight=False)
            findings.append(found)
    ran_on = machine.describe(before, machine.noise(), machine.durability(setting))
    return Result(ran_on, setting.mlflow.version if setting.mlflow else "", findings)


def _show(findings: list[Finding]) -> None:
    console = Console(highlight=False)
    for found in findings:
        console.print(f"[bold]{found.work}[/], {found.setting}: {report.sentence(found)}")
    for note in dict.fromkeys(found.note for found in findings if found.note):
        console.print(f"[dim]{note}[/]")


if __name__ == "__main__":
    main()
