"""Opening a store from its root."""

from __future__ import annotations

import subprocess
import sys

import pytest

from airflow_provider_registry.artifacts.local import LocalStore
from airflow_provider_registry.artifacts.opening import open_store
from airflow_provider_registry.artifacts.s3 import S3Store
from airflow_provider_registry.errors import InvalidConnectionError


@pytest.mark.parametrize(
    ("root", "kind", "expected"),
    [
        ("/srv/my models/", LocalStore, "file:///srv/my%20models"),
        ("file:///srv/models", LocalStore, "file:///srv/models"),
        ("/", LocalStore, "file://"),
        ("s3://bucket/a/b/", S3Store, "s3://bucket/a/b"),
        ("s3://bucket", S3Store, "s3://bucket"),
    ],
)
def test_the_root_says_which_store_it_is(root, kind, expected):
    """The root is written one way, however it was given."""
    store = open_store(root)
    assert isinstance(store, kind)
    assert expected == store.root
    assert f"{expected}/growth/churn/{'0' * 64}" == store.uri("growth/churn", "0" * 64)


def test_a_bad_root_is_a_bad_connection():
    """It was written in one."""
    with pytest.raises(InvalidConnectionError, match="gs://"):
        open_store("gs://bucket")


def test_a_local_store_needs_no_boto3():
    """What is not used is not loaded."""
    program = (
        "import sys\n"
        "from airflow_provider_registry.artifacts import download, opening, reader, reference, source\n"
        "opening.open_store('/srv/models')\n"
        "opening.open_store('s3://bucket')\n"
        "print([name for name in ('airflow', 'boto3', 'botocore', 'rich', 'sqlalchemy') if name in sys.modules])\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
