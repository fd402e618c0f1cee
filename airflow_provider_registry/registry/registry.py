"""The registry: one object, one door."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from types import TracebackType
from typing import TYPE_CHECKING, Self

from sqlalchemy import URL, Engine

from airflow_provider_registry.errors import InvalidConnectionError
from airflow_provider_registry.registry.aliases.api import AliasMethods
from airflow_provider_registry.registry.caller import Actor, Caller
from airflow_provider_registry.registry.cards.api import CardMethods
from airflow_provider_registry.registry.checks.api import CheckMethods
from airflow_provider_registry.registry.core import SEARCH_TIMEOUT, Core
from airflow_provider_registry.registry.database import migrate
from airflow_provider_registry.registry.database.clock import process_user
from airflow_provider_registry.registry.database.engine import make_engine
from airflow_provider_registry.registry.deployments.api import DeploymentMethods
from airflow_provider_registry.registry.evidence.api import EvidenceMethods
from airflow_provider_registry.registry.feedback.api import FeedbackMethods
from airflow_provider_registry.registry.gates.api import GateMethods
from airflow_provider_registry.registry.limits import check_seconds
from airflow_provider_registry.registry.meter import NO_METER, Meter
from airflow_provider_registry.registry.metrics.api import MetricMethods
from airflow_provider_registry.registry.models.api import ModelMethods
from airflow_provider_registry.registry.policies.api import PolicyMethods
from airflow_provider_registry.registry.profiles.api import ProfileMethods
from airflow_provider_registry.registry.record.api import RecordMethods
from airflow_provider_registry.registry.requests.api import RequestMethods
from airflow_provider_registry.registry.retention.api import RetentionMethods
from airflow_provider_registry.registry.reviews.api import ReviewMethods
from airflow_provider_registry.registry.routes.api import RouteMethods
from airflow_provider_registry.registry.scans.api import ScanMethods
from airflow_provider_registry.registry.search.api import SearchMethods
from airflow_provider_registry.registry.signatures.api import SignatureMethods
from airflow_provider_registry.registry.storage.api import StorageMethods
from airflow_provider_registry.registry.versions.api import VersionMethods
from airflow_provider_registry.registry.webhooks.api import WebhookMethods

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

URL_VARIABLE = "MODEL_REGISTRY_URL"
ROOT_VARIABLE = "MODEL_REGISTRY_ARTIFACT_ROOT"


class Registry(
    ModelMethods,
    VersionMethods,
    AliasMethods,
    RouteMethods,
    DeploymentMethods,
    PolicyMethods,
    GateMethods,
    CheckMethods,
    MetricMethods,
    FeedbackMethods,
    ProfileMethods,
    CardMethods,
    ScanMethods,
    SignatureMethods,
    RequestMethods,
    ReviewMethods,
    RetentionMethods,
    EvidenceMethods,
    RecordMethods,
    SearchMethods,
    StorageMethods,
    WebhookMethods,
):
    """A model registry, as one caller uses it.

    Each subject has its methods in a class of its own. A registry may be used by several threads, but not beyond a
    fork: a forked process opens its own.
    """

    def __init__(self, core: Core) -> None:
        self._core = core

    @classmethod
    def connect(
        cls,
        url: str | URL | None = None,
        *,
        artifact_root: str | os.PathLike[str] | None = None,
        actor: str | Actor | None = None,
        caller: Caller | None = None,
        s3_client: Callable[[], S3Client] | None = None,
        auto_create: bool = True,
        search_timeout: float = SEARCH_TIMEOUT,
        meter: Meter = NO_METER,
    ) -> Self:
        """Open a registry. Nothing is read before the first call.

        Parameters:
            url: `postgresql+psycopg://…` or `sqlite:////…`; by default the variable MODEL_REGISTRY_URL.
            artifact_root: a folder or `s3://bucket/prefix`; by default the variable MODEL_REGISTRY_ARTIFACT_ROOT.
                It may be missing where no bytes are stored.
            actor: who is said to act; a claim, and kept as one. By default the user of this process.
            caller: all that is known of who acts, in the place of `actor`.
            s3_client: makes the S3 client; by default boto3's own configuration.
            auto_create: whether a registration creates the model that it names.
            search_timeout: seconds that a statement of a search may take, more than 0; the database then stops it.
            meter: told what is counted and timed: acts, gates, bytes.

        Raises:
            InvalidConnectionError: the URL or the root cannot be used.
            InvalidInputError: the search timeout is no such number.
            MissingExtraError: the database's driver is not installed.
        """
        url = url or os.environ.get(URL_VARIABLE)
        if not url:
            raise InvalidConnectionError(f"Which registry? Give its database URL, or set {URL_VARIABLE}.")
        root = artifact_root or os.environ.get(ROOT_VARIABLE) or None
        return cls(
            Core(
                engine=make_engine(url),
                caller=caller or Caller(_actor(actor)),
                artifact_root=os.fspath(root) if root is not None else None,
                s3_client=s3_client,
                auto_create=auto_create,
                search_timeout=check_seconds("search_timeout", search_timeout),
                meter=meter,
            )
        )

    def acting_as(self, caller: Caller) -> Self:
        """The same registry on behalf of somebody else, such as the person who answered; close only the first."""
        return type(self)(replace(self._core, caller=caller))

    @property
    def engine(self) -> Engine:
        """The engine, for the few who need the database itself."""
        return self._core.engine

    def migrate(self) -> None:
        """Bring the schema up to what this code needs; again changes nothing."""
        migrate.migrate(self._core.engine)

    def close(self) -> None:
        """Give the database's connections back."""
        self._core.engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _actor(given: str | Actor | None) -> Actor:
    if isinstance(given, Actor):
        return given
    name = given or process_user()
    return Actor(issuer="python", subject=name, name=name)
