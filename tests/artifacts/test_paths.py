"""The rules for paths inside an artifact."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_registry.artifacts.paths import check_path, check_tree
from airflow_provider_registry.errors import InvalidArtifactError


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("/etc/passwd", "absolute"),
        ("../up", "lead elsewhere"),
        ("a/../../up", "lead elsewhere"),
        ("./a", "lead elsewhere"),
        ("a//b", "lead elsewhere"),
        ("a/", "lead elsewhere"),
        ("a\\b", "backslash"),
        ("a\nb", "control character"),
        ("a\0b", "control character"),
        ("a\x85b", "control character"),
        ("a\udcffb", "UTF-8"),
        ("x" * 256, "longer than 255 bytes"),
        ("å" * 128, "longer than 255 bytes"),
        ("", "empty"),
        (None, "not a text"),
    ],
)
def test_an_unsafe_path_is_refused_by_name(path, reason):
    """The message says which path it was and what is wrong with it."""
    with pytest.raises(InvalidArtifactError, match=reason) as caught:
        check_path(path)
    assert repr(path) in str(caught.value)
    assert str(path) == caught.value.path


@pytest.mark.parametrize("path", ["model.pkl", ".hidden", "...", "a b/c", "a/..b", "C:", "ö" * 127, "-rf", "~"])
def test_an_odd_path_is_taken(path):
    """Only what would be ambiguous or lead elsewhere is refused."""
    assert path == check_path(path)


@given(st.text())
def test_what_is_taken_stays_below_the_artifact(path):
    """No text that passes leads out of a folder that it is joined to."""
    try:
        check_path(path)
    except InvalidArtifactError:
        return
    assert not path.startswith("/")
    assert all(part not in {"", ".", ".."} for part in path.split("/"))
    path.encode()


@pytest.mark.parametrize(
    ("files", "folders"),
    [
        (["a", "A"], []),
        (["a", "a"], []),
        (["straße", "STRASSE"], []),
        (["\u00e9", "e\u0301"], []),
        (["data/x", "Data/y"], []),
        (["a/x"], ["A"]),
        (["a"], ["A"]),
        (["a", "a/b"], []),
        (["a", "A/b"], []),
        (["a/b"], ["a"]),
        ([], ["x", "x/y"]),
    ],
)
def test_paths_that_clash_are_refused(files, folders):
    """Some file system would keep only one of them."""
    with pytest.raises(InvalidArtifactError, match="rename|Rename"):
        check_tree(files, folders)


def test_paths_beside_each_other_are_taken():
    """Equal names in different folders, and names of which one begins with the other, are no clash."""
    check_tree(["a/x", "b/x", "a.b", "ab", "a/xy"], ["c", "a/c"])
