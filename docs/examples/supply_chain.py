"""Scanning and signing in Python."""

from __future__ import annotations

from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from airflow_provider_registry.errors import InvalidSignatureError
from airflow_provider_registry.registry import Registry, Signer

key = ec.generate_private_key(ec.SECP256R1())
Path("signing.pem").write_bytes(
    key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.BestAvailableEncryption(b"secret")
    )
)
# A pickle that calls os.system when it is loaded, written by hand; nobody loads it here.
Path("model.pkl").write_bytes(b"\x80\x02cos\nsystem\nX\x04\x00\x00\x00true\x85R.")
Path("weights.json").write_text('{"age": 0.4}')
registry = Registry.connect()

# docs: scan
registry.register_version("churn", "model.pkl")
scan = registry.scan("models:/churn/1")
print(scan.outcome)
for finding in scan.findings:
    print(finding.file, finding.level, finding.what)
# docs: end

# docs: sign
signer = Signer.from_files("signing.pem", password="secret")
registry.register_version("churn", "weights.json", sign=signer)
registry.scan("models:/churn/2")
# docs: end

# docs: gate
registry.set_policy(
    "churn",
    "production",
    {"gates": [{"scan": "pickle", "max_age": "30d"}, {"signature": {"key": signer.public_key}}]},
)
for version in (1, 2):
    for _, verdict, reason in registry.validate("churn", version, alias="production").table():
        print(verdict, reason.split(" (")[0])
registry.promote("churn", 2, "production")
# docs: end

# docs: download
mine = {"key": signer.public_key}
registry.download("models:/churn@production", "model/", verify_signature=mine)
try:
    registry.download("models:/churn/1", "unsigned/", verify_signature=mine)
except InvalidSignatureError as error:
    print(str(error).split(" by ")[0])
# docs: end

# docs: export
registry.export_signature("models:/churn/2", "model.sig", mine)
# docs: end
registry.close()
