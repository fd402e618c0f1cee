"""Signatures: kept beside a version, verified by gates and downloads, and by tools that know nothing of a registry."""

from __future__ import annotations

import subprocess
import sys

import pytest
from sqlalchemy import select, update

from airflow_provider_registry.errors import (
    InvalidInputError,
    InvalidSignatureError,
    MissingExtraError,
    NotPassedError,
    RecordTamperedError,
)
from airflow_provider_registry.registry import SigningMethod
from airflow_provider_registry.registry.database.engine import acting
from airflow_provider_registry.registry.signatures.tables import SignatureRow
from airflow_provider_registry.registry.versions.tables import ArtifactRow
from airflow_provider_registry.signing.bundle import verify_bundle
from tests.registry.requests.worlds import ask, now, protect
from tests.support.signers import Authority, a_signer

VERSION = "models:/churn/1"


def pinned(signer):
    """Whoever signs with this key alone."""
    return {"key": signer.public_key}


class TestSigning:
    def test_a_version_is_signed_when_it_is_registered_as_an_act_of_its_own(self, world):
        signer = a_signer()
        version = world.register(sign=signer)
        (signature,) = world.registry.signatures(VERSION)
        assert (SigningMethod.KEY, version.digest) == (signature.method, signature.digest)
        assert signature == world.registry.verify_signature(VERSION, pinned(signer))
        assert ["model.created", "version.registered", "version.signed"] == world.types()
        (*_, event) = world.registry.events(model_name="churn")
        assert {"key": signature.identity.key, "method": "key"}.items() <= event.payload.items()
        assert "PRIVATE" not in repr(signer) + str(event.payload) + str(event.private)

    def test_a_retry_finds_the_signature_that_it_made(self, world):
        signer = a_signer()
        task = world.as_task()
        task.register(sign=signer)
        task.register(sign=signer)
        assert 1 == len(world.registry.signatures(VERSION))

    def test_several_may_sign_and_each_is_verified_by_whom_it_must_be(self, world):
        world.register()
        key, root = a_signer(), Authority()
        world.registry.sign(VERSION, key)
        world.registry.sign(VERSION, root.signer("ci"))
        for identity in (pinned(key), {"subject": "CN=ci", "root": root.pem}):
            assert 1 == world.registry.verify_signature(VERSION, identity).version
        for stranger in (pinned(a_signer()), {"subject": "CN=cd", "root": root.pem},
                         {"subject": "CN=ci", "root": Authority().pem}):  # fmt: skip
            with pytest.raises(InvalidSignatureError, match="has no signature by"):
                world.registry.verify_signature(VERSION, stranger)

    def test_a_chain_that_nobody_could_pin_is_not_recorded(self, world):
        world.register()
        root, other = Authority(), Authority()
        signer = root.signer()
        object.__setattr__(signer, "chain", other.pem)
        with pytest.raises(InvalidSignatureError, match="does not hold"):
            world.registry.sign(VERSION, signer)
        assert [] == world.registry.signatures(VERSION)

    def test_without_the_extra_the_error_names_it_and_nothing_is_registered(self, world, monkeypatch):
        monkeypatch.setitem(sys.modules, "model_signing.signing", None)
        with pytest.raises(MissingExtraError, match=r"airflow-provider-registry\[signing\]"):
            world.register(sign=a_signer())


class TestOtherTools:
    @pytest.mark.parametrize("method", ["key", "certificate"])
    def test_the_library_verifies_what_was_downloaded_by_the_exported_signature(self, world, tmp_path, method):
        root = Authority()
        signer = a_signer() if method == "key" else root.signer("ci")
        identity = pinned(signer) if method == "key" else {"subject": "CN=ci", "root": root.pem}
        world.register("weights", sign=signer)
        folder = world.registry.download(VERSION, tmp_path / "model", verify_signature=identity)
        bundle = world.registry.export_signature(VERSION, tmp_path / "model.sig", identity)
        (tmp_path / "pem").write_text(signer.public_key if method == "key" else root.pem)
        option = "--public_key" if method == "key" else "--certificate_chain"
        command = [sys.executable, "-W", "ignore", "-m", "model_signing", "verify", method, str(folder)]
        command += ["--signature", str(bundle), option, str(tmp_path / "pem")]
        assert "succeeded" in subprocess.run(command, capture_output=True, text=True, check=True).stdout
        (folder / "model.pkl").write_text("others")
        assert 0 != subprocess.run(command, capture_output=True, text=True, check=False).returncode

    def test_an_exported_signature_takes_the_place_of_a_signature_and_of_nothing_else(self, world, tmp_path):
        signer = a_signer()
        world.register(sign=signer)
        path = tmp_path / "model.sig"
        for _ in range(2):
            assert path == world.registry.export_signature(VERSION, path, pinned(signer))
        (tmp_path / "notes.json").write_text('{"mine": true}')
        (tmp_path / "link.sig").symlink_to(path)
        for name in ("notes.json", "link.sig", "."):
            with pytest.raises(InvalidInputError):
                world.registry.export_signature(VERSION, tmp_path / name, pinned(signer))
        assert '{"mine": true}' == (tmp_path / "notes.json").read_text()
        assert ["link.sig", "model.sig"] == sorted(each.name for each in tmp_path.glob("*.sig*"))


