"""Every error of the package, each a child of the nearest builtin.

What the caller said wrongly is a `ValueError`; what is not there is a `LookupError`; an act that the rules
refuse is a child of `RegistryError` alone. Each message names the thing, what was wrong and what to do, and the
objects in question are attributes, so that a caller need not read the message.

This module imports nothing beyond the standard library and `messages`: a Dag file may import it at no cost.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from airflow_provider_registry.messages import legible


class RegistryError(Exception):
    """The base of every error that this package raises on purpose. Its message is `legible`."""

    _longest: ClassVar[int] = 1_900

    def __init__(self, *args: object) -> None:
        super().__init__(*(legible(arg, self._longest) if isinstance(arg, str) else arg for arg in args))


class InvalidInputError(RegistryError, ValueError):
    """What the caller gave cannot be taken; nothing was written."""


class InvalidNameError(InvalidInputError):
    """A model, alias, key or metric name breaks the rules for names."""


class InvalidReferenceError(InvalidInputError):
    """A text that should name a version (`models:/churn/3`, `models:/churn@production`) does not."""


class InvalidMetricError(InvalidInputError):
    """A metric is not a finite number, or stands twice for one phase, dataset and slice."""


class InvalidMetadataError(InvalidInputError):
    """Metadata does not satisfy the model's JSON Schema.

    Attributes:
        violations: each violation as `(path, message)`; the path is JSONPath-like (`$.owner`).
    """

    def __init__(self, message: str, violations: Sequence[tuple[str, str]] = ()) -> None:
        super().__init__(message)
        self.violations = tuple(violations)


class InvalidSchemaError(InvalidInputError):
    """A `metadata_schema` is not valid JSON Schema 2020-12."""


class InvalidPolicyError(InvalidInputError):
    """A policy does not have the form that `policy.schema.json` describes.

    Attributes:
        violations: each violation as `(path, message)`.
    """

    def __init__(self, message: str, violations: Sequence[tuple[str, str]] = ()) -> None:
        super().__init__(message)
        self.violations = tuple(violations)


class InvalidPolicyFileError(InvalidPolicyError):
    """Policy files cannot be applied: what is wrong with them, each with file, line and column.

    Attributes:
        problems: each as a `FileProblem` with `place`, `path` and `message`.
    """

    _longest = 50_000  # one line for each problem, and a file may have many

    def __init__(self, message: str, problems: Sequence[Any] = ()) -> None:
        super().__init__(message, [(problem.path, problem.message) for problem in problems])
        self.problems = tuple(problems)


class InvalidWebhookError(InvalidInputError):
    """Webhooks do not have the form that a policy file gives them.

    Attributes:
        violations: each violation as `(path, message)`.
    """

    def __init__(self, message: str, violations: Sequence[tuple[str, str]] = ()) -> None:
        super().__init__(message)
        self.violations = tuple(violations)


class InvalidRetentionError(InvalidInputError):
    """A retention does not have the form that a policy file gives it.

    Attributes:
        violations: each violation as `(path, message)`.
    """

    def __init__(self, message: str, violations: Sequence[tuple[str, str]] = ()) -> None:
        super().__init__(message)
        self.violations = tuple(violations)


class InvalidFeedbackError(InvalidInputError):
    """Rows of feedback cannot be recorded, or there are none.

    Attributes:
        problems: what is wrong, each as `(row, message)`, rows from 1; the first 100.
    """

    def __init__(self, message: str, problems: Sequence[tuple[int, str]] = ()) -> None:
        super().__init__(message)
        self.problems = tuple(problems)


class InvalidProfileError(InvalidInputError):
    """A profile does not have the form that `profile.schema.json` describes, or two cannot be compared.

    Attributes:
        violations: each violation as `(path, message)`.
    """

    def __init__(self, message: str, violations: Sequence[tuple[str, str]] = ()) -> None:
        super().__init__(message)
        self.violations = tuple(violations)


class InvalidFilterError(InvalidInputError):
    """A search filter or ordering cannot be read.

    Attributes:
        position: offset in the text, from 0, where reading stopped.
        expected: what could have stood there, in words.
    """

    def __init__(self, message: str, position: int = 0, expected: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.position = position
        self.expected = tuple(expected)


class InvalidCursorError(InvalidInputError):
    """A cursor was not made by the call that it is given to."""


class InvalidArtifactError(InvalidInputError):
    """A file or folder cannot be an artifact (a symlink, a socket, a clashing or unsafe name, nothing at all).

    Attributes:
        path: the path in question, relative to the artifact where it lies inside it.
    """

    def __init__(self, message: str, path: str = "") -> None:
        super().__init__(message)
        self.path = path


class ArtifactPathMissingError(InvalidArtifactError, FileNotFoundError):
    """The path to register is not on this host."""


class InvalidConnectionError(InvalidInputError):
    """A connection, database URL or artifact root cannot be used as written."""


class TooLargeError(InvalidInputError):
    """Something is larger than the registry's limits (see `airflow_provider_registry.names`)."""


