"""What all commands share: a registry behind a connection, and errors that a person can read."""

from __future__ import annotations

import functools
import socket
import sys
from argparse import Namespace
from collections.abc import Callable
from typing import Any

from airflow.utils.cli import suppress_logs_and_warning
from airflow.utils.providers_configuration_loader import providers_configuration_loaded
from sqlalchemy.exc import SQLAlchemyError

from airflow_provider_registry.errors import RegistryError
from airflow_provider_registry.hooks.model_registry import ModelRegistryHook
from airflow_provider_registry.registry.caller import Actor, Caller
from airflow_provider_registry.registry.database.clock import process_user

VIA = "cli"


class CommandHook(ModelRegistryHook):
    """The hook, in a command: user at host acts, and connections are also looked for in the metadata database."""

    @classmethod
    def get_connection(cls, conn_id: str) -> Any:
        """The connection, from wherever Airflow keeps it.

        The Task SDK looks into the metadata database only on behalf of a server, which a provider's command is not.
        """
        from airflow.models.connection import Connection

        return Connection.get_connection_from_secrets(conn_id)

    def _caller(self) -> Caller:
        user = process_user()
        name = f"{user}@{socket.gethostname()}"
        return Caller(Actor(issuer="cli", subject=name, name=name), via=VIA)


def command(work: Callable[[Namespace], None]) -> Callable[[Namespace], None]:
    """Make a function a command of Airflow's: what goes wrong is a line on stderr and the exit code 1.

    With `-v` the error comes as it was raised, with its traceback.
    """

    @functools.wraps(work)
    def run(args: Namespace) -> None:
        try:
            work(args)
        except (RegistryError, SQLAlchemyError) as error:
            if args.verbose:
                raise
            # The driver's own words; SQLAlchemy adds the statement and a link.
            sys.stderr.write(f"airflow model-registry: {str(getattr(error, 'orig', None) or error).strip()}\n")
            raise SystemExit(1) from None

    wrapped: Callable[[Namespace], None] = suppress_logs_and_warning(providers_configuration_loaded(run))
    return wrapped
