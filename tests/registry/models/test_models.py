"""Registered models: created once, named for ever."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from airflow_provider_registry.errors import (
    AutoCreateDisabledError,
    InvalidInputError,
    InvalidNameError,
    InvalidSchemaError,
    ModelExistsError,
    ModelNotFoundError,
    TooLargeError,
)
from airflow_provider_registry.registry import Registry
from tests.support.kernel import FLOOR


class TestCreate:
    def test_a_model_is_what_was_said_of_it(self, world):
        schema = {"type": "object", "required": ["owner"]}
        world.registry.create_model("growth/churn", team="growth", description="who leaves", metadata_schema=schema)
        model = world.registry.get_model("growth/churn")
        assert (model.name, model.team, model.description) == ("growth/churn", "growth", "who leaves")
        assert (model.metadata_schema, model.latest_version, dict(model.aliases)) == (schema, 0, {})
        assert model.created_by == "tester"

    def test_names_are_unique_regardless_of_case(self, world):
        world.registry.create_model("Churn")
        with pytest.raises(ModelExistsError, match="regardless of case"):
            world.registry.create_model("cHURN")
        assert world.registry.get_model("CHURN").name == "Churn"

    def test_the_first_registration_creates_the_model_and_finds_it_in_any_case(self, world):
        world.register("one", model="Churn")
        assert world.register("two", model="churn").reference == "models:/Churn/2"
        assert world.types("churn") == ["model.created", "version.registered", "version.registered"]

    def test_a_registration_may_be_kept_from_creating_models(self, world, migrated_url, tmp_path):
        strict = Registry.connect(migrated_url, artifact_root=tmp_path / "artifacts", auto_create=False)
        with strict, pytest.raises(AutoCreateDisabledError, match="create it first"):
            strict.register_version("churn", world.artifact())
        assert not (tmp_path / "artifacts").exists()

    def test_many_who_create_one_model_at_once_make_one(self, world):
        def create(number: int) -> str:
            try:
                world.registry.create_model("churn", team=str(number))
            except ModelExistsError:
                return "refused"
            return "made"

        with ThreadPoolExecutor(6) as pool:
            answers = sorted(pool.map(create, range(6)))
        assert answers == ["made", *["refused"] * 5]
        assert world.types() == ["model.created"]

    def test_what_cannot_be_taken_is_refused_and_nothing_is_written(self, world):
        with pytest.raises(InvalidNameError):
            world.registry.create_model("bad name")
        with pytest.raises(InvalidSchemaError):
            world.registry.create_model("churn", metadata_schema={"type": "nonsense"})
        with pytest.raises(TooLargeError):
            world.registry.create_model("churn", description="x" * (1024 * 1024 + 1))
        with pytest.raises(InvalidInputError, match="NUL"):
            world.registry.create_model("churn", description="a\x00b")
        with pytest.raises(InvalidInputError, match="surrogate"):
            world.registry.create_model("churn", team="\ud800")
        with pytest.raises(ModelNotFoundError, match="'churn'"):
            world.registry.get_model("churn")

    def test_a_schema_given_as_text_is_kept_as_the_schema_that_it_spells(self, world):
        world.registry.create_model("churn", metadata_schema='{"type": "object", "required": ["owner"]}')
        assert world.registry.get_model("churn").metadata_schema == {"type": "object", "required": ["owner"]}


class TestAliases:
    def test_each_of_many_models_has_its_own(self, world):
        for model, aliases in {"a": ["production", "staging"], "b": ["production"], "c": []}.items():
            world.versions(0.8, 0.9, model=model)
            for number, alias in enumerate(aliases, 1):
                world.registry.promote(model, number, alias)
        world.registry.set_policy("b", "production", FLOOR)
        found = {model.name: (dict(model.aliases), set(model.protected)) for model in world.registry.search_models()}
        assert found == {
            "a": ({"production": 1, "staging": 2}, set()),
            "b": ({"production": 1}, {"production"}),
            "c": ({}, set()),
        }


class TestUpdate:
    def test_what_is_not_given_stays(self, world):
        world.registry.create_model("churn", team="growth", description="who leaves")
        assert world.registry.update_model("churn", team=None).description == "who leaves"
        assert world.registry.get_model("churn").team is None

    def test_a_description_stays_out_of_the_hashed_bytes(self, world):
        world.registry.create_model("churn", description="Ana leaves")
        (event,) = world.registry.events()
        assert event.private["description"] == "Ana leaves"
        assert "Ana" not in str(event.payload)


class TestRename:
    def test_a_former_name_leads_to_the_model_for_ever(self, world):
        world.versions(0.9)
        world.registry.rename_model("churn", "leave")
        world.registry.rename_model("leave", "growth/leave")
        for name in ("churn", "LEAVE", "growth/leave"):
            assert world.registry.get_model(name).name == "growth/leave"
            assert world.registry.get_version(f"models:/{name}/1").reference == "models:/growth/leave/1"

    def test_stored_bytes_stay_and_are_found(self, world, tmp_path):
        world.versions(0.9)
        world.registry.rename_model("churn", "leave")
        world.registry.promote("leave", 1, "production")
        assert (world.registry.download("models:/churn@production", tmp_path / "out") / "model.pkl").is_file()
        assert world.registry.gc(grace=_none()).artifacts == ()

    def test_the_key_of_a_task_survives_a_rename(self, world):
        task = world.as_task()
        first = task.register("one")
        world.registry.rename_model("churn", "leave")
        assert task.register("one", model="churn").version == first.version
        assert task.register("one", model="leave").version == first.version
        assert world.registry.get_model("leave").latest_version == 1

    def test_no_name_is_ever_given_twice(self, world):
        world.registry.create_model("churn")
        world.registry.rename_model("churn", "leave")
        world.registry.create_model("other")
        for taken in ("churn", "Leave"):
            with pytest.raises(ModelExistsError):
                world.registry.create_model(taken)
            with pytest.raises(ModelExistsError):
                world.registry.rename_model("other", taken)

    def test_a_model_may_take_its_former_name_back_and_change_its_case(self, world):
        world.registry.create_model("churn")
        world.registry.rename_model("churn", "leave")
        assert world.registry.rename_model("leave", "Churn").name == "Churn"
        world.registry.verify_record("churn")

    def test_of_two_models_that_take_one_name_at_once_one_is_refused_by_name(self, world):
        names = [f"model-{number}" for number in range(6)]
        for name in names:
            world.registry.create_model(name)

        def rename(name: str) -> str:
            try:
                world.registry.rename_model(name, "wanted")
            except ModelExistsError:
                return "refused"
            return "renamed"

        with ThreadPoolExecutor(6) as pool:
            answers = sorted(pool.map(rename, names))
        assert answers == ["refused"] * 5 + ["renamed"]


def _none():
    from datetime import timedelta

    return timedelta(0)
