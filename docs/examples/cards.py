"""A model card, what is made of it, and the evidence of a promotion."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from pathlib import Path

from airflow_provider_registry.registry import Registry

registry = Registry.connect()
Path("model.pkl").write_text("weights")
Path("card.md").write_text(
    """\
---
license: apache-2.0
language: no
---
## Intended uses & limitations

To choose whom to call. Not for decisions on credit.
"""
)

# docs: set
registry.register_version("churn", "model.pkl", metrics={"auc": 0.91}, card=Path("card.md").read_text())

card = registry.set_card(
    "models:/churn/1",
    Path("card.md").read_text() + "\n## Ethical considerations\n\nAge is an input.\n",
    reason="as risk asked",
)
print(card.revision, *card.sections)
# docs: end

# docs: gate
policy = {
    "gates": [{"card": {"require": ["intended_use", "limitations"]}}],
    "approvals": [{"role": "ml-lead"}],
}
registry.set_policy("churn", "production", policy)
print(*registry.validate("churn", 1, alias="production").table()[0])
# docs: end

# docs: show
Path("card.html").write_text(registry.card("models:/churn/1", "html"))
Path("README.md").write_text(registry.card("models:/churn/1", "huggingface"))
Path("bom.json").write_text(json.dumps(registry.bom("models:/churn/1")))
# docs: end
print(Path("README.md").read_text())

# docs: evidence
request = registry.request_promotion("churn", 1, "production", reason="better")
registry.decide(request.request_id, verdict="approve", comment="Looked at the card")
registry.promote("churn", 1, "production")
pack = registry.evidence_pack(request.request_id, "request.zip")
# docs: end
zipfile.ZipFile(pack.path).extractall("evidence")
print(subprocess.run([sys.executable, "evidence/verify.py"], capture_output=True, text=True, check=True).stdout)
registry.close()