class TestDownload:
    def test_nothing_is_fetched_that_the_pinned_identity_did_not_sign(self, world, tmp_path):
        world.register(sign=a_signer())
        with pytest.raises(InvalidSignatureError):
            world.registry.download(VERSION, tmp_path / "model", verify_signature=pinned(a_signer()))
        assert not (tmp_path / "model").exists()

    def test_what_is_no_identity_is_refused(self, world, tmp_path):
        world.register()
        for given in ({}, {"key": "abc"}, {"subject": "CN=ci"}, {"subject": " ", "root": "0" * 64}, 7, "{", "None"):
            with pytest.raises(InvalidInputError):
                world.registry.download(VERSION, tmp_path / "model", verify_signature=given)


class TestGates:
    def test_a_version_takes_the_alias_once_one_of_those_named_has_signed_it(self, world):
        old, new = a_signer(), a_signer()
        world.register()
        world.registry.set_policy("churn", "production", {"gates": [{"signature": [pinned(old), pinned(new)]}]})
        with pytest.raises(NotPassedError, match="version 1 has no signature by the key sha256:"):
            world.registry.promote("churn", 1, "production")
        world.registry.sign(VERSION, a_signer())
        assert not world.registry.validate("churn", 1, alias="production").passed
        world.registry.sign(VERSION, new)
        world.registry.promote("churn", 1, "production")
        assert [1] == world.holders()

    def test_a_signature_that_was_put_into_the_database_does_not_hold(self, world):
        """Somebody who may write the table takes the signature of other bytes."""
        signer = a_signer()
        world.register("one", sign=signer)
        world.register("two", sign=signer)
        world.registry.set_policy("churn", "production", {"gates": [{"signature": pinned(signer)}]})
        rows = select(SignatureRow.event_id, SignatureRow.bundle).order_by(SignatureRow.event_id)
        with acting(world.registry.engine).begin() as connection:
            (first, _), (_, bundle) = connection.execute(rows).all()
            connection.execute(update(SignatureRow).where(SignatureRow.event_id == first).values(bundle=bundle))
        (result,) = world.registry.validate("churn", 1, alias="production").results
        assert "failed" == result.verdict
        assert "does not hold" in result.reason
        with pytest.raises(RecordTamperedError, match="its signature is not the one that was recorded"):
            world.registry.verify_record("churn")

    @pytest.mark.parametrize("act", ["validate", "request", "promote", "route"])
    def test_it_is_verified_before_the_lock_and_again_where_another_signed_meanwhile(self, world, monkeypatch, act):
        signer, verified = a_signer(), []
        world.versions(0.8, 0.9)
        world.registry.promote("churn", 2, "production")
        world.registry.sign(VERSION, signer)
        world.registry.set_policy("churn", "production", {"gates": [{"signature": pinned(signer)}]})

        def verify(*given):
            verified.append(world.registry.engine.pool.checkedout())
            if len(verified) == 1:
                world.registry.sign(VERSION, signer, key="again")
            verify_bundle(*given)

        monkeypatch.setattr("airflow_provider_registry.registry.signatures.verified.verify_bundle", verify)
        {
            "validate": lambda: world.registry.validate("churn", 1, alias="production"),
            "request": lambda: world.registry.request_promotion("churn", 1, "production"),
            "promote": lambda: world.registry.promote("churn", 1, "production"),
            "route": lambda: world.registry.route("churn", 1, "production", traffic=10),
        }[act]()
        assert [0, 0] == verified
        (report,) = world.registry.gate_reports(VERSION)
        assert world.registry.signatures(VERSION)[0].event == report.results[0].check_event

    def test_no_signature_holds_for_a_manifest_that_was_edited(self, world):
        signer = a_signer()
        world.register(sign=signer)
        world.registry.set_policy("churn", "production", {"gates": [{"signature": pinned(signer)}]})
        with acting(world.registry.engine).begin() as connection:
            (manifest,) = connection.execute(select(ArtifactRow.manifest)).scalars()
            connection.execute(update(ArtifactRow).values(manifest=manifest.replace(b'"size":3', b'"size":4')))
        (result,) = world.registry.validate("churn", 1, alias="production").results
        assert "failed" == result.verdict
        assert "it was edited" in result.reason

    def test_only_a_signature_that_its_gates_read_ends_a_pending_request(self, world):
        signer = a_signer()
        protect(world, gates=[{"signature": pinned(signer), "severity": "warning"}])
        request = ask(world)
        world.registry.sign(VERSION, a_signer())
        assert "open" == now(world, request).state
        world.registry.sign(VERSION, signer)
        assert "invalidated" == now(world, request).state

    def test_without_the_extra_the_gate_is_errored_and_names_it(self, world, monkeypatch):
        signer = a_signer()
        world.register(sign=signer)
        world.registry.set_policy("churn", "production", {"gates": [{"signature": pinned(signer)}]})
        monkeypatch.setitem(sys.modules, "model_signing.signing", None)
        (result,) = world.registry.validate("churn", 1, alias="production").results
        assert ("errored", "missing_extra") == (result.verdict, result.cause)
        assert "airflow-provider-registry[signing]" in result.reason


class TestErasing:
    def test_an_erased_signature_names_nobody_and_verifies_no_more(self, world):
        root = Authority()
        world.register(sign=root.signer("eva"))
        (signature,) = world.registry.signatures(VERSION)
        world.registry.erase_event("churn", signature.event, reason="asked for")
        world.registry.verify_record("churn")
        (left,) = world.registry.signatures(VERSION)
        assert (True, "", "") == (left.is_erased, left.signed.subject, left.signed.bundle)
        with pytest.raises(InvalidSignatureError):
            world.registry.verify_signature(VERSION, {"subject": "CN=eva", "root": root.pem})
