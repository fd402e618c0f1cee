from __future__ import annotations

import json

import pytest

from airflow_provider_registry.errors import InvalidConnectionError, InvalidInputError
from airflow_provider_registry.hooks.signer import read_signer
from airflow_provider_registry.operators.download import DownloadModelVersionOperator
from airflow_provider_registry.operators.register import RegisterModelVersionOperator
from tests.support.signers import new_key, pem_of
from tests.support.tasks import Run, a_dag


@pytest.fixture
def connected(monkeypatch):
    """Sets the connection `signing`."""

    def connect(password=None, **extra):
        said = {"conn_type": "generic", "extra": extra, **({"password": password} if password else {})}
        monkeypatch.setenv("AIRFLOW_CONN_SIGNING", json.dumps(said))

    return connect


def test_a_key_comes_from_a_connection_or_from_a_file_that_is_named(connected, tmp_path):
    key = new_key()
    path = tmp_path / "key.pem"
    path.write_bytes(pem_of(key, b"pw"))
    connected(private_key=pem_of(key).decode())
    one = read_signer("signing")
    connected(private_key=str(path), password="pw")
    assert one.public_key == read_signer("signing").public_key
    path.write_bytes(pem_of(key))
    assert one.public_key == read_signer(str(path)).public_key


def test_a_connection_without_a_key_says_what_to_write(connected):
    connected()
    with pytest.raises(InvalidConnectionError, match="'signing' has no key to sign with: write private_key"):
        read_signer("signing")
    with pytest.raises(InvalidInputError, match="rendered nothing"):
        read_signer("None")


def test_a_task_signs_what_it_registers_and_another_takes_only_what_was_signed(
    skin_registry, artifact, connected, tmp_path
):
    pem = pem_of(new_key()).decode()
    connected(private_key=pem)
    with a_dag():
        register = RegisterModelVersionOperator(
            task_id="register", model_name="churn", artifact=str(artifact), sign_with="{{ 'signing' }}"
        )
    ran = Run().task(register)
    assert ran.state == "success"
    assert "PRIVATE KEY" not in json.dumps(ran.xcoms)
    (signature,) = skin_registry.signatures("models:/churn/1")

    def download(identity, destination):
        with a_dag():
            return DownloadModelVersionOperator(
                task_id="fetch", reference="models:/churn/1", destination=str(destination), verify_signature=identity
            )

    assert Run().task(download(signature.identity.as_mapping(), tmp_path / "one")).state == "success"
    assert Run().task(download({"key": "0" * 64}, tmp_path / "two")).state == "failed"
    assert not (tmp_path / "two").exists()
