"""What is slow is done before the lock, which alone tells what it is: it comes to an end."""

from __future__ import annotations

import pytest

from airflow_provider_registry.errors import BusyAliasError
from airflow_provider_registry.registry.before_the_lock import NeededFirstError, doing_first


def test_what_an_act_needs_is_done_before_it_is_asked_again():
    order = []

    def act():
        order.append("asked")
        if "read" not in order:
            raise NeededFirstError(lambda: order.append("read"))
        return "done"

    assert "done" == doing_first(act)
    assert ["asked", "read", "asked"] == order


def test_an_act_that_needs_something_else_each_time_ends_with_an_error_of_ours():
    asked = []

    def act():
        raise NeededFirstError(lambda: asked.append(1))

    with pytest.raises(BusyAliasError, match="20 times in a row; nothing was written.*try again") as caught:
        doing_first(act)
    assert 20 == len(asked)
    assert caught.value.__context__ is None
