"""Errors: by class of the package, or by the builtin that it is a child of."""

from __future__ import annotations

from airflow_provider_registry.errors import InvalidMetricError, NotFoundError, RefusedError, RegistryError
from airflow_provider_registry.registry import Registry

registry = Registry.connect()
with open("model.pkl", "wb") as file:
    file.write(b"weights")

# docs: by class
try:
    registry.register_version("churn", "model.pkl", metrics={"auc": float("nan")})
except InvalidMetricError as error:
    print(error)
# docs: end

# docs: by builtin
try:
    registry.get_version("models:/churn/1")
except LookupError as error:  # a model, version or alias that is not there
    assert isinstance(error, NotFoundError)
    print(error)

try:
    registry.set_policy("churn", "production", {"gates": [{"metric": "auc", "treshold": 0.8}]})
except ValueError as error:
    print(error)
# docs: end

# docs: refused
registry.register_version("churn", "model.pkl")
registry.promote("churn", 1, "production")
try:
    registry.archive_version("models:/churn/1")
except RefusedError as error:  # the rules do not allow it: neither a ValueError nor a LookupError
    assert isinstance(error, RegistryError)
    print(error)
# docs: end
registry.close()
