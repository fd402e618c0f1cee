"""The errors: each is documented, and a child of the nearest builtin."""

from __future__ import annotations

import inspect

import pytest

from airflow_provider_registry import errors

CLASSES = [kind for _, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, Exception)]


@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__name__)
def test_every_error_is_the_packages_own_and_says_when_it_comes(kind):
    assert issubclass(kind, errors.RegistryError)
    assert kind.__doc__
    assert kind.__name__.endswith("Error")


def test_what_was_said_wrongly_is_a_value_error_and_what_is_not_there_a_lookup_error():
    assert issubclass(errors.InvalidInputError, ValueError)
    assert issubclass(errors.NotFoundError, LookupError)


@pytest.mark.parametrize("kind", errors.RefusedError.__subclasses__(), ids=lambda kind: kind.__name__)
def test_what_the_rules_refuse_is_a_child_of_the_base_alone(kind):
    assert not issubclass(kind, (ValueError, LookupError, OSError))


def test_what_may_pass_by_itself_is_a_connection_error():
    assert issubclass(errors.StorageUnavailableError, ConnectionError)
    assert issubclass(errors.DatabaseUnavailableError, ConnectionError)
