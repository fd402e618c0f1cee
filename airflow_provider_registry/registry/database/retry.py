"""Which database errors pass by themselves, and how to wait for that."""

from __future__ import annotations

import logging

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, TimeoutError
from tenacity import Future, Retrying, before_sleep_log, retry_if_exception, stop_after_delay, wait_random_exponential

from airflow_provider_registry.errors import DatabaseUnavailableError

log = logging.getLogger(__name__)

# SQLSTATE classes and codes of PostgreSQL (its manual, appendix A).
_STATES = ("08", "40001", "40P01", "53300", "55P03", "57P01", "57P02", "57P03")
_SQLITE = ("database is locked", "database table is locked", "disk I/O error")


def is_transient(error: BaseException) -> bool:
    """Whether the same statement may succeed a little later: a lost connection, a serialization failure, a lock."""
    if isinstance(error, TimeoutError):  # the pool's: every connection is in use
        return True
    if not isinstance(error, DBAPIError):
        return False
    state = getattr(error.orig, "sqlstate", None)
    if state is not None:
        return str(state).startswith(_STATES)
    if error.connection_invalidated or isinstance(error, InterfaceError):
        return True
    text = str(error.orig)
    if any(sign in text for sign in _SQLITE):
        return True
    # psycopg gives no SQLSTATE where the server never answered.
    return isinstance(error, OperationalError) and type(error.orig).__module__.startswith("psycopg")


def retrying(seconds: float = 60.0) -> Retrying:
    """Try again with growing, random pauses, for so many seconds.

    Raises:
        DatabaseUnavailableError: it did not pass; made from the last error.
    """
    return Retrying(
        retry=retry_if_exception(is_transient),
        wait=wait_random_exponential(multiplier=0.05, max=5),
        stop=stop_after_delay(seconds),
        before_sleep=before_sleep_log(log, logging.WARNING),
        retry_error_cls=_given_up,  # type: ignore[arg-type]  # tenacity calls it with the last attempt, and raises what it gives
    )


def _given_up(last: Future) -> DatabaseUnavailableError:
    error = last.exception()
    said = str(getattr(error, "orig", None) or error).strip()
    return DatabaseUnavailableError(
        f"The registry's database did not answer, in {last.attempt_number} tries: {said}. Look at the connection and "
        "the server, then try again."
    )
