from __future__ import annotations

import pytest
from sqlalchemy import select, update

from airflow_provider_registry.errors import DigestMismatchError, InvalidReferenceError, VersionNotFoundError
from airflow_provider_registry.registry.versions.compare import Aspect, Compared
from airflow_provider_registry.registry.versions.tables import ArtifactRow


def found(world, *versions):
    return world.registry.compare_versions(*(versions or (1, 2)), model_name="churn")


def sides(comparison, aspect):
    return {row.name: (row.first, row.second) for row in comparison.of(aspect)}


def test_metrics_are_told_apart_by_where_they_were_measured(world):
    sliced = {"name": "auc", "value": 0.7, "phase": "training", "slice": "country=NO", "dataset": "holdout"}
    world.register("1", metrics=[{"name": "auc", "value": 0.8}, sliced])
    world.register("2", metrics=[{"name": "auc", "value": 0.9}, {"name": "f1", "value": 0.5}])
    assert {
        "auc": (0.8, 0.9),
        "auc[phase=training, dataset='holdout', slice='country=NO']": (0.7, None),
        "f1": (None, 0.5),
    } == sides(found(world), Aspect.METRIC)


def test_a_metrics_name_finds_it_in_a_search(world):
    world.register(metrics=[{"name": "auc", "value": 0.7, "phase": "training", "slice": "country=NO"}])
    (metric,) = found(world, 1, 1).of(Aspect.METRIC)
    assert 1 == len(world.registry.search_versions(f"metrics.{metric.name} = 0.7"))


def test_the_change_is_from_the_first_to_the_second(world):
    world.versions(0.75, 0.875)
    (auc,) = found(world).of(Aspect.METRIC)
    assert (0.125, False) == (auc.change, auc.equal)
    assert -0.125 == found(world, 2, 1).of(Aspect.METRIC)[0].change


@pytest.mark.parametrize(("first", "second"), [(None, 1.0), (1.0, None), ("a", "b")])
def test_what_is_no_number_on_both_sides_has_no_change(first, second):
    assert Compared(Aspect.METRIC, "auc", first, second).change is None


def test_inputs_of_one_name_are_told_apart_by_their_order(world):
    world.register("1", inputs=[{"name": "customers", "uri": "s3://a", "rows": 3}, "orders"])
    world.register("2", inputs=[{"name": "customers", "uri": "s3://a"}, {"name": "customers", "digest": "sha256:b"}])
    assert {
        "customers.uri": ("s3://a", "s3://a"),
        "customers.rows": (3, None),
        "customers (2).digest": (None, "sha256:b"),
        "orders": ("given", None),
    } == sides(found(world), Aspect.INPUT)


def test_environments_are_compared_by_distribution(world):
    body = {"interpreter": {"version": "3.11"}, "distributions": [{"name": "NumPy", "version": "1"}], "cuda": 12}
    world.register("1", environment=body)
    world.register("2", environment={**body, "distributions": [{"name": "numpy", "version": "2"}]})
    world.register("3", environment=False)
    expected = {"interpreter.version": ("3.11", "3.11"), "numpy": ("1", "2"), "cuda": ("12", "12")}
    assert expected == sides(found(world), Aspect.ENVIRONMENT)
    assert {"digest": (world.registry.get_version("models:/churn/1").environment_digest, None)} == sides(
        found(world, 1, 3), Aspect.ENVIRONMENT
    )


def test_the_producer_says_which_task_which_run_and_which_code(world):
    producer = {"dag_id": "retrain", "task_id": "train", "run_id": "one", "map_index": 0, "code_revision": "abc"}
    world.register("1", producer=producer)
    world.register("2", producer={**producer, "run_id": "two", "map_index": 1, "code_revision": "def"})
    world.register("3")
    assert {("run_id", "one", "two"), ("map_index", 0, 1), ("code_revision", "abc", "def")} == {
        (row.name, row.first, row.second) for row in found(world).of(Aspect.PRODUCER) if not row.equal
    }
    assert ("retrain", None) == sides(found(world, 1, 3), Aspect.PRODUCER)["dag_id"]


def test_files_are_compared_by_digest(world):
    one, two = world.artifact("same"), world.artifact("same")
    (two / "more.txt").write_text("more")
    world.registry.register_version("churn", one)
    world.registry.register_version("churn", two)
    comparison = found(world)
    assert [None] == [row.first for row in comparison.of(Aspect.FILE) if not row.equal]
    assert {"more.txt", "model.pkl"} == set(sides(comparison, Aspect.FILE))
    assert (1, 2) == sides(comparison, Aspect.ARTIFACT)["files"]


def test_a_version_beside_itself_is_equal_in_everything(world):
    world.register(auc=0.9, params={"depth": 3}, metadata={"owner": {"name": "ana"}}, training_duration=3.5)
    comparison = found(world, 1, 1)
    assert () == comparison.different
    assert {("owner", '{"name":"ana"}')} == {(row.name, row.first) for row in comparison.of(Aspect.METADATA)}
    assert (3.5, 3.5) == sides(comparison, Aspect.PRODUCER)["training_duration"]


def test_versions_of_two_models_by_reference(world):
    world.versions(0.8).versions(0.9, model="fraud")
    comparison = world.registry.compare_versions("models:/churn/1", "models:/fraud/1")
    assert ("churn", "fraud") == (comparison.first.model_name, comparison.second.model_name)


def test_what_is_not_there_is_an_error(world):
    world.versions(0.8)
    with pytest.raises(VersionNotFoundError):
        found(world, 1, 2)
    with pytest.raises(InvalidReferenceError):
        world.registry.compare_versions(1, 2)


def test_an_edited_manifest_is_not_compared(world):
    first, second = world.register("1"), world.register("2")
    with world.registry.engine.begin() as connection:
        theirs = select(ArtifactRow.manifest).where(ArtifactRow.digest == second.digest).scalar_subquery()
        connection.execute(update(ArtifactRow).where(ArtifactRow.digest == first.digest).values(manifest=theirs))
    with pytest.raises(DigestMismatchError):
        found(world)
