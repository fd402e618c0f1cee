"""The secrets by which webhooks are signed, from Airflow connections."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from airflow.sdk import BaseHook


def signing_secret(conn_id: str, get_connection: Callable[[str], Any] = BaseHook.get_connection) -> str:
    """The password of a connection, masked in logs; what `deliver_webhooks` and its neighbours ask for by name.

    Parameters:
        conn_id: of a connection of any type.
        get_connection: where connections are looked for otherwise than in a task.
    """
    from airflow.sdk.log import mask_secret

    password = get_connection(conn_id).password or ""
    for secret in password.split():  # two, while one takes the other's place
        mask_secret(secret)
    return str(password)
