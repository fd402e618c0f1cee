"""The process in which files are scanned: whoever wrote them may make it slow, large or dead, and nothing else.

It prints one line of JSON for each file, once that is scanned.
"""

from __future__ import annotations

import json
import resource
import sys
from collections.abc import Sequence

from airflow_provider_registry.scanning.file import scan_file


def main(arguments: Sequence[str]) -> None:
    """Scan files, which standard input names: a JSON list of where each lies, and of its path in the artifact.

    Parameters:
        arguments: seconds of processor time, and bytes of memory, that all of them may take.
    """
    seconds, memory = map(int, arguments)
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    for path, name in json.load(sys.stdin):
        found = [finding.as_mapping() for finding in scan_file(path, name)]
        sys.stdout.write(json.dumps({"file": name, "findings": found}) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
