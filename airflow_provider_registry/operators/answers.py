"""What the registry's answers mean to Airflow: whether a task is skipped, fails for good, or may try again."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Literal, get_args

from airflow.sdk.exceptions import AirflowFailException, AirflowSkipException

from airflow_provider_registry.errors import (
    BusyAliasError,
    InvalidInputError,
    InvalidSignatureError,
    LeaseLostError,
    LoadLostError,
    MissingExtraError,
    NotFoundError,
    OlderDataError,
    RefusedError,
    RequestEndedError,
    SupersededSinceError,
)

if TYPE_CHECKING:
    from airflow_provider_registry.registry.checks.views import RecordedCheck
    from airflow_provider_registry.registry.gates.report import GateReport
    from airflow_provider_registry.registry.scans.views import RecordedScan

log = logging.getLogger(__name__)

IfNotPassed = Literal["fail", "skip"]
IfCheckNotPassed = Literal["fail", "skip", "continue"]


@contextmanager
def airflow_answers() -> Iterator[None]:
    """Turn the registry's errors into what Airflow acts on.

    What a retry may cure is raised as it is: a database or a store that does not answer, bytes that changed while
    they were read, a schema that somebody is migrating.

    Raises:
        AirflowSkipException: a later act or a newer promotion request has superseded this one, or its data are older
            than what is live: all are normal days, of a task that was cleared or waited, and of a backfill.
        AirflowFailException: no retry can help.
    """
    try:
        yield
    except SupersededSinceError as error:
        raise _skip(f"Skipped, since it was superseded. {error}") from error
    except OlderDataError as error:
        raise _skip(f"Skipped, as older data do not displace newer ones. {error}") from error
    except RequestEndedError as error:
        if error.request is not None and error.request.state == "superseded":
            raise _skip(f"Skipped, since it was superseded. {error}") from error
        raise AirflowFailException(f"{type(error).__name__}: {error}") from error
    except (LeaseLostError, LoadLostError, BusyAliasError):
        raise
    except (RefusedError, InvalidInputError, NotFoundError, InvalidSignatureError, MissingExtraError) as error:
        raise AirflowFailException(f"{type(error).__name__}: {error}") from error


def not_passed(report: GateReport, if_not_passed: IfNotPassed) -> AirflowSkipException | AirflowFailException:
    """What to raise for a report that did not pass.

    A gate that could not be answered is never a normal night: it fails the task, whatever `if_not_passed` says.
    """
    if if_not_passed == "skip" and not report.errored:
        return _skip(report.sentence())
    return AirflowFailException(report.sentence())


def check_not_passed(
    check: RecordedCheck | RecordedScan, if_not_passed: IfCheckNotPassed
) -> AirflowSkipException | AirflowFailException:
    """What to raise for a version that did not pass a check, or a scan."""
    return _skip(check.sentence()) if if_not_passed == "skip" else AirflowFailException(check.sentence())


def _skip(reason: str) -> AirflowSkipException:
    # Of a task that is skipped, Airflow logs no more than that.
    log.info("%s", reason)
    return AirflowSkipException(reason)


def check_if_not_passed(given: object, choices: Any = IfNotPassed) -> None:
    """Refuse a misspelt `if_not_passed` when the Dag is parsed.

    Raises:
        InvalidInputError: it is none of the choices.
    """
    words = get_args(choices)
    if given not in words:
        raise InvalidInputError(f"if_not_passed is {given!r}: write {' or '.join(map(repr, words))}.")
