"""What the Test button of a connection says, step by step."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from airflow_provider_registry.errors import RegistryError

if TYPE_CHECKING:
    from sqlalchemy import URL

    from airflow_provider_registry.registry import Registry


def check_registry(connect: Callable[[], Registry]) -> tuple[bool, str]:
    """Look at database, schema and artifact root, in this order.

    Parameters:
        connect: makes the registry, or raises where the connection cannot be used as written.

    Returns:
        whether all is well, and a sentence for each step up to the first that is not.
    """
    said: list[str] = []
    try:
        for step in _steps(connect()):
            said.append(step)
    except RegistryError as error:
        return False, " ".join([*said, str(error)])
    return True, " ".join(said)


def shown(url: URL) -> str:
    """A database's URL without secrets: its query may hold a password too."""
    return url.set(query={}).render_as_string(hide_password=True)


def _steps(registry: Registry) -> Iterator[str]:
    from airflow_provider_registry.registry.database.migrate import check_schema, newest_revision

    with registry:
        reach(registry)
        yield f"The database {shown(registry.engine.url)} answers."
        check_schema(registry.engine)
        yield f"Its schema is {newest_revision()}, as this code needs it."
        yield f"The artifact root {registry.check_root()} is this registry's own, and can be written."


def reach(registry: Registry) -> None:
    """Open one connection, without the patience that a task has: a person is waiting for the answer.

    Raises:
        DatabaseUnavailableError: the database did not answer, or refused us.
    """
    from sqlalchemy.exc import SQLAlchemyError

    from airflow_provider_registry.errors import DatabaseUnavailableError

    try:
        registry.engine.connect().close()
    except SQLAlchemyError as error:
        said = str(getattr(error, "orig", None) or error).strip()
        raise DatabaseUnavailableError(f"The database {shown(registry.engine.url)} does not answer: {said}") from None
