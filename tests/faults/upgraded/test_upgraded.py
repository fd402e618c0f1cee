"""Databases of each earlier revision, with what registries of that time wrote: up, down, and up again."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TypeVar

import pytest
from sqlalchemy import Engine, update

from airflow_provider_registry.errors import SchemaError
from airflow_provider_registry.registry import Registry
from airflow_provider_registry.registry.database import migrate
from airflow_provider_registry.registry.database.engine import acting, make_engine
from airflow_provider_registry.registry.versions.tables import BytesCheckRow
from tests.faults.how_long import LONG
from tests.faults.upgraded.killing import TOGETHER, is_killed_at, migrated, together
from tests.faults.upgraded.make import rows, shown
from tests.faults.upgraded.revisions import DATA, data_of, load, revisions
from tests.support.postgres import create_database, drop_database

T = TypeVar("T")
EARLIER = revisions()[:-1]


@pytest.fixture(scope="module")
def templates(request, tmp_path_factory):
    """Gives a backend's database at a revision with its data, made once, of which each test gets a copy."""

    @cache
    def made(backend: str, revision: str) -> str:
        if backend == "postgresql":
            url = create_database(request.getfixturevalue("postgres"))
        else:
            url = f"sqlite:///{tmp_path_factory.mktemp('template') / 'registry.db'}"
        if revision != "base":
            on_engine(url, lambda engine: load(engine, revision))
        return url

    return made


@pytest.fixture
def url(backend, revision, templates, tmp_path, request):
    """The URL of a database at a revision, with what was written then; the test's own."""
    template = templates(backend, revision)
    if backend == "postgresql":
        server = request.getfixturevalue("postgres")
        made = create_database(server, template)
        yield made
        drop_database(server, made)
        return
    file = Path(template.removeprefix("sqlite:///"))
    if file.exists():
        shutil.copyfile(file, tmp_path / "registry.db")
    yield f"sqlite:///{tmp_path / 'registry.db'}"


@pytest.fixture
def upgraded(url):
    """A registry on that database, brought to the newest revision."""
    on_engine(url, migrate.migrate)
    with Registry.connect(url, actor="tester") as registry:
        yield registry


def test_every_revision_has_the_data_of_its_time():
    """A revision that joins without any is not tested: `make.py` says how to make it."""
    assert revisions() == sorted(path.stem for path in DATA.glob("*.json"))
    assert [revision for revision in revisions() if data_of(revision)["revision"] != revision] == []


@pytest.mark.parametrize("revision", revisions())
class TestUpgraded:
    def test_all_that_people_read_is_read_as_then_and_the_record_holds(self, upgraded, revision):
        data = data_of(revision)
        then = data["shown"]
        assert then == shown(upgraded)
        assert then["head"] == upgraded.verify_record("leave", against=then["head"]).as_mapping()
        for alias, number, at in then["history"]:
            held = upgraded.alias_at("leave", alias, datetime.fromisoformat(at))
            assert held is not None
            assert number == held.version
        asked = data["rows"].get("registry_request", [])
        assert [row["state"] for row in reversed(asked)] == [found.state for found in upgraded.requests("leave")]

    def test_acts_go_on_where_it_ended(self, upgraded):
        # The bytes of that time are gone; whoever moves an alias reads them, unless somebody just did.
        with acting(upgraded.engine).begin() as connection:
            connection.execute(update(BytesCheckRow).values(checked_at=datetime.now(UTC)))
        count = upgraded.record_head("leave").count
        upgraded.set_tag("models:/leave/2", "stage", "upgraded")
        upgraded.promote("leave", 2, "shadow", reason="back to it")
        upgraded.remove_policy("leave", "production", reason="no longer")
        upgraded.erase_event("leave", 4, reason="asked for")
        assert count + 4 == upgraded.verify_record("leave").count

    def test_down_again_leaves_what_was_there_and_up_again_all_is_well(self, url, revision):
        before = on_engine(url, rows)
        kept = {name: len(of) for name, of in data_of(revision)["rows"].items()}
        assert kept == {name: len(of) for name, of in before.items()}
        on_engine(url, migrate.migrate)
        on_engine(url, lambda engine: migrate.downgrade(engine, revision))
        assert (revision, before) == (on_engine(url, migrate.current_revision), on_engine(url, rows))
        on_engine(url, migrate.migrate)
        with Registry.connect(url) as registry:
            registry.verify_record("leave", against=data_of(revision)["shown"]["head"])


