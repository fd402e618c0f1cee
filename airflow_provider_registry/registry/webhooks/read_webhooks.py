"""From the mappings of a policy file to webhooks, with everything that is wrong said at once."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any

from airflow_provider_registry.errors import InvalidInputError, InvalidNameError, InvalidWebhookError
from airflow_provider_registry.event_types import KINDS
from airflow_provider_registry.messages import shown
from airflow_provider_registry.names import check_alias, fold
from airflow_provider_registry.registry.policies.fields import Fields, Problems
from airflow_provider_registry.registry.webhooks.urls import check_url
from airflow_provider_registry.registry.webhooks.webhook import Webhook

MOST = 50
_MOST_CHOSEN = 1_000

_KEYS = ("name", "url", "secret", "events", "aliases", "allow_http")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_SECRET = re.compile(r"[A-Za-z0-9_.-]{1,250}")
# How the signing secrets of Standard Webhooks begin.
SIGNING = "whsec_"


def read_webhooks(given: object) -> tuple[Webhook, ...]:
    """The webhooks of a model, in the order of their names.

    Parameters:
        given: a list of mappings as in a policy file, or of webhooks.

    Raises:
        InvalidWebhookError: with every violation and its path.
    """
    problems = Problems()
    found = [_webhook(one, f"$[{place}]", problems) for place, one in enumerate(_listed(given, problems))]
    _refuse_twice(found, problems)
    if len(problems):
        listed = "; ".join(f"{path}: {message}" for path, message in problems)
        raise InvalidWebhookError(f"The webhooks cannot be taken: {listed}.", list(problems))
    return tuple(sorted((webhook for webhook in found if webhook is not None), key=lambda webhook: webhook.name))


def check_name(name: object) -> str:
    """The name, if a webhook may have it.

    Raises:
        InvalidNameError: with what to write instead.
    """
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise InvalidNameError(
            f"The name {shown(name)} is not allowed to a webhook: use 1 to 100 letters, digits, '.', '_' and '-', and "
            "begin with a letter or a digit."
        )
    return name


def _listed(given: object, problems: Problems) -> list[Any]:
    if not isinstance(given, list | tuple):
        problems.add("$", f"must be a list of webhooks, not {shown(given)}")
        return []
    if len(given) > MOST:
        problems.add("$", f"has {len(given):,} webhooks; a model may have {MOST}")
        return []
    return list(given)


def _webhook(given: object, path: str, problems: Problems) -> Webhook | None:
    given = given.as_mapping() if isinstance(given, Webhook) else given
    if not isinstance(given, Mapping):
        problems.add(path, "must be a mapping with name, url and secret")
        return None
    fields = Fields(given, path, problems)
    fields.allow(_KEYS)
    allow_http = fields.flag("allow_http", default=False)
    return Webhook(
        name=fields.checked("name", check_name, required=True),
        url=fields.checked("url", partial(check_url, allow_http=allow_http), required=True),
        secret=fields.checked("secret", _secret, required=True),
        events=_chosen(given, "events", path, problems, _kind),
        aliases=_chosen(given, "aliases", path, problems, check_alias),
        allow_http=allow_http,
    )


def _secret(given: object) -> str:
    """The name of a secret. What was given is never shown: it may be the secret itself."""
    if isinstance(given, str) and given.startswith(SIGNING):
        raise InvalidInputError(
            "is the secret itself, which is now where the file is: make another one, keep it as the password of an "
            "Airflow connection, and write the connection's id here"
        )
    if not isinstance(given, str) or not _SECRET.fullmatch(given):
        raise InvalidInputError("must be the id of an Airflow connection, whose password is the signing secret")
    return given


def _kind(given: object) -> str:
    if given in KINDS:
        return str(given)
    close = difflib.get_close_matches(str(given), KINDS, n=1)
    hint = f"did you mean {close[0]!r}?" if close else f"they are {', '.join(KINDS)}"
    raise InvalidInputError(f"{shown(given)} is no kind of event; {hint}")


def _chosen(
    given: Mapping[Any, Any], key: str, path: str, problems: Problems, check: Callable[[Any], str]
) -> tuple[str, ...]:
    """A list of at least one, sorted: the order in which they are written changes nothing."""
    listed = given.get(key)
    if listed is None:
        return ()
    if not isinstance(listed, list | tuple) or not 1 <= len(listed) <= _MOST_CHOSEN:
        problems.add(f"{path}.{key}", f"must be a list of at least one, not {shown(listed)}; leave it out for all")
        return ()
    found = set()
    for place, item in enumerate(listed):
        try:
            found.add(check(item))
        except InvalidInputError as error:
            problems.add(f"{path}.{key}[{place}]", str(error).removesuffix("."))
    return tuple(sorted(found))


def _refuse_twice(found: Iterable[Webhook | None], problems: Problems) -> None:
    first: dict[str, int] = {}
    for place, webhook in enumerate(found):
        if webhook is not None and webhook.name and first.setdefault(fold(webhook.name), place) != place:
            before = f"$[{first[fold(webhook.name)]}]".removeprefix("$")
            problems.add(f"$[{place}].name", f"{webhook.name!r} is the name of {before} too: regardless of case, once")
