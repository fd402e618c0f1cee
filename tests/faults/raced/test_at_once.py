"""At once: on one model acts queue, on different models they do not wait, and nobody ever sees half an act."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import pytest
from sqlalchemy import create_engine, event, select, text

from airflow_provider_registry.registry.models.tables import ModelRow
from benchmarks.process import at_once, processes, python
from tests.support.kernel import FLOOR, contents

EACH = 200


def test_threads_that_promote_different_versions_leave_one_holder_at_any_time(world):
    world.versions(*(0.80 + number / 100 for number in range(8)))
    done = threading.Event()
    seen: list[int] = []

    def watch() -> None:
        while not done.is_set():
            seen.append(len(world.registry.get_model("churn").aliases))

    def promote(number: int) -> None:
        for _ in range(4):
            world.registry.promote("churn", number, "production")

    watcher = threading.Thread(target=watch)
    world.registry.promote("churn", 1, "production")
    watcher.start()
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(promote, range(1, 9)))
    done.set()
    watcher.join()
    assert set(seen) == {1}
    history = world.registry.history("churn", "production")
    assert [one.to_at for one in history[:-1]] == [two.from_at for two in history[1:]]
    assert history[-1].to_at is None
    assert all(one.previous_version == before.version for before, one in pairwise(history))
    assert world.types().count("alias.promoted") == len(history)
    world.registry.verify_record("churn")


def test_threads_with_one_key_do_one_act(world):
    """Eight tries of one task at once, as after a scheduler lost track of it."""
    world.versions(0.9)
    world.registry.set_policy("churn", "production", FLOOR)
    artifact = world.artifact("same")

    def act(_: int) -> tuple[int, int, int]:
        version = world.registry.register_version("churn", artifact, key="k", environment=False)
        report = world.registry.validate("churn", 1, alias="production", key="k")
        return version.version, report.report_id, world.registry.promote("churn", 1, "production", key="k").event

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(act, range(8)))) == 1
    assert world.types()[3:] == ["version.registered", "version.validated", "alias.promoted"]


def test_first_registrations_of_one_model_at_once_make_one_model(world):
    with ThreadPoolExecutor(6) as pool:
        numbers = sorted(pool.map(lambda number: world.register(f"{number}").version, range(6)))
    assert numbers == [1, 2, 3, 4, 5, 6]
    assert world.types() == ["model.created", *["version.registered"] * 6]


@pytest.mark.integration
def test_processes_that_register_versions_of_one_model_give_each_a_number_of_its_own(world, migrated_url):
    world.registry.create_model("churn")
    calls = [{"model": "churn", "artifact": str(world.artifact())}] * EACH
    with processes(python("benchmarks.member"), 2, url=migrated_url, root=str(world.root)) as members:
        done = at_once([(member, "register", calls) for member in members])
    assert [one.errors for one in done] == [[], []]
    events = world.registry.model_events("churn", limit=10_000)
    assert [one.version for one in events] == [None, *range(1, 2 * EACH + 1)]
    assert [one.seq for one in events] == list(range(1, 2 * EACH + 2))
    assert world.registry.get_model("churn").latest_version == 2 * EACH
    world.registry.verify_record("churn")
    assert contents(world.registry.engine)["registry_lease"] == []


class TestDifferentModels:
    @pytest.fixture
    def backend(self):
        return "postgresql"

    def test_acts_on_one_model_do_not_wait_for_those_on_another(self, world):
        world.versions(0.8, 0.9, model="slow")
        world.versions(0.8, 0.9, model="quick")
        engine = create_engine(world.registry.engine.url)
        with engine.connect() as holding, holding.begin():
            holding.execute(select(ModelRow.id).where(ModelRow.name == "slow").with_for_update())
            holding.execute(text("UPDATE registry_model SET team = 'x' WHERE name = 'slow'"))
            every_act_on(world, "quick")
            assert world.registry.get_version("models:/slow/1").version == 1  # nor do readers
        engine.dispose()

    def test_acts_of_the_same_bytes_and_environment_on_two_models_do_not_wait_for_each_other(self, world):
        """One registration stands right before it appends its event: it holds all that it ever will."""
        world.registry.create_model("slow")
        world.registry.create_model("quick")
        quick: list[int] = []

        def register_other(connection, cursor, statement, *_):
            if statement.startswith("INSERT INTO registry_event") and not quick:
                quick.append(0)
                thread = threading.Thread(target=lambda: quick.append(self.register(world, "quick")))
                thread.start()
                thread.join(30)

        event.listen(world.registry.engine, "before_cursor_execute", register_other)
        self.register(world, "slow")
        event.remove(world.registry.engine, "before_cursor_execute", register_other)
        assert quick == [0, 1]

    def register(self, world, model: str) -> int:
        return int(world.register("same", model=model, environment={"python": "3"}).version)


def every_act_on(world, model: str) -> None:
    registry = world.registry
    world.register("new", auc=0.95, model=model)
    registry.set_policy(model, "production", FLOOR)
    registry.validate(model, 1, alias="production")
    registry.promote(model, 1, "production")
    registry.promote(model, 2, "production")
    registry.rollback(model, "production", reason="bad")
    registry.set_tag(f"models:/{model}/1", "a", "b")
    registry.archive_version(f"models:/{model}/3")
    registry.create_model(f"{model}-other")
    registry.rename_model(model, f"{model}-renamed")
    registry.gc()
