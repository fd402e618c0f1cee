"""Who acts: the identity that is said, the task that runs, and the key by which an act is found again."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from airflow_provider_registry.canonical import sha256_of
from airflow_provider_registry.errors import InvalidInputError
from airflow_provider_registry.messages import shown
from airflow_provider_registry.names import (
    ACTOR_LENGTH,
    KEY_LENGTH,
    check_alias,
    check_model_name,
    check_text,
    fold,
)
from airflow_provider_registry.registry.limits import check_flag

_TEXTS = dict.fromkeys(
    ("dag_id", "task_id", "run_id", "instance_id", "run_type", "dag_version", "code_revision"), KEY_LENGTH
) | {"triggered_by": ACTOR_LENGTH}
_TASK = ("instance_id", "dag_id", "run_id", "task_id", "map_index")
_TIMES = ("logical_date", "data_interval_start", "data_interval_end")


class Via(StrEnum):
    """The doors by which somebody comes to the registry."""

    TASK = "airflow-task"
    UI = "airflow-ui"
    CLI = "cli"
    PYTHON = "python"


@dataclass(frozen=True, slots=True)
class Actor:
    """A person or a program, as (issuer, subject) with a name to show.

    Attributes:
        issuer: who gives the subject its meaning, such as an auth manager of one Airflow, or `python` for a claim.
        subject: the id that the issuer gives.
        name: what people read; the subject where there is nothing better. At most 512 characters, which is room for
            a Dag and a task.
    """

    issuer: str
    subject: str
    name: str

    def __post_init__(self) -> None:
        for kind, text in (("issuer", self.issuer), ("subject", self.subject), ("name", self.name)):
            check_text(f"actor's {kind}", text, limit=4 * ACTOR_LENGTH)
        if not self.name or len(self.name) > ACTOR_LENGTH:
            raise InvalidInputError(f"The actor's name must have 1 to {ACTOR_LENGTH} characters: {self.name[:40]!r}…")


@dataclass(frozen=True, slots=True)
class Producer:
    """What made a version: the task, and the run it belonged to.

    Attributes:
        map_index: -1 where the task is not mapped.
        run_type: Airflow's word: `scheduled`, `manual`, `backfill`, `asset_triggered`.
        data_interval_end: the end of the data, exclusive; what is called older or newer.
        is_test: whether `airflow dags test` ran it.
        triggered_by: name of the user who triggered the run, as that Airflow shows it; None where nobody did, or nobody
            knows. Personal: only the private part of events holds it.
    """

    dag_id: str | None = None
    task_id: str | None = None
    run_id: str | None = None
    map_index: int = -1
    try_number: int | None = None
    instance_id: str | None = None
    run_type: str | None = None
    logical_date: datetime | None = None
    data_interval_start: datetime | None = None
    data_interval_end: datetime | None = None
    dag_version: str | None = None
    code_revision: str | None = None
    is_test: bool = False
    triggered_by: str | None = None

    @classmethod
    def read(cls, given: object) -> Producer | None:
        """Take a producer as an object or as a mapping of its attributes.

        Raises:
            InvalidInputError: for keys that a producer does not have, and for values that cannot be kept.
        """
        if given is None:
            return None
        if isinstance(given, Producer):
            return _checked(given)
        if not isinstance(given, Mapping):
            raise InvalidInputError(f"The producer must be a mapping of its attributes, not {shown(given)}.")
        known = {field.name for field in fields(cls)}
        if unknown := sorted(key if isinstance(key, str) else shown(key) for key in set(given) - known):
            raise InvalidInputError(f"A producer has no {', '.join(unknown)}; it has {', '.join(sorted(known))}.")
        return _checked(cls(**given))

    @property
    def task_key(self) -> tuple[Any, ...] | None:
        """The task in its run, whatever the try; None where that is not known."""
        return _task_key(*(getattr(self, name) for name in _TASK))

    @property
    def persons(self) -> dict[str, dict[str, str]]:
        """Who stands behind the run, for the private part of events; empty where nobody is known."""
        if self.triggered_by is None:
            return {}
        return {"triggered_by": {"issuer": f"airflow:{self.instance_id}", "name": self.triggered_by}}

    def as_mapping(self) -> dict[str, Any]:
        """JSON-able; what is not known is left out, and so are persons."""
        known = {name: getattr(self, name) for name in PRODUCER_FIELDS}
        return {name: _json(value) for name, value in known.items() if value is not None and value is not False}


# What is kept of a producer in the open, and as columns of the version.
PRODUCER_FIELDS = tuple(field.name for field in fields(Producer) if field.name != "triggered_by")


@dataclass(frozen=True, slots=True)
class Caller:
    """On whose behalf a `Registry` acts.

    Attributes:
        actor: who is said to act.
        via: the door.
        authenticated: whether somebody checked that the actor is who it says.
        producer: the task that is running, if one is.
    """

    actor: Actor
    via: Via = Via.PYTHON
    authenticated: bool = False
    producer: Producer | None = None

    def __post_init__(self) -> None:
        given: object = self.via
        try:
            door = Via(given if isinstance(given, str) else "")
        except ValueError:
            raise InvalidInputError(
                f"There is no door {shown(self.via)}: a caller comes via {', '.join(Via)}."
            ) from None
        object.__setattr__(self, "via", door)  # text would not be found to be a task

    @property
    def is_task(self) -> bool:
        """Whether a task acts, which never decides, whatever its policy says."""
        return self.via is Via.TASK


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for: enough to tell whether it was done before (rule 2).

    Attributes:
        act: the name of the act.
        model_name: the model it is on.
        fingerprint: digest of its inputs; empty where they are only known under the lock (`Acts.run`).
        alias: the alias it is on, if it is on one.
        key: the user's own part of the key.
        producer: said to have made the version, where it is not the caller's.
    """

    act: str
    model_name: str
    fingerprint: str = ""
    alias: str | None = None
    key: str | None = None
    producer: Producer | None = None

    def __post_init__(self) -> None:
        check_model_name(self.model_name)
        if self.alias is not None:
            check_alias(self.alias)
        if self.key is not None:
            check_text("key", self.key)


