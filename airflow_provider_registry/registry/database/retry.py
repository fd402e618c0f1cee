"""Which database errors pass by themselves, and how to wait for that."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TypeVar

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, TimeoutError
from tenacity import Retrying, before_sleep_log, retry_if_exception, stop_after_delay, wait_random_exponential

from airflow_provider_registry.errors import DatabaseDeniedError, DatabaseUnavailableError, RegistryError

T = TypeVar("T")

log = logging.getLogger(__name__)

# SQLSTATE classes and codes of PostgreSQL (its manual, appendix A).
_STATES = ("08", "25006", "40001", "40P01", "53300", "55P03", "57P01", "57P02", "57P03")
# What PostgreSQL answers to a connection that it will never take.
_HOPELESS = ("password authentication failed", "does not exist", "no pg_hba.conf entry", "no password supplied")
_DENIED = "42501"
_FULL = "53100"
_SQLITE = ("database is locked", "database table is locked", "disk I/O error")
_SQLITE_DENIED = "attempt to write a readonly database"
_SQLITE_FULL = "database or disk is full"
_SQLITE_AWAY = "unable to open database file"


def is_transient(error: BaseException) -> bool:
    """Whether the same statement may succeed a little later: a lost connection, a serialization failure, a lock."""
    if isinstance(error, TimeoutError):  # the pool's: every connection is in use
        return True
    if not isinstance(error, DBAPIError):
        return False
    if error.connection_invalidated or isinstance(error, InterfaceError):  # whatever ended it: another may do better
        return True
    state = getattr(error.orig, "sqlstate", None)
    if state is not None:
        return str(state).startswith(_STATES)
    text = str(error.orig)
    if any(sign in text for sign in _SQLITE):
        return True
    if any(sign in text for sign in _HOPELESS):
        return False
    # psycopg gives no SQLSTATE where the server never answered.
    return isinstance(error, OperationalError) and type(error.orig).__module__.startswith("psycopg")


def retry(work: Callable[[], T], seconds: float = 60.0) -> T:
    """Run work that a passing database error may stop, again and again, with growing, random pauses.

    Parameters:
        work: safe to run again whether or not what it did before was committed.
        seconds: after this long the last error is raised.

    Raises:
        DatabaseUnavailableError: the database did not answer for so long.
        DatabaseDeniedError: its role may not do this.
    """
    try:
        try:
            return work()
        except (DBAPIError, TimeoutError) as error:  # most work never fails, and Tenacity takes as long as a statement
            if not is_transient(error):
                raise
            log.warning("The registry's database failed, and is asked again: %s", error)
        return retrying(seconds)(work)
    except (DBAPIError, TimeoutError) as error:
        ours = _named(error, seconds)
        if ours is None:
            raise
        raise ours from error


def retrying(seconds: float) -> Retrying:
    """How `retry` tries again."""
    return Retrying(
        retry=retry_if_exception(is_transient),
        wait=wait_random_exponential(multiplier=0.05, max=5),
        stop=stop_after_delay(seconds),
        before_sleep=before_sleep_log(log, logging.WARNING),
        reraise=True,
    )


def _named(error: Exception, seconds: float) -> RegistryError | None:
    """The error in our words; None where it is a defect of ours."""
    said = str(getattr(error, "orig", None) or error).strip().partition("\n")[0]
    state = getattr(getattr(error, "orig", None), "sqlstate", None)
    if state == _DENIED or _SQLITE_DENIED in said:
        return DatabaseDeniedError(f"The registry's database does not allow this to the role in use: {said}")
    if any(sign in said for sign in _HOPELESS) and isinstance(error, OperationalError):
        return DatabaseUnavailableError(f"The registry's database does not take this connection: {said}")
    if is_transient(error):
        return DatabaseUnavailableError(
            f"The registry's database did not answer, after {seconds:.0f} seconds of trying: {said}. Look at the "
            "server and the network, then try again: what was done all the same is found, and not done twice."
        )
    if state == _FULL or _SQLITE_FULL in said:
        return DatabaseUnavailableError(
            f"The disk of the registry's database is full: {said}. Nothing was written; make room, then try again."
        )
    if isinstance(error, OperationalError) and (state is not None or _SQLITE_AWAY in said):
        return DatabaseUnavailableError(
            f"The registry's database could not do this: {said}. Look at the server or the file, then try again."
        )
    return None
