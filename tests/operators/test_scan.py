from __future__ import annotations

import pytest

from airflow_provider_registry.errors import InvalidInputError
from airflow_provider_registry.operators.scan import ScanModelVersionOperator
from tests.support.pickles import call, pickled
from tests.support.tasks import Run, a_dag


def scan(**kwargs):
    with a_dag():
        return ScanModelVersionOperator(task_id="scan", reference="models:/churn/1", **kwargs)


@pytest.fixture
def registered(skin_registry, tmp_path):
    def register(data: bytes):
        (tmp_path / "model.pkl").write_bytes(data)
        skin_registry.register_version("churn", tmp_path / "model.pkl", environment=False)

    return register


def test_a_clean_version_is_returned_as_such(registered, skin_registry):
    registered(pickled(b"N"))
    ran = Run().task(scan())
    assert ran.state == "success"
    assert ran.returned == skin_registry.scans("models:/churn/1")[0].as_mapping()
    assert ran.xcoms["outcome"] == "clean"


def test_what_was_found_is_kept_and_pushed_before_the_task_ends_as_it_is_told(registered, skin_registry):
    registered(pickled(call("os", "system", "true")))
    for told, state in (("fail", "failed"), ("skip", "skipped"), ("continue", "success")):
        ran = Run().task(scan(if_not_clean=told))
        assert (state, "dangerous") == (ran.state, ran.returned["outcome"])
    assert {"dangerous"} == {found.outcome for found in skin_registry.scans("models:/churn/1")}


def test_what_no_task_could_be_told_is_refused_when_the_dag_is_parsed():
    with pytest.raises(InvalidInputError, match="timeout"):
        scan(timeout=0)
    with pytest.raises(InvalidInputError, match="if_not"):
        scan(if_not_clean="ignore")