def act_key(caller: Caller, asked: Asked, model: int | str, salt: str) -> str:
    """The key of an act (rule 2): the same task of the same run, or the same `key=` of a user, gives the same.

    Parameters:
        model: the model's id, or its folded name where it has none yet.
        salt: random; what makes the key where neither a task nor a user does. Outside tasks an act is wanted each
            time that it is asked for.
    """
    said = asked.producer.task_key if asked.producer else None
    task = said or (caller.producer.task_key if caller.producer else None)
    if task is None and asked.key is None:
        task = (salt,)
    return sha256_of([list(task or ()), asked.key, asked.act, model, asked.alias and fold(asked.alias)])


def task_key_of(producer: Mapping[str, Any] | None) -> tuple[Any, ...] | None:
    """The `task_key` of a producer as the record keeps it, which may say less than all."""
    return _task_key(*(producer.get(name) for name in _TASK)) if producer else None


def _task_key(
    instance_id: object, dag_id: object, run_id: object, task_id: object, map_index: object
) -> tuple[Any, ...] | None:
    return (instance_id, dag_id, run_id, task_id, map_index) if dag_id and run_id and task_id else None


def _checked(producer: Producer) -> Producer:
    """The producer, if every database can keep it; times may also be ISO 8601 text, as XComs and JSON have them."""
    given = {field.name: getattr(producer, field.name) for field in fields(producer)}
    changes: dict[str, Any] = {"map_index": -1 if given["map_index"] is None else given["map_index"]}
    for name in ("map_index", "try_number"):
        value = given[name]
        if not (value is None or (isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**31)):
            raise InvalidInputError(f"The producer's {name} is {shown(value)}: give a whole number.")
    check_flag("The producer's is_test", given["is_test"])
    for name, longest in _TEXTS.items():
        value = given[name]
        if value is not None and (not isinstance(value, str) or not 0 < len(value) <= longest):
            raise InvalidInputError(
                f"The producer's {name} is {shown(value)}: give a text of 1 to {longest} characters."
            )
        check_text(f"producer's {name}", value or "")
    if producer.triggered_by is not None and producer.instance_id is None:
        raise InvalidInputError(
            f"The producer's triggered_by is {shown(producer.triggered_by)}, without an instance_id: say which Airflow "
            "knows this user."
        )
    for name in _TIMES:
        changes[name] = _time(name, given[name])
    return replace(producer, **changes)


def _time(name: str, value: Any) -> datetime | None:
    try:
        at = datetime.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        at = value
    if at is None:
        return None
    with suppress(OverflowError):  # the first and the last day of the calendar, in some zones
        if isinstance(at, datetime) and at.utcoffset() is not None:
            return at.astimezone(UTC)
    raise InvalidInputError(
        f"The producer's {name} is {shown(value)}: give a time with its zone, such as datetime.UTC."
    )


def _json(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value
