"""What a watch says has happened is what has happened, and while nothing does, nothing is read."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import event

from airflow_provider_registry.registry.watch.watch import Named, Watch
from tests.registry.requests.worlds import approve, ask, protect, reject

ALIAS = ("churn", "champion")
FIRST = ("churn", 1, "production")
SECOND = ("churn", 2, "production")
TICK = timedelta(microseconds=1)


@pytest.fixture
def watch(world):
    """A watch of two requests, open or not yet there, and of an alias that points at nothing."""
    protect(world, on_newer="keep_open")
    made = Watch()
    assert dict.fromkeys([ALIAS, FIRST, SECOND]) == dict(made.look(world.registry, [ALIAS, FIRST, SECOND]))
    return made


def seen(world, watch, *joined, left=()):
    """What a look says, in short."""
    found = dict(watch.look(world.registry, joined, left))
    assert found == {named: stands(world, named) for named in found}
    return {
        named: getattr(status, "state", None) or getattr(status, "version", None) for named, status in found.items()
    }


def stands(world, named):
    """What the methods for everybody say."""
    if len(named) == 2:
        return world.registry.holders([named]).get(named)
    return world.registry.newest_requests([named]).get(named)


class TestChanges:
    def test_each_is_told_once(self, world, watch):
        request = ask(world)
        assert {FIRST: "open"} == seen(world, watch)
        assert {} == seen(world, watch)
        approve(world, "ana", request)
        world.registry.promote("churn", 2, "champion")
        assert {FIRST: "approved", ALIAS: 2} == seen(world, watch)
        assert {} == seen(world, watch)

    def test_what_happens_to_others_of_the_model_is_not_told(self, world, watch):
        world.registry.promote("churn", 1, "staging")
        world.registry.set_tag(1, "kept", "x", model_name="churn")
        assert {} == seen(world, watch)

    def test_a_decision_that_ends_nothing_is_told_too(self, world):
        protect(world, {"role": "ml-lead", "users": ["ana", "bo"], "count": 2})
        request, watch = ask(world), Watch()
        seen(world, watch, FIRST)
        approve(world, "ana", request)
        assert {FIRST: "open"} == seen(world, watch)

    def test_a_newer_request_takes_the_place_of_one_that_has_ended(self, world, watch):
        reject(world, "ana", ask(world))
        seen(world, watch)
        ask(world, key="again")
        assert {FIRST: "open"} == seen(world, watch)

    def test_an_alias_that_is_emptied_points_at_nothing(self, world, watch):
        world.registry.promote("churn", 1, "champion")
        assert {ALIAS: 1} == seen(world, watch)
        world.registry.clear_alias("churn", "champion", reason="over")
        assert {ALIAS: None} == seen(world, watch)

    def test_a_model_that_comes_later_is_seen_and_a_renamed_one_by_both_names(self, world):
        watch, names = Watch(), [("churn", "champion"), ("leave", "champion")]
        assert {} == seen(world, watch, *names)
        world.versions(0.9)
        world.registry.promote("churn", 1, "champion")
        world.registry.rename_model("churn", "leave")
        assert dict.fromkeys(names, 1) == seen(world, watch)


class TestExpiry:
    def test_it_is_told_from_its_microsecond_on_though_nothing_happened(self, world, clock):
        protect(world, expires_after="7d", on_newer="keep_open")
        first, watch = ask(world), Watch()
        clock.forward(days=1)
        ask(world, 2)
        seen(world, watch, FIRST, SECOND)
        assert first.expires_at is not None
        clock.at = first.expires_at - TICK
        assert {} == seen(world, watch)
        clock.at = first.expires_at
        assert {FIRST: "expired"} == seen(world, watch)
        assert {} == seen(world, watch)
        clock.forward(days=1)
        assert {SECOND: "expired"} == seen(world, watch)
        assert {} == seen(world, watch)


class TestWhoWatches:
    def test_what_joins_again_is_told_again(self, world, watch):
        ask(world)
        seen(world, watch)
        assert {FIRST: "open"} == seen(world, watch, FIRST)

    def test_what_has_left_is_not_told(self, world, watch):
        ask(world)
        ask(world, 2)
        assert {SECOND: "open"} == seen(world, watch, left=[FIRST, ALIAS])

    def test_a_failed_look_loses_nothing(self, world, watch, monkeypatch):
        ask(world)
        with monkeypatch.context() as broken:
            broken.setattr(type(world.registry._core), "read", lambda *_: 1 / 0)
            with pytest.raises(ZeroDivisionError):
                watch.look(world.registry)
        assert {FIRST: "open"} == seen(world, watch)

    def test_what_one_statement_found_is_not_lost_where_the_other_fails(self, world, watch, monkeypatch):
        world.registry.promote("churn", 1, "champion")
        with monkeypatch.context() as broken:
            broken.setattr(watch._requests, "statement", lambda *_: 1 / 0)
            with pytest.raises(ZeroDivisionError):
                watch.look(world.registry)
        assert {ALIAS: 1} == seen(world, watch)


class TestCost:
    def test_a_look_is_two_statements_which_give_no_rows_while_nothing_happens(self, world, watch):
        """However many are watched; what an act on one model moved is read for that model alone."""
        world.registry.create_model("leave")
        asked: list[Named] = [("leave", version, "production") for version in range(1, 5_001)]
        asked += [(model, f"alias-{n}") for model in ("churn", "leave") for n in range(50)]
        assert len(asked) == len(watch.look(world.registry, asked))
        sent = []
        event.listen(world.registry.engine, "before_cursor_execute", lambda *said: sent.append(said[2]))
        rows = []
        really = watch._requests.__class__.changes

        def changes(kind, found):
            rows.append(len(found))
            return really(kind, found)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(watch._requests.__class__, "changes", changes)
            assert [] == watch.look(world.registry)
            assert ([0, 0], 2) == (rows, len(sent))
            world.registry.promote("churn", 1, "staging")
            del rows[:], sent[:]
            assert [] == watch.look(world.registry)
        assert ([51, 2], 2) == (rows, len(sent))

    def test_nothing_watched_is_nothing_asked(self, world):
        sent = []
        event.listen(world.registry.engine, "before_cursor_execute", lambda *said: sent.append(said[2]))
        assert [] == Watch().look(world.registry)
        assert [] == sent


def test_a_record_is_watched_by_its_length_beside_all_else(world, watch):
    record = ("churn", "")
    length = world.registry.record_head("churn").count
    assert {record: length} == dict(watch.look(world.registry, [record]))
    assert {} == dict(watch.look(world.registry))
    world.registry.set_tag("models:/churn/1", "a", "b")
    assert {record: length + 1} == dict(watch.look(world.registry))


def test_the_record_of_a_model_that_is_not_there_yet_begins_with_its_first_event(world, watch):
    record = ("later", "")
    assert {} == dict(watch.look(world.registry, [record]))
    world.registry.create_model("later")
    assert {record: 1} == dict(watch.look(world.registry))
