"""The rules for names and sizes, in one place.

Pure checks without a database, so that a Dag file can be refused when it is parsed.
"""

from __future__ import annotations

import re

from airflow_provider_registry.errors import InvalidInputError, InvalidNameError, TooLargeError
from airflow_provider_registry.messages import shown

NAME_LENGTH = 255
KEY_LENGTH = 255
ACTOR_LENGTH = 512
TAG_LENGTH = 1_000
PARAM_LENGTH = 10_000
TEXT_BYTES = 1024 * 1024
CARD_BYTES = 256 * 1024
METRICS_PER_VERSION = 10_000
ENTRIES_PER_VERSION = 10_000

_PART = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_DIGEST = re.compile(r"[0-9a-f]{64}", re.IGNORECASE)
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_UNKEPT = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")

_HELP = "use letters, digits, '.', '_' and '-', and begin with a letter or a digit"


def check_model_name(name: object) -> str:
    """The name, if a registered model may have it.

    Parameters:
        name: one or more parts joined by `/`, such as `churn` or `growth/churn`; at most 255 characters.

    Raises:
        InvalidNameError: with what is wrong and what to write instead.
    """
    text = _text("model name", name)
    for part in text.split("/"):
        if not _PART.fullmatch(part):
            raise InvalidNameError(f"Model name {text!r} has the part {part!r}: {_HELP}; parts are joined by '/'.")
        if part.endswith("."):
            raise InvalidNameError(f"Model name {text!r} has the part {part!r}: a part may not end with '.'.")
        if _DIGEST.match(part):
            raise InvalidNameError(
                f"Model name {text!r} has the part {part!r}, which looks like an artifact's digest folder: "
                "choose a name that does not begin with 64 hexadecimal digits."
            )
    return text


def check_alias(name: object) -> str:
    """The name, if an alias may have it: one part, not a number, not `latest`.

    Raises:
        InvalidNameError: with what is wrong and what to write instead.
    """
    text = _text("alias", name)
    if not _PART.fullmatch(text):
        raise InvalidNameError(f"Alias {text!r} is not allowed: {_HELP}.")
    if text.isdigit():
        raise InvalidNameError(f"Alias {text!r} would read as a version number: choose a name with a letter in it.")
    if text.lower() == "latest":
        raise InvalidNameError("Alias 'latest' is not allowed: the newest version is not an alias; search for it.")
    return text


def check_key(kind: str, key: object) -> str:
    """The key of a tag, param or metric: 1 to 255 characters on one line, without spaces around it.

    Parameters:
        kind: what the key is of, for the message: `tag`, `param`, `metric`.

    Raises:
        InvalidNameError: with what is wrong.
    """
    if not isinstance(key, str) or not key or key != key.strip() or _UNKEPT.search(key):
        raise InvalidNameError(
            f"The {kind} name {shown(key)} is not allowed: use 1 to {KEY_LENGTH} characters on one line."
        )
    if len(key) > KEY_LENGTH:
        raise TooLargeError(f"The {kind} name {key[:40]!r}… has {len(key)} characters; at most {KEY_LENGTH} are kept.")
    return key


def check_text(kind: str, text: str, limit: int = TEXT_BYTES) -> str:
    """The text, if every database can keep it.

    Parameters:
        kind: what the text is, for the message.
        limit: bytes of UTF-8.

    Raises:
        InvalidInputError: it is no text, or holds a NUL or half of a surrogate pair, which PostgreSQL refuses.
        TooLargeError: with the size it has and the size it may have.
    """
    if not isinstance(text, str):
        raise InvalidInputError(f"The {kind} must be text, not {shown(text)}.")
    if _UNSTORABLE.search(text):
        raise InvalidInputError(f"The {kind} holds a NUL or half of a surrogate pair, which no database stores.")
    size = len(text.encode("utf-8", errors="surrogatepass"))
    if size > limit:
        raise TooLargeError(f"The {kind} has {size:,} bytes; at most {limit:,} are kept. Store it as a file instead.")
    return text


def fold(name: str) -> str:
    """The form in which names are compared: regardless of case."""
    return name.casefold()


def _text(kind: str, name: object) -> str:
    if not isinstance(name, str) or not name:
        raise InvalidNameError(f"The {kind} must be a text of 1 to {NAME_LENGTH} characters, not {shown(name)}.")
    if name == "None":
        raise InvalidNameError(f"The {kind} is the text 'None': a template rendered nothing. Check the upstream task.")
    if len(name) > NAME_LENGTH:
        raise InvalidNameError(f"The {kind} {name[:40]!r}… has {len(name)} characters; at most {NAME_LENGTH} are kept.")
    return name
