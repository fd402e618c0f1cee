"""What every test may ask for: databases of its own on both backends, and a registry on them."""

from __future__ import annotations

import gc
import json
import os
import shutil
import signal
import tempfile
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil
import psycopg
import pytest
from hypothesis import HealthCheck, settings
from sqlalchemy import make_url
from xdist.workermanage import NodeManager  # type: ignore[import-untyped]  # it ships none

from demo.standalone import Airflow
from tests.support.airflow_logs import HOMES, errors_told
from tests.support.memory import memory
from tests.support.postgres import PostgresServer, create_database, drop_database, dsn_of, running_postgres
from tests.support.receiver import SECRET
from tests.support.statements import compile_once_for_all_engines
from tests.support.swift import S3Access, running_swift

if TYPE_CHECKING:
    from airflow_provider_registry.registry import Registry

TESTS = Path(__file__).parent

# Of the simple auth manager, with their roles in Airflow; what each may decide is a policy's affair.
USERS = {"admin": "admin", "ana": "user", "bo": "user", "eve": "user", "ida": "op", "ada": "op", "vic": "viewer"}

# What of it takes half of the time on a running Airflow, and so has an Airflow and a worker of its own.
LONG = {"test_crowd", "test_examples", "test_in_metadata", "test_strategies"}

# Those that this process has started.
AIRFLOWS: list[Airflow] = []

# Machines differ in speed, and a test that fails for it says nothing.
settings.register_profile("registry", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("registry")


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    _keep_files_in_memory(config)
    # Whoever ends the tests with SIGTERM wants the servers gone that they started, as with Ctrl-C.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    NodeManager.EXIT_TIMEOUT = 60  # seconds; an Airflow takes some
    # Whatever imports Airflow writes an airflow.cfg into its home: never into that of the person who runs the tests.
    # Those of xdist's workers lie in that of the first process, which outlives them when they are ended.
    within = os.environ["AIRFLOW_HOME"] if hasattr(config, "workerinput") else None
    home = tempfile.mkdtemp(prefix="registry-airflow-home-", dir=within)
    config.add_cleanup(lambda: shutil.rmtree(home, ignore_errors=True))
    os.environ["AIRFLOW_HOME"] = home
    os.environ["AIRFLOW__CORE__LOAD_EXAMPLES"] = "False"
    # The order below is ours, where xdist would begin with what is most tests.
    config.option.loadscopereorder = False
    compile_once_for_all_engines()


def _keep_files_in_memory(config: pytest.Config) -> None:
    """Put what `tmp_path` gives there, where there is room; xdist's workers follow the first process."""
    if config.option.basetemp or hasattr(config, "workerinput"):
        return
    if place := memory():
        config.option.basetemp = tempfile.mkdtemp(prefix="registry-tests-", dir=place)
        config.add_cleanup(lambda: shutil.rmtree(config.option.basetemp, ignore_errors=True))


def pytest_keyboard_interrupt() -> None:
    """Have xdist's workers stop the servers that they started, which it would not; it waits for them."""
    for started in psutil.Process().children():
        started.terminate()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if {"airflow", "airflow_on_postgres"} & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.airflow)
            # An Airflow serves many tests: they share a worker, and the others do the rest meanwhile.
            item.add_marker(pytest.mark.xdist_group("long" if item.path.stem in LONG else "airflow"))
        elif "airflow_on_fab" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.airflow)
            item.add_marker(pytest.mark.xdist_group("fab"))
    items.sort(key=_turn)  # nobody waits in the end for somebody else's long ones


def _turn(item: pytest.Item) -> int:
    if item.get_closest_marker("airflow"):
        return 0 if item.path.stem in LONG else 1
    return 2 if "state_machine" in item.path.parts else 3


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> None:
    """Stop the Airflow whose last test this was: it works a little even when nobody wants anything of it."""
    if item.get_closest_marker("airflow") and not (nextitem and nextitem.get_closest_marker("airflow")):
        for airflow in AIRFLOWS:
            airflow.stop()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Any:
    report = yield
    if report.failed and item.get_closest_marker("airflow"):
        report.sections += errors_told()
    return report


