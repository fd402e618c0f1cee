"""How an operator's parameters name a version."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from airflow_provider_registry.assets.triggered import version_named
from airflow_provider_registry.errors import InvalidInputError, InvalidReferenceError
from airflow_provider_registry.operators.base import ModelRegistryOperator
from airflow_provider_registry.references import parse_reference


class NamesVersion(ModelRegistryOperator):
    """What operators share that are told which version: `version` or `reference` is needed, and not both.

    Their constructors repeat these three, so that an editor and the reference show them, and hand them on. The
    parameters beside those of `ModelRegistryOperator`:

    Parameters:
        version: a number, its digits, a reference, the mapping that a registration returned, or an event of a model
            asset (templated).
        reference: the same thing, in the place of `version`: `models:/churn/3`, `models:/churn@production` (templated).
        model_name: the model; needed only where the version is a bare number (templated).
    """

    template_fields: Sequence[str] = (*ModelRegistryOperator.template_fields, "model_name", "version", "reference")

    def __init__(
        self, *, version: Any = None, reference: Any = None, model_name: str | None = None, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.version = version
        self.reference = reference
        self.model_name = model_name

    def named(self) -> tuple[str | None, object]:
        """The model and the version, as the registry's methods take them; see `read_named`."""
        return read_named(self.model_name, self.version, self.reference)


def read_named(model_name: str | None, version: object, reference: object) -> tuple[str | None, object]:
    """The model, and the version in one of the forms that the registry takes.

    Parameters:
        model_name: may be missing where the version names its model itself.
        version: a number, its digits, a reference, the mapping that a registration returned, an event of a model asset
            or its `extra`, or one of these mappings as text, as a template renders it.
        reference: the same thing under another name; exactly one of the two is given.

    Raises:
        InvalidInputError: none or both are given.
        InvalidReferenceError: a text looks like a mapping and is none.
    """
    if version is not None and reference is not None:
        raise InvalidInputError(f"The version is named twice, by version ({version!r}) and reference ({reference!r}).")
    named = reference if version is None else version
    if named is None:
        raise InvalidInputError(
            "Which version? Give version=, such as the output of the task that registered it, or "
            "reference='models:/<model>@<alias>'. If one is given, its task handed nothing on: look at its XComs."
        )
    return model_name, _read_text(named) if isinstance(named, str) else version_named(named)


def known_model(model_name: object, version: object, reference: object) -> object:
    """The model, as far as it is known when the Dag is parsed: by its name, a reference, or the task that registers.

    Returns:
        its name, which may be a template; None where nothing names it yet.

    Raises:
        InvalidReferenceError, InvalidNameError: a reference in plain text is none.
    """
    named = reference if version is None else version
    if model_name is not None:
        return model_name
    if isinstance(named, str) and named.startswith("models:/") and "{" not in named:
        return parse_reference(named).model_name
    # Of `version=train()` and `version=register.output`, the task.
    return getattr(getattr(named, "operator", None), "model_name", None)


def _read_text(text: str) -> object:
    from airflow_provider_registry.registry.versions.rendered import read_rendered

    text = text.strip()
    if text in ("", "None"):
        raise InvalidReferenceError(
            f"The version is the text {text!r}: a template rendered nothing. Check the upstream task."
        )
    if not text.startswith("{"):
        return text
    return version_named(read_rendered("keys of the version", text, InvalidReferenceError))
