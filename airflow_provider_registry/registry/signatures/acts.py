"""Signing a version: the signature is made before the lock, and recording it is one act."""

from __future__ import annotations

from collections.abc import Iterable

from airflow_provider_registry.artifacts.manifest import Manifest
from airflow_provider_registry.canonical import sha256_of
from airflow_provider_registry.errors import InvalidSignatureError
from airflow_provider_registry.event_types import EventType
from airflow_provider_registry.registry.caller import Asked
from airflow_provider_registry.registry.core import Core
from airflow_provider_registry.registry.database.act import Act
from airflow_provider_registry.registry.database.prepared import Row, insertion
from airflow_provider_registry.registry.requests.locked import lock_request
from airflow_provider_registry.registry.requests.states import Ending, RequestState
from airflow_provider_registry.registry.signatures.queries import OF_VERSION, asked_of_version, view
from airflow_provider_registry.registry.signatures.tables import SignatureRow
from airflow_provider_registry.registry.signatures.views import RecordedSignature
from airflow_provider_registry.registry.storage.checks import load_manifest
from airflow_provider_registry.registry.versions.acts import VERSION, locked_version
from airflow_provider_registry.signing.bundle import Signed, check_can_sign, sign_manifest, verify_bundle
from airflow_provider_registry.signing.identity import Identity
from airflow_provider_registry.signing.signer import Signer


def sign_version(core: Core, version: Row, signer: Signer, key: str | None) -> RecordedSignature:
    """Sign a version; see `Registry.sign`."""
    check_can_sign(signer)
    manifest = load_manifest(core, version["model_id"], version["digest"])
    signed = sign_manifest(manifest, version["model_name"], signer)
    verify_bundle(signed, manifest, signed.identity)  # one that nobody could verify is not recorded
    number = version["version"]

    def work(act: Act) -> RecordedSignature:
        return _record(act, locked_version(act, number), signed)

    def repeat(act: Act, event: Row) -> RecordedSignature:
        """The signature that was recorded, unless it was erased."""
        row = locked_version(act, number)
        found = act.rows_together(asked_of_version(row["id"]))[0]
        done = next((view(one) for one in found if one["event_id"] == event["id"]), None)
        if done is not None and not done.is_erased:
            return done
        act.again()
        return _record(act, row, signed)

    fingerprint = sha256_of([number, version["digest"], signed.identity.as_mapping(), signed.key])
    asked = Asked(f"sign:{signed.key}", version["model_name"], fingerprint, key=key)
    named = {"model_id": version["model_id"], "version": number}
    return core.acts.run(asked, work, repeat, reads=[(VERSION, named)])


def verify_version(core: Core, version: Row, identity: Identity) -> RecordedSignature:
    """The newest signature by an identity that holds; see `Registry.verify_signature`.

    Raises:
        InvalidSignatureError: there is none.
    """
    mine = [found for found in signatures_of(core, version) if found.identity == identity and not found.is_erased]
    if not mine:
        raise InvalidSignatureError(
            f"Version {version['version']} of {version['model_name']!r} has no signature by {identity.text}."
        )
    manifest = load_manifest(core, version["model_id"], version["digest"])
    return holding(mine, manifest, identity)


def holding(found: Iterable[RecordedSignature], manifest: Manifest, identity: Identity) -> RecordedSignature:
    """The first of the signatures that holds.

    Raises:
        InvalidSignatureError: none does; it says what is wrong with the first.
    """
    first: InvalidSignatureError | None = None
    for one in found:
        try:
            verify_bundle(one.signed, manifest, identity)
            return one
        except InvalidSignatureError as error:
            first = first or error
    raise first or InvalidSignatureError(f"There is no signature by {identity.text}.")


def signatures_of(core: Core, version: Row) -> list[RecordedSignature]:
    """The signatures of a version, newest first."""
    return [view(row) for row in core.ask(OF_VERSION, version_id=version["id"])]


def _record(act: Act, version: Row, signed: Signed) -> RecordedSignature:
    _end_requests(act, version, signed.identity)
    said = {"digest": version["digest"], "method": signed.method.value, "key": signed.key, "root": signed.root}
    # A certificate may name a person: the subject, and the bundle that holds it, can be erased.
    private = {"subject": signed.subject, "bundle_sha256": signed.bundle_digest}
    event_id = act.record(EventType.VERSION_SIGNED, said, version=version["version"], private=private)
    row = {**said, "subject": signed.subject, "public_key": signed.public_key, "bundle": signed.bundle}
    row |= {"event_id": event_id, "version_id": version["id"], "created_at": act.at}
    act.batch.write(_INSERT, **row)
    return RecordedSignature(
        model_name=act.model["name"],
        version=version["version"],
        digest=version["digest"],
        signed=signed,
        created_at=act.at,
        event=act.head["head_seq"],
        by=act.caller.actor.name,
    )


def _end_requests(act: Act, version: Row, identity: Identity) -> None:
    """End the pending requests of the version whose gates read signatures by this identity (rule 7)."""
    for request in act.pending.find(version_id=version["id"]):
        if identity in lock_request(act, request["id"]).policy.signers:
            act.pending.move(request, RequestState.INVALIDATED, Ending.EVIDENCE)


_INSERT = insertion(SignatureRow)