class NotFoundError(RegistryError, LookupError):
    """What was named is not in the registry."""


class ModelNotFoundError(NotFoundError):
    """No registered model has this name."""


class VersionNotFoundError(NotFoundError):
    """The model has no version of this number."""


class AliasNotFoundError(NotFoundError):
    """The alias points at no version of the model."""


class PolicyNotFoundError(NotFoundError):
    """The alias has no policy."""


class WebhookNotFoundError(NotFoundError):
    """The model has no webhook of this name, or none that wants this event."""


class RequestNotFoundError(NotFoundError):
    """No promotion request has this id."""


class RouteNotFoundError(NotFoundError):
    """No route leads from the alias to this version."""


class NoEarlierHolderError(NotFoundError):
    """A rollback has nothing to go back to."""


class ConnectionNotFoundError(NotFoundError):
    """There is no Airflow connection to a registry, and the embedded default is off or may not be used here."""


class ArtifactNotFoundError(NotFoundError):
    """The bytes that a version or a reference names are not where they should be."""


class RefusedError(RegistryError):
    """The act is understood, and the rules do not allow it."""


class ModelExistsError(RefusedError):
    """A model of this name, regardless of case, exists already, or once did."""


class AutoCreateDisabledError(RefusedError):
    """The model does not exist, and registrations may not create it here."""


class NotPassedError(RefusedError):
    """The gates of the policy did not pass.

    Attributes:
        report: the stored gate report.
    """

    def __init__(self, message: str, report: Any = None) -> None:
        super().__init__(message)
        self.report = report


class RequestError(RefusedError):
    """How a promotion request stands does not allow the act.

    Attributes:
        request: the request, a `PromotionRequest`.
    """

    def __init__(self, message: str, request: Any = None) -> None:
        super().__init__(message)
        self.request = request


class ApprovalNeededError(RequestError):
    """The policy asks for approvals, and its promotion request does not have them yet."""


class RequestRejectedError(RequestError):
    """Somebody who may decide rejected the promotion request."""


class RequestEndedError(RequestError):
    """The promotion request has ended: final states never reopen."""


class StaleReportError(RequestError):
    """The gate report that was looked at is not the one that the request has now."""


class DecisionRefusedError(RequestError):
    """A decision does not count, and the record keeps the attempt: not in the role, four eyes, another door, a task."""


class NotAllowedError(RefusedError):
    """The policy does not name this actor for the act: an override, or a rollback."""


class StaleReviewError(RefusedError):
    """The version that was looked at does not hold the alias any more; nothing was recorded."""


class AlreadyHeldError(RefusedError):
    """The version holds the alias that it asks for."""


class MetricRecordedError(RefusedError):
    """A metric over time was recorded with another value: a correction is a new revision.

    Attributes:
        recorded: the value that stands.
        revision: of which it is.
        event: place in the model's record of the event that says so.
    """

    def __init__(self, message: str, recorded: float = 0.0, revision: int = 1, event: int = 0) -> None:
        super().__init__(message)
        self.recorded = recorded
        self.revision = revision
        self.event = event


class LoadLostError(RefusedError):
    """What was being loaded was removed as left behind, since its process stood still for too long."""


class BusyWebhookError(RefusedError):
    """Somebody else is delivering to the webhook at this moment; nothing was sent."""


class OlderDataError(RefusedError):
    """A backfill, or a version of older data than the live one's, wants an alias without `allow_older`."""


class RolledBackSinceError(RefusedError):
    """This very promotion was made before, and has been rolled back since.

    Attributes:
        event: position of the promotion in the model's record.
        ended_by: position of the rollback in the model's record.
    """

    def __init__(self, message: str, event: int = 0, ended_by: int = 0) -> None:
        super().__init__(message)
        self.event = event
        self.ended_by = ended_by


