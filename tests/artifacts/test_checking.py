"""Bytes that are checked while they flow."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from airflow_provider_registry.artifacts.checking import checked, counted, digested, is_right
from airflow_provider_registry.artifacts.manifest import ManifestFile
from airflow_provider_registry.artifacts.progress import Counter
from airflow_provider_registry.errors import DigestMismatchError

chunks = st.lists(st.binary(max_size=20), max_size=6)


def file_of(data: bytes) -> ManifestFile:
    """What a manifest would say of these bytes."""
    return ManifestFile("model.pkl", len(data), hashlib.sha256(data).hexdigest())


def exhaust(stream: Iterable[bytes], into: bytearray) -> None:
    """Take what comes, until it ends or breaks."""
    for chunk in stream:
        into += chunk


@given(chunks)
def test_the_right_bytes_pass_unchanged(parts):
    """However they are cut."""
    assert parts == list(checked(parts, file_of(b"".join(parts)), "here"))
    assert is_right(lambda: parts, file_of(b"".join(parts)))


@given(expected=chunks, found=chunks)
def test_other_bytes_never_pass_whole(expected, found):
    """The last of them is held back for the error: what passed is too little, or is right and all that is asked."""
    file, passed = file_of(b"".join(expected)), bytearray()
    assume(b"".join(expected) != b"".join(found))
    with pytest.raises(DigestMismatchError) as caught:
        exhaust(checked(found, file, "here"), passed)
    assert len(passed) < file.size or bytes(passed) == b"".join(expected)
    assert ("model.pkl", file.sha256) == (caught.value.path, caught.value.expected)
    assert caught.value.actual != file.sha256
    assert not is_right(lambda: found, file)


@given(chunks)
def test_what_is_digested_and_counted_is_everything(parts):
    """Every byte, and one file."""
    progress = Counter()
    data = b"".join(parts)
    assert (len(data), hashlib.sha256(data).hexdigest()) == digested(counted(parts, progress))
    assert (1, len(data)) == (progress.files_done, progress.bytes_done)
