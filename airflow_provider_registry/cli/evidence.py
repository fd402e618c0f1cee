"""`airflow model-registry versions scan|sign|…`: what vouches for the bytes of a version."""

from __future__ import annotations

import os
from argparse import Namespace

from airflow_provider_registry.cli import reading
from airflow_provider_registry.cli.command import command, connected
from airflow_provider_registry.cli.output import Line, show, show_one
from airflow_provider_registry.errors import InvalidInputError
from airflow_provider_registry.registry import RecordedScan, RecordedSignature, Signer


@command
def scan(args: Namespace) -> None:
    """Scan a version's files, and keep what was found."""
    version, model = reading.named_version(args.model, args.version)
    with connected(args) as registry:
        show_one(args, registry.scan(version, model_name=model, timeout=args.timeout, key=args.key), _scan)


@command
def scans(args: Namespace) -> None:
    """Show the scans of a version."""
    version, model = reading.named_version(args.model, args.version)
    with connected(args) as registry:
        show(args, registry.scans(version, model_name=model), _scan)


@command
def sign(args: Namespace) -> None:
    """Sign a version."""
    version, model = reading.named_version(args.model, args.version)
    signer = Signer.from_files(
        args.private_key,
        password=_password(args.password_variable),
        certificate=args.certificate,
        chain=args.chain or (),
    )
    with connected(args) as registry:
        show_one(args, registry.sign(version, signer, model_name=model, key=args.key), _signature)


@command
def signatures(args: Namespace) -> None:
    """Show the signatures of a version."""
    version, model = reading.named_version(args.model, args.version)
    with connected(args) as registry:
        show(args, registry.signatures(version, model_name=model), _signature)


@command
def verify_signature(args: Namespace) -> None:
    """Verify a version's signature, and write it to a file where that is asked."""
    version, model = reading.named_version(args.model, args.version)
    identity = reading.identity(args.signed_by)
    with connected(args) as registry:
        # An alias may move meanwhile: what is written is what is shown.
        found = registry.verify_signature(version, identity, model_name=model)
        if args.to is not None:
            registry.export_signature(found.reference, args.to, identity)
    show_one(args, found, _signature)


def _password(variable: str | None) -> str | None:
    """The password of a key: of a command's own arguments, everybody on the host could read it."""
    if variable is None:
        return None
    if variable not in os.environ:
        raise InvalidInputError(f"The environment variable {variable} is not set.")
    return os.environ[variable]


def _scan(scan: RecordedScan) -> Line:
    return {
        "reference": scan.reference,
        "outcome": scan.outcome.value,
        "findings": [f"{one.level}: {one.file}: {one.what}" for one in scan.findings],
        "scanner": f"{scan.scanner} {scan.scanner_version}, rules {scan.rules}",
        "created_at": scan.created_at,
        "by": scan.by,
    }


def _signature(signature: RecordedSignature) -> Line:
    return {
        "reference": signature.reference,
        "method": signature.method.value,
        "key": f"sha256:{signature.signed.key}",
        "subject": signature.signed.subject,
        "root": f"sha256:{signature.signed.root}" if signature.signed.root else "",
        "created_at": signature.created_at,
        "by": signature.by,
    }
