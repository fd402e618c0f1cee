"""The registry's methods on webhooks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from typing import Any

from airflow_provider_registry.errors import InvalidInputError
from airflow_provider_registry.messages import shown
from airflow_provider_registry.registry.core import Core
from airflow_provider_registry.registry.limits import check_seconds, check_whole
from airflow_provider_registry.registry.models.queries import find_model
from airflow_provider_registry.registry.webhooks import queries
from airflow_provider_registry.registry.webhooks.acts import set_webhooks
from airflow_provider_registry.registry.webhooks.read_webhooks import check_name, read_webhooks
from airflow_provider_registry.registry.webhooks.views import WebhookAttempt, WebhookState
from airflow_provider_registry.registry.webhooks.webhook import Webhook

Secrets = Mapping[str, str] | Callable[[str], str]

TIMEOUT = 15.0
ROUND = 60.0
GIVE_UP_AFTER = timedelta(days=3)
KEEP = timedelta(days=90)

_MOST_ATTEMPTS = 10_000
_LONGEST_TIMEOUT = 300.0
_LONGEST_TIME = timedelta(days=36_500)


class WebhookMethods:
    """What a `Registry` does with webhooks."""

    _core: Core

    def set_webhooks(
        self,
        model_name: str,
        webhooks: Iterable[Mapping[str, Any] | Webhook],
        *,
        reason: str = "",
        key: str | None = None,
    ) -> tuple[Webhook, ...]:
        """Set the webhooks of a model: these, and no others. Setting those that stand already changes nothing.

        A webhook that is new is sent what happens from now on; one that is changed goes on where it was.

        Parameters:
            webhooks: a list, each as in a policy file: `name`, `url`, `secret` (the name of the signing secret, in
                Airflow the id of a connection), and `events`, `aliases`, `allow_http`.

        Raises:
            InvalidWebhookError: with every violation and its path.
            ModelNotFoundError: there is no such model.
            SupersededSinceError: this very act was done before (the same task, or the same key), and others were set
                since.
        """
        wanted = read_webhooks(webhooks)
        set_webhooks(self._core, model_name, wanted, reason, key)
        return wanted

    def webhooks(self, model_name: str) -> tuple[Webhook, ...]:
        """The webhooks of a model, by name.

        Raises:
            ModelNotFoundError: there is no such model.
        """
        return queries.webhooks_of(self._core, find_model(self._core, model_name)["id"])

    def webhook_states(self, model_name: str | None = None) -> list[WebhookState]:
        """How delivering stands to each webhook of a model, or of all models.

        Raises:
            ModelNotFoundError: there is no such model.
        """
        model_id = None if model_name is None else find_model(self._core, model_name)["id"]
        return queries.states_of(self._core, model_id)

    def webhook_attempts(
        self, model_name: str, webhook: str | None = None, *, limit: int = 100
    ) -> list[WebhookAttempt]:
        """What was sent to the webhooks of a model, newest first.

        Parameters:
            webhook: to this one alone; it need not stand any more.
            limit: at most so many, from 1 to 10,000.

        Raises:
            InvalidNameError: no webhook may have this name.
            ModelNotFoundError: there is no such model.
        """
        limit = check_whole("limit", limit, _MOST_ATTEMPTS)
        if webhook is not None:
            check_name(webhook)
        model = find_model(self._core, model_name)
        return queries.attempts_of(self._core, model["id"], webhook, limit)

    def deliver_webhooks(
        self,
        secrets: Secrets,
        *,
        model_name: str | None = None,
        timeout: float = TIMEOUT,
        seconds: float = ROUND,
        give_up_after: timedelta = GIVE_UP_AFTER,
        keep: timedelta = KEEP,
    ) -> list[WebhookAttempt]:
        """Deliver what has happened to the webhooks that are to be told, each in the order of its events: one round.

        Call it again and again: what fails is tried again later and later, up to once an hour, and nothing that comes
        after it is sent before it was delivered or given up. Any number of processes may do this at once: each
        webhook is one's at a time. An event may arrive twice, with one id, where a process was killed.

        Parameters:
            secrets: gives the signing secret (`whsec_…`) of a name: a mapping, or a function.
            model_name: only those of this model.
            timeout: seconds that a receiver may take.
            seconds: after which no more deliveries are begun.
            give_up_after: an event of that age is given up, where its webhook has failed for as long.
            keep: how long attempts stay in the history.

        Returns:
            What was tried, in the order of each webhook's events; empty where there was nothing to deliver.

        Raises:
            InvalidInputError: for what cannot be taken.
            ModelNotFoundError: there is no such model.
            RecordTamperedError: a webhook is not the one that was set; all others were delivered to.
        """
        from airflow_provider_registry.registry.webhooks.deliver import Terms, deliver

        terms = Terms(
            _function(secrets),
            check_seconds("timeout", timeout, _LONGEST_TIMEOUT),
            check_seconds("seconds", seconds),
            _duration("give_up_after", give_up_after),
            _duration("keep", keep),
        )
        model_id = None if model_name is None else find_model(self._core, model_name)["id"]
        return deliver(self._core, terms, model_id)

    def redeliver_webhooks(
        self,
        model_name: str,
        secrets: Secrets,
        *,
        webhook: str | None = None,
        seq: int | None = None,
        timeout: float = TIMEOUT,
    ) -> list[WebhookAttempt]:
        """Send events once more, under the ids that they had; what comes after them does not wait.

        Parameters:
            secrets: as for `deliver_webhooks`.
            webhook: the name of one; needed with `seq` where the model has several. By default all of the model's.
            seq: the place of the event in the model's record; by default all that were given up and not delivered
                since.
            timeout: seconds that a receiver may take.

        Returns:
            What was tried, to each webhook until the first that was not delivered.

        Raises:
            WebhookNotFoundError: there is no such webhook, or it is not sent this event.
            BusyWebhookError: somebody else delivers to it at this moment.
            InvalidInputError: the event's turn has not come yet, or for what cannot be taken.
            ModelNotFoundError: there is no such model.
        """
        from airflow_provider_registry.registry.webhooks.again import redeliver

        place = None if seq is None else check_whole("seq", seq)
        how = (place, _function(secrets), check_seconds("timeout", timeout, _LONGEST_TIMEOUT))
        model = find_model(self._core, model_name)
        chosen = self._chosen(model_name, webhook, one=seq is not None)
        return [attempt for each in chosen for attempt in redeliver(self._core, model, each, *how)]

    def test_webhook(
        self, model_name: str, secrets: Secrets, *, webhook: str | None = None, timeout: float = TIMEOUT
    ) -> WebhookAttempt:
        """Send a `webhook.test`, which is of no event and in no history, and see what is answered.

        Parameters:
            secrets: as for `deliver_webhooks`.
            webhook: its name; needed where the model has several.
            timeout: seconds that the receiver may take.

        Raises:
            WebhookNotFoundError: there is no such webhook.
            ModelNotFoundError: there is no such model.
        """
        from airflow_provider_registry.registry.webhooks.again import try_out

        how = (_function(secrets), check_seconds("timeout", timeout, _LONGEST_TIMEOUT))
        (chosen,) = self._chosen(model_name, webhook, one=True)
        return try_out(model_name, chosen, *how)

    def _chosen(self, model_name: str, name: str | None, *, one: bool) -> tuple[Webhook, ...]:
        webhooks = self.webhooks(model_name)
        if name is None and (len(webhooks) == 1 or (webhooks and not one)):
            return webhooks
        if name is None and webhooks:
            listed = ", ".join(webhook.name for webhook in webhooks)
            raise InvalidInputError(f"Which webhook of {model_name!r}? It has {listed}.")
        return (queries.webhook_named(webhooks, name, model_name),)


def _function(secrets: object) -> Callable[[str], str]:
    if isinstance(secrets, Mapping):
        return secrets.__getitem__
    if callable(secrets):
        return secrets
    raise InvalidInputError("secrets must be a mapping, or a function that gives the signing secret of a name.")


def _duration(parameter: str, given: object) -> timedelta:
    if not isinstance(given, timedelta) or not timedelta(0) <= given <= _LONGEST_TIME:
        raise InvalidInputError(
            f"{parameter} is {shown(given, 60)}: give a timedelta, not below 0, of at most {_LONGEST_TIME.days:,} days."
        )
    return given