class SupersededSinceError(RefusedError):
    """This very act was done before, and what it did no longer stands: a later one has changed it since.

    Attributes:
        event: position of the act in the model's record.
        ended_by: position in the record of the act that superseded it.
    """

    def __init__(self, message: str, event: int = 0, ended_by: int = 0) -> None:
        super().__init__(message)
        self.event = event
        self.ended_by = ended_by


class ProtectedAliasError(RefusedError):
    """The alias is protected, and this act would move it past its policy."""


class NoTrafficLeftError(RefusedError):
    """The challengers of an alias would take all of its traffic, and leave its holder none."""


class DeploymentFailedError(RefusedError):
    """What a target should run has failed there.

    Attributes:
        deployment: how the target stands, a `Deployment`.
    """

    def __init__(self, message: str, deployment: Any = None) -> None:
        super().__init__(message)
        self.deployment = deployment


class BusyAliasError(RefusedError):
    """Others moved the alias or signed the version again and again, while this act read bytes; nothing was written."""


class LockedAliasError(RefusedError):
    """The alias lost its policy and stays locked until it is given another."""


class ArchivedVersionError(RefusedError):
    """The version is archived."""


class PurgedVersionError(ArchivedVersionError):
    """Retention removed the version's bytes; what is known of it stays. Registering the same bytes brings them back."""


class VersionInUseError(RefusedError):
    """The version cannot be archived: an alias points at it, a route leads to it, or it is deployed."""


class TestVersionError(RefusedError):
    """A version made by `airflow dags test` wants a protected alias."""

    __test__ = False  # pytest collects classes named Test…


class MutableArtifactError(RefusedError):
    """A version whose bytes others can change wants a protected alias."""


class ReservedTagError(RefusedError):
    """The tag is the registry's own and cannot be changed."""


class RootOwnershipError(RefusedError):
    """The artifact root belongs to another registry.

    Attributes:
        owner: the id of the registry that the root names.
    """

    def __init__(self, message: str, owner: str = "") -> None:
        super().__init__(message)
        self.owner = owner


class LeaseLostError(RefusedError):
    """The bytes of a registration lost their guard before the row was written; nothing was registered."""


class DigestMismatchError(RegistryError):
    """Stored bytes are not the bytes that were registered.

    Attributes:
        path: the file, relative to the artifact.
        expected: the sha256 in the manifest.
        actual: the sha256 of what is stored.
    """

    def __init__(self, message: str, path: str = "", expected: str = "", actual: str = "") -> None:
        super().__init__(message)
        self.path = path
        self.expected = expected
        self.actual = actual


class InvalidSignatureError(RegistryError):
    """A signature does not hold: it is of other bytes, by somebody else, or was changed."""


class RecordTamperedError(RegistryError):
    """The record is not what was written.

    Attributes:
        model_name: the model whose record it is.
        seq: position of the first bad event, from 1.
    """

    def __init__(self, message: str, model_name: str = "", seq: int = 0) -> None:
        super().__init__(message)
        self.model_name = model_name
        self.seq = seq


class SchemaError(RegistryError):
    """The database has no registry schema, or one older or newer than this code."""


class PartlyAppliedError(RegistryError):
    """Of the changes that policy files ask for, one failed; those before it were made, those after it were not.

    Attributes:
        done: the steps that were done.
        failed: the step that failed; the error is the cause of this one.
        left: the steps that were not tried.
    """

    def __init__(self, message: str, done: Sequence[Any] = (), failed: Any = None, left: Sequence[Any] = ()) -> None:
        super().__init__(message)
        self.done = tuple(done)
        self.failed = failed
        self.left = tuple(left)


class StorageUnavailableError(RegistryError, ConnectionError):
    """The artifact store did not answer."""


class StorageDeniedError(RegistryError, PermissionError):
    """The artifact store answered that these credentials may not do this, or there are no credentials."""


class DatabaseUnavailableError(RegistryError, ConnectionError):
    """The registry's database did not answer, also after retries."""


class DatabaseDeniedError(RegistryError, PermissionError):
    """The registry's database does not allow the act to the role that the connection uses."""


class SearchTimeoutError(RegistryError, TimeoutError):
    """A search took longer than it may, and was stopped: no index serves its filter and ordering.

    Attributes:
        seconds: how long it may take.
    """

    def __init__(self, message: str, seconds: float = 0.0) -> None:
        super().__init__(message)
        self.seconds = seconds


class MissingExtraError(RegistryError, ImportError):
    """An optional dependency is not installed; the message names the extra that brings it."""
