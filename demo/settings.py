"""The settings under which the demo and the tests run Airflow, as its environment variables."""

from __future__ import annotations

import json
import os
import secrets
import socket
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path


def inherited() -> dict[str, str]:
    """This process's environment, without another Airflow's settings, and with bytecode (6 s less for each import)."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("AIRFLOW", "_AIRFLOW")) and name != "PYTHONDONTWRITEBYTECODE"
    }
    direct = [kept.get("no_proxy") or kept.get("NO_PROXY"), "127.0.0.1", "localhost"]
    # Under both names, as most programs prefer the one in small letters.
    return kept | dict.fromkeys(("no_proxy", "NO_PROXY"), ",".join(filter(None, direct)))


def settings(home: Path, dags: Sequence[Path], url: str, log_ports: list[int]) -> dict[str, str]:
    """The settings of an Airflow on one small machine, whose parts look often, so that nobody waits for them.

    Parameters:
        log_ports: of the triggerer's and the workers' logs.
    """
    sections: dict[str, dict[str, object]] = {
        "core": {
            "auth_manager": "airflow.api_fastapi.auth.managers.simple.simple_auth_manager.SimpleAuthManager",
            "dags_folder": home / "dags",
            "default_timezone": _where_it_is_noon(),
            "default_task_retry_delay": 1,
            "execution_api_server_url": f"{url}/execution/",
            "executor": "LocalExecutor",
            "load_examples": False,
            "parallelism": 4,
        },
        "api": {"base_url": url, "secret_key": secrets.token_hex(16), "workers": 1},
        "api_auth": {"jwt_secret": secrets.token_hex(32)},
        "dag_processor": {
            "bundle_refresh_check_interval": 1,
            "dag_bundle_config_list": json.dumps([_bundle(folder) for folder in dags]),
            # A file that has changed is parsed at once all the same; to parse the others again takes half a core.
            "min_file_process_interval": 300,
            "parsing_processes": 1,
            "refresh_interval": 2,
        },
        "logging": {
            "base_log_folder": home / "logs" / "tasks",
            "trigger_log_server_port": log_ports[0],
            "worker_log_server_port": log_ports[1],
        },
        "scheduler": {
            "job_heartbeat_sec": 2,
            "scheduler_idle_sleep_time": 0.2,
            "task_instance_heartbeat_timeout": 60,
            "task_instance_heartbeat_timeout_detection_interval": 2,
        },
        # A lost triggerer's waits go to another after this threshold.
        "triggerer": {"job_heartbeat_sec": 2, "triggerer_health_check_threshold": 15},
        "usage_data_collection": {"enabled": False},
        # How long Airflow does not know that a task waits, though it does: an answer that comes then fails it.
        "workers": {"min_heartbeat_interval": 1},
    }
    return {"AIRFLOW_HOME": str(home)} | _variables(sections)


def login(home: Path, users: Mapping[str, str]) -> dict[str, str]:
    """Who may log in: these users, by name and role; where there are none, everybody, as an admin."""
    known = ",".join(f"{user}:{role}" for user, role in users.items())
    core: dict[str, object] = {"simple_auth_manager_all_admins": not users}
    if users:
        core |= {"simple_auth_manager_users": known, "simple_auth_manager_passwords_file": passwords_file(home)}
    return _variables({"core": core})


def passwords_file(home: Path) -> Path:
    """Where the passwords of the users are."""
    return home / "passwords.json"


def _variables(sections: Mapping[str, Mapping[str, object]]) -> dict[str, str]:
    return {
        f"AIRFLOW__{section}__{key}".upper(): str(value)
        for section, keys in sections.items()
        for key, value in keys.items()
    }


def _where_it_is_noon() -> str:
    """A time zone, for a daily Dag that is switched on within 2.4 hours after its midnight runs at once, unasked."""
    ahead = 12 - datetime.now(UTC).hour
    return f"Etc/GMT{-ahead:+d}"  # as POSIX has it: Etc/GMT-5 is five hours ahead


def _bundle(folder: Path) -> dict[str, object]:
    return {
        "name": folder.name,
        "classpath": "airflow.dag_processing.bundles.local.LocalDagBundle",
        "kwargs": {"path": str(folder.absolute()), "refresh_interval": 2},
    }


def metadata_database(url: str) -> dict[str, str]:
    """Where Airflow keeps its own metadata."""
    # psycopg 3 serves asyncio under the same name; Airflow would look for asyncpg.
    asynchronous = {"AIRFLOW__DATABASE__SQL_ALCHEMY_CONN_ASYNC": url} if "+psycopg:" in url else {}
    return {"AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": url, **asynchronous}


def free_ports(number: int) -> list[int]:
    """Ports that nobody listens on just now; held together, so that they differ."""
    listeners = [socket.create_server(("127.0.0.1", 0)) for _ in range(number)]
    ports = [listener.getsockname()[1] for listener in listeners]
    for listener in listeners:
        listener.close()
    return ports
