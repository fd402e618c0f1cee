"""The registry's methods on model versions."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from contextlib import closing
from dataclasses import replace
from os import PathLike
from typing import Any

from sqlalchemy import select

from airflow_provider_registry.artifacts.manifest import ManifestFile
from airflow_provider_registry.artifacts.progress import Progress, default_progress
from airflow_provider_registry.names import check_text
from airflow_provider_registry.references import read_version
from airflow_provider_registry.registry.caller import Producer
from airflow_provider_registry.registry.core import Core
from airflow_provider_registry.registry.database.prepared import Row
from airflow_provider_registry.registry.limits import check_flag
from airflow_provider_registry.registry.routes.api import MAX_AGE, check_answer_key, routing_of
from airflow_provider_registry.registry.storage.checks import load_manifest
from airflow_provider_registry.registry.versions import acts
from airflow_provider_registry.registry.versions.bytes import digest_artifact
from airflow_provider_registry.registry.versions.compare import Side, VersionComparison, compare
from airflow_provider_registry.registry.versions.differences import differences
from airflow_provider_registry.registry.versions.followed import Followed
from airflow_provider_registry.registry.versions.queries import find_version, load_versions, resolve
from airflow_provider_registry.registry.versions.register import created_model, model_to_register, register
from airflow_provider_registry.registry.versions.registration import Registration
from airflow_provider_registry.registry.versions.tables import EnvironmentRow
from airflow_provider_registry.registry.versions.views import ModelVersion, ResolvedVersion
from airflow_provider_registry.signing.signer import Signer

log = logging.getLogger(__name__)


class VersionMethods:
    """What a `Registry` does with model versions. A version is named by number and model, or by a reference."""

    _core: Core

    def register_version(
        self,
        model_name: str,
        artifact: str | PathLike[str],
        *,
        metrics: object = None,
        params: object = None,
        inputs: object = None,
        metadata: object = None,
        tags: object = None,
        description: str = "",
        card: str | None = None,
        profile: Mapping[str, Any] | str | None = None,
        producer: Mapping[str, Any] | Producer | None = None,
        training_duration: float | None = None,
        code_revision: str | None = None,
        environment: Mapping[str, Any] | bool = True,
        copy: bool = False,
        sign: Signer | None = None,
        key: str | None = None,
        progress: Progress | None = None,
    ) -> ModelVersion:
        """Register a version: store its bytes, then write it down.

        The same task of the same run (or the same `key`) with the same bytes gets the version it made before; with
        other bytes, a new version that names the one it supersedes.

        Parameters:
            model_name: the model, created if it is not there and `auto_create` is on.
            artifact: a file or folder on this host, which is copied; or `s3://…` or `file:///…`, which is digested
                where it lies and stays there.
            metrics: name to number, of phase `validation`; or a list of mappings with name, value, and optionally
                phase, dataset and slice. Finite numbers.
            params: name to value, kept as text.
            inputs: datasets, as mappings with name, and optionally uri, digest and rows.
            metadata: what the model's `metadata_schema` asks; at most 1 MiB of JSON.
            tags: name to text.
            description: free text, Markdown.
            card: what people write of it, as `set_card` takes it: its first revision. It is an act of its own, right
                after the registration; a version that has a card keeps that.
            profile: the distributions of the data that it was trained on, as `record_profile` takes them; likewise.
            producer: the task that made it; by default the caller's.
            training_duration: seconds.
            code_revision: of the code that made it, such as a Git commit; by default the producer's.
            environment: True to capture this interpreter and its installed distributions, False for nothing, or a
                mapping that describes another.
            copy: copy the bytes also where `artifact` is a URI.
            sign: whoever signs it once it is registered, as an act of its own; see `Registry.sign`.
            key: makes the act the same as another of the same key, and tells apart two of one task.
            progress: told of files and bytes; by default a bar in a terminal, else lines in the log.

        Raises:
            InvalidInputError: one of its children, before any byte is stored.
            MissingExtraError: it is to be signed, and model-signing is not installed; no byte is stored.
            AutoCreateDisabledError: the model is not there and may not be created.
            RootOwnershipError: the artifact root belongs to another registry.
            StorageUnavailableError: the store did not answer; nothing was registered.
        """
        followed = Followed.read(sign, card, profile)
        for name, text in (("key", key), ("code revision", code_revision)):
            if text is not None:
                check_text(name, text)
        made_by = Producer.read(self._core.caller.producer if producer is None else producer)
        if code_revision is not None:
            made_by = Producer.read(replace(made_by or Producer(), code_revision=code_revision))
        said = Registration.read(
            metrics=metrics,
            params=params,
            tags=tags,
            inputs=inputs,
            metadata=metadata,
            description=description,
            environment=environment,
            training_duration=training_duration,
            producer=made_by,
        )
        model = model_to_register(self._core, model_name, said.metadata)
        name = model_name if model is None else model["name"]
        shown = progress or default_progress()
        bytes = digest_artifact(self._core, artifact, model_name=name, copy=check_flag("copy", copy), progress=shown)
        with closing(bytes):
            model = created_model(self._core, model_name) if model is None else model
            done = register(self._core, model, bytes, said, key, shown)
        if not followed.is_empty:
            followed.follow(self._core, self._find(done.number, model["name"]), key)
        version = done.version
        if version is None:
            version = replace(self.get_version(done.number, model_name=model["name"]), event=done.event)
            if found := differences(said, version):
                log.warning("%s stands as it was registered before: %s.", version.reference, "; ".join(found))
        return version

    def get_version(self, version: object, *, model_name: str | None = None) -> ModelVersion:
        """A version, by whatever names one.

        Parameters:
            version: a reference (`models:/churn/3`, `models:/churn@production`), the mapping that a registration
                returned, or a number, where `model_name` is given too.

        Raises:
            InvalidReferenceError: it names no version.
            ModelNotFoundError, VersionNotFoundError, AliasNotFoundError: it is not there.
        """
        return load_versions(self._core, [self._find(version, model_name)])[0]

    def resolve(
        self, version: object, *, model_name: str | None = None, key: str | None = None, max_age: float = MAX_AGE
    ) -> ResolvedVersion:
        """Which version a reference names now: one round trip, for those who need no more.

        With a key, challengers answer too: an alias's holder, or one that has a route beside it, by the key. The same
        key has the same answer while nothing moves, and when shares change, no more keys move than must. It is computed
        in this process, from the alias and its routes as they were read at most `max_age` seconds ago; acts of this
        process are seen at once. Without a key it is always the holder, and read each time.

        Parameters:
            key: of what is answered for, such as `customer-42`; it is told to nobody.
            max_age: seconds for which what was read counts; 0 to read each time. Only with a key.

        Raises:
            InvalidReferenceError: it names no version.
            InvalidInputError: the key is no text, or the age no number of seconds.
            ModelNotFoundError, VersionNotFoundError, AliasNotFoundError: it is not there.
        """
        named = read_version(version, model_name)
        if key is None:
            return resolve(self._core, named)
        text = check_answer_key(key)
        if named.alias is None:
            return resolve(self._core, named)
        return routing_of(self._core, named, max_age).answers(text)

    def environment(self, version: object, *, model_name: str | None = None) -> Mapping[str, Any] | None:
        """The Python environment that a version was made in: interpreter and distributions; None if not captured."""
        return self._environment(self._find(version, model_name))

    def files(self, version: object, *, model_name: str | None = None) -> tuple[ManifestFile, ...]:
        """The files of a version's artifact, by path, with sizes and sha256 digests; the bytes are not read.

        Raises:
            InvalidReferenceError: it names no version.
            ModelNotFoundError, VersionNotFoundError, AliasNotFoundError: it is not there.
            DigestMismatchError: the manifest was edited in the database.
        """
        row = self._find(version, model_name)
        return load_manifest(self._core, row["model_id"], row["digest"]).files

    def compare_versions(self, first: object, second: object, *, model_name: str | None = None) -> VersionComparison:
        """Put two versions side by side: metrics, params, inputs, metadata, producer, environment, bytes.

        Parameters:
            first: a reference, a number with `model_name`, or the mapping that a registration returned.
            second: likewise; the change of a metric is from the first to this.

        Raises:
            InvalidReferenceError: one of them names no version.
            ModelNotFoundError, VersionNotFoundError, AliasNotFoundError: it is not there.
            DigestMismatchError: a manifest was edited in the database.
        """
        rows = [self._find(first, model_name), self._find(second, model_name)]
        return compare(
            *(
                Side(view, self._environment(row), load_manifest(self._core, row["model_id"], row["digest"]))
                for row, view in zip(rows, load_versions(self._core, rows), strict=True)
            )
        )

    def set_tag(
        self, version: object, name: str, value: str, *, model_name: str | None = None, key: str | None = None
    ) -> ModelVersion:
        """Set a tag of a version, over the value it may have had.

        Raises:
            InvalidNameError, TooLargeError: the name or the value cannot be kept.
            ReservedTagError: the tag is the registry's own.
        """
        row = self._find(version, model_name)
        acts.tag(self._core, row, name, value, key)
        return self._view(row)

    def delete_tag(
        self, version: object, name: str, *, model_name: str | None = None, key: str | None = None
    ) -> ModelVersion:
        """Remove a tag of a version.

        Raises:
            NotFoundError: it has no such tag.
            ReservedTagError: the tag is the registry's own.
        """
        row = self._find(version, model_name)
        acts.untag(self._core, row, name, key)
        return self._view(row)

    def describe_version(
        self, version: object, description: str, *, model_name: str | None = None, key: str | None = None
    ) -> ModelVersion:
        """Replace the description of a version (Markdown, at most 1 MiB)."""
        row = self._find(version, model_name)
        acts.describe(self._core, row, description, key)
        return self._view(row)

    def archive_version(
        self, version: object, *, reason: str = "", model_name: str | None = None, key: str | None = None
    ) -> ModelVersion:
        """Archive a version: it stays, with its bytes, but no alias may point at it.

        Raises:
            VersionInUseError: an alias points at it now.
            ArchivedVersionError: it is archived already.
        """
        row = self._find(version, model_name)
        acts.archive(self._core, row, reason, key)
        return self._view(row)

    def restore_version(
        self, version: object, *, reason: str = "", model_name: str | None = None, key: str | None = None
    ) -> ModelVersion:
        """Take a version back out of the archive.

        Raises:
            NotFoundError: it is not archived.
        """
        row = self._find(version, model_name)
        acts.restore(self._core, row, reason, key)
        return self._view(row)

    def _environment(self, row: Row) -> Mapping[str, Any] | None:
        found = self._core.first(select(EnvironmentRow.body).where(EnvironmentRow.digest == row["environment_digest"]))
        return found["body"] if found else None

    def _find(self, version: object, model_name: str | None) -> Row:
        return find_version(self._core, read_version(version, model_name))

    def _view(self, row: Row) -> ModelVersion:
        """The version as it is now, by its number: an alias that named it may have moved on."""
        return self.get_version(row["version"], model_name=row["model_name"])