def pytest_collection_finish() -> None:
    # What is there now stays: Airflow's modules and four thousand tests, through which every collection would go.
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A real PostgreSQL server, one for each pytest worker."""
    with running_postgres() as server:
        yield server


@pytest.fixture(scope="session")
def swift() -> Iterator[S3Access]:
    """A real Swift with s3api; who uses it is of the group `swift`, so that there is one."""
    with running_swift() as server:
        yield server


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def backend(request: pytest.FixtureRequest) -> str:
    """The name of the database: a test that uses it, or a fixture below, runs once on each."""
    return str(request.param)


@pytest.fixture
def database_url(backend: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """The URL of an empty database, the test's own."""
    yield from _database(backend, tmp_path, request, template=None)


@pytest.fixture
def migrated_url(
    backend: str, tmp_path: Path, request: pytest.FixtureRequest, template: Callable[[str], str]
) -> Iterator[str]:
    """The URL of a database with the registry's schema and nothing in it, the test's own."""
    yield from _database(backend, tmp_path, request, template=template(backend))


@pytest.fixture
def registry(migrated_url: str, tmp_path: Path) -> Iterator[Registry]:
    """A registry with nothing in it, whose bytes go to a folder."""
    from airflow_provider_registry.registry import Registry

    registry = Registry.connect(migrated_url, artifact_root=str(tmp_path / "artifacts"), actor="tester")
    yield registry
    registry.close()


@pytest.fixture(scope="session")
def template(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], str]:
    """Gives a backend's migrated database, made once, of which each test gets a copy."""

    @cache
    def made(backend: str) -> str:
        if backend == "postgresql":
            url = create_database(request.getfixturevalue("postgres"))
        else:
            url = f"sqlite:///{tmp_path_factory.mktemp('template') / 'registry.db'}"
        _migrate(url)
        return url

    return made


@pytest.fixture(scope="session")
def registry_postgres(
    postgres: PostgresServer, tmp_path_factory: pytest.TempPathFactory, template: Callable[[str], str]
) -> dict[str, Any]:
    """What the connection `registry_postgres` of the fixture `airflow` says: a registry on PostgreSQL, migrated."""
    return _connection(create_database(postgres, template("postgresql")), tmp_path_factory.mktemp("artifacts"))


