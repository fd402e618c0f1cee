"""Roots and locations as text."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_registry.artifacts.uris import S3Uri, parse_location, parse_root
from airflow_provider_registry.errors import InvalidArtifactError, InvalidConnectionError


@pytest.mark.parametrize(
    ("root", "expected"),
    [
        ("/srv/models", Path("/srv/models")),
        ("/srv/models/", Path("/srv/models")),
        ("file:///srv/models", Path("/srv/models")),
        ("file://localhost/srv/models", Path("/srv/models")),
        ("file:///srv/my%20models", Path("/srv/my models")),
        ("file:///srv/what?#really", Path("/srv/what?#really")),
        ("file:/srv/models", Path("file:/srv/models").absolute()),
        (Path("/srv/models"), Path("/srv/models")),
        ("models", Path("models").absolute()),
        ("~/models", Path("~/models").expanduser()),
        ("s3://bucket", S3Uri("bucket", "")),
        ("s3://bucket/", S3Uri("bucket", "")),
        ("s3://bucket/a/b/", S3Uri("bucket", "a/b")),
        ("S3://bucket/a", S3Uri("bucket", "a")),
    ],
)
def test_a_root_is_a_folder_or_a_prefix(root, expected):
    """Each form that people write."""
    assert expected == parse_root(root)


@pytest.mark.parametrize(
    "root",
    [
        "",
        "  ",
        None,
        7,
        "s3://",
        "s3:///prefix",
        "s3://b/prefix",
        "s3://bu cket/prefix",
        "s3://bucket/a//b",
        "s3://bucket/a/../b",
        "gs://bucket/prefix",
        "https://example.org/x",
        "file://otherhost/srv",
        "bad\0root",
        "file:///bad%00root",
        "~nobody-of-this-name/models",
    ],
)
def test_anything_else_is_refused_as_a_root(root):
    """With what may be written instead."""
    with pytest.raises(InvalidConnectionError, match="artifact root"):
        parse_root(root)


@pytest.mark.parametrize("uri", ["/plain/path", "relative", "gs://bucket/x", "", None])
def test_a_location_is_a_uri(uri):
    """A plain path is for the caller to read."""
    with pytest.raises(InvalidArtifactError, match="write s3://"):
        parse_location(uri)


@given(st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1))
def test_a_folders_uri_leads_back_to_it(name):
    """Whatever characters its name has."""
    path = Path("/srv") / name.replace("/", "_").replace(".", "_")
    assert path == parse_location(path.as_uri())
