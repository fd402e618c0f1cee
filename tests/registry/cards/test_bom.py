"""The bill of materials: CycloneDX 1.7 by CycloneDX's own schema, and the same whenever it is made."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files

import pytest
from jsonschema import Draft7Validator
from referencing import Registry as Schemas
from referencing import Resource

from airflow_provider_registry.registry.cards.distributions import distributions, purl
from tests.registry.cards.worlds import CARD

ENVIRONMENT = {
    "interpreter": {"version": "3.11"},
    "distributions": [{"name": "Zope.Interface", "version": "7.0+local"}, {"name": "numpy", "version": ""}],
}


@cache
def validator() -> Draft7Validator:
    """Of the schema as CycloneDX's own library for Python has it."""
    folder = files("cyclonedx.schema") / "_res"
    names = ("bom-1.7", "spdx", "jsf-0.82", "cryptography-defs")
    found = [json.loads((folder / f"{name}.SNAPSHOT.schema.json").read_text(encoding="utf-8")) for name in names]
    schemas = Schemas().with_resources((schema["$id"], Resource.from_contents(schema)) for schema in found)
    return Draft7Validator(found[0], registry=schemas, format_checker=Draft7Validator.FORMAT_CHECKER)


def problems(bom: object) -> list[str]:
    return [f"{error.json_path}: {error.message[:200]}" for error in validator().iter_errors(bom)]


def test_the_schema_finds_what_is_wrong():
    assert problems({"bomFormat": "CycloneDX", "specVersion": "1.7", "more": 1})


@pytest.fixture
def bom(world):
    world.register(
        "one",
        metrics={"auc": 0.9, "loss": 1e-9},
        inputs=[
            {"name": "customers", "uri": "s3://lake/a b?<c>", "digest": f"sha256:{'A' * 64}", "rows": 10},
            {"name": "clicks", "digest": "iceberg:8812"},
            "customers",
        ],
        environment=ENVIRONMENT,
        description="The first",
        code_revision="abc",
        card=CARD,
        producer={"dag_id": "retrain", "task_id": "train", "run_id": "night"},
    )
    return world.registry.bom("models:/churn/1")


def test_it_is_valid_by_cyclonedxs_own_schema(bom):
    assert problems(bom) == []
    assert bom["specVersion"] == "1.7"


def test_it_is_valid_also_where_nothing_is_known(world):
    world.register("one")
    assert problems(world.registry.bom("models:/churn/1")) == []


def test_it_names_the_model_with_its_digest_and_its_card(bom, world):
    model = bom["metadata"]["component"]
    assert (model["type"], model["name"], model["version"]) == ("machine-learning-model", "churn", "1")
    assert model["hashes"] == [{"alg": "SHA-256", "content": world.registry.get_version("models:/churn/1").digest}]
    assert model["licenses"] == [{"license": {"name": "apache-2.0"}}]
    assert model["modelCard"]["considerations"]["useCases"]
    assert {"name": "airflow-provider-registry:producer:dag_id", "value": "retrain"} in model["properties"]


def test_it_names_the_data_and_each_distribution(bom):
    first, second, third, *libraries = bom["components"]
    assert first["hashes"] == [{"alg": "SHA-256", "content": "a" * 64}]
    assert first["data"][0]["contents"]["url"] == "s3://lake/a%20b?%3Cc%3E"
    assert "hashes" not in second
    assert (third["type"], third["name"]) == ("data", "customers")
    assert [one["purl"] for one in libraries] == ["pkg:pypi/zope-interface@7.0%2Blocal", "pkg:pypi/numpy"]
    refs = [one["bom-ref"] for one in bom["components"]]
    assert bom["dependencies"][0] == {"ref": "models:/churn/1", "dependsOn": refs}
    assert len(set(refs)) == len(refs)
    datasets = bom["metadata"]["component"]["modelCard"]["modelParameters"]["datasets"]
    assert datasets == [{"ref": ref} for ref in refs[:3]]


def test_it_is_the_same_until_people_write_another_card(bom, world):
    world.registry.promote("churn", 1, "production")
    assert world.registry.bom("models:/churn/1") == bom
    world.registry.set_card("models:/churn/1", "other")
    other = world.registry.bom("models:/churn/1")
    assert (other["serialNumber"], other["version"]) == (bom["serialNumber"], bom["version"] + 1)


def test_two_versions_of_the_same_bytes_have_bills_of_their_own(world):
    for key in "ab":
        world.register("same", key=key)
    first, second = (world.registry.bom(number, model_name="churn") for number in (1, 2))
    assert first["serialNumber"] != second["serialNumber"]


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({"distributions": {"numpy": "2.0"}}, [("numpy", "2.0")]),
        ({"distributions": ["numpy", 5, {"name": ""}, {"version": "1"}]}, [("numpy", "")]),
        ({"distributions": "numpy"}, []),
        ({}, []),
    ],
)
def test_an_environment_of_another_form_gives_what_it_says(environment, expected):
    assert distributions(environment) == expected


def test_a_package_url_has_the_name_as_pypi_normalises_it():
    assert purl("Scikit__Learn", "1.5") == "pkg:pypi/scikit-learn@1.5"
