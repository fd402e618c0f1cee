"""What a pickle may import without anybody having allowed it."""

from __future__ import annotations

import importlib
import pkgutil
import warnings

import pytest

from airflow_provider_registry.scanning.trusted import is_allowed, is_pattern, is_trusted
from airflow_provider_registry.scanning.values import Global

HARMLESS = {"abc", "typing", "numbers", "collections", "collections.abc", "inspect", "enum", "numpy", "numpy.ma"}


def test_of_sklearn_only_what_is_its_own_is_trusted_or_what_does_nothing() -> None:
    """Modules hand on what they import: `Thread` of some module of sklearn's would be trusted as its own."""
    import sklearn  # here, since every worker that collects the tests would take seconds for it

    taken = set()
    for found in pkgutil.walk_packages(sklearn.__path__, "sklearn."):
        if ".tests" in found.name or "conftest" in found.name or not is_trusted(Global(found.name, "Model")):
            continue
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            module = importlib.import_module(found.name)
        for name, value in vars(module).items():
            home = getattr(value, "__module__", None) or ""
            if is_trusted(Global(found.name, name)) and callable(value) and not home.startswith("sklearn"):
                taken.add((name, home))
    assert set() == {(name, home) for name, home in taken if home.split(".")[0] not in {"scipy", *HARMLESS}}


@pytest.mark.parametrize(
    "text",
    ["os.system", "sklearn.utils._testing.TempMemmap", "sklearn.pipeline.os", "sklearn.datasets._base.Path",
     "sklearn.tree._classes.DecisionTreeClassifier.fit", "numpy.load", "builtins.eval", "joblib.numpy_pickle.load"],
)  # fmt: skip
def test_what_does_something_is_not_trusted(text: str) -> None:
    module, _, name = text.rpartition(".")
    assert not is_trusted(Global(module, name))
    assert not is_trusted(Global(*text.split(".", 1)))


def test_a_policy_allows_one_import_or_a_module() -> None:
    assert is_allowed("house.models.Churn", ("house.models.Churn",))
    assert is_allowed("house.models.Churn", ("house.*",))
    assert not is_allowed("housebreaker.models.Churn", ("house.*", "house.models.Churn"))
    assert is_pattern("house.models.*")
    assert not any(is_pattern(text) for text in ("*", "house", "house.*.Churn", "house..a", "", "a b.c", ".a"))
