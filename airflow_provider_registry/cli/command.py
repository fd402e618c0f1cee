"""What all commands share: a registry behind a connection, and errors that a person can read."""

from __future__ import annotations

import functools
import os
import socket
import sys
from argparse import Namespace
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from airflow.utils.cli import suppress_logs_and_warning
from airflow.utils.providers_configuration_loader import providers_configuration_loaded

from airflow_provider_registry.cli.output import note
from airflow_provider_registry.hooks.check import reach
from airflow_provider_registry.hooks.model_registry import ModelRegistryHook
from airflow_provider_registry.registry import Actor, Caller, Registry
from airflow_provider_registry.registry.caller import Via
from airflow_provider_registry.registry.database.clock import process_user

_LONGEST = 1_900  # characters of an error that is not ours, such as of a file with a long name

INTERRUPTED = 130  # as shells have it: 128 and SIGINT


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
        """Whoever runs the command; a claim, since nobody checked it."""
        user = process_user()
        return Caller(Actor(issuer="cli", subject=f"{user}@{socket.gethostname()}", name=user), via=Via.CLI)


@contextmanager
def connected(args: Namespace) -> Iterator[Registry]:
    """The registry that `--conn-id` names, whose database answers: a person is waiting, so it is asked only once."""
    with CommandHook(args.conn_id).get_conn() as registry:
        reach(registry)
        yield registry


def command(work: Callable[[Namespace], None]) -> Callable[[Namespace], None]:
    """Make a function a command of Airflow's: what goes wrong is a line on stderr and the exit code 1.

    With `-v` the error comes as it was raised, with its traceback.
    """

    @functools.wraps(work)
    def run(args: Namespace) -> None:
        try:
            work(args)
            sys.stdout.flush()
        except BrokenPipeError:
            _close_stdout()
            raise SystemExit(1) from None
        except KeyboardInterrupt:
            raise SystemExit(INTERRUPTED) from None
        except Exception as error:
            if args.verbose:
                raise
            note(f"airflow model-registry: {said(error)}")
            raise SystemExit(1) from None

    wrapped: Callable[[Namespace], None] = suppress_logs_and_warning(providers_configuration_loaded(run))
    return wrapped


def said(error: Exception) -> str:
    """An error in one line. Those that nobody raised on purpose also say what they are, and how to see more."""
    from airflow_provider_registry.errors import RegistryError
    from airflow_provider_registry.messages import legible

    return str(error) if isinstance(error, RegistryError) else legible(_of_others(error), _LONGEST)


def _of_others(error: Exception) -> str:
    from sqlalchemy.exc import SQLAlchemyError

    if isinstance(error, SQLAlchemyError):
        # The driver's own words; SQLAlchemy adds the statement and a link.
        return str(getattr(error, "orig", None) or error).strip()
    if isinstance(error, OSError) and error.filename is not None:
        return f"{error.filename}: {error.strerror}."
    return f"{type(error).__name__}: {error} (-v shows where it comes from.)"


def _close_stdout() -> None:
    """Whoever read our output has gone, as `head` does: keep the interpreter from trying once more at its end.

    https://docs.python.org/3/library/signal.html#note-on-sigpipe
    """
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
