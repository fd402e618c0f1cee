"""The browser that tests look at the Models page with: `make test` installs it where it may, and says where it may not.

Playwright's own builds of Chromium lie outside the package index, so the system's is used.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

from rich.console import Console

NEEDED = "REGISTRY_NEEDS_CHROMIUM"
_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_APT = ("env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq", "-o", "DPkg::Lock::Timeout=120")
LEFT_OUT = (
    "Chromium is not installed, so the tests that look at the Models page are left out: tests/end_to_end/browser, and "
    "one of test_in_metadata.py. To run them, install it as `chromium`."
)


def chromium() -> str | None:
    """The path of the program; None where there is none."""
    return next(filter(None, map(shutil.which, _NAMES)), None)


def is_needed() -> bool:
    """Whether a missing browser is a failure: in continuous integration, where nothing may be left out."""
    return os.environ.get(NEEDED, "") not in {"", "0"}


def main() -> int:
    """Install Chromium where it is missing, without asking anybody; gives 1 where it is needed and cannot be."""
    if chromium() is None:
        _install()
    if chromium() is not None:
        return 0
    Console(stderr=True).print(LEFT_OUT, soft_wrap=True)
    return int(is_needed())


def _install() -> None:
    sudo = _without_a_password()
    if sudo is None or shutil.which("apt-get") is None:
        return
    Console().print("Installing Chromium from the system's packages, for the tests of the Models page.")
    for command in (["update"], ["install", "--yes", "--no-install-recommends", "chromium"]):
        if subprocess.run([*sudo, *_APT, *command], check=False, stdin=subprocess.DEVNULL).returncode:
            return


def _without_a_password() -> list[str] | None:
    """What makes a command run as root; None where only a password would."""
    if os.geteuid() == 0:
        return []
    sudo = ["sudo", "--non-interactive"]
    if shutil.which("sudo") and not subprocess.run([*sudo, "true"], check=False, capture_output=True).returncode:
        return sudo
    return None


if __name__ == "__main__":
    sys.exit(main())
