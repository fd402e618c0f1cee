"""Files and folders on this host, as the source of an artifact."""

from __future__ import annotations

import os
import socket
import tempfile
from pathlib import Path

import pytest

from airflow_provider_registry.artifacts.progress import Counter
from airflow_provider_registry.artifacts.source import LocalSource
from airflow_provider_registry.errors import ArtifactPathMissingError, InvalidArtifactError
from tests.support.trees import NESTED, make_tree


class TestScan:
    def test_it_finds_files_and_empty_folders(self, tmp_path):
        """Each by its path relative to the folder."""
        source = LocalSource.scan(make_tree(tmp_path / "tree", NESTED))
        assert {path: len(data) for path, data in NESTED.items() if data is not None} == source.files
        assert {path for path, data in NESTED.items() if data is None} == set(source.folders)

    def test_a_file_stands_under_its_own_name(self, tmp_path, monkeypatch):
        """Also by a relative path with dots in it."""
        make_tree(tmp_path, {"model.pkl": b"weights", "sub/x": b""})
        monkeypatch.chdir(tmp_path / "sub")
        source = LocalSource.scan("../model.pkl")
        assert {"model.pkl": 7} == source.files
        assert [b"weights"] == list(source.chunks("model.pkl"))

    def test_a_missing_path_names_the_host_and_the_way_out(self, tmp_path):
        """The trap of a path that another pod cannot see."""
        with pytest.raises(ArtifactPathMissingError) as caught:
            LocalSource.scan(tmp_path / "nowhere" / "model.pkl")
        assert isinstance(caught.value, FileNotFoundError)
        for word in (socket.gethostname(), "nowhere", "training task", "shared volume", "s3://"):
            assert word in str(caught.value)

    @pytest.mark.parametrize("target", ["file", "folder", "nowhere"])
    def test_a_symlink_is_refused_wherever_it_leads(self, tmp_path, target):
        """The message names the link; what it leads to may not be the artifact's to keep."""
        make_tree(tmp_path, {"file": b"1", "folder/x": b"2", "tree/a/y": b"3"})
        (tmp_path / "tree" / "a" / "link").symlink_to(tmp_path / target)
        with pytest.raises(InvalidArtifactError, match="'a/link' in the artifact is a symlink") as caught:
            LocalSource.scan(tmp_path / "tree")
        assert caught.value.path == "a/link"

    def test_a_symlink_as_the_artifact_is_refused(self, tmp_path):
        """And the message says which path to give instead."""
        make_tree(tmp_path, {"run-3/x": b"1"})
        (tmp_path / "latest").symlink_to("run-3")
        with pytest.raises(InvalidArtifactError, match="run-3"):
            LocalSource.scan(tmp_path / "latest")

    def test_a_pipe_is_refused(self, tmp_path):
        """Reading it would never end."""
        make_tree(tmp_path, {"x": b"1"})
        os.mkfifo(tmp_path / "pipe")
        with pytest.raises(InvalidArtifactError, match="'pipe' in the artifact is a named pipe"):
            LocalSource.scan(tmp_path)
        with pytest.raises(InvalidArtifactError, match="named pipe"):
            LocalSource.scan(tmp_path / "pipe")

    def test_a_socket_is_refused(self):
        """It has no bytes."""
        with tempfile.TemporaryDirectory() as folder, socket.socket(socket.AF_UNIX) as server:
            server.bind(f"{folder}/s")
            with pytest.raises(InvalidArtifactError, match="'s' in the artifact is a socket"):
                LocalSource.scan(folder)

    def test_a_device_is_refused(self):
        """Its bytes have no end."""
        with pytest.raises(InvalidArtifactError, match="character device"):
            LocalSource.scan("/dev/null")

    @pytest.mark.parametrize("name", [b"bad\xff", b"a\\b", b"line\nbreak"])
    def test_a_name_that_cannot_be_kept_is_refused(self, tmp_path, name):
        """In a folder, and as the artifact itself."""
        path = os.path.join(os.fsencode(tmp_path), name)
        Path(os.fsdecode(path)).write_bytes(b"1")
        with pytest.raises(InvalidArtifactError, match="cannot be part of an artifact"):
            LocalSource.scan(tmp_path)
        with pytest.raises(InvalidArtifactError, match="cannot be part of an artifact"):
            LocalSource.scan(os.fsdecode(path))

    @pytest.mark.parametrize("names", [("Model.pkl", "model.pkl"), ("\u00e9.bin", "e\u0301.bin"), ("A/x", "a/y")])
    def test_names_that_differ_only_in_case_or_form_are_refused(self, tmp_path, names):
        """Naming both."""
        make_tree(tmp_path, dict.fromkeys(names, b"1"))
        with pytest.raises(InvalidArtifactError, match="differ only in case or Unicode form"):
            LocalSource.scan(tmp_path)

    @pytest.mark.parametrize("tree", [{}, {"hollow": None}])
    def test_a_folder_without_a_file_is_refused(self, tmp_path, tree):
        """Training has not written its model yet, or elsewhere."""
        with pytest.raises(InvalidArtifactError, match="There is no file in"):
            LocalSource.scan(make_tree(tmp_path / "tree", tree))

    @pytest.mark.parametrize("path", ["bad\0name", "x" * 5000])
    def test_a_path_that_no_system_takes_is_refused(self, path):
        """With the package's own error."""
        with pytest.raises(InvalidArtifactError):
            LocalSource.scan(path)

    @pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
    def test_a_folder_that_may_not_be_read_is_refused(self, tmp_path):
        """Naming it."""
        make_tree(tmp_path, {"x": b"1", "secret/y": b"2"})
        (tmp_path / "secret").chmod(0)
        with pytest.raises(InvalidArtifactError, match="secret"):
            LocalSource.scan(tmp_path)


class TestManifest:
    def test_it_tells_progress(self, tmp_path):
        """Every file and every byte, once."""
        progress = Counter()
        source = LocalSource.scan(make_tree(tmp_path / "tree", NESTED))
        manifest = source.manifest(progress)
        assert (manifest.file_count, manifest.size) == (progress.files_done, progress.bytes_done)
        assert (manifest.file_count, manifest.size) == (progress.total_files, progress.total_bytes)

    def test_a_file_that_vanishes_is_named(self, tmp_path):
        """Something cleans up too early."""
        source = LocalSource.scan(make_tree(tmp_path / "tree", {"x": b"1", "y": b"2"}))
        (tmp_path / "tree" / "y").unlink()
        with pytest.raises(ArtifactPathMissingError, match="was there a moment ago"):
            source.manifest()

    def test_a_file_that_becomes_something_else_is_not_followed(self, tmp_path):
        """Between looking and reading, a link or a pipe may take its place."""
        source = LocalSource.scan(make_tree(tmp_path / "tree", {"x": b"1"}))
        (tmp_path / "tree" / "x").unlink()
        (tmp_path / "tree" / "x").symlink_to("/etc/hostname")
        with pytest.raises(InvalidArtifactError, match="symlink"):
            source.manifest()
        (tmp_path / "tree" / "x").unlink()
        os.mkfifo(tmp_path / "tree" / "x")
        with pytest.raises(InvalidArtifactError, match="not a file"):
            source.manifest()
