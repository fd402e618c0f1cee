"""Writing an evidence pack: the same bytes for the same record, since names are sorted and times are fixed."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile, ZipInfo, is_zipfile

from airflow_provider_registry.artifacts.local_errors import local_errors
from airflow_provider_registry.artifacts.progress import Progress, default_progress
from airflow_provider_registry.registry.at_one_moment import at_one_moment
from airflow_provider_registry.registry.core import Core
from airflow_provider_registry.registry.evidence.contents import EVENTS, Contents, read_contents
from airflow_provider_registry.registry.evidence.views import EvidencePack
from airflow_provider_registry.registry.outgoing import finished, refuse_other

SUMS = "SHA256SUMS"
_THEN = (1980, 1, 1, 0, 0, 0)  # the first that a zip can say
_FILE = 0o100644 << 16


def write_pack(core: Core, request_id: int, path: Path, progress: Progress | None) -> EvidencePack:
    """Write the evidence of a request; see `Registry.evidence_pack`."""
    with local_errors(str(path)), TemporaryDirectory(prefix="model-evidence-") as folder:
        refuse_other(path, _is_pack, "evidence pack")
        events = Path(folder) / "events.jsonl"
        contents = at_one_moment(core, lambda moment: read_contents(moment, request_id, events))
        with finished(path) as unfinished:
            _write(unfinished, contents, events, progress or default_progress())
            digest = _sha256(unfinished)
    request = contents.request
    reference = f"models:/{request.model_name}/{request.version}"
    return EvidencePack(path, digest, request.request_id, reference, request.alias, contents.head)


def _is_pack(path: Path) -> bool:
    if not is_zipfile(path):
        return False
    try:
        with ZipFile(path) as pack:
            return {SUMS, EVENTS, "verify.py"} <= set(pack.namelist())
    except BadZipFile:
        return False


def _write(path: Path, contents: Contents, events: Path, progress: Progress) -> None:
    sources = {**contents.files, SUMS: _sums(contents.files, events)}
    size = events.stat().st_size + sum(map(len, sources.values()))
    progress.start(len(sources) + 1, size, f"Packing the evidence of request {contents.request.request_id}")
    try:
        with ZipFile(path, "w") as pack:
            for name in sorted({*sources, EVENTS}):
                with events.open("rb") if name == EVENTS else BytesIO(sources[name]) as source:
                    _add(pack, name, source)
                progress.advance(1, len(sources[name]) if name in sources else events.stat().st_size)
    finally:
        progress.finish()


def _add(pack: ZipFile, name: str, source: IO[bytes]) -> None:
    told = ZipInfo(name, _THEN)
    told.compress_type, told.external_attr, told.create_system = ZIP_DEFLATED, _FILE, 3  # as on Unix, wherever this is
    with pack.open(told, "w", force_zip64=True) as target:
        shutil.copyfileobj(source, target)


def _sums(files: Mapping[str, bytes], events: Path) -> bytes:
    digests = {name: hashlib.sha256(data).hexdigest() for name, data in files.items()} | {EVENTS: _sha256(events)}
    return "".join(f"{digests[name]}  {name}\n" for name in sorted(digests)).encode()


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
