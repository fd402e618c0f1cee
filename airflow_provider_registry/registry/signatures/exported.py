"""Signatures as files, for tools that verify them without this package."""

from __future__ import annotations

import json
from pathlib import Path

from airflow_provider_registry.artifacts.local_errors import local_errors
from airflow_provider_registry.registry.outgoing import finished, read_file_path, refuse_other

# Of every Sigstore bundle, whichever its version.
_MEDIA_TYPE = "application/vnd.dev.sigstore.bundle"


def write_bundle(given: object, bundle: str) -> Path:
    """Write a signature's bundle to a file; see `Registry.export_signature`."""
    path = read_file_path(given, "a signature")
    with local_errors(str(path)):
        refuse_other(path, _is_bundle, "signature")
        with finished(path) as unfinished:
            unfinished.write_text(bundle, encoding="utf-8")
    return path


def _is_bundle(path: Path) -> bool:
    try:
        said = json.loads(path.read_bytes())
    except (ValueError, RecursionError):
        return False
    return isinstance(said, dict) and str(said.get("mediaType", "")).startswith(_MEDIA_TYPE)
