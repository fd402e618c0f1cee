"""The registry's own rights, where FAB is Airflow's auth manager: permissions there, and roles that have them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from airflow_provider_registry.errors import InvalidInputError, RegistryError
from airflow_provider_registry.messages import shown
from airflow_provider_registry.ui.rights import OF_VIEWS, Right

_FAB = "FabAuthManager"
_PACKAGE = "apache-airflow-providers-fab"


@dataclass(frozen=True)
class Permission:
    """A right, as FAB has it.

    Attributes:
        right: what the registry calls it.
        action, resource: what FAB calls it.
        exists: whether it is there to be granted.
        roles: the roles that have it, by name.
    """

    right: Right
    action: str
    resource: str
    exists: bool
    roles: tuple[str, ...]


@contextmanager
def security_manager() -> Iterator[Any]:
    """FAB's security manager, opened as the commands of its provider open it.

    Raises:
        InvalidInputError: Airflow's auth manager is another one, or does not load.
    """
    _require_fab()
    from airflow.providers.fab.auth_manager.cli_commands.utils import get_application_builder

    with get_application_builder() as builder:
        yield builder.sm


def permissions(manager: Any) -> list[Permission]:
    """The three rights, as they stand."""
    roles = {
        role.name: {(each.action.name, each.resource.name) for each in role.permissions}
        for role in manager.get_all_roles()
    }
    return [_permission(manager, right, roles) for right in Right]


def grant(manager: Any, wanted: Mapping[Right, Collection[str]]) -> list[Permission]:
    """Create what is missing of the three rights, and give them to roles; nothing is taken away.

    Raises:
        InvalidInputError: there is no such role; nothing was written.
        RegistryError: FAB did not take it.
    """
    _require_roles(manager, {name for names in wanted.values() for name in names})
    for each in permissions(manager):
        made = manager.create_permission(each.action, each.resource)
        for name in sorted({*wanted.get(each.right, ())} - {*each.roles}):
            manager.add_permission_to_role(manager.find_role(name), made)
    return _taken(permissions(manager), wanted)


def _taken(now: list[Permission], wanted: Mapping[Right, Collection[str]]) -> list[Permission]:
    """What stands now, which is what was wanted: FAB writes some of what goes wrong to its log, and goes on."""
    for each in now:
        if not each.exists or not {*wanted.get(each.right, ())} <= {*each.roles}:
            raise RegistryError(
                f"FAB did not take {each.action} on {each.resource} as it should: -v shows its log. Try again."
            )
    return now


def _permission(manager: Any, right: Right, roles: Mapping[str, Collection[tuple[str, str]]]) -> Permission:
    from airflow.providers.fab.www.utils import get_fab_action_from_method_map

    method, resource = OF_VIEWS[right]
    action = get_fab_action_from_method_map()[method]
    return Permission(
        right,
        action,
        resource,
        exists=manager.get_permission(action, resource) is not None,
        roles=tuple(sorted(name for name, has in roles.items() if (action, resource) in has)),
    )


def _require_roles(manager: Any, names: Collection[str]) -> None:
    known = sorted(role.name for role in manager.get_all_roles())
    if unknown := sorted({*names} - {*known}):
        raise InvalidInputError(
            f"FAB has no role {', '.join(map(shown, unknown))}, and nothing was granted: its roles are "
            f"{', '.join(known)}, and `airflow roles create` makes others."
        )


def _require_fab() -> None:
    from airflow.api_fastapi.app import get_auth_manager_cls
    from airflow.exceptions import AirflowConfigException

    try:
        manager = get_auth_manager_cls()
    except AirflowConfigException as error:
        raise InvalidInputError(
            f"[core] auth_manager does not load: {error} FAB's needs the package {_PACKAGE}."
        ) from error
    # By its name, so that nothing of FAB is loaded where it is installed and not used.
    if _FAB not in {kind.__name__ for kind in manager.__mro__}:
        raise InvalidInputError(
            f"Airflow's auth manager is {manager.__name__}, and these rights are created in FAB's: install {_PACKAGE} "
            f"and set [core] auth_manager = airflow.providers.fab.auth_manager.fab_auth_manager.{_FAB}, or leave "
            "[model_registry] authorization at asset, which needs none of them."
        )
