"""Whose signature counts: a key, or whoever holds a certificate of a subject under a root."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from airflow_provider_registry.errors import InvalidInputError
from airflow_provider_registry.messages import shown
from airflow_provider_registry.names import check_text

SUBJECT_LENGTH = 1_000

_FINGERPRINT = re.compile(r"(?:sha256:)?([0-9a-f]{64})")
_PEM = re.compile(r"\s*-----BEGIN ([A-Z ]{1,40})-----([A-Za-z0-9+/=\s]{1,20000})-----END \1-----\s*")
_HELP = "{key: 'sha256:…'} or {subject: 'CN=…', root: 'sha256:…'}, each also as the text of a PEM file"


class SigningMethod(StrEnum):
    """What a signature was made with."""

    KEY = "key"
    CERTIFICATE = "certificate"


@dataclass(frozen=True, slots=True)
class Identity:
    """Who must have signed.

    Attributes:
        key: the sha256 of the public key (DER, SubjectPublicKeyInfo); '' where a certificate is asked for.
        subject: of the certificate, as RFC 4514 spells it; '' where a key is asked for.
        root: the sha256 of the certificate (DER) that its chain must end with.
    """

    key: str = ""
    subject: str = ""
    root: str = ""

    @property
    def method(self) -> SigningMethod:
        """What such a signature is made with."""
        return SigningMethod.KEY if self.key else SigningMethod.CERTIFICATE

    @property
    def text(self) -> str:
        """The identity in words."""
        if self.key:
            return f"the key sha256:{self.key[:12]}…"
        return f"{self.subject!r} under the root sha256:{self.root[:12]}…"

    def as_mapping(self) -> dict[str, str]:
        """The identity as a policy writes it; `read` reads it back."""
        if self.key:
            return {"key": f"sha256:{self.key}"}
        return {"subject": self.subject, "root": f"sha256:{self.root}"}

    @classmethod
    def read(cls, given: object) -> Identity:
        """Read an identity.

        Parameters:
            given: an identity; a mapping with `key`, or with `subject` and `root`; the JSON of one; or the fingerprint
                or PEM of a public key alone.

        Raises:
            InvalidInputError: it is none of these.
        """
        if isinstance(given, Identity):
            return given
        if isinstance(given, str):
            given = _from_text(given)
        keys = set(given) if isinstance(given, Mapping) else set()
        if not isinstance(given, Mapping) or keys not in ({"key"}, {"subject", "root"}):
            raise InvalidInputError(f"The identity of a signer must be {_HELP}, not {shown(given)}.")
        if "key" in given:
            return cls(key=_fingerprint("key", given["key"], "PUBLIC KEY"))
        subject = check_text("subject", given["subject"], SUBJECT_LENGTH)
        if not subject.strip():
            raise InvalidInputError("The subject of a certificate must not be blank.")
        return cls(subject=subject, root=_fingerprint("root", given["root"], "CERTIFICATE"))


def pem_body(text: str, label: str) -> bytes | None:
    """The DER in the text of a PEM file with one block of this label, or None."""
    found = _PEM.fullmatch(text)
    if found is None or found[1] != label:
        return None
    try:
        return base64.b64decode("".join(found[2].split()), validate=True)
    except binascii.Error:
        return None


def _from_text(text: str) -> object:
    if text.lstrip().startswith("{"):
        try:
            return json.loads(text)
        except ValueError as error:
            raise InvalidInputError(f"The identity of a signer is no JSON: {error}.") from None
    return {"key": text}


def _fingerprint(name: str, given: Any, label: str) -> str:
    if isinstance(given, str):
        if found := _FINGERPRINT.fullmatch(given.strip().lower()):
            return found[1]
        body = pem_body(given, label)
        if body is not None:
            return hashlib.sha256(body).hexdigest()
    raise InvalidInputError(
        f"The {name} must be 'sha256:' and 64 hexadecimal digits, or the text of a PEM file that begins with "
        f"-----BEGIN {label}-----, not {shown(given)}."
    )
