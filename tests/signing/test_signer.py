"""Who signs, and whose signature counts, as a caller says them."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from airflow_provider_registry.errors import InvalidInputError
from airflow_provider_registry.registry import Identity, Signer
from airflow_provider_registry.signing.identity import pem_body
from tests.support.signers import Authority, a_signer, new_key, pem_of


def test_an_encrypted_key_is_read_with_its_password_alone(tmp_path: Path) -> None:
    (tmp_path / "key.pem").write_bytes(pem_of(new_key(), b"pw"))
    assert "PUBLIC" in Signer.from_files(tmp_path / "key.pem", password="pw").public_key
    for password in (None, "other", ""):
        with pytest.raises(InvalidInputError, match="its password where it is encrypted") as caught:
            Signer.from_files(tmp_path / "key.pem", password=password)
        assert "MII" not in str(caught.value)


def test_what_cannot_sign_is_refused(tmp_path: Path) -> None:
    root = Authority()
    rsa_key = rsa.generate_private_key(65537, 2048).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    for key, more, why in [
        (rsa_key, {}, "on none of the curves"),
        (b"", {}, "cannot be read"),
        (pem_of(new_key()), {"certificate": root.pem}, "not of this private key"),
        (pem_of(new_key()), {"chain": root.pem}, "needs the certificate"),
        (pem_of(new_key()), {"certificate": "-"}, "holds no certificate"),
    ]:
        with pytest.raises(InvalidInputError, match=why):
            Signer.read(key, **more)
    with pytest.raises(InvalidInputError, match="cannot be read from the file"):
        Signer.from_files(tmp_path / "nothing")


def test_an_identity_is_named_by_a_fingerprint_or_a_pem_file_and_reads_back() -> None:
    signer = a_signer()
    body = pem_body(signer.public_key, "PUBLIC KEY")
    assert body is not None
    digest = hashlib.sha256(body).hexdigest()
    identity = Identity.read(signer.public_key)
    for given in (f"sha256:{digest}", digest.upper(), {"key": digest}, {"key": signer.public_key}, identity,
                  f'{{"key": "sha256:{digest}"}}', identity.as_mapping()):  # fmt: skip
        assert identity == Identity.read(given)
    root = Authority()
    certified = Identity.read({"subject": "CN=ci", "root": root.pem})
    assert certified == Identity.read(certified.as_mapping())
