"""The record of all models: in order, none skipped, none twice, and held up by nobody."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

import pytest
from sqlalchemy import create_engine, insert, select, text

from airflow_provider_registry.errors import InvalidCursorError, InvalidInputError, ModelNotFoundError
from airflow_provider_registry.registry import EventType
from airflow_provider_registry.registry.models.tables import ModelRow
from airflow_provider_registry.registry.record.tables import EventRow


def follow(registry, cursor=0, **more):
    """Everything after a cursor, and the cursor then."""
    seen: list[tuple[str, int]] = []
    while True:
        page = registry.events(cursor, **more)
        cursor = page.cursor
        if not len(page):
            return seen, cursor
        seen += [(event.model_name, event.seq) for event in page]


class TestPages:
    def test_pages_of_any_size_hold_everything_once_and_in_order(self, world):
        for model in ("a", "b", "c"):
            world.versions(0.8, 0.9, model=model)
        everything, _ = follow(world.registry)
        assert len(everything) == 9
        for limit in (1, 2, 4, 9, 10):
            assert follow(world.registry, limit=limit)[0] == everything

    def test_a_cursor_at_the_end_gives_what_comes_later(self, world):
        world.versions(0.8)
        _, cursor = follow(world.registry)
        assert len(world.registry.events(cursor)) == 0
        world.versions(0.9)
        assert follow(world.registry, cursor)[0] == [("churn", 3)]

    def test_one_model_alone(self, world):
        world.versions(0.8)
        world.versions(0.8, model="other")
        world.versions(0.9)
        assert follow(world.registry, model_name="churn", limit=1)[0] == [("churn", 1), ("churn", 2), ("churn", 3)]
        with pytest.raises(ModelNotFoundError):
            world.registry.events(model_name="none")

    def test_what_is_no_cursor_or_no_page_is_refused(self, world):
        with pytest.raises(InvalidCursorError):
            world.registry.events("nonsense")
        for limit in (0, 10_001):
            with pytest.raises(InvalidInputError):
                world.registry.events(limit=limit)

    def test_an_event_prints_as_a_plain_sentence(self, world):
        world.versions(0.8)
        world.registry.promote("churn", 1, "production", reason="the first")
        said = str(world.registry.events().events[-1])
        assert "tester" in said
        assert "production" in said
        assert said.endswith("Reason: the first")


class TestLate:
    """PostgreSQL: places are taken before commit, so that a reader may see 3 before 2."""

    @pytest.fixture
    def backend(self):
        return "postgresql"

    @pytest.fixture
    def others(self, world):
        """Engines of others on the same server."""
        engine = create_engine(world.registry.engine.url)
        yield engine
        engine.dispose()

    def append_by_hand(self, connection, name):
        """What an act does, stopped right before its COMMIT."""
        model = connection.execute(
            select(ModelRow.id, ModelRow.head_seq).where(ModelRow.name == name).with_for_update()
        )
        model_id, seq = model.one()
        row = {"model_id": model_id, "seq": seq + 1, "type": EventType.MODEL_UPDATED, "at": datetime.now(UTC)}
        body = b'{"payload":{"changed":[]},"via":"hand","authenticated":false,"task":null}'
        rest = {"act_key": name.ljust(64), "fingerprint": "0" * 64, "body": body, "hash": "0" * 64}
        connection.execute(insert(EventRow).values(**row, **rest))

    def test_an_event_that_is_committed_late_is_read_once_and_nobody_waits_for_it(self, world, others):
        for model in ("slow", "other", "quick"):
            world.registry.create_model(model)
        _, cursor = follow(world.registry)
        with others.connect() as late, others.connect() as undone:
            self.append_by_hand(late, "slow")
            self.append_by_hand(undone, "other")
            world.registry.update_model("quick", team="a")
            seen, cursor = follow(world.registry, cursor)
            assert seen == [("quick", 2)]
            world.registry.update_model("quick", team="b")
            undone.rollback()
            seen, cursor = follow(world.registry, cursor, limit=1)
            assert seen == [("quick", 3)]
            late.commit()
        seen, cursor = follow(world.registry, cursor)
        assert seen == [("slow", 2)]
        assert follow(world.registry, cursor)[0] == []
        assert ";" not in world.registry.events(cursor).cursor  # the gap of what was rolled back is forgotten

    def test_an_act_that_began_last_and_took_its_place_first_is_read_too(self, world, others):
        for model in ("slow", "quick"):
            world.registry.create_model(model)
        _, cursor = follow(world.registry)
        with others.connect() as quick, others.connect() as slow:
            # A lower transaction number than the slow one's: all that has ended is below both.
            quick.execute(select(ModelRow.id).where(ModelRow.name == "quick").with_for_update()).one()
            self.append_by_hand(slow, "slow")
            self.append_by_hand(quick, "quick")
            quick.commit()
            seen, cursor = follow(world.registry, cursor)
            assert seen == [("quick", 2)]
            seen, cursor = follow(world.registry, cursor)
            assert seen == []
            slow.commit()
        seen, cursor = follow(world.registry, cursor)
        assert seen == [("slow", 2)]

    def test_a_long_transaction_of_others_holds_nothing_up(self, world, others):
        world.registry.create_model("churn")
        _, cursor = follow(world.registry)
        with others.connect() as foreign:
            foreign.execute(text("CREATE TABLE elsewhere (id INT)"))
            foreign.execute(text("SELECT pg_current_xact_id()"))
            for number in range(3):
                world.registry.update_model("churn", team=f"{number}")
                seen, cursor = follow(world.registry, cursor)
                assert seen == [("churn", number + 2)]

    def test_a_cursor_of_all_models_may_be_given_to_a_reader_of_one(self, world, others):
        world.registry.create_model("slow")
        world.registry.create_model("quick")
        _, cursor = follow(world.registry)
        with others.connect() as late:
            self.append_by_hand(late, "slow")
            world.registry.update_model("quick", team="a")
            _, cursor = follow(world.registry, cursor)
            seen, mine = follow(world.registry, cursor, model_name="slow")
            assert seen == []
            late.commit()
        assert follow(world.registry, mine, model_name="slow")[0] == [("slow", 2)]


def test_a_reader_beside_many_writers_sees_everything_once_and_each_model_in_order(world):
    models = ["a", "b", "c", "d"]
    for model in models:
        world.registry.create_model(model)
    done = threading.Event()
    seen: list[tuple[str, int]] = []

    def write(model: str) -> None:
        for number in range(15):
            world.registry.update_model(model, team=f"{number}")

    def read() -> None:
        cursor: str | int = 0
        while True:
            last = done.is_set()
            page = world.registry.events(cursor, limit=7)
            cursor = page.cursor
            seen.extend((event.model_name, event.seq) for event in page)
            if last and not len(page):
                return

    writers = [threading.Thread(target=write, args=(model,)) for model in models]
    reader = threading.Thread(target=read)
    for thread in (reader, *writers):
        thread.start()
    for thread in writers:
        thread.join()
    done.set()
    reader.join()
    for model in models:
        assert [seq for name, seq in seen if name == model] == list(range(1, 17))
