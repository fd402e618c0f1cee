"""Texts and documents that lead a reader astray: each known kind by name, and strategies for unknown ones."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import strategies as st

from tests.faults.hostile.values import LARGE, LINES, deep_mapping

# Text as people never write it: every character that Unicode has, halves of pairs and NUL among them.
ANY_TEXT = st.text(st.characters(codec=None, exclude_categories=()), max_size=60)
# By name, since what is shown of a strategy is all that is in it.
KNOWN = st.sampled_from(sorted({**LINES, **LARGE})).map({**LINES, **LARGE}.__getitem__)
_PIECES = ["models:/", "churn", "/", "@", "1", "production", " ", ".", "..", "None", "latest", "-", "s3://", "\x00"]
_WORDS = [
    *("metrics.", "tags.", "params.", "auc", "`a b`", "[phase=training]", "[slice='a=b']", "name", "version", "alias"),
    *("=", "!=", "<", ">=", "like", "ilike", "in", "is null", "is not null", "not", "and", "or", "(", ")", ",", "'x'"),
    *("1e999", "-0", "0.5", "'2026-01-31'", "created_at", "archived", "true", "desc", "asc", "'", '"', "\\", "%", "é"),
]

REFERENCES = st.one_of(
    ANY_TEXT,
    st.lists(st.sampled_from(_PIECES), max_size=8).map("".join),
    KNOWN,
)
FILTERS = st.one_of(
    ANY_TEXT,
    st.lists(st.sampled_from(_WORDS), max_size=12).map(" ".join),
    st.lists(st.sampled_from(_WORDS), max_size=12).map("".join),
    KNOWN,
)

_SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), ANY_TEXT, st.sampled_from([2**63, 10**400, 10**4_000, -0.0])
)


def _nested(scalars: st.SearchStrategy[Any], keys: st.SearchStrategy[str]) -> st.SearchStrategy[Any]:
    return st.recursive(
        scalars,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=4),
        max_leaves=10,
    )


DOCUMENTS = _nested(_SCALARS, ANY_TEXT)

_POLICY_KEYS = st.sampled_from(
    [
        *("gates", "metric", "threshold", "greater_is_better", "min_absolute_change", "min_relative_change", "phase"),
        *("dataset", "slice", "severity", "name", "metadata", "integrity", "scan", "across_datasets", "requires"),
        *("integrity_max_age", "approvals", "role", "count", "users", "groups", "id", "issuer", "four_eyes", "via"),
        *("distinct_people", "expires_after", "on_newer", "override", "rollback", "tasks", "description", "thresold"),
        *("check", "review_every", "card", "require", "allow", "max_age", "signature", "key", "subject", "root"),
    ]
)
_POLICY_VALUES = _SCALARS | st.sampled_from(
    [
        *(
            "auc",
            "validation",
            "error",
            "ana",
            "ml-lead",
            "7d",
            "P1D",
            "pickle",
            "house.*",
            "0" * 64,
            "required",
            "airflow-ui",
            "supersede",
        ),
        True,
        1,
    ]
)
_POLICY_PART = _nested(_POLICY_VALUES, _POLICY_KEYS | ANY_TEXT)
POLICIES = st.dictionaries(_POLICY_KEYS, _POLICY_PART | st.lists(_POLICY_PART, max_size=3), max_size=5) | DOCUMENTS

_KEYWORDS = st.sampled_from(
    [
        *("type", "properties", "required", "pattern", "patternProperties", "additionalProperties", "items", "format"),
        *("$ref", "$id", "$defs", "$anchor", "$dynamicRef", "$dynamicAnchor", "$schema", "$vocabulary", "$comment"),
        *(
            "allOf",
            "anyOf",
            "oneOf",
            "not",
            "if",
            "then",
            "else",
            "enum",
            "const",
            "minimum",
            "multipleOf",
            "maxLength",
        ),
        *("uniqueItems", "contains", "minContains", "prefixItems", "propertyNames", "dependentRequired"),
        *("dependentSchemas", "unevaluatedProperties", "unevaluatedItems", "minProperties", "definitions", "default"),
    ]
)
_SCHEMA_VALUES = _SCALARS | st.sampled_from(
    [
        *("object", "string", "number", "#", "#/$defs/a", "#a", "http://[::1", "file:///etc/passwd", "^(a+)+$", "["),
        *("https://json-schema.org/draft/2020-12/schema", "http://json-schema.org/draft-07/schema#", "a", "%", "\\"),
        *("(?P<n>a)(?P=n)", "a{99999999999}", "[[a]]", "(?i)x", "\\p{L}", "(?R)"),
        0.1,
    ]
)
SCHEMAS = st.dictionaries(_KEYWORDS, _nested(_SCHEMA_VALUES, _KEYWORDS | st.sampled_from(["a", "^a", "b"])), max_size=5)

_FILE = {"path": "model.pkl", "size": 1, "sha256": "0" * 64}
_MANIFEST_KEYS = st.sampled_from(["format", "files", "folders", "path", "size", "sha256", "more"])
_PATHS = [*LINES.values(), "model.pkl", "MODEL.pkl", "model.pkl/x", "a" * 300]
_FILES = st.fixed_dictionaries(
    {
        "path": st.sampled_from(_PATHS) | _SCALARS,
        "size": st.sampled_from([0, 1, -1, 2**63, 10**4_000, 1.5, True, "1"]) | _SCALARS,
        "sha256": st.sampled_from(["0" * 64, "0" * 63, "A" * 64, "0" * 64 + "\n", "٣" * 64]) | _SCALARS,
    }
)
_MANIFESTS = st.fixed_dictionaries(
    {
        "format": st.just(1) | _SCALARS,
        "files": st.lists(_FILES | st.just(_FILE), max_size=4) | DOCUMENTS,
        "folders": st.lists(st.sampled_from(_PATHS), max_size=3) | DOCUMENTS,
    }
)


def _spelt(value: Any) -> bytes:
    try:
        return json.dumps(value).encode()
    except ValueError:  # a number of more digits than Python spells
        return b'{"format": 1, "files": [{"size": ' + b"9" * 5_000 + b"}]}"


MANIFESTS = st.one_of(
    st.binary(max_size=200),
    _MANIFESTS.map(_spelt),
    st.dictionaries(_MANIFEST_KEYS, DOCUMENTS).map(_spelt),
    KNOWN.map(lambda text: text.encode("utf-8", "surrogatepass")),
)

_YAML_PIECES = [
    *("models:", "churn:", "aliases:", "production:", "gates:", "- {metric: auc}", "&a", "*a", "<<: *a", "!!python/x"),
    *("!!binary x", "? [a]", "- - -", "{", "}", "[", "]", "|", ">", "---", "...", "%YAML 9.9", "\t", "'", '"', "\x00"),
    *("0x_", "1:60", "2026-99-99", ".nan", "1e3", "~", "=", "!!set {a}", "\ufeff", "\u2028", "\x85", "#", ": ", "\n"),
    *(
        "groups:",
        "x-",
        "retention:",
        "keep_last: 1",
        "team:",
        "metadata_schema:",
        "description: 1",
        "  ",
        "\n  ",
        "\n    ",
        "\n      ",
    ),
]
YAML_FILES = st.one_of(
    st.binary(max_size=200),
    ANY_TEXT.map(lambda text: text.encode("utf-8", "surrogatepass")),
    st.lists(st.sampled_from(_YAML_PIECES), max_size=25).map("".join).map(str.encode),
    st.dictionaries(st.sampled_from(["models", "groups", "retention", "x-a", "more"]), DOCUMENTS).map(_spelt),
    POLICIES.map(lambda policy: _spelt({"models": {"churn": {"aliases": {"production": policy}}}})),
)


def _levels(keyword: str, count: int) -> dict[str, Any]:
    """A schema in which each level asks the next one twice."""
    twice = {f"l{level}": {keyword: [{"$ref": f"#/$defs/l{level + 1}"}] * 2} for level in range(count)}
    return {"$ref": "#/$defs/l0", "$defs": {**twice, f"l{count}": {"type": "string"}}}


_DIALECT = "https://json-schema.org/draft/2020-12/schema"

# What makes a naive validator run for ever, crash, read a file or fetch something; with metadata that would do it.
BOMBS: dict[str, tuple[Any, Any]] = {
    "nested repeats": ({"properties": {"a": {"pattern": "^(a+)+$"}}}, {"a": "a" * 60 + "!"}),
    "nested repeats of a dialect": (
        {"properties": {"a": {"$schema": _DIALECT, "$id": "urn:a", "pattern": "^(a+)+$"}}, "$schema": _DIALECT},
        {"a": "a" * 60 + "!"},
    ),
    "alternatives that overlap": ({"properties": {"a": {"pattern": "^(a|aa)+$"}}}, {"a": "a" * 90 + "!"}),
    "spaces at the end": ({"properties": {"a": {"pattern": r"\s+$"}}}, {"a": " " * 300_000 + "x"}),
    "many stars": ({"properties": {"a": {"pattern": ".*.*.*.*=.*"}}}, {"a": "a" * 20_000}),
    "names": ({"patternProperties": {"^(a+)+$": {}}}, {"a" * 60 + "!": 1}),
    "names that are left": ({"patternProperties": {"^(a+)+$": {}}, "additionalProperties": False}, {"a" * 60 + "!": 1}),
    "names that nobody looked at": (
        {"patternProperties": {"^(a+)+$": {}}, "unevaluatedProperties": False},
        {"a" * 60 + "!": 1},
    ),
    "names of names": ({"propertyNames": {"pattern": "^(a+)+$"}}, {"a" * 60 + "!": 1}),
    "any of any of": (_levels("anyOf", 40), {"a": 1}),
    "all of all of": (_levels("allOf", 40), {"a": 1}),
    "one of one of": (_levels("oneOf", 40), {"a": 1}),
    "not evaluated anywhere": ({**_levels("anyOf", 40), "unevaluatedProperties": False}, {"a": 1}),
    "not evaluated in lists": (
        {
            "properties": {"a": {**_levels("allOf", 40), "unevaluatedItems": False}},
            "$defs": _levels("allOf", 40)["$defs"],
        },
        {"a": [1]},
    ),
    "unique of unlike": ({"properties": {"a": {"uniqueItems": True}}}, {"a": [0, ""] + [[n] for n in range(60_000)]}),
    "names that are not unique": ({"required": [str(n) if n % 2 else n for n in range(60_000)]}, {}),
    "many that are allowed": ({"properties": {"a": {"items": {"enum": [*range(30_000)]}}}}, {"a": [-1] * 30_000}),
    "many that quote it": ({"anyOf": [{"type": "string"}] * 40_000}, {"a": "x" * 900_000}),
    "many things wrong": ({"additionalProperties": {"type": "string"}}, {f"k{n}": n for n in range(60_000)}),
    "many names asked": (
        {"properties": {"a": {"items": {"required": [f"k{n}" for n in range(20_000)]}}}},
        {"a": [{}] * 9},
    ),
    "contains": ({"properties": {"a": {"contains": {"$ref": "#"}, "minContains": 10**9}}}, {"a": [{"a": []}] * 999}),
    "itself": ({"$ref": "#"}, {"a": 1}),
    "itself in two": ({"$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"$ref": "#/$defs/a"}}, "$ref": "#/$defs/a"}, {}),
    "itself within not": ({"not": {"$ref": "#"}}, {}),
    "itself by an anchor": ({"$dynamicAnchor": "a", "$dynamicRef": "#a"}, {}),
    "a URL": ({"$ref": "http://169.254.169.254/latest"}, {}),
    "a file": ({"$ref": "file:///etc/passwd"}, {}),
    "a file as its id": ({"$id": "file:///etc/", "$ref": "passwd"}, {}),
    "no URL": ({"$ref": "http://[::1"}, {}),
    "no URL as its id": ({"$id": "http://[::1", "properties": {"a": {"$ref": "#"}}}, {}),
    "an id within": ({"properties": {"a": {"$id": "http://[::1", "$ref": "x"}}}, {"a": 1}),
    "another dialect within": ({"properties": {"a": {"$schema": "urn:x", "$id": "urn:y", "$ref": "#"}}}, {"a": 1}),
    "a pointer into text": ({"$ref": "#/description/0", "description": "x"}, {}),
    "a pointer beyond a list": ({"$ref": "#/allOf/9", "allOf": [{}]}, {}),
    "a pointer to a number of many digits": ({"$ref": f"#/allOf/{'9' * 5_000}", "allOf": [{}]}, {}),
    "a pointer to no schema": ({"$ref": "#/const", "const": [1]}, {}),
    "a pointer to a schema that nobody looked at": (
        {"$ref": "#/default", "default": {"type": 5, "pattern": "[", "minimum": "x", "properties": 3}},
        {"a": 1},
    ),
    "a pointer to a bomb that nobody looked at": (
        {"$ref": "#/default", "default": {"propertyNames": {"pattern": "("}}},
        {"a": 1},
    ),
    "escapes in a pointer": ({"$ref": "#/%00/%zz/~2", "$defs": {}}, {}),
    "half a pair in a pointer": ({"$ref": "#/%ed%a0%80"}, {}),
    "a repeat beyond numbers": ({"properties": {"a": {"pattern": "a{99999999999999999999}"}}}, {"a": "a"}),
    "repeats of repeats": ({"properties": {"a": {"pattern": "((a{1,999}){1,999}){1,999}"}}}, {"a": "b" * 9_999}),
    "deep groups": ({"properties": {"a": {"pattern": "(" * 400 + "a" + ")" * 400}}}, {"a": "a"}),
    "a long pattern": ({"properties": {"a": {"pattern": "a" * 900_000}}}, {"a": "a"}),
    "a pattern that calls itself": ({"properties": {"a": {"pattern": "(a(?1)?)(?R)"}}}, {"a": "a" * 9_999}),
    "a nested set": ({"properties": {"a": {"pattern": "[[a]--[b]]"}}}, {"a": "a"}),
    "a multiple of almost nothing": ({"properties": {"a": {"multipleOf": 5e-324}}}, {"a": 10**300}),
    "a multiple of much": ({"properties": {"a": {"multipleOf": 10**300}}}, {"a": 1e308}),
    "a multiple beyond doubles": ({"properties": {"a": {"multipleOf": 0.1}}}, {"a": 10**400}),
    "beyond doubles": ({"properties": {"a": {"maximum": 10**400}}}, {"a": 1.5}),
    "beyond text": ({"properties": {"a": {"maximum": 10**5_000}}}, {"a": 10**5_000}),
    "deep schema": (deep_mapping(key="properties"), {}),
    "deep metadata": ({}, {"a": deep_mapping()}),
    "deep enough": ({"properties": {"a": {"$ref": "#"}}}, deep_mapping(60)),
    "true": (True, {}),
    "a text": ("{" * 10_000, {}),
    "a vocabulary": ({"$vocabulary": {"urn:x": True}, "$schema": "https://json-schema.org/draft/2020-12/schema"}, {}),
}

_LAUGHS = "\n".join(["a0: &a0 [x, x]", *(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12))])

FILES: dict[str, str | bytes] = {
    "a billion laughs": f"{_LAUGHS}\nmodels: *a11",
    "laughs as keys": f"{_LAUGHS}\nmodels: {{*a11 : 1}}",
    "merges of merges": "\n".join(
        ["x-0: &m0 {a: 1, b: 2}", *(f"x-{n}: &m{n}\n  <<: [{', '.join([f'*m{n - 1}'] * 9)}]" for n in range(1, 9))]
    )
    + "\nmodels: {}",
    "merge of itself": "models: &a\n  <<: *a",
    "merge of a text": "models:\n  <<: churn",
    "merge of lists": "models:\n  <<: [[a]]",
    "an anchor that holds itself": "models: &a [*a]",
    "an anchor that is not there": "models: *a",
    "an object": "models: !!python/object/apply:os.system ['true']",
    "a new object": "models: !!python/object/new:os.system ['true']",
    "a name": "models: !!python/name:os.system",
    "a tag of its own": "models: !include /etc/passwd",
    "a set": "models: !!set {churn, fraud}",
    "an ordered mapping": "models: !!omap [churn: {}]",
    "pairs": "models: !!pairs [churn: {}]",
    "binary": "models: {churn: {description: !!binary AA==}}",
    "a number by force": "models: {churn: {description: !!int x}}",
    "a number by force that is endless": f"models: {{churn: {{description: !!int {'9' * 5_000}}}}}",
    "a float by force": "models: {churn: {description: !!float x}}",
    "a truth by force": "models: {churn: {description: !!bool x}}",
    "a null by force": "models: {churn: !!null x}",
    "a mapping by force": "models: !!map churn",
    "a text by force": "models: !!str [churn]",
    "a time": "models: {churn: {description: 2026-99-99T99:99:99Z}}",
    "a time by force": "models: {churn: {description: !!timestamp x}}",
    "sixties": "models: {churn: {team: 1:99:99}}",
    "a number of many digits": "models: {churn: {description: " + "9" * 5_000 + "}}",
    "hexadecimal of many digits": "models: {churn: {description: 0x" + "f" * 50_000 + "}}",
    "sixties of many digits": "models: {churn: {description: " + "1" + ":59" * 3_000 + "}}",
    "underscores": "models: {churn: {description: 0x_, team: 0b_}}",
    "not a number": "models: {churn: {aliases: {production: {gates: [{metric: a, threshold: .nan}]}}}}",
    "keys twice": "models: {churn: {}, churn: {}}",
    "keys twice in other case": "models: {churn: {}, CHURN: {}}",
    "keys that are no text": "models: {1: {}, true: {}, null: {}, 1.5: {}, [a]: {}, {b: c}: {}}",
    "keys that hide": 'models: {"churn\\u200b": {}, "churn\\x1b[2J": {}, "churn\\0": {}}',
    "half a pair": 'models: {"churn\\ud800": {description: "\\udfff"}}',
    "NUL": b"models: \x00",
    "no UTF-8": b"models: \xff\xfe",
    "UTF-16": "models: {}".encode("utf-16"),
    "deep lists": "models: " + "[" * 5_000,
    "deep lists that end": "models: " + "[" * 5_000 + "]" * 5_000,
    "deep mappings": "models: " + "{a: " * 5_000 + "}" * 5_000,
    "deep blocks": "\n".join(" " * n + "a:" for n in range(2_000)),
    "deep dashes": "models: \n" + "- " * 5_000,
    "deep JSON": json.dumps({"models": deep_mapping(900)}),
    "many documents": "---\n" * 5_000,
    "many keys": "models:\n" + "\n".join(f"  m{n}: {{}}" for n in range(3_000)),
    "many things wrong": "models:\n" + "\n".join(f"  'm {n}': {{a: 1}}" for n in range(1_000)),
    "a long line": "models: " + "x" * 1_000_000,
    "a long key": '{"models": {"' + "x" * 1_000_000 + '": {}}}',
    "a directive": "%YAML 9.9\n--- {}",
    "a tag directive": "%TAG ! tag:evil,2000:\n--- !x {}",
    "nothing": "",
    "a comment": "# nothing",
    "a text": "models",
    "a list": "[models]",
    "tabs": "models:\n\tchurn: {}",
    "a schema that bombs": json.dumps({"models": {"churn": {"metadata_schema": BOMBS["any of any of"][0]}}}),
    "a schema elsewhere": json.dumps({"models": {"churn": {"metadata_schema": {"$ref": "file:///etc/passwd"}}}}),
}
