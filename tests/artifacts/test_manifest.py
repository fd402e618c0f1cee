"""The manifest and its digest."""

from __future__ import annotations

import hashlib
import json
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_registry.artifacts.manifest import Manifest, ManifestFile, is_digest
from airflow_provider_registry.artifacts.source import LocalSource
from airflow_provider_registry.errors import InvalidArtifactError
from tests.support.trees import make_tree, trees

EMPTY = hashlib.sha256(b"").hexdigest()
ONE = Manifest((ManifestFile("model.pkl", 0, EMPTY),))


def manifest_of(tree):
    """The manifest of a tree, without a disk."""
    files = [
        ManifestFile(path, len(data), hashlib.sha256(data).hexdigest())
        for path, data in tree.items()
        if data is not None
    ]
    return Manifest(tuple(files), tuple(path for path, data in tree.items() if data is None))


class TestDigest:
    def test_it_is_the_sha256_of_the_canonical_bytes(self):
        """The form is fixed: whoever changes it changes the name of every artifact there is."""
        expected = (
            b'{"files":[{"path":"model.pkl","sha256":"' + EMPTY.encode() + b'","size":0}],"folders":[],"format":1}'
        )
        assert expected == ONE.to_bytes()
        assert hashlib.sha256(expected).hexdigest() == ONE.digest

    @given(tree=trees(), seed=st.randoms())
    def test_it_does_not_depend_on_order(self, tree, seed: random.Random):
        """However the files were found, the same tree has the same digest."""
        items = list(tree.items())
        seed.shuffle(items)
        assert manifest_of(tree) == manifest_of(dict(items))
        assert manifest_of(tree).digest == manifest_of(dict(items)).digest

    def test_it_does_not_depend_on_the_order_of_creation(self, tmp_path):
        """Nor on times, nor on where the folder is."""
        tree = {"b": b"1", "a/c": b"2", "empty": None}
        one = LocalSource.scan(make_tree(tmp_path / "one", tree))
        other = LocalSource.scan(make_tree(tmp_path / "other", dict(reversed(tree.items()))))
        assert one.manifest().digest == other.manifest().digest

    @pytest.mark.parametrize(
        "other",
        [
            Manifest((ManifestFile("model.pk", 0, EMPTY),)),
            Manifest((ManifestFile("model.pkl", 1, EMPTY),)),
            Manifest((ManifestFile("model.pkl", 0, "0" * 64),)),
            Manifest((ManifestFile("model.pkl", 0, EMPTY),), ("empty",)),
        ],
    )
    def test_it_depends_on_everything_else(self, other):
        """Path, size, sha256 and empty folders."""
        assert other.digest != ONE.digest


class TestManifest:
    def test_it_counts_files_and_bytes(self):
        """Empty folders are no files."""
        manifest = manifest_of({"a": b"12", "b": b"345", "c": None})
        assert (manifest.file_count, manifest.size) == (2, 5)

    @given(trees())
    def test_it_is_read_back_as_it_was_written(self, tree):
        """Through its bytes and back."""
        manifest = manifest_of(tree)
        assert manifest == Manifest.from_bytes(manifest.to_bytes())

    def test_it_needs_a_file(self):
        """A folder of nothing is no model."""
        with pytest.raises(InvalidArtifactError, match="at least one file"):
            Manifest((), ("empty",))

    @pytest.mark.parametrize("path", ["../up", "/abs", "a\\b", "a/../b"])
    def test_an_unsafe_path_in_stored_bytes_is_refused(self, path):
        """Whoever can write a manifest must not be able to write elsewhere through a download."""
        for value in ({"files": [{"path": path, "size": 0, "sha256": EMPTY}], "folders": []}, {"folders": [path]}):
            data = {"format": 1, "files": [{"path": "x", "size": 0, "sha256": EMPTY}], **value}
            with pytest.raises(InvalidArtifactError, match="cannot be part"):
                Manifest.from_bytes(json.dumps(data).encode())

    @pytest.mark.parametrize(
        "data",
        [
            b"",
            b"not json",
            b"\xff\xfe",
            b"[]",
            b"{}",
            b'{"format": 2, "files": [], "folders": []}',
            b'{"format": 1, "files": {}, "folders": []}',
            b'{"format": 1, "files": [], "folders": []}',
            b'{"format": 1, "files": ["x"], "folders": []}',
            b'{"format": 1, "files": [{"path": "x"}], "folders": []}',
            b'{"format": 1, "files": [{"path": "x", "size": -1, "sha256": "' + b"0" * 64 + b'"}], "folders": []}',
            b'{"format": 1, "files": [{"path": "x", "size": true, "sha256": "' + b"0" * 64 + b'"}], "folders": []}',
            b'{"format": 1, "files": [{"path": "x", "size": 0, "sha256": "short"}], "folders": []}',
            b'{"format": 1, "files": [{"path": "x", "size": 0, "sha256": null}], "folders": []}',
            b'{"format": 1, "files": [{"path": "x", "size": 0, "sha256": "' + b"0" * 64 + b'"}], "folders": null}',
            b'{"format": 1, "files": [{"path": "x", "size": 0, "sha256": "' + b"0" * 64 + b'"}], "folders": [1]}',
        ],
    )
    def test_bytes_that_are_no_manifest_are_refused(self, data):
        """With the package's own error, whatever they are."""
        with pytest.raises(InvalidArtifactError):
            Manifest.from_bytes(data)


@pytest.mark.parametrize(
    ("text", "expected"), [(EMPTY, True), (EMPTY.upper(), False), (EMPTY[:-1], False), (None, False)]
)
def test_a_digest_is_known_by_its_form(text, expected):
    """64 lower-case hexadecimal digits, nothing around them."""
    assert expected is is_digest(text)
    assert not is_digest(f"{text}\n")
