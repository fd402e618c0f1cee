from __future__ import annotations

import pytest

from airflow_provider_registry.registry.database.grants import role_script


def test_sqlite_has_no_roles(run, world):
    assert "There are no roles in sqlite" in run.fails("db", "grants")


@pytest.mark.postgres
class TestOnPostgres:
    @pytest.fixture
    def backend(self):
        return "postgresql"

    def test_the_script_is_printed_for_the_schema_of_the_connection(self, run, world):
        assert role_script("public", "registry_") == run("db", "grants")
        assert "Nothing was run" in run.err

    def test_schema_and_prefix_may_be_others(self, run, world):
        assert role_script("ml", "prod_") == run("db", "grants", "--schema", "ml", "--role-prefix", "prod_")

    def test_a_prefix_that_can_be_none_is_an_error(self, run, world):
        assert "cannot begin the name of a role" in run.fails("db", "grants", "--role-prefix", "x; DROP")
