"""`airflow model-registry rights`: the registry's own rights, and the roles of FAB that have them."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Collection, Mapping, Sequence

from airflow.utils.cli import action_cli

from airflow_provider_registry.cli import fab
from airflow_provider_registry.cli.command import command
from airflow_provider_registry.cli.fab import Permission
from airflow_provider_registry.cli.output import Line, note, show
from airflow_provider_registry.hooks import settings
from airflow_provider_registry.ui.rights import Right

# Of the roles that FAB comes with, those who see assets, and those who change them.
_DEFAULTS = {Right.READ: {"Viewer", "User"}, Right.DECIDE: {"Op", "Admin"}, Right.ADMINISTER: {"Op", "Admin"}}


@command
# Who may do what is for Airflow's audit log, as with its own `roles add-perms`.
@action_cli(check_db=False)  # type: ignore[untyped-decorator]
def create_rights(args: Namespace) -> None:
    """Create the rights, and grant them to roles."""
    with fab.security_manager() as manager:
        before = fab.permissions(manager)
        now = fab.grant(manager, _wanted(args))
    show(args, now, _line)
    note(_changes(before, now))
    _say_whether_they_count()


@command
def list_rights(args: Namespace) -> None:
    """List the rights, with the roles that have them."""
    with fab.security_manager() as manager:
        found = fab.permissions(manager)
    show(args, found, _line)
    if not all(permission.exists for permission in found):
        note("Some are not there yet: airflow model-registry rights create.")
    _say_whether_they_count()


def _wanted(args: Namespace) -> Mapping[Right, Collection[str]]:
    """Which roles are to have which right; who decides or administers also reads, or they would see nothing of it."""
    said = {Right.READ: args.read, Right.DECIDE: args.decide, Right.ADMINISTER: args.administer}
    wanted = {right: {*said[right], *(_DEFAULTS[right] if args.defaults else ())} for right in Right}
    return {**wanted, Right.READ: set().union(*wanted.values())}


def _changes(before: Sequence[Permission], now: Sequence[Permission]) -> str:
    both = list(zip(before, now, strict=True))
    made = [new.right for old, new in both if not old.exists]
    granted = [(new.right, [role for role in new.roles if role not in old.roles]) for old, new in both]
    done = [f"Created {', '.join(made)}."] if made else []
    done += [f"Granted {right} to {', '.join(roles)}." for right, roles in granted if roles]
    return " ".join(done) or "Nothing to do: all of it was there."


def _line(permission: Permission) -> Line:
    return {
        "right": permission.right,
        "action": permission.action,
        "resource": permission.resource,
        "roles": permission.roles,
    }


def _say_whether_they_count() -> None:
    if (now := settings.authorization()) != settings.CUSTOM_VIEW:
        note(f"They count once [{settings.SECTION}] authorization is {settings.CUSTOM_VIEW}; now it is {now}.")
