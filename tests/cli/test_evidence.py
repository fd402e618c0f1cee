"""`versions scan`, `sign` and their neighbours."""

from __future__ import annotations

import pytest

from tests.support.signers import new_key, pem_of


def test_a_scan_is_kept_and_shown(run, world):
    world.register("weights")
    (scan,) = run.json("versions", "scan", "churn", "1")
    assert ("unknown", [{"file": "model.pkl", "level": "unknown", "what": "it is no pickle"}]) == (
        scan["outcome"],
        scan["findings"],
    )
    (shown,) = run.json("versions", "scans", "models:/churn/1")
    assert scan == shown


def test_a_version_is_signed_and_verified_by_files(run, world, tmp_path, monkeypatch):
    world.register("weights")
    key = tmp_path / "key.pem"
    key.write_bytes(pem_of(new_key(), b"pw"))
    monkeypatch.setenv("KEY_PASSWORD", "pw")
    options = ("--private-key", str(key), "--password-variable", "KEY_PASSWORD")
    (signature,) = run.json("versions", "sign", "churn", "1", *options)
    (tmp_path / "key.pub").write_text(signature["signed"]["public_key"])
    by = ("--signed-by", str(tmp_path / "key.pub"))
    run.json("versions", "verify-signature", "churn", "1", *by, "--to", str(tmp_path / "model.sig"))
    assert signature["signed"]["bundle"] == (tmp_path / "model.sig").read_text()
    assert [signature] == run.json("versions", "signatures", "churn", "1")
    run.json("versions", "download", "churn", "1", "--to", str(tmp_path / "model"), *by)


@pytest.mark.parametrize("command", [("verify-signature",), ("download", "--to", "model")])
def test_what_nobody_of_that_identity_signed_is_an_error(run, world, command):
    world.register("weights")
    failed = run.fails("versions", command[0], "churn", "1", *command[1:], "--signed-by", "0" * 64)
    assert "has no signature by the key sha256:000000000000…" in failed
