"""Metadata and the schema that a model may ask of it."""

from __future__ import annotations

import http.server
import json
import threading
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest
from hypothesis import given

from airflow_provider_registry.errors import InvalidMetadataError, InvalidSchemaError, TooLargeError
from airflow_provider_registry.registry.versions.metadata import check_metadata, check_schema, read_metadata
from tests.registry.strategies import JSON_VALUES

SCHEMA = {
    "type": "object",
    "required": ["owner", "intended_use"],
    "properties": {"owner": {"type": "string"}, "contact": {"properties": {"age": {"minimum": 18}}}},
}


class TestReadMetadata:
    @given(JSON_VALUES)
    def test_json_values_are_kept_or_refused_with_the_path(self, value: object) -> None:
        try:
            assert read_metadata({"key": value}) == {"key": value}
        except InvalidMetadataError as error:
            assert "$.key" in str(error)

    def test_nothing_given_is_empty(self) -> None:
        assert read_metadata(None) == {}

    def test_text_that_spells_a_mapping_is_read(self) -> None:
        assert read_metadata("{'owner': 'ana', 'n': None}") == {"owner": "ana", "n": None}

    def test_tuples_are_lists_and_numpy_scalars_the_numbers_they_hold(self) -> None:
        assert read_metadata({"a": (1, np.float64(0.5), np.True_)}) == {"a": [1, 0.5, True]}

    def test_the_result_is_a_copy(self) -> None:
        given = {"a": [1]}
        read_metadata(given)["a"].append(2)
        assert given == {"a": [1]}

    def test_every_path_that_json_has_no_form_for_is_named(self) -> None:
        given = {"a": float("nan"), "b": {1: 2}, "c": [{"d": datetime.now(UTC)}], "e": "None", "f": b"x", "g": "\x00"}
        with pytest.raises(InvalidMetadataError) as caught:
            read_metadata(given)
        for path in ("$.a:", "$.b:", "$.c[0].d:", "$.e:", "$.f:", "$.g:"):
            assert path in str(caught.value)

    def test_a_mapping_that_holds_itself_is_refused(self) -> None:
        given: dict[str, Any] = {}
        given["self"] = given
        with pytest.raises(InvalidMetadataError, match="nested more than 64 deep"):
            read_metadata(given)

    @pytest.mark.parametrize("given", ["None", "", "x", 5, [1]])
    def test_what_is_no_mapping_is_refused(self, given: object) -> None:
        with pytest.raises(InvalidMetadataError, match="The metadata"):
            read_metadata(given)

    def test_a_megabyte_is_the_most(self) -> None:
        size = 1024 * 1024
        assert read_metadata({"a": "x" * (size - 8)})
        with pytest.raises(TooLargeError, match=r"1,048,577 bytes of JSON; at most 1,048,576"):
            read_metadata({"a": "x" * (size - 7)})


class TestCheckMetadata:
    def test_metadata_that_satisfies_the_schema_is_taken(self) -> None:
        check_metadata({"owner": "ana", "intended_use": "churn"}, SCHEMA)
        check_metadata({"anything": 1}, None)
        check_metadata({"anything": 1}, {})

    def test_every_violation_is_named_with_its_path(self) -> None:
        with pytest.raises(InvalidMetadataError) as caught:
            check_metadata({"owner": 5, "contact": {"age": 3}}, SCHEMA)
        expected = (
            ("$", "'intended_use' is a required property"),
            ("$.contact.age", "3 is less than the minimum of 18"),
            ("$.owner", "5 is not of type 'string'"),
        )
        assert expected == caught.value.violations
        assert all(f"{path}: {message}" in str(caught.value) for path, message in expected)

    def test_a_long_value_does_not_fill_the_message(self) -> None:
        with pytest.raises(InvalidMetadataError) as caught:
            check_metadata({"owner": ["x" * 100_000], "intended_use": ""}, SCHEMA)
        assert len(str(caught.value)) < 500

    def test_a_schema_that_leads_outside_is_an_error_and_not_a_download(self) -> None:
        with pytest.raises(InvalidSchemaError, match="example.org"):
            check_metadata({}, {"$ref": "https://example.org/schema.json"})


class TestCheckSchema:
    def test_a_schema_is_returned_as_json(self) -> None:
        assert SCHEMA == check_schema(SCHEMA) == check_schema(json.dumps(SCHEMA))

    @pytest.mark.parametrize(
        "schema",
        [
            {"$ref": "#/$defs/a", "$defs": {"a": {"type": "object"}}},
            {"$ref": "https://json-schema.org/draft/2020-12/schema"},
            {"$id": "https://example.org/a", "properties": {"b": {"$ref": "b"}}, "$defs": {"b": {"$id": "b"}}},
            {"properties": {"child": {"$ref": "#"}}},
            {"properties": {"$ref": {"type": "string"}}},
            {"const": {"$ref": "https://example.org/not-a-reference"}},
        ],
    )
    def test_references_inside_the_schema_are_followed(self, schema: dict[str, Any]) -> None:
        assert schema == check_schema(schema)

    @pytest.mark.parametrize(
        ("schema", "path"),
        [
            ({"type": "objekt"}, r"\$\.type"),
            ({"properties": {"a": {"pattern": "("}}}, r"\$\.properties\.a\.pattern"),
            ({"required": "owner"}, r"\$\.required"),
            ({"$ref": "#/$defs/missing"}, "missing"),
            ({"$ref": "#"}, "without end"),
            ({"$schema": "http://json-schema.org/draft-07/schema#"}, "draft-07"),
            (None, "None"),
            ("None", "None"),
            ([], "mapping"),
            ({"default": float("nan")}, r"\$\.default"),
        ],
    )
    def test_what_is_no_schema_is_refused_with_the_place(self, schema: object, path: str) -> None:
        with pytest.raises(InvalidSchemaError, match=path):
            check_schema(schema)

    def test_nesting_too_deep_is_refused_and_not_a_crash(self) -> None:
        schema: dict[str, Any] = {}
        for _ in range(60):
            schema = {"properties": {"a": schema}}
        try:
            check_schema(schema)
        except InvalidSchemaError as error:
            assert "deep" in str(error)

    def test_no_remote_reference_is_fetched(self) -> None:
        asked: list[str] = []

        class Server(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                asked.append(self.path)
                self.send_response(200)
                self.end_headers()
                self.wfile.write(b"{}")

        with http.server.HTTPServer(("127.0.0.1", 0), Server) as server:
            thread = threading.Thread(target=server.serve_forever)
            thread.start()
            schema = {"properties": {"a": {"$ref": f"http://127.0.0.1:{server.server_port}/schema.json"}}}
            try:
                with pytest.raises(InvalidSchemaError, match="leads outside the schema, and nothing is fetched"):
                    check_schema(schema)
                with pytest.raises(InvalidSchemaError, match="which is not in it"):
                    check_metadata({"a": 1}, schema)
            finally:
                server.shutdown()
                thread.join()
        assert asked == []
