"""Who may do what: each route asks Airflow's auth manager, by the registry that it gets.

There is no way to a registry but `Reading`, `Deciding` and `Administering`, so no route can forget to ask.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from airflow.api_fastapi.app import get_auth_manager
from airflow.api_fastapi.auth.managers.models.base_user import BaseUser
from airflow.api_fastapi.core_api.security import GetUserDep
from fastapi import Depends, HTTPException, Query, status

from airflow_provider_registry.errors import InvalidInputError
from airflow_provider_registry.hooks import settings
from airflow_provider_registry.hooks.embedded import DEFAULT_CONN_ID
from airflow_provider_registry.hooks.person import airflow_user
from airflow_provider_registry.registry import Registry
from airflow_provider_registry.registry.caller import Caller, Via
from airflow_provider_registry.ui.registries import open_registry
from airflow_provider_registry.ui.rights import OF_ASSETS, OF_VIEWS, Right

_SIMPLE = "SimpleAuthManager"


def rights_of(user: BaseUser) -> list[Right]:
    """What a user may do."""
    return [right for right in Right if _may(user, right)]


def person(user: BaseUser) -> Caller:
    """A user as the registry's caller: who Airflow says it is, whatever the request says (rule 10)."""
    return Caller(airflow_user(user.get_id(), user.get_name()), via=Via.UI, authenticated=not _is_nobody(user))


def _may(user: BaseUser, right: Right) -> bool:
    if right is not Right.READ and _is_nobody(user):
        return False  # the record could not say who it was
    manager: Any = get_auth_manager()
    if settings.authorization() == settings.CUSTOM_VIEW:
        if type(manager).__name__ == _SIMPLE:
            raise InvalidInputError(
                f"[{settings.SECTION}] authorization is {settings.CUSTOM_VIEW}, and the simple auth manager lets every "
                f"user in to every view: write {settings.ASSET}, or use another auth manager."
            )
        method, resource = OF_VIEWS[right]
        return bool(manager.is_authorized_custom_view(method=method, resource_name=resource, user=user))
    return bool(manager.is_authorized_asset(method=OF_ASSETS[right], user=user))


def _is_nobody(user: BaseUser) -> bool:
    """Whether nobody is logged in, and Airflow lets them in all the same: FAB's `auth_role_public`."""
    return user.get_id() is None


def _allowed(right: Right) -> Callable[..., Registry]:
    def registry_of_user(
        user: GetUserDep,
        registry: Annotated[str, Query(description="The connection that names the registry.")] = DEFAULT_CONN_ID,
    ) -> Registry:
        if not _may(user, right):
            raise HTTPException(status.HTTP_403_FORBIDDEN, f"{user.get_name()} may not {right} in the model registry.")
        return open_registry(registry).acting_as(person(user))

    return registry_of_user


Reading = Annotated[Registry, Depends(_allowed(Right.READ))]
"""The registry, on behalf of a user who may read it."""
Deciding = Annotated[Registry, Depends(_allowed(Right.DECIDE))]
"""The same, of a user who may decide on requests; the policy still says who may in which role."""
Administering = Annotated[Registry, Depends(_allowed(Right.ADMINISTER))]
"""The same, of a user who may move aliases."""
