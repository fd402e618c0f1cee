"""Who signs: a private key on an elliptic curve, alone or with its certificate."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from os import PathLike
from typing import TYPE_CHECKING, Any

from airflow_provider_registry.errors import InvalidInputError, MissingExtraError
from airflow_provider_registry.signing.identity import SUBJECT_LENGTH

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
    from cryptography.x509 import Certificate

_LONGEST = 30_000  # bytes of a key, which goes through a pipe
_CURVES = {"secp256r1": "P-256", "secp384r1": "P-384", "secp521r1": "P-521"}


@dataclass(frozen=True, slots=True)
class Signer:
    """A key to sign with, and its certificate where it has one. No text of it shows the key.

    Attributes:
        private_key: PEM, not encrypted.
        public_key: PEM.
        certificate: PEM; '' for a key alone.
        chain: PEM of the certificates above it, up to the root that verifiers pin; '' for a key alone.
    """

    private_key: bytes = field(repr=False)
    public_key: str
    certificate: str = ""
    chain: str = ""

    @classmethod
    def read(
        cls,
        private_key: str | bytes,
        *,
        password: str | bytes | None = None,
        certificate: str | bytes = "",
        chain: str | bytes = "",
    ) -> Signer:
        """Make a signer from the texts of PEM files.

        Parameters:
            private_key: on one of the curves P-256, P-384 and P-521.
            password: where the key is encrypted.
            certificate: of the key.
            chain: the certificates above it, each above the one before, the root last; none where the certificate is
                its own root.

        Raises:
            InvalidInputError: they cannot be used; the message quotes nothing of the key.
            MissingExtraError: `cryptography`, of the extra signing, is not installed.
        """
        key = _private_key(_bytes("private key", private_key), password)
        public = _public_pem(key)
        if not certificate and chain:
            raise InvalidInputError("A chain of certificates needs the certificate that it begins above.")
        if not certificate:
            return cls(_private_pem(key), public)
        (mine,) = _certificates("certificate", certificate, most=1)
        if _public_pem(mine) != public:
            raise InvalidInputError("The certificate is not of this private key: their public keys are different.")
        if not 0 < len(mine.subject.rfc4514_string()) <= SUBJECT_LENGTH:
            raise InvalidInputError(
                f"The certificate has no subject of 1 to {SUBJECT_LENGTH:,} characters by which it could be pinned."
            )
        above = _certificates("chain", chain) if chain else []
        return cls(_private_pem(key), public, _pem(mine), "".join(map(_pem, above)))

    @classmethod
    def from_files(
        cls,
        private_key: str | PathLike[str],
        *,
        password: str | bytes | None = None,
        certificate: str | PathLike[str] | None = None,
        chain: str | PathLike[str] | Iterable[str | PathLike[str]] = (),
    ) -> Signer:
        """Make a signer from PEM files; see `read`.

        Raises:
            InvalidInputError: one cannot be read, or used.
        """
        paths = [chain] if isinstance(chain, str | PathLike) else list(chain)
        return cls.read(
            _file("private key", private_key),
            password=password,
            certificate=b"" if certificate is None else _file("certificate", certificate),
            chain=b"\n".join(_file("chain", path) for path in paths),
        )


def _private_key(pem: bytes, password: str | bytes | None) -> EllipticCurvePrivateKey:
    try:
        from cryptography.exceptions import UnsupportedAlgorithm
        from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
        from cryptography.hazmat.primitives.serialization import load_pem_private_key
    except ImportError:
        raise MissingExtraError(
            "Signing needs model-signing: pip install 'airflow-provider-registry[signing]'."
        ) from None
    secret = password.encode() if isinstance(password, str) else password
    try:
        key = load_pem_private_key(pem, secret or None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        # What the library says of a key may quote it.
        raise InvalidInputError(
            "The private key cannot be read: give the text of a PEM file, and its password where it is encrypted."
        ) from None
    if not isinstance(key, EllipticCurvePrivateKey) or key.curve.name not in _CURVES:
        raise InvalidInputError(
            f"The private key is on none of the curves {', '.join(_CURVES.values())}, which model-signing takes: make "
            "one with openssl ecparam -name prime256v1 -genkey -noout."
        )
    return key


def _certificates(name: str, given: str | bytes, most: int = 20) -> list[Certificate]:
    from cryptography.x509 import load_pem_x509_certificates

    try:
        found = load_pem_x509_certificates(_bytes(name, given))
    except ValueError as error:
        raise InvalidInputError(f"The {name} holds no certificate in PEM that can be read: {error}.") from error
    if len(found) > most:
        raise InvalidInputError(f"The {name} holds {len(found)} certificates; at most {most} are taken.")
    return found


def _private_pem(key: EllipticCurvePrivateKey) -> bytes:
    from cryptography.hazmat.primitives import serialization as forms

    return key.private_bytes(forms.Encoding.PEM, forms.PrivateFormat.PKCS8, forms.NoEncryption())


def _public_pem(holder: Any) -> str:
    from cryptography.hazmat.primitives import serialization as forms

    public = holder.public_key().public_bytes(forms.Encoding.PEM, forms.PublicFormat.SubjectPublicKeyInfo)
    return str(public.decode("ascii"))


def _pem(certificate: Certificate) -> str:
    from cryptography.hazmat.primitives import serialization as forms

    return certificate.public_bytes(forms.Encoding.PEM).decode("ascii")


def _bytes(name: str, given: object) -> bytes:
    data = given.encode() if isinstance(given, str) else given
    if not isinstance(data, bytes) or len(data) > _LONGEST:
        raise InvalidInputError(f"The {name} must be the text of a PEM file of at most {_LONGEST:,} bytes.")
    return data


def _file(name: str, path: str | PathLike[str]) -> bytes:
    try:
        with open(os.fspath(path), "rb") as stream:
            return stream.read(_LONGEST + 1)
    except (OSError, TypeError, ValueError) as error:
        raise InvalidInputError(f"The {name} cannot be read from the file that was named: {error}.") from error
