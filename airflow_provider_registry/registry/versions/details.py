"""Params and tags: short texts by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from airflow_provider_registry.errors import InvalidInputError, TooLargeError
from airflow_provider_registry.messages import shown
from airflow_provider_registry.names import ENTRIES_PER_VERSION, PARAM_LENGTH, TAG_LENGTH, check_key
from airflow_provider_registry.registry.versions.json_value import BEYOND, TOO_MANY_DIGITS
from airflow_provider_registry.registry.versions.rendered import plain, read_mapping, read_text


def read_params(given: object) -> dict[str, str]:
    """Read the parameters that a version was trained with.

    Parameters:
        given: None, a mapping of names to text, numbers, booleans or None, or the text of one. Values are kept as
            text in Python's spelling, as MLflow keeps them: `0.1`, `True`, and `None` for a real None, which is an
            answer (`max_depth=None`). The text `None` is a template that rendered nothing, and refused.

    Returns:
        name to text, sorted by name.

    Raises:
        InvalidInputError: naming the param that is not a scalar.
        InvalidNameError: where a name is not allowed.
        TooLargeError: where a value has more than `PARAM_LENGTH` characters, or there are too many.
    """
    return _read("param", given, _param_text, PARAM_LENGTH)


def read_tags(given: object) -> dict[str, str]:
    """Read tags.

    Parameters:
        given: None, a mapping of names to texts of at most `TAG_LENGTH` characters, or the text of one.

    Returns:
        name to text, sorted by name.

    Raises:
        InvalidInputError: naming the tag that is not text.
        InvalidNameError: where a name is not allowed.
        TooLargeError: where a value is too long, or there are too many.
    """
    return _read("tag", given, read_text, TAG_LENGTH)


def _read(kind: str, given: object, text_of: Callable[[str, object], str], limit: int) -> dict[str, str]:
    entries: Mapping[object, object] = read_mapping(f"{kind}s", given)
    if len(entries) > ENTRIES_PER_VERSION:
        raise TooLargeError(f"There are {len(entries):,} {kind}s; at most {ENTRIES_PER_VERSION:,} are kept.")
    found = {}
    for key, value in entries.items():
        name = check_key(kind, read_text(f"{kind} name", key))
        text = text_of(f"{kind} {name!r}", value)
        if len(text) > limit:
            raise TooLargeError(f"The {kind} {name!r} has {len(text):,} characters; at most {limit:,} are kept.")
        found[name] = text
    return dict(sorted(found.items()))


def _param_text(kind: str, value: object) -> str:
    value = plain(value)
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) >= BEYOND:
        raise InvalidInputError(f"The {kind} {TOO_MANY_DIGITS}.")
    if value is None or isinstance(value, bool | int | float):
        return str(value)
    if not isinstance(value, str):
        raise InvalidInputError(
            f"The {kind} is {shown(value)}: a param is text, a number, a boolean or None. Write it as text, "
            "or keep it in metadata."
        )
    return read_text(kind, value)