@pytest.mark.parametrize("revision", ["base", *EARLIER])
def test_a_migration_killed_at_any_statement_has_not_begun_and_is_done_by_the_next(url, revision):
    before = on_engine(url, rows)
    migrated(url)
    on_engine(url, lambda engine: migrate.downgrade(engine, revision))
    total = migrated(url)  # the second time, since to go back leaves an empty table of Alembic's
    assert total > 5
    few = total if LONG else 3
    for point in sorted({1 + place * (total - 1) // (few - 1) for place in range(few)}):
        on_engine(url, lambda engine: migrate.downgrade(engine, revision))
        assert is_killed_at(url, point)
        assert before == on_engine(url, rows)
        assert (None if revision == "base" else revision) == on_engine(url, migrate.current_revision)
        migrated(url)
    with Registry.connect(url) as registry:
        if revision == "base":
            registry.create_model("leave")
        registry.verify_record("leave")


@pytest.mark.parametrize("revision", EARLIER)
def test_processes_that_migrate_at_once_do_it_once(url, revision):
    assert [0] * TOGETHER == together(url)
    with Registry.connect(url) as registry:
        assert data_of(revision)["shown"] == shown(registry)
        registry.verify_record("leave")


@pytest.mark.parametrize("backend", ["sqlite"])  # what they say comes from the tree, whatever the database
class TestOtherPackages:
    @pytest.mark.parametrize("revision", EARLIER)
    def test_a_newer_one_on_an_older_schema_names_the_command(self, url, revision):
        before = on_engine(url, rows)
        with Registry.connect(url) as registry:
            for call in (lambda: registry.get_model("leave"), lambda: registry.set_tag("models:/leave/1", "a", "b")):
                with pytest.raises(SchemaError, match=f"at {revision}.*needs.*airflow model-registry db migrate"):
                    call()
        assert before == on_engine(url, rows)

    @pytest.mark.parametrize("revision", revisions()[1:])
    def test_an_older_one_on_a_newer_schema_asks_for_the_newer_package(self, url, tmp_path, monkeypatch, revision):
        before = on_engine(url, rows)
        as_of(revisions()[revisions().index(revision) - 1], tmp_path, monkeypatch)
        with Registry.connect(url) as registry:
            for call in (
                lambda: registry.get_model("leave"),
                lambda: registry.set_tag("models:/leave/1", "a", "b"),
                registry.migrate,
            ):
                with pytest.raises(SchemaError, match=r"newer\. Upgrade airflow-provider-registry"):
                    call()
        assert before == on_engine(url, rows)


def as_of(revision: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the package know the tree up to a revision, as it was then."""
    tree = Path(migrate.__file__).parent / "migrations"
    shutil.copytree(tree, folder / "migrations", ignore=shutil.ignore_patterns("__pycache__"))
    for script in (folder / "migrations" / "versions").glob("[0-9]*.py"):
        if script.stem[:4] > revision:
            script.unlink()
    config = migrate._config

    def older(connection=None):
        made = config(connection)
        made.set_main_option("script_location", str(folder / "migrations"))
        return made

    monkeypatch.setattr(migrate, "_config", older)
    monkeypatch.setattr(migrate, "newest_revision", cache(lambda: revision))


def on_engine(url: str, work: Callable[[Engine], T]) -> T:
    """Do something on connections that are closed after it."""
    engine = make_engine(url)
    try:
        return work(engine)
    finally:
        engine.dispose()
