"""FAB as Airflow's auth manager, with real users, roles and passwords, and a registry that they act on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import cache

import httpx
import pytest

from airflow_provider_registry.registry import Registry
from tests.support.airflow_logs import HOMES
from tests.support.fab import FabAirflow, Said, Server

# Of users, whose names are their passwords. A Decider may decide and nothing else; a Guest has no right of ours.
ROLES = {
    "admin": "Admin",
    "ida": "Op",
    "uli": "User",
    "vic": "Viewer",
    "ana": "Reviewer",
    "bo": "Reviewer",
    "dee": "Decider",
    "nix": "Guest",
}
CREATE = "model-registry rights create --defaults --decide Reviewer"
# What is looked at, in this order, by what the tests call it.
COMMANDS = {
    "before": "model-registry rights list -o json",
    "unknown": "model-registry rights create --defaults --decide Reviewer --read Nobody",
    "still": "model-registry rights list -o json",
    "created": CREATE,
    "again": CREATE,
    "sync-perm": "sync-perm",
    "after": "model-registry rights list -o json",
    "by hand": "roles add-perms Decider -r 'Model Registry Requests' -a can_edit",
    "read": "model-registry rights create --read Reviewer -o yaml",
}

As = Callable[[str | None], httpx.Client]


@pytest.fixture(scope="session")
def airflow_on_fab(tmp_path_factory: pytest.TempPathFactory) -> FabAirflow:
    """An Airflow with FAB's tables, and none of its users and rights yet."""
    home = tmp_path_factory.mktemp("fab")
    HOMES.append(home)
    return FabAirflow(home)


@pytest.fixture(scope="session")
def said(airflow_on_fab: FabAirflow) -> dict[str, Said]:
    """What became of `COMMANDS`, once there were users."""
    person = "-f {0} -l {0} -e {0}@example.com -u {0} -p {0} -r {1}"
    users = [f"users create {person.format(user, role)}" for user, role in ROLES.items()]
    first = ["db migrate", "roles create Reviewer Decider Guest", *users]
    done = airflow_on_fab.run(*first, *COMMANDS.values())
    assert [0] * len(first) == [each.code for each in done[: len(first)]], done[: len(first)]
    return dict(zip(COMMANDS, done[len(first) :], strict=True))


@pytest.fixture(scope="session")
def server(airflow_on_fab: FabAirflow, said: dict[str, Said]) -> Iterator[Server]:
    """Its API server, where the registry's own rights count."""
    with airflow_on_fab.serving(AIRFLOW__MODEL_REGISTRY__AUTHORIZATION="custom_view") as server:
        yield server


@pytest.fixture(scope="session")
def open_server(airflow_on_fab: FabAirflow, server: Server) -> Iterator[Server]:
    """Another one: rights on assets count, whoever is not logged in is an Op, and one other origin's pages may call."""
    with airflow_on_fab.serving(
        AIRFLOW__MODEL_REGISTRY__AUTHORIZATION="asset",
        AIRFLOW__FAB__AUTH_ROLE_PUBLIC="Op",
        AIRFLOW__API__ACCESS_CONTROL_ALLOW_ORIGINS="https://dashboard.example",
    ) as other:
        yield other


@pytest.fixture(scope="session")
def registry(airflow_on_fab: FabAirflow, server: Server) -> Iterator[Registry]:
    """The embedded registry."""
    home = airflow_on_fab.home / "model_registry"
    home.mkdir(exist_ok=True)
    url = f"sqlite:///{home / 'registry.db'}"
    with Registry.connect(url, artifact_root=home / "artifacts", actor="tester") as registry:
        registry.migrate()
        yield registry


@pytest.fixture(scope="session")
def as_user(server: Server, registry: Registry) -> Iterator[As]:
    """Gives a client of the REST API for a user; None is nobody."""
    with _clients(server) as give:
        yield give


@pytest.fixture(scope="session")
def as_user_of_assets(open_server: Server, registry: Registry) -> Iterator[As]:
    """The same, of the server where rights on assets count."""
    with _clients(open_server) as give:
        yield give


@contextmanager
def _clients(server: Server) -> Iterator[As]:
    with ExitStack() as stack:
        yield cache(lambda user: stack.enter_context(server.client(user)))
