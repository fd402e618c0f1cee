"""Searching versions and models."""

from __future__ import annotations

from pathlib import Path

from airflow_provider_registry.errors import InvalidFilterError
from airflow_provider_registry.registry import Registry

registry = Registry.connect()
registry.create_model("churn", team="growth")
for number, auc in enumerate([0.88, 0.91, 0.93], start=1):
    Path("model.pkl").write_text(f"weights {number}")
    registry.register_version(
        "churn",
        "model.pkl",
        metrics=[
            {"name": "auc", "value": auc},
            {"name": "auc", "value": auc - 0.05, "slice": "country=NO"},
        ],
        params={"depth": 4 + number},
        tags={"cost centre": "42", "stage": "candidate"},
        producer={"dag_id": "retrain", "task_id": "train", "run_id": f"manual__{number}"},
    )
registry.promote("churn", 2, "production")

# docs: versions
page = registry.search_versions("metrics.auc > 0.9 and tags.stage = 'candidate'", order_by="metrics.auc desc")
print([version.reference for version in page])
# docs: end

# docs: examples
for filter in [
    "name = 'churn' and alias = 'production'",
    "metrics.auc > 0.9 and not alias = 'production'",
    "metrics.auc[slice='country=NO'] >= 0.86",
    "params.depth in ('5', '6')",
    "tags.`cost centre` = '42' and version > 1",
    "dag_id = 'retrain' and run_id like 'manual%'",
    "team = 'growth' and archived = false and created_at >= '2026-01-01'",
    "tags.reviewer is null",
]:
    print(filter, "->", [version.version for version in registry.search_versions(filter, order_by="version")])
# docs: end

# docs: pages
token, found = None, []
while True:
    page = registry.search_versions("name = 'churn'", order_by="created_at", page_size=2, page_token=token)
    found += [version.version for version in page]
    token = page.next_page_token
    if token is None:
        break
assert found == [1, 2, 3]
# docs: end

# docs: models
for model in registry.search_models("team = 'growth' and latest_version >= 2"):
    print(model.name, model.latest_version, dict(model.aliases))
# docs: end

# docs: wrong
try:
    registry.search_versions("metrics.auc > 0.9 and name = churn")
except InvalidFilterError as error:
    print(error)
# docs: end
registry.close()
