"""Registers a model version."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from airflow_provider_registry.assets.lineage import note_made
from airflow_provider_registry.hooks.signer import read_signer
from airflow_provider_registry.operators.base import ModelRegistryOperator
from airflow_provider_registry.operators.params import TrainingParamsMeta

if TYPE_CHECKING:
    from airflow.sdk import Context

    from airflow_provider_registry.registry import Registry


class RegisterModelVersionOperator(ModelRegistryOperator, metaclass=TrainingParamsMeta):
    """Stores a file or folder as a new version of a registered model.

    A retry, or a cleared task that makes the same bytes, gets the version it made before. All parameters are templated
    but `environment` and `copy`.

    Its parameters beside those of `ModelRegistryOperator`:

    Parameters:
        model_name: the model, created if it is not there, unless `[model_registry] auto_create = False`.
        artifact: a file or folder that this worker sees, which is copied; or `s3://…` or `file:///…`, which is
            digested where it lies and stays there. A relative path is taken from the task's working directory.
        metrics: name to number, of phase `validation`; or a list of mappings with name, value, and optionally phase,
            dataset and slice.
        model_params: the parameters that it was trained with, name to value; usually written `params=`. Only
            `.expand()` needs this name, since Airflow's own `params` is in the way there.
        inputs: the datasets that it was trained on: names, or mappings with name, uri, digest and rows.
        metadata: what the model's `metadata_schema` asks.
        tags: name to text.
        description: free text, Markdown.
        card: what people write of it, Markdown: intended use, limitations, …; see `Registry.set_card`.
        profile: the distributions of the data that it was trained on, as `profile_of` makes them.
        training_duration: seconds.
        environment: whether to record this interpreter and its installed distributions.
        copy: copy the bytes also where `artifact` is a URI.
        sign_with: the id of the connection that holds the key, or the absolute path of the key, to sign it with, as
            `hooks.signer.read_signer` says.

    Returns:
        model_name, version, digest, uri and reference: the same on every retry.
    """

    template_fields: Sequence[str] = (
        *ModelRegistryOperator.template_fields,
        "model_name",
        "artifact",
        "metrics",
        "model_params",
        "inputs",
        "metadata",
        "tags",
        "description",
        "card",
        "training_duration",
        "profile",
        "sign_with",
    )
    template_fields_renderers = dict.fromkeys(
        ("metrics", "model_params", "inputs", "metadata", "tags", "profile"), "json"
    )

    def __init__(
        self,
        *,
        model_name: str,
        artifact: Any,
        metrics: Any = None,
        model_params: Mapping[str, Any] | str | None = None,
        inputs: Any = None,
        metadata: Mapping[str, Any] | str | None = None,
        tags: Mapping[str, str] | str | None = None,
        description: str = "",
        card: str | None = None,
        training_duration: float | str | None = None,
        profile: Mapping[str, Any] | str | None = None,
        environment: bool = True,
        copy: bool = False,
        sign_with: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.model_name = model_name
        self.artifact = artifact
        self.metrics = metrics
        self.model_params = model_params
        self.inputs = inputs
        self.metadata = metadata
        self.tags = tags
        self.description = description
        self.card = card
        self.training_duration = training_duration
        self.profile = profile
        self.environment = environment
        self.copy = copy
        self.sign_with = sign_with
        self.announce(model_name)

    def act(self, registry: Registry, context: Context) -> dict[str, Any]:
        """Register the version."""
        version = registry.register_version(
            self.model_name,
            self.artifact,
            metrics=self.metrics,
            params=self.model_params,
            inputs=self.inputs,
            metadata=self.metadata,
            tags=self.tags,
            description=self.description,
            card=self.card,
            profile=self.profile,
            training_duration=self.training_duration,  # type: ignore[arg-type]  # rendered, it is text, which is read
            environment=self.environment,
            copy=self.copy,
            sign=None if self.sign_with is None else read_signer(self.sign_with),
            key=self.key,
        )
        self.log.info("%s is registered, with the digest %s.", version.reference, version.digest)
        note_made(self.hook, version)
        self.emit(context, {**version.as_mapping(), "event": version.event})
        return version.as_mapping()
