from __future__ import annotations

import json

import pytest
from airflow.sdk import Connection
from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_registry.errors import InvalidConnectionError
from airflow_provider_registry.hooks.target import read_target

SECRET = "p@ss:w/rd"


def connection(extra=None, **fields):
    return Connection(
        conn_id="mine", conn_type="model_registry", extra=json.dumps(extra) if extra is not None else None, **fields
    )


def url_of(**fields):
    return read_target(connection(**fields)).url


def test_the_whole_url_stands_in_host():
    url = url_of(host="postgresql+psycopg://ana:secret@db:5433/models?sslmode=require")
    assert url.render_as_string(hide_password=False) == (
        "postgresql+psycopg://ana:secret@db:5433/models?sslmode=require"
    )


def test_the_parts_stand_in_their_own_fields():
    url = url_of(host="db", port=5433, login="ana", password=SECRET, schema="models")
    assert ("postgresql+psycopg", "db", 5433, "ana", SECRET, "models") == (
        url.drivername, url.host, url.port, url.username, url.password, url.database,
    )  # fmt: skip


def test_the_driver_stands_in_the_extra():
    assert url_of(schema="/srv/registry.db", extra={"drivername": "sqlite"}).drivername == "sqlite"


def test_login_and_password_complete_a_url_without_them():
    url = url_of(host="postgresql+psycopg://db/models", login="ana", password=SECRET)
    assert (url.username, url.password, url.database) == ("ana", SECRET, "models")


def test_what_the_url_says_goes_before_the_fields():
    url = url_of(host="postgresql+psycopg://ana:one@db/models", login="bo", password="two", schema="other")
    assert (url.username, url.password, url.database) == ("ana", "one", "models")


@pytest.mark.parametrize("host", ["postgresql+psycopg://ana:secret@db:5433/models", "sqlite:////srv/registry.db"])
def test_a_url_survives_the_uri_form_of_a_connection(host):
    made = connection(host=host, extra={"artifact_root": "s3://models/registry"})
    again = Connection.from_uri(made.get_uri(), conn_id="mine")
    assert read_target(again) == read_target(made)


def test_the_uri_form_spreads_a_url_over_the_fields():
    given = Connection.from_uri("model-registry://postgresql+psycopg://ana:secret@db:5433/models", conn_id="mine")
    assert read_target(given).url.render_as_string(hide_password=False) == (
        "postgresql+psycopg://ana:secret@db:5433/models"
    )


def test_root_and_aws_connection_stand_in_the_extra():
    target = read_target(
        connection(host="sqlite:////r.db", extra={"artifact_root": " s3://models ", "aws_conn_id": "aws"})
    )
    assert (target.artifact_root, target.aws_conn_id) == ("s3://models", "aws")


def test_an_empty_extra_names_neither():
    target = read_target(connection(host="sqlite:////r.db", extra={"artifact_root": "", "aws_conn_id": None}))
    assert (target.artifact_root, target.aws_conn_id) == (None, None)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, "names no database"),
        ({"host": "db"}, "names no database"),
        ({"host": "postgresql+psycopg://ana:secret@db:port/models"}, "not a SQLAlchemy URL"),
        ({"host": "sqlite:////r.db", "extra": {"artifact_root": 7}}, "artifact_root"),
        ({"host": "sqlite:////r.db", "extra": [1]}, "not a JSON object"),
    ],
)
def test_what_cannot_be_used_is_refused_by_name_and_without_secrets(fields, said):
    with pytest.raises(InvalidConnectionError, match=said) as caught:
        read_target(connection(**fields))
    assert "'mine'" in str(caught.value)
    assert "secret" not in str(caught.value)
    assert caught.value.__cause__ is None


@pytest.mark.parametrize("extra", ["{artifact_root}", "[" * 100_000], ids=["no-json", "deep"])
def test_an_extra_that_is_no_json_is_refused(extra):
    with pytest.raises(InvalidConnectionError, match="not a JSON object"):
        read_target(Connection(conn_id="mine", host="sqlite:////r.db", extra=extra))


def test_secrets_are_known_wherever_the_url_has_them():
    target = read_target(connection(host="postgresql+psycopg://ana:one@db/models?password=two"))
    assert target.secrets == ["one", "two"]


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_any_password_is_taken_as_it_is_and_never_shown(password):
    target = read_target(connection(host="db", login="ana", password=password, schema="models"))
    assert target.url.password == password
    assert repr(target.url) == "postgresql+psycopg://ana:***@db/models"


class TestRelativePaths:
    """Each process would find another registry by them."""

    @pytest.mark.parametrize(
        ("fields", "shown"),
        [
            ({"host": "sqlite:///rel.db"}, "sqlite:////srv/rel.db"),
            ({"host": "sqlite:///../data/rel.db?timeout=9"}, "sqlite:////srv/rel.db"),
            ({"host": "sqlite:///file:rel.db?mode=ro&uri=true"}, "sqlite:////srv/rel.db"),
            ({"schema": "data/rel.db", "extra": {"drivername": "sqlite"}}, "sqlite:////srv/rel.db"),
            ({"host": "sqlite:////r.db", "extra": {"artifact_root": "models"}}, "/srv/models"),
            ({"host": "sqlite:////r.db", "extra": {"artifact_root": "./a/models/"}}, "/srv/models"),
            ({"host": "sqlite:////r.db", "extra": {"artifact_root": "~/models"}}, "/srv/models"),
        ],
    )
    def test_are_refused_with_the_absolute_form(self, fields, shown):
        with pytest.raises(InvalidConnectionError, match="relative path") as caught:
            read_target(connection(**fields))
        assert "'mine'" in str(caught.value)
        assert shown in str(caught.value)

    @pytest.mark.parametrize("root", ["/srv/models", "file:///srv/models", "s3://models/registry"])
    @pytest.mark.parametrize("host", ["sqlite:////r.db", "sqlite:///file:/r.db?uri=true", "postgresql://db/models"])
    def test_absolute_ones_and_uris_are_taken(self, host, root):
        assert read_target(connection(host=host, extra={"artifact_root": root})).artifact_root == root


class TestType:
    """What a connection is for."""

    @pytest.mark.parametrize("uri", ["postgresql+psycopg://ana:secret@db/models", "postgres://ana:secret@db/models"])
    def test_another_one_is_refused_with_what_to_write(self, uri):
        with pytest.raises(InvalidConnectionError, match=r"of the type 'postgres.*model-registry://") as caught:
            read_target(Connection.from_uri(uri, conn_id="mine"))
        assert "secret" not in str(caught.value)

    def test_a_text_that_is_no_uri_is_refused(self):
        with pytest.raises(InvalidConnectionError, match=r"'mine' has no type.*model-registry://"):
            read_target(Connection.from_uri("secret", conn_id="mine"))

    def test_json_may_leave_it_out(self):
        given = Connection.from_json('{"host": "sqlite:////r.db"}', conn_id="mine")
        assert read_target(given).url.database == "/r.db"
