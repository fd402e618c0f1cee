"""`rights`, where there is no FAB; `tests/fab` has what they do on one."""

from __future__ import annotations

import pytest

from airflow_provider_registry.cli import fab
from airflow_provider_registry.errors import RegistryError
from airflow_provider_registry.ui.rights import Right


@pytest.mark.parametrize("command", ["list", "create"])
def test_another_auth_manager_is_refused_with_the_way_out(run, command):
    said = run.fails("rights", command)
    assert "Airflow's auth manager is SimpleAuthManager" in said
    assert "install apache-airflow-providers-fab and set [core] auth_manager = airflow.providers.fab." in said
    assert "authorization at asset" in said


def test_an_auth_manager_that_does_not_load_is_named(run, monkeypatch):
    monkeypatch.setenv("AIRFLOW__CORE__AUTH_MANAGER", "airflow.providers.nowhere.FabAuthManager")
    said = run.fails("rights", "list")
    assert "[core] auth_manager does not load" in said
    assert "airflow.providers.nowhere.FabAuthManager" in said
    assert "apache-airflow-providers-fab" in said


class Deaf:
    """A security manager to which what goes wrong is a line in its log, as it is to FAB's."""

    def get_all_roles(self):
        return []

    def get_permission(self, action, resource):
        return None

    def create_permission(self, action, resource):
        return None


def test_what_fab_does_not_take_is_an_error():
    with pytest.raises(RegistryError, match="FAB did not take can_read on Model Registry"):
        fab.grant(Deaf(), {Right.READ: ()})
