"""Making and checking signatures with OpenSSF Model Signing. What is signed are the manifest's own digests.

The library digests a folder by itself; here it is told the digests that the registry has, which are those of the bytes
that any download checks. So nothing is read again, and its own verifier accepts the signature of what was downloaded.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from airflow_provider_registry.artifacts.manifest import Manifest
from airflow_provider_registry.errors import InvalidInputError, InvalidSignatureError, MissingExtraError
from airflow_provider_registry.signing.identity import Identity, SigningMethod, pem_body
from airflow_provider_registry.signing.signer import Signer

if TYPE_CHECKING:
    from model_signing import hashing

_FILE = "model.sig"


@dataclass(frozen=True, slots=True)
class Signed:
    """A signature, and what it says of who made it.

    Attributes:
        method: what it was made with.
        key: the sha256 of the public key (DER).
        subject: of the certificate; '' for a key alone.
        root: the sha256 of the last certificate (DER) of its chain; '' for a key alone.
        public_key: PEM.
        bundle: the Sigstore bundle, as JSON: what the library keeps as `model.sig`.
    """

    method: SigningMethod
    key: str
    subject: str
    root: str
    public_key: str
    bundle: str

    @property
    def bundle_digest(self) -> str:
        """The sha256 of the bundle."""
        return hashlib.sha256(self.bundle.encode()).hexdigest()

    @property
    def identity(self) -> Identity:
        """Whose it says it is; only `verify` shows that."""
        if self.method is SigningMethod.KEY:
            return Identity(key=self.key)
        return Identity(subject=self.subject, root=self.root)


def check_can_sign(signer: object) -> None:
    """Refuse to begin what could not be signed at its end.

    Raises:
        InvalidInputError: that is no signer.
        MissingExtraError: model-signing is not installed.
    """
    if not isinstance(signer, Signer):
        raise InvalidInputError("Whoever signs must be a Signer: make one with Signer.from_files(…).")
    _library()


def sign_manifest(manifest: Manifest, name: str, signer: Signer) -> Signed:
    """Sign the digests of a manifest.

    Parameters:
        name: of the model, which the signature tells people.

    Raises:
        MissingExtraError: model-signing is not installed.
    """
    signing = _library().signing
    with TemporaryDirectory(prefix="model-registry-") as folder, _piped(signer.private_key) as key:
        at = Path(folder)
        config = signing.Config().set_hashing_config(_given(manifest, name))
        if signer.certificate:
            (at / "certificate").write_text(signer.certificate)
            (at / "chain").write_text(signer.chain)
            chain = [at / "chain"] if signer.chain else [at / "certificate"]
            config.use_certificate_signer(
                private_key=key, signing_certificate=at / "certificate", certificate_chain=chain
            )
        else:
            config.use_elliptic_key_signer(private_key=key)
        config.sign(name, at / _FILE)
        bundle = (at / _FILE).read_text(encoding="utf-8")
    return _said(signer, bundle)


def verify_bundle(signed: Signed, manifest: Manifest, identity: Identity) -> None:
    """Check that a signature is of this manifest's digests, by whom it must be.

    Raises:
        InvalidSignatureError: it is not.
        MissingExtraError: model-signing is not installed.
    """
    if signed.identity != identity:
        raise InvalidSignatureError(f"The signature is by {signed.identity.text}, not by {identity.text}.")
    verifying = _library().verifying
    with TemporaryDirectory(prefix="model-registry-") as folder:
        at = Path(folder)
        (at / _FILE).write_text(signed.bundle, encoding="utf-8")
        config = verifying.Config().set_hashing_config(_given(manifest, ""))
        try:
            if identity.method is SigningMethod.KEY:
                (at / "key").write_text(_public_key(signed, identity))
                config.use_elliptic_key_verifier(public_key=at / "key")
            else:
                (at / "root").write_bytes(_root(signed.bundle, identity))
                config.use_certificate_verifier(certificate_chain=[at / "root"])
            config.verify(at, at / _FILE)
        except InvalidSignatureError:
            raise
        except Exception as error:  # whatever a bundle that somebody forged leads the library to
            raise InvalidSignatureError(f"The signature by {identity.text} does not hold: {_words(error)}.") from error


def _public_key(signed: Signed, identity: Identity) -> str:
    """The key, which is stored beside the signature: it is the pinned one by its own digest."""
    body = pem_body(signed.public_key, "PUBLIC KEY")
    if body is None or hashlib.sha256(body).hexdigest() != identity.key:
        raise InvalidSignatureError(f"The public key beside the signature is not {identity.text}.")
    return signed.public_key


def _root(bundle: str, identity: Identity) -> bytes:
    """The pinned root, from the chain in the signature, once its subject is found to be the pinned one."""
    from cryptography.hazmat.primitives.serialization import Encoding

    certificates = bundle_certificates(bundle)
    if certificates[0].subject.rfc4514_string() != identity.subject:
        raise InvalidSignatureError(f"The certificate of the signature is not of {identity.subject!r}.")
    for certificate in certificates:
        if hashlib.sha256(certificate.public_bytes(Encoding.DER)).hexdigest() == identity.root:
            return bytes(certificate.public_bytes(Encoding.PEM))
    raise InvalidSignatureError(f"The chain of the signature does not have {identity.text}.")


def bundle_certificates(bundle: str) -> list[Any]:
    """The certificates in a bundle, that of the signer first; none where a key signed."""
    import base64

    from cryptography.x509 import load_der_x509_certificate

    material = json.loads(bundle)["verificationMaterial"]
    listed = material.get("x509CertificateChain", {}).get("certificates", [])
    return [load_der_x509_certificate(base64.b64decode(one["rawBytes"])) for one in listed]


def _said(signer: Signer, bundle: str) -> Signed:
    from cryptography.hazmat.primitives.serialization import Encoding

    body = pem_body(signer.public_key, "PUBLIC KEY")
    assert body is not None
    key = hashlib.sha256(body).hexdigest()
    certificates = bundle_certificates(bundle)
    if not certificates:
        return Signed(SigningMethod.KEY, key, "", "", signer.public_key, bundle)
    root = hashlib.sha256(certificates[-1].public_bytes(Encoding.DER)).hexdigest()
    subject = certificates[0].subject.rfc4514_string()
    return Signed(SigningMethod.CERTIFICATE, key, subject, root, signer.public_key, bundle)


def _given(manifest: Manifest, name: str) -> hashing.Config:
    """What tells the library the digests that it would else compute."""
    from model_signing import hashing
    from model_signing import manifest as theirs

    class Given(hashing.Config):
        """The digests of the manifest, whatever folder is named."""

        def __init__(self) -> None:
            super().__init__()  # type: ignore[no-untyped-call]  # theirs has no annotations

        def hash(self, model_path: Any, *, files_to_hash: Any = None) -> theirs.Manifest:
            kind = theirs.SerializationType.from_args(
                {"method": "files", "hash_type": "sha256", "allow_symlinks": False}
            )
            items = [kind.new_item(str(PurePosixPath(file.path)), _digest(file.sha256)) for file in manifest.files]
            return theirs.Manifest(name, items, kind)

    return Given()


def _digest(sha256: str) -> Any:
    from model_signing._hashing.hashing import Digest  # its public modules give no other way to a digest

    return Digest("sha256", bytes.fromhex(sha256))


@contextmanager
def _piped(secret: bytes) -> Iterator[str]:
    """A path at which a secret can be read once, without it lying on any disk."""
    reading, writing = os.pipe()
    try:
        with os.fdopen(writing, "wb") as stream:
            stream.write(secret)
        yield f"/dev/fd/{reading}"
    finally:
        os.close(reading)


def _library() -> Any:
    try:
        import model_signing.signing
        import model_signing.verifying
    except ImportError as error:
        raise MissingExtraError(
            "Signatures need model-signing and pyOpenSSL: pip install 'airflow-provider-registry[signing]' wherever "
            f"versions are signed, or signatures are verified ({error})."
        ) from error
    return model_signing


def _words(error: Exception) -> str:
    said = str(error).strip().rstrip(".")
    return said[:200] if said else "it was not made with this key, or of these files"
