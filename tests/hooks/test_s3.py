"""S3 by an Airflow connection, as the extra `amazon` has it."""

from __future__ import annotations

import json

import pytest

from airflow_provider_registry.hooks.model_registry import ModelRegistryHook
from tests.support.skin import set_connection
from tests.support.stores import running_moto

pytest.importorskip("airflow.providers.amazon", reason="the extra is installed by make test-matrix")


def test_an_aws_connection_says_where_the_bytes_go_and_by_which_credentials(
    skin_registry, artifact, tmp_path, monkeypatch
):
    with running_moto() as s3:
        connection = {"conn_type": "aws", "login": "ana", "password": "secret", "extra": {"endpoint_url": s3.endpoint}}
        monkeypatch.setenv("AIRFLOW_CONN_LAKE", json.dumps({**connection, "extra": json.dumps(connection["extra"])}))
        monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        extra = {"artifact_root": "s3://models/registry", "aws_conn_id": "lake"}
        set_connection(monkeypatch, host=str(skin_registry.engine.url), extra=extra)
        from airflow_provider_registry.hooks.s3 import s3_client_of

        s3_client_of("lake").create_bucket(Bucket="models")
        with ModelRegistryHook().get_conn() as registry:
            version = registry.register_version("churn", artifact)
        assert version.uri.startswith("s3://models/registry/")
        path = ModelRegistryHook().download(version.reference, tmp_path / "fetched")
        assert b"weights" == (path / artifact.name).read_bytes()
