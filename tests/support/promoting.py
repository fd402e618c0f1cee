"""A process that promotes a version by its request: `python -m tests.support.promoting`.

It says when it is ready, waits for a line on stdin, and says what came of it.
"""

from __future__ import annotations

import sys

from airflow_provider_registry.errors import RegistryError
from airflow_provider_registry.registry import Registry


def main(url: str, root: str, version: str, request: str) -> None:
    """Promote, and print the version, or the error's name and words."""
    registry = Registry.connect(url, artifact_root=root, actor=f"process of {version}")
    registry.get_model("churn")
    print("ready", flush=True)  # noqa: T201  # what the test waits for
    sys.stdin.readline()
    try:
        said = f"promoted {registry.promote('churn', version, 'production', request=int(request)).version}"
    except RegistryError as error:
        said = f"{type(error).__name__}: {error}"
    print(said, flush=True)  # noqa: T201  # what the test reads


if __name__ == "__main__":
    main(*sys.argv[1:])
