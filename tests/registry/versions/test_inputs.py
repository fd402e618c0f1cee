"""The datasets that a version was trained on."""

from __future__ import annotations

import numpy as np
import pytest

from airflow_provider_registry.errors import InvalidInputError, TooLargeError
from airflow_provider_registry.registry.versions.inputs import Input, read_inputs


def test_an_input_is_a_name_a_uri_a_mapping_or_an_input() -> None:
    full = Input("sales", "s3://bucket/sales", "sha256:ab", 569)
    given = ["plain", "s3://bucket/x", full.as_mapping(), full, {"name": "sales", "rows": "569", "uri": None}]
    expected = (
        Input("plain"),
        Input("s3://bucket/x", uri="s3://bucket/x"),
        full,
        full,
        Input("sales", rows=569),
    )
    assert expected == read_inputs(given)


def test_inputs_rendered_as_text_are_read() -> None:
    assert read_inputs("[{'name': 'sales', 'rows': 5}]") == (Input("sales", rows=5),)
    assert read_inputs('{"name": "sales"}') == (Input("sales"),)


def test_one_input_need_not_stand_in_a_list() -> None:
    assert read_inputs({"name": "sales"}) == read_inputs(Input("sales")) == (Input("sales"),)


def test_none_is_no_inputs() -> None:
    assert read_inputs(None) == ()


def test_numpy_counts_are_counts() -> None:
    assert read_inputs([{"name": "sales", "rows": np.int64(5)}]) == (Input("sales", rows=5),)


@pytest.mark.parametrize("rows", [-1, 1.5, True, "None", "x", "-1", 2**63, "9" * 30])
def test_rows_that_are_no_count_are_refused_by_name(rows: object) -> None:
    with pytest.raises(InvalidInputError, match="rows of the input 'sales'"):
        read_inputs([{"name": "sales", "rows": rows}])


@pytest.mark.parametrize("key", ["uri", "digest"])
@pytest.mark.parametrize("value", ["None", 5, "a\x00"])
def test_a_template_that_rendered_nothing_is_refused_by_name(key: str, value: object) -> None:
    with pytest.raises(InvalidInputError, match=f"{key} of the input 'sales'"):
        read_inputs([{"name": "sales", key: value}])


@pytest.mark.parametrize(
    "given", ["None", "sales", 5, b"x", [5], [{}], [{"name": ""}], [{"name": "a", "x": 1}], ["None"]]
)
def test_what_is_no_input_is_refused(given: object) -> None:
    with pytest.raises(InvalidInputError, match=r"[Ii]nput"):
        read_inputs(given)


def test_inputs_have_limits() -> None:
    with pytest.raises(TooLargeError, match="uri of the input 'a'"):
        read_inputs([{"name": "a", "uri": "x" * 4_001}])
    with pytest.raises(TooLargeError, match="10,001 inputs"):
        read_inputs(["a"] * 10_001)
