"""The URIs of model assets."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from airflow.sdk import Asset
from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_registry.assets.uris import ModelUri, parse_uri, sanitize_uri
from airflow_provider_registry.errors import InvalidInputError, InvalidNameError
from airflow_provider_registry.event_types import KINDS

PART = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9_-]{0,20}", fullmatch=True)
NAMES = st.lists(PART, min_size=1, max_size=3).map("/".join)
ALIASES = PART.filter(lambda name: not name.isdigit() and name.lower() != "latest" and name != "None")
CONNECTIONS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zs"]), min_size=1, max_size=30)


@given(
    model=NAMES.filter(lambda name: name != "None"),
    alias=st.none() | ALIASES,
    conn_id=CONNECTIONS,
    event=st.none() | st.sampled_from(KINDS),
    flag=st.sampled_from([{}, {"watch": True}, {"partitioned": True}]),
)
def test_a_uri_is_read_as_it_was_written_and_airflow_leaves_it_alone(model, alias, conn_id, event, flag):
    uri = ModelUri.of(model, alias, conn_id=conn_id, event=event, **flag)
    assert uri == parse_uri(str(uri))
    assert str(uri) == sanitize_uri(urlsplit(str(uri))).geturl()
    assert str(uri) == Asset(name=uri.title, uri=str(uri)).uri


def test_names_that_differ_in_case_are_one_asset():
    assert str(ModelUri.of("Churn", "Production")) == str(ModelUri.of("churn", "production"))
    assert ModelUri.of("Churn", "Production").title == "models:/churn@production"


def test_a_uri_reads_as_the_reference_does():
    assert (
        str(ModelUri.of("growth/churn", "production"))
        == "model-registry://model_registry_default/growth/churn@production"
    )


def test_models_of_two_connections_are_two_assets():
    one, other = ModelUri.of("churn"), ModelUri.of("churn", conn_id="risk")
    assert str(one) != str(other)
    assert (one.title, other.title) == ("models:/churn", "models:/churn (risk)")


def test_no_two_assets_have_one_name():
    """Airflow calls an asset inactive whose name another URI has."""
    every = [
        ModelUri.of(model, alias, conn_id=conn_id, event=event, **flag)
        for model in ("churn", "growth/churn")
        for alias in (None, "production")
        for conn_id in ("model_registry_default", "risk")
        for event in (None, "version.live")
        for flag in ({}, {"watch": True}, {"partitioned": True})
    ]
    assert len(every) == len({uri.title for uri in every}) == len({str(uri) for uri in every})


@pytest.mark.parametrize(
    "wrong",
    [
        "model-registry://",
        "model-registry://conn",
        "model-registry://conn/",
        "model-registry://conn/churn@",
        "model-registry://conn/churn@7",
        "model-registry://conn/churn@production@staging",
        "model-registry://conn/../churn",
        "model-registry://conn/churn?watch=maybe",
        "model-registry://conn/churn?stage=production",
        "model-registry://user:secret@conn/churn",
        "s3://conn/churn",
    ],
)
def test_what_is_no_uri_of_a_model_asset_is_refused(wrong):
    with pytest.raises(InvalidNameError):
        parse_uri(wrong)


def test_a_kind_of_event_that_is_none_is_refused_with_those_that_are():
    with pytest.raises(InvalidInputError, match="request.approved"):
        ModelUri.of("churn", event="approved")


def test_airflow_refuses_a_dag_file_with_a_wrong_uri():
    with pytest.raises(InvalidNameError):
        Asset("model-registry://conn/churn@latest")
