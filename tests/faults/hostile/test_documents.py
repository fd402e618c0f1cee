"""References, filters, policies, policy files, manifests, metadata and schemas, as nobody should write them."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from airflow_provider_registry.artifacts.manifest import Manifest
from airflow_provider_registry.canonical import canonical_json
from airflow_provider_registry.errors import InvalidPolicyError
from airflow_provider_registry.references import parse_reference, read_version
from airflow_provider_registry.registry import Registry
from airflow_provider_registry.registry.core import Core
from airflow_provider_registry.registry.policies.policy import Policy
from airflow_provider_registry.registry.policy_files.read import read_policy_files
from airflow_provider_registry.registry.record.cursor import Cursor
from airflow_provider_registry.registry.search.fields import VERSIONS
from airflow_provider_registry.registry.search.queries import Search
from airflow_provider_registry.registry.search.tokens import read_token
from airflow_provider_registry.registry.search.values import Kind
from airflow_provider_registry.registry.versions.details import read_params, read_tags
from airflow_provider_registry.registry.versions.inputs import read_inputs
from airflow_provider_registry.registry.versions.metadata import check_metadata, check_schema, read_metadata
from airflow_provider_registry.registry.versions.metrics import metrics_digest, read_metrics
from tests.faults.hostile.bearing import bear
from tests.faults.hostile.documents import (
    ANY_TEXT,
    BOMBS,
    DOCUMENTS,
    FILES,
    FILTERS,
    MANIFESTS,
    POLICIES,
    REFERENCES,
    SCHEMAS,
    YAML_FILES,
)
from tests.faults.how_long import LONG, examples

pytestmark = pytest.mark.timeout(7_200 if LONG else 300)

# They end, in some seconds each; one of each kind is left.
SLOW = {
    *("deep lists", "deep lists that end", "many keys", "many things wrong", "many documents", "deep blocks"),
    *("all of all of", "one of one of", "not evaluated anywhere", "not evaluated in lists", "a schema that bombs"),
    *("many that quote it", "spaces at the end", "alternatives that overlap", "unique of unlike", "many stars"),
    *("names that are not unique", "a pattern that calls itself", "a long line", "many names asked", "contains"),
}

# A list of problems has a line for each.
LISTED = 60_000


@pytest.fixture(autouse=True)
def offline(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever fetches something is found out."""

    def refuse(*_: Any, **__: Any) -> Any:
        raise AssertionError("somebody opens a connection")

    monkeypatch.setattr(socket, "create_connection", refuse)
    monkeypatch.setattr(socket.socket, "connect", refuse)


@pytest.fixture(scope="module")
def core(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Core]:
    """What reading needs to know of a database, which is never asked."""
    with Registry.connect(f"sqlite:///{tmp_path_factory.mktemp('none')}/registry.db", actor="tester") as registry:
        yield registry._core


@settings(max_examples=examples(40))
@given(REFERENCES, st.none() | REFERENCES)
def test_a_reference_is_read_or_refused(text, model_name):
    bear(lambda: parse_reference(text))
    bear(lambda: read_version(text, model_name))


@settings(max_examples=examples(40))
@given(FILTERS, FILTERS)
def test_a_filter_is_read_or_refused(core, filter, order_by):
    bear(lambda: Search.read(core, VERSIONS, filter, order_by))


@settings(max_examples=examples(25))
@given(POLICIES)
def test_a_policy_is_read_back_as_it_was_taken_or_refused(given):
    taken: list[Policy] = []
    error = bear(lambda: taken.append(Policy.parse(given)))
    if isinstance(error, InvalidPolicyError):
        assert error.violations or not isinstance(given, dict)
    for policy in taken:
        assert policy == Policy.parse(json.loads(json.dumps(policy.as_mapping())))
        assert policy.digest == Policy.parse(policy.as_mapping()).digest


@settings(max_examples=examples(20))
@given(YAML_FILES)
def test_a_policy_file_is_read_or_refused(content):
    bear_file(content)


@pytest.mark.parametrize("name", [name for name in FILES if LONG or name not in SLOW])
def test_a_policy_file_that_is_meant_to_crash_its_reader_is_read_or_refused(name):
    bear_file(FILES[name])


def bear_file(content: str | bytes) -> None:
    """Read a policy file."""
    bear(lambda: read_policy_files([("policies.yaml", content)]), longest=LISTED)


@settings(max_examples=examples(25))
@given(MANIFESTS)
def test_a_manifest_is_the_same_when_it_is_written_again_or_refused(data):
    taken: list[Manifest] = []
    bear(lambda: taken.append(Manifest.from_bytes(data)))
    for manifest in taken:
        assert manifest == Manifest.from_bytes(manifest.to_bytes())
        base = Path("/base")
        assert all((base / file.path).resolve().is_relative_to(base) for file in manifest.files)


@settings(max_examples=examples(25))
@given(SCHEMAS, DOCUMENTS)
def test_a_schema_is_taken_or_refused_and_then_answers_for_any_metadata(schema, metadata):
    taken: list[dict[str, Any]] = []
    bear(lambda: taken.append(check_schema(schema)))
    for good in taken:
        bear(partial(_check, metadata, good))


@pytest.mark.parametrize("name", [name for name in BOMBS if LONG or name not in SLOW])
def test_a_schema_that_is_meant_to_run_for_ever_ends(name):
    schema, metadata = BOMBS[name]
    taken: list[Any] = []
    bear(lambda: taken.append(check_schema(schema)))
    for good in taken:
        bear(partial(_check, metadata, good))


@settings(max_examples=examples(25))
@given(DOCUMENTS)
def test_what_is_said_of_a_version_is_read_or_refused_and_has_one_digest(given):
    for read in (read_metadata, read_params, read_tags, read_inputs):
        taken: list[Any] = []
        bear(partial(_keep, taken, read, given))
        for value in taken if read is not read_inputs else ():
            canonical_json(value).decode()
            assert value == json.loads(json.dumps(value))
    metrics: list[Any] = []
    bear(lambda: metrics.append(read_metrics(given)))
    for rows in metrics:
        metrics_digest(rows)


@settings(max_examples=examples(25))
@given(
    ANY_TEXT | st.from_regex(r"[0-9;@-]{0,60}", fullmatch=True) | st.binary().map(lambda data: data.decode("latin1"))
)
def test_a_cursor_or_page_token_is_read_or_refused(text):
    bear(lambda: Cursor.parse(text))
    bear(lambda: read_token(text, "digest", [Kind.TEXT, Kind.WHOLE]))


def _check(metadata: Any, schema: dict[str, Any]) -> None:
    check_metadata(read_metadata(metadata), schema)


def _keep(taken: list[Any], read: Callable[[object], Any], given: object) -> None:
    taken.append(read(given))
