"""What a deploying system or a monitor says of a target."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from airflow_provider_registry.errors import InvalidInputError
from airflow_provider_registry.messages import shown
from airflow_provider_registry.names import check_key, check_text
from airflow_provider_registry.registry.deployments.states import ActualState, DesiredState
from airflow_provider_registry.registry.versions.rendered import read_text
from airflow_provider_registry.registry.webhooks.urls import split_url

State = TypeVar("State", bound=StrEnum)


@dataclass(frozen=True)
class Said:
    """What was said of one target, with one version: what it should do with it, what it does with it, or both.

    Attributes:
        url: where the target answers; empty to forget where it did, None to leave that as it is.
    """

    environment: str
    target: str
    desired: DesiredState | None
    actual: ActualState | None
    url: str | None
    reason: str

    @classmethod
    def read(
        cls, environment: object, target: object, desired: object, actual: object, url: object, reason: str
    ) -> Said:
        """Read what a caller gave.

        Raises:
            InvalidInputError: one of them is not what it must be, or nothing is said.
        """
        if desired is None and actual is None:
            raise InvalidInputError("Neither desired= nor actual= is given: say what the target should do, or does.")
        return cls(
            check_place("environment", environment),
            check_place("target", target),
            None if desired is None else _state("desired", desired, DesiredState),
            None if actual is None else _state("actual", actual, ActualState),
            None if url is None else _url(url),
            check_text("reason", reason),
        )


def check_place(kind: str, name: object) -> str:
    """The name of an environment or of a target: any text on one line, such as `eu-west-1/churn`, or an ARN.

    Raises:
        InvalidInputError: with what is wrong.
    """
    return check_key(kind, read_text(kind, name))


def _state(parameter: str, given: object, kind: type[State]) -> State:
    words = {state.value: state for state in kind}
    if not isinstance(given, str) or given not in words:
        raise InvalidInputError(f"{parameter} is {shown(given, 60)}: give one of {', '.join(words)}.")
    return words[given]


def _url(given: object) -> str:
    """The URL, if it may stand where everybody reads it.

    Raises:
        InvalidInputError: it is no http or https URL, or holds a user or a password. It is not shown.
    """
    if given == "":
        return ""
    try:
        parts = split_url(given)
    except InvalidInputError as error:
        raise InvalidInputError(f"The url {error}.") from None
    if parts.username is not None or parts.password is not None:
        raise InvalidInputError("The url holds a user or a password, and everybody may read it: leave them out.")
    return str(given)
