"""The fields that versions and models are searched by."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, type_coerce

from airflow_provider_registry.errors import InvalidMetricError
from airflow_provider_registry.registry.aliases.tables import AssignmentRow
from airflow_provider_registry.registry.models.tables import ModelRow
from airflow_provider_registry.registry.search.beside import entry, measure
from airflow_provider_registry.registry.search.problems import Source, meant
from airflow_provider_registry.registry.search.targets import Flag, Held, Named, OfModel, Own, Target
from airflow_provider_registry.registry.search.tree import Field, Word
from airflow_provider_registry.registry.search.values import Kind
from airflow_provider_registry.registry.versions.metrics import Phase
from airflow_provider_registry.registry.versions.slices import normalise_slice
from airflow_provider_registry.registry.versions.tables import ParamRow, TagRow, VersionRow


@dataclass(frozen=True)
class Subject:
    """What is searched for.

    Attributes:
        plural: what they are called, for messages.
        id: the column that everything else refers to.
        plain: the fields without a key.
        keyed: the fields with a key behind a dot, made of the field as written.
        default_order: where no order is asked; given what the filter asks for a value of. An empty one is by id, the
            last first.
    """

    plural: str
    id: Any
    plain: Mapping[str, Target]
    keyed: Mapping[str, Callable[[Field, Word, Source], Target]]
    default_order: Callable[[Sequence[Target]], str]

    def target(self, field: Field, source: Source) -> Target:
        """What the field stands for.

        Raises:
            InvalidFilterError: there is no such field, its key is missing, or it has none.
        """
        field = _bare(field)
        name = _SYNONYMS.get(field.name.lower(), field.name.lower())
        if name in self.keyed:
            if field.key is None:
                raise source.error(field.position, f"{name} needs a key, as in {name}.<key>.", ["'.' and a key"])
            if field.place and name != "metrics":
                raise source.error(field.place[0][0].position, f"only metrics have a place in brackets, not {name}.")
            return self.keyed[name](field, field.key, source)
        if name not in self.plain:
            raise self._unknown(field, source)
        if field.key is not None or field.place:
            raise source.error(field.position, f"{name} has no keys: write {name} alone.", [name])
        return self.plain[name]

    def _unknown(self, field: Field, source: Source) -> Exception:
        known = [*self.plain, *(f"{name}.<key>" for name in self.keyed)]
        near = meant(field.name, [*self.plain, *self.keyed])
        message = f"{self.plural} have no field {field.name!r}.{near} The fields are {', '.join(known)}."
        return source.error(field.position, message, known)


# What people who come from MLflow may write.
_SYNONYMS = {
    "metric": "metrics",
    "param": "params",
    "parameter": "params",
    "parameters": "params",
    "tag": "tags",
    "aliases": "alias",
    "creator": "created_by",
    "version_number": "version",
    "creation_time": "created_at",
    "creation_timestamp": "created_at",
}
_PREFIXES = ("attribute", "attributes", "attr", "producer")


def _bare(field: Field) -> Field:
    if field.name.lower() in _PREFIXES and field.key is not None and not field.place:
        return Field(field.key.text, field.key.position)
    return field


def _tag(_: Field, key: Word, source: Source) -> Target:
    return entry(TagRow, key.text)


def _param(_: Field, key: Word, source: Source) -> Target:
    return entry(ParamRow, key.text)


def _metric(field: Field, key: Word, source: Source) -> Target:
    """A metric; what is not said of its place is as a plain registration leaves it."""
    place: dict[str, str] = {}
    for aspect, value in field.place:
        name = aspect.text.lower()
        if name not in ("phase", "dataset", "slice") or name in place:
            problem = "stands twice" if name in place else "is not one of phase, dataset, slice"
            raise source.error(aspect.position, f"{aspect.text!r} {problem}.", ["phase", "dataset", "slice"])
        place[name] = _placed(name, value, source)
    phase = Phase(place.get("phase", Phase.VALIDATION))
    return measure(key.text, phase, place.get("dataset", ""), place.get("slice", ""))


def _placed(name: str, value: Word, source: Source) -> str:
    if name == "phase" and value.text not in list(Phase):
        near = meant(value.text, [phase.value for phase in Phase])
        raise source.error(value.position, f"{value.text!r} is no phase.{near} It is {', '.join(Phase)}.", list(Phase))
    if name == "slice":
        try:
            return normalise_slice(value.text)
        except InvalidMetricError as error:
            raise source.error(value.position, str(error)) from None
    return value.text


def _whole(column: Any) -> Any:
    # Compared as a wide integer: a number beyond the column's range is then larger, not an error of the database.
    return type_coerce(column, BigInteger)


_VERSION_COLUMNS: dict[str, Target] = {
    "version": Own(_whole(VersionRow.version), Kind.WHOLE, VersionRow.id),
    "created_at": Own(VersionRow.created_at, Kind.TIME, VersionRow.id),
    "created_by": Own(VersionRow.created_by, Kind.TEXT, VersionRow.id),
    "digest": Own(VersionRow.digest, Kind.TEXT, VersionRow.id),
    "dag_id": Own(VersionRow.dag_id, Kind.TEXT, VersionRow.id, nullable=True),
    "run_id": Own(VersionRow.run_id, Kind.TEXT, VersionRow.id, nullable=True),
    "task_id": Own(VersionRow.task_id, Kind.TEXT, VersionRow.id, nullable=True),
}


def _newest_first(compared: Sequence[Target]) -> str:
    """The last that was registered first: by id, in whose order the indexes of tags and params have the versions.

    Ids and times of registration go together; only an index on the time finds those of some time at once.
    """
    return "created_at desc" if _VERSION_COLUMNS["created_at"] in compared else ""


VERSIONS = Subject(
    plural="model versions",
    id=VersionRow.id,
    plain={
        "name": Named(VersionRow.model_id, OfModel(ModelRow.name, Kind.TEXT)),
        "team": OfModel(ModelRow.team, Kind.TEXT, nullable=True),
        "alias": Held(AssignmentRow.version_id, VersionRow.id),
        "archived": Flag(VersionRow.archived_at),
        **_VERSION_COLUMNS,
    },
    keyed={"tags": _tag, "params": _param, "metrics": _metric},
    default_order=_newest_first,
)

MODELS = Subject(
    plural="registered models",
    id=ModelRow.id,
    plain={
        "name": Named(ModelRow.id, Own(ModelRow.name, Kind.TEXT, ModelRow.id)),
        "team": Own(ModelRow.team, Kind.TEXT, ModelRow.id, nullable=True),
        "alias": Held(AssignmentRow.model_id, ModelRow.id),
        "latest_version": Own(_whole(ModelRow.last_version), Kind.WHOLE, ModelRow.id),
        "created_at": Own(ModelRow.created_at, Kind.TIME, ModelRow.id),
        "created_by": Own(ModelRow.created_by, Kind.TEXT, ModelRow.id),
    },
    keyed={},
    default_order=lambda compared: "name",
)
