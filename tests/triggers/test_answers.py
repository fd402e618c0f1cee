"""Airflow is asked for one answer after the other, and first for those who wait for it."""

from __future__ import annotations

import asyncio
from contextlib import ExitStack
from functools import partial
from typing import Any

import pytest

from airflow_provider_registry.triggers import answers
from airflow_provider_registry.triggers.answers import asking

ANSWER = {"chosen_options": ["Approve"]}


@pytest.fixture
def asked(monkeypatch):
    """Who was asked for, in order; `answered` was, and `fails` cannot be asked for once."""
    order: list[str] = []

    def read_answer(ti_id):
        order.append(ti_id)
        if ti_id == "fails" and order.count(ti_id) == 1:
            raise ConnectionError("Airflow does not answer")
        return ANSWER if ti_id == "answered" else None

    monkeypatch.setattr(answers, "read_answer", read_answer)
    monkeypatch.setattr(answers, "LOOK_AGAIN_SECONDS", 0)
    yield order
    assert answers._desks == {}


def heard_of(*names, hurried=()):
    """What those who ask have heard, once all have."""
    heard: dict[str, Any] = {}

    async def story():
        with ExitStack() as stack:
            questions = {name: stack.enter_context(asking(name, partial(heard.__setitem__, name))) for name in names}
            for name in hurried:
                assert await questions[name].now() == heard[name]
            while len(heard) < len(names):
                await asyncio.sleep(0)
        while answers._desks:
            await asyncio.sleep(0)

    asyncio.run(story())
    return heard


def test_each_is_asked_for_once_in_the_order_in_which_they_came(asked):
    assert {"a": None, "answered": ANSWER, "b": None} == heard_of("a", "answered", "b")
    assert ["a", "answered", "b"] == asked


def test_those_whom_somebody_waits_for_come_first(asked):
    assert ANSWER == heard_of("a", "b", "answered", hurried=["answered"])["answered"]
    assert ["answered", "a", "b"] == asked


def test_one_that_airflow_says_nothing_of_is_asked_for_again_after_the_others(asked):
    assert {"fails": None, "a": None} == heard_of("fails", "a")
    assert ["fails", "a", "fails"] == asked


def test_who_has_left_is_not_asked_for(asked):
    async def story():
        with asking("stays", lambda _: None) as stays:
            with asking("leaves", lambda _: None):
                pass
            await stays.now()
        while answers._desks:
            await asyncio.sleep(0)

    asyncio.run(story())
    assert ["stays"] == asked