@pytest.fixture(scope="session")
def registry_not_migrated(postgres: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the connection `registry_not_migrated` of the fixture `airflow` says: an empty database."""
    return _connection(create_database(postgres), tmp_path_factory.mktemp("artifacts"))


@pytest.fixture(scope="session")
def registry_shown(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the connection `registry_shown` of the fixture `airflow` says: SQLite, for what people look at."""
    folder = tmp_path_factory.mktemp("registry")
    return _connection(f"sqlite:///{folder / 'registry.db'}", folder / "artifacts")


@pytest.fixture(scope="session")
def airflow(
    registry_postgres: dict[str, Any],
    registry_not_migrated: dict[str, Any],
    registry_shown: dict[str, Any],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Airflow]:
    """A real Airflow on SQLite with the Dags of `tests/dags` and `dags_examples`, one for most of its tests.

    Its default registry is the embedded one, and there are connections to others. Tests keep out of each other's way
    by model names of their own. Tests act as `admin`, and as the other USERS by `airflow.client_of`.
    """
    connections = {
        "registry_postgres": registry_postgres,
        "registry_not_migrated": registry_not_migrated,
        "registry_shown": registry_shown,
        "registry_unfilled": {"conn_type": "model_registry"},
        "registry_webhooks": {"conn_type": "generic", "password": SECRET},
    }
    settings = {
        "AIRFLOW__MODEL_REGISTRY__EMBEDDED": "True",
        "AIRFLOW__MODEL_REGISTRY__UI_CONNECTIONS": "model_registry_default,registry_postgres,registry_shown",
        "AIRFLOW__CORE__TEST_CONNECTION": "Enabled",
        # A thousand waits, and those of other tests; by itself, it takes fifty up in a second.
        "AIRFLOW__TRIGGERER__CAPACITY": "1500",
        "AIRFLOW__TRIGGERER__MAX_TRIGGER_TO_SELECT_PER_LOOP": "1500",
    }
    with _airflow(tmp_path_factory.mktemp("airflow"), connections, None, settings, USERS) as running:
        yield running


@pytest.fixture(scope="session")
def registry_in_metadata(postgres: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the connection `model_registry_default` of the fixture `airflow_on_postgres` says: Airflow's database."""
    return _connection(create_database(postgres), tmp_path_factory.mktemp("artifacts"))


@pytest.fixture(scope="module")
def airflow_on_postgres(
    registry_in_metadata: dict[str, Any], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Airflow]:
    """A second Airflow, whose metadata database is on PostgreSQL, and its default registry in that same database.

    It answers under a path, as behind a proxy that has other things beside it, and takes everybody for an admin.
    Its `airflow db migrate` brought the registry's tables. The connection `registry_as_worker` reaches the same, as a
    user of the database who has the role `worker` and nothing else. Backfills run here: on SQLite, Airflow refuses
    them where its scheduler writes at that moment.
    """
    url = registry_in_metadata["host"]
    home = tmp_path_factory.mktemp("airflow")
    lineage = {"type": "file", "log_file_path": str(home / "lineage.jsonl"), "append": True}
    as_worker = make_url(url).set(username="tasks_of_airflow", password=None)
    connections = {
        "model_registry_default": registry_in_metadata,
        "registry_as_worker": {**registry_in_metadata, "host": as_worker.render_as_string(hide_password=False)},
    }
    settings = {
        "AIRFLOW__CORE__DEFAULT_TIMEZONE": "utc",
        "AIRFLOW__DATABASE__EXTERNAL_DB_MANAGERS": "airflow_provider_registry.db_manager.RegistryDBManager",
        "AIRFLOW__OPENLINEAGE__TRANSPORT": json.dumps(lineage),
        "AIRFLOW__OPENLINEAGE__SELECTIVE_ENABLE": "True",  # Dags that ask for it
    }
    with _airflow(home, connections, url, settings, path="/airflow") as running:
        _let_work(url)
        yield running


def _let_work(url: str) -> None:
    """Make the user of the tasks."""
    from airflow_provider_registry.registry.database.grants import role_script

    prefix = "of_airflow_"  # the server knows the roles of all its databases
    user = "CREATE ROLE tasks_of_airflow LOGIN; GRANT of_airflow_worker TO tasks_of_airflow"
    with psycopg.connect(dsn_of(make_url(url))) as connection:
        connection.execute(role_script(role_prefix=prefix).encode())
        connection.execute(user.encode())


def _connection(url: str, root: Path) -> dict[str, Any]:
    return {"conn_type": "model_registry", "host": url, "extra": {"artifact_root": str(root)}}


def _airflow(
    home: Path,
    connections: dict[str, dict[str, Any]],
    sql_alchemy_conn: str | None,
    environment: dict[str, str],
    users: dict[str, str] | None = None,
    path: str = "",
) -> Airflow:
    variables = {f"AIRFLOW_CONN_{name}".upper(): json.dumps(said) for name, said in connections.items()}
    # The tests' Dags share a module, which is found by this.
    variables["PYTHONPATH"] = f"{TESTS.parent}{os.pathsep}{TESTS / 'support' / 'airflow_config'}"
    # What tasks leave behind goes with the rest.
    (home / "tmp").mkdir(parents=True)
    variables["TMPDIR"] = str(home / "tmp")
    # No file changes, and to parse them all again takes seconds.
    variables["AIRFLOW__DAG_PROCESSOR__MIN_FILE_PROCESS_INTERVAL"] = "3600"
    HOMES.append(home)
    folders = [TESTS / "dags", TESTS.parent / "dags_examples"]
    environment = variables | environment
    airflow = Airflow(home, folders, sql_alchemy_conn=sql_alchemy_conn, users=users, environment=environment, path=path)
    AIRFLOWS.append(airflow)
    return airflow


def _database(backend: str, folder: Path, request: pytest.FixtureRequest, template: str | None) -> Iterator[str]:
    if backend == "sqlite":
        file = folder / "registry.db"
        if template:
            shutil.copyfile(template.removeprefix("sqlite:///"), file)
        yield f"sqlite:///{file}"
        return
    server = request.getfixturevalue("postgres")
    url = create_database(server, template)
    yield url
    drop_database(server, url)


def _migrate(url: str) -> None:
    from airflow_provider_registry.registry.database.engine import make_engine
    from airflow_provider_registry.registry.database.migrate import migrate

    engine = make_engine(url)
    migrate(engine)
    # SQLite folds its log into the file when the last connection closes, and PostgreSQL copies no database in use.
    engine.dispose()
