"""The URIs of model assets: `model-registry://<connection>/<model>[@<alias>]`, and what follows a `?`.

The connection is in the URI, so that two registries of one Airflow never meet. Names are folded: the registry compares
them regardless of case, and Airflow compares URIs as text.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

from airflow_provider_registry.errors import InvalidInputError, InvalidNameError
from airflow_provider_registry.event_types import KINDS
from airflow_provider_registry.hooks.embedded import DEFAULT_CONN_ID
from airflow_provider_registry.messages import shown
from airflow_provider_registry.names import check_alias, check_model_name, fold

if TYPE_CHECKING:
    from urllib.parse import SplitResult

SCHEME = "model-registry"

_FLAGS = ("partitioned", "watch")  # in the order in which Airflow sorts what follows the `?`
_FORM = f"write {SCHEME}://<connection>/<model> or {SCHEME}://<connection>/<model>@<alias>"


@dataclass(frozen=True, slots=True)
class ModelUri:
    """What a model asset stands for.

    Attributes:
        conn_id: a connection of the type `model_registry`.
        model_name: the model, folded.
        alias: one of its aliases, folded; None for its versions.
        event: the kind of event that it is for, one of `KINDS`; None for versions that are registered, or go live.
        watch: a watcher follows the record for it, and tasks leave it alone.
        partitioned: its events have partition keys.
    """

    conn_id: str
    model_name: str
    alias: str | None = None
    event: str | None = None
    watch: bool = False
    partitioned: bool = False

    @classmethod
    def of(
        cls,
        model_name: object,
        alias: object = None,
        *,
        conn_id: object = DEFAULT_CONN_ID,
        event: str | None = None,
        watch: bool = False,
        partitioned: bool = False,
    ) -> ModelUri:
        """What names stand for, checked and folded.

        Raises:
            InvalidNameError: one of them is no name.
            InvalidInputError: there is no such kind of event, or it is watched and partitioned at once.
        """
        if not isinstance(conn_id, str) or not conn_id:
            raise InvalidNameError(f"A connection is named by its id, not by {shown(conn_id)}.")
        if event is not None and event not in KINDS:
            raise InvalidInputError(f"There is no kind of event {shown(event)}: write one of {', '.join(KINDS)}.")
        if watch and partitioned:
            raise InvalidInputError("A watcher's events have no partition keys: say watch or partitioned, not both.")
        named = None if alias is None else fold(check_alias(alias))
        return cls(conn_id, fold(check_model_name(model_name)), named, event, watch, partitioned)

    @property
    def title(self) -> str:
        """The name of the asset: the reference, and what tells it from the other assets of the same model."""
        own = (self.event, "watched" if self.watch else None, "partitioned" if self.partitioned else None)
        told = [said for said in (*own, self.conn_id if self.conn_id != DEFAULT_CONN_ID else None) if said]
        alias = f"@{self.alias}" if self.alias else ""
        return f"models:/{self.model_name}{alias}" + (f" ({', '.join(told)})" if told else "")

    def __str__(self) -> str:
        flags = [(flag, "true") for flag in _FLAGS if getattr(self, flag)]
        asked = urlencode(([("event", self.event)] if self.event else []) + flags)
        alias = f"@{self.alias}" if self.alias else ""
        return f"{SCHEME}://{quote(self.conn_id, safe='')}/{self.model_name}{alias}" + (f"?{asked}" if asked else "")


def parse_uri(uri: str) -> ModelUri:
    """What a URI stands for.

    Raises:
        InvalidNameError, InvalidInputError: it is not of the form, or holds what is no name.
    """
    return _read(urlsplit(uri))


def sanitize_uri(parts: SplitResult) -> SplitResult:
    """The URI of an asset in the one form in which Airflow compares it; Airflow calls this for our scheme.

    Raises:
        InvalidNameError, InvalidInputError: it is not of the form, or holds what is no name.
    """
    return urlsplit(str(_read(parts)))


def _read(parts: SplitResult) -> ModelUri:
    if parts.scheme.lower() != SCHEME or not parts.netloc or not parts.path.strip("/") or "@" in parts.netloc:
        raise InvalidNameError(f"{shown(parts.geturl())} is not the URI of a model asset: {_FORM}.")
    said = dict(parse_qsl(parts.query))
    if set(said) - {"event", *_FLAGS} or any(said.get(flag, "true") != "true" for flag in _FLAGS):
        raise InvalidNameError(f"{shown(parts.geturl())} asks after the '?' what no model asset has: {_FORM}.")
    model, at, alias = unquote(parts.path).strip("/").partition("@")
    flags = {flag: flag in said for flag in _FLAGS}
    return ModelUri.of(model, alias if at else None, conn_id=unquote(parts.netloc), event=said.get("event"), **flags)
