"""Users of this Airflow, as the registry's callers (rule 10)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from airflow_provider_registry.hooks import settings
from airflow_provider_registry.hooks.caller import read_producer

if TYPE_CHECKING:
    from airflow_provider_registry.registry.caller import Actor, Caller


def person_caller(user: Mapping[str, Any], context: Mapping[str, Any]) -> Caller:
    """The person on whose behalf a task writes down an answer.

    Airflow's auth manager has checked who answered, so it is authenticated; that the task hands it on unchanged rests
    on whoever may write decisions with the task's database role.

    Parameters:
        user: `id` and `name`, as the auth manager gives them: the simple one gives the name twice, FAB a number in
            digits and the user name.
        context: of the running task.
    """
    from airflow_provider_registry.registry.caller import Caller, Via

    actor = airflow_user(user["id"], user.get("name"))
    return Caller(actor, via=Via.UI, authenticated=True, producer=read_producer(context))


def airflow_user(id: object, name: object) -> Actor:
    """A user of this Airflow, by the id and the name that its auth manager gives; the same wherever they act."""
    from airflow_provider_registry.registry.caller import Actor

    subject = str(id)
    return Actor(f"airflow:{settings.instance_id()}", subject, str(name or subject))
