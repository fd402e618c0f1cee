"""The Python distributions of an environment, as far as it says what they are."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

_SEPARATORS = re.compile(r"[-_.]+")


def distributions(environment: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Name and version of each, in their order; '' for a version that is not said.

    Parameters:
        environment: as it was captured, or as whoever registered the version described another.
    """
    return list(dict(_each(environment.get("distributions"))).items())


def _each(given: object) -> Iterator[tuple[str, str]]:
    if isinstance(given, Mapping):
        given = [{"name": name, "version": version} for name, version in given.items()]
    for item in given if isinstance(given, list) else ():
        name, version = (item.get("name"), item.get("version")) if isinstance(item, Mapping) else (item, "")
        if isinstance(name, str) and name.strip():
            yield name.strip(), version.strip() if isinstance(version, str) else ""


def purl(name: str, version: str) -> str:
    """The package URL of a distribution: `pkg:pypi/scikit-learn@1.5.0`.

    By https://github.com/package-url/purl-spec, a name of PyPI is in lower case, with `-` for `_`; `.` and runs of all
    three are the same there, by https://packaging.python.org/en/latest/specifications/name-normalization/.
    """
    named = f"pkg:pypi/{quote(_SEPARATORS.sub('-', name).lower(), safe='')}"
    return f"{named}@{quote(version, safe='')}" if version else named
