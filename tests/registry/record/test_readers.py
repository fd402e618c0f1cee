"""How far readers of a model's record have come: onward, each by itself, and by all of its processes at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from airflow_provider_registry.errors import InvalidInputError, InvalidNameError, ModelNotFoundError


@pytest.fixture
def read(world):
    """A registry of one model with four events."""
    return world.versions(0.7, 0.8, 0.9).registry


class TestReaders:
    def test_a_new_reader_is_at_the_beginning_and_goes_on_from_where_it_is(self, read):
        assert read.position("watcher", "churn") == 0
        read.advance("watcher", "churn", 2)
        assert read.position("watcher", "churn") == 2

    def test_it_never_goes_back(self, read):
        for seq in (3, 1, 3, 2):
            read.advance("watcher", "churn", seq)
        assert read.position("watcher", "churn") == 3

    def test_each_reader_and_each_model_has_its_own(self, world, read):
        world.versions(0.8, model="other")
        read.advance("watcher", "churn", 3)
        read.advance("watcher", "other", 1)
        read.advance("Watcher", "churn", 1)
        found = [read.position(who, model) for who in ("watcher", "Watcher") for model in ("churn", "other")]
        assert found == [3, 1, 1, 0]

    def test_a_renamed_model_is_read_on(self, read):
        read.advance("watcher", "churn", 3)
        read.rename_model("churn", "leave")
        assert read.position("watcher", "leave") == read.position("watcher", "churn") == 3

    def test_it_is_no_act(self, read):
        head = read.verify_record("churn")
        read.advance("watcher", "churn", 3)
        assert head == read.verify_record("churn")

    def test_processes_that_move_it_at_once_leave_it_at_the_furthest(self, read):
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(lambda seq: read.advance("watcher", "churn", seq), [1, 4, 2, 3, 1, 2]))
        assert read.position("watcher", "churn") == 4


class TestRefused:
    def test_a_place_that_is_not_there_yet(self, read):
        with pytest.raises(InvalidInputError, match="event 5 of 'churn', whose record ends at 4"):
            read.advance("watcher", "churn", 5)
        assert read.position("watcher", "churn") == 0

    @pytest.mark.parametrize("seq", [0, -1, True, "2", None])
    def test_what_is_no_place(self, read, seq):
        with pytest.raises(InvalidInputError, match="^seq is "):
            read.advance("watcher", "churn", seq)

    @pytest.mark.parametrize("reader", ["", " x", "a\nb", None])
    def test_what_is_no_name_of_a_reader(self, read, reader):
        with pytest.raises(InvalidNameError, match="^The reader name "):
            read.position(reader, "churn")

    def test_a_model_that_is_not_there(self, read):
        with pytest.raises(ModelNotFoundError):
            read.advance("watcher", "none", 1)
