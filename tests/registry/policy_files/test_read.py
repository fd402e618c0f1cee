"""Policy files: every problem at once, each at its line and column."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from airflow_provider_registry.errors import InvalidPolicyFileError
from airflow_provider_registry.registry.policies.policy import Policy
from airflow_provider_registry.registry.policy_files.read import read_policy_files
from tests.registry.strategies import POLICIES

WRONG = """\
groups:
  risk: [cy, cy, 7]
models:
  churn:
    teem: growth
    metadata_schema: {type: objec}
    aliases:
      production:
        gates:
          - {metric: auc, treshold: 1, greater_is_better: true}
          - metric: auc
            threshold: "1"
            greater_is_better: true
        approvals:
          - {role: a, groups: [risk]}
          - {role: b, groups: [risk, rsik]}
      staging: {requires: Staging}
      canary: {gates: [{scan: malware}]}
      latest: {}
      Production: 3
"""


def read(*texts):
    return read_policy_files((f"{number}.yaml", text) for number, text in enumerate(texts, 1))


def refused(*texts):
    with pytest.raises(InvalidPolicyFileError) as caught:
        read(*texts)
    assert len(caught.value.problems) == len(str(caught.value).splitlines()) - 1
    return [f"{problem.place.line}:{problem.place.column} {problem.path}" for problem in caught.value.problems]


def test_every_problem_is_said_at_its_place():
    assert [
        "2:9 groups.risk",
        "2:18 groups.risk[2]",
        "5:5 models.churn.teem",
        "6:22 models.churn.metadata_schema",
        "10:27 models.churn.aliases.production.gates[0].treshold",
        "12:24 models.churn.aliases.production.gates[1].threshold",
        "16:31 models.churn.aliases.production.approvals[1].groups",
        "17:27 models.churn.aliases.staging.requires",
        "18:31 models.churn.aliases.canary.gates[0].scan",
        "19:7 models.churn.aliases.latest",
        "20:7 models.churn.aliases.Production",
        "20:19 models.churn.aliases.Production",
    ] == refused(WRONG)


def test_problems_of_all_files_are_said_together_and_each_begins_its_line_with_its_place():
    with pytest.raises(InvalidPolicyFileError) as caught:
        read("models: {churn: {team: 3}}", "models: {churn: {}, x: [}")
    assert [
        "The policy files cannot be applied, for 2 problems:",
        "1.yaml:1:24: models.churn.team: The team must be text, not 3",
        "2.yaml:1:25: is not YAML: expected the node content, but found '}' (while parsing a flow node)",
    ] == str(caught.value).splitlines()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "1:1 "),
        ("- a", "1:1 "),
        ("groups: {}", "1:1 "),
        ("models: []", "1:9 models"),
        ("models: {churn: []}", "1:17 models.churn"),
        ("models: {churn: {aliases: []}}", "1:27 models.churn.aliases"),
        ("models: {churn: {aliases: {p: }}}", "1:30 models.churn.aliases.p"),
        ("models: {'a b': {}}", "1:10 models.a b"),
        ("models: {churn: {metadata_schema: 'x'}}", "1:35 models.churn.metadata_schema"),
        ("models: {churn: {description: [x]}}", "1:31 models.churn.description"),
        ("models: {churn: {team: x}, CHURN: {}}", "1:28 models.CHURN"),
        ("groups: [a]\nmodels: {}", "1:9 groups"),
        ("groups: {risk: []}\nmodels: {}", "1:16 groups.risk"),
        ("$schema: 3\nmodels: {}", "1:10 $schema"),
        ("modles: {}\nmodels: {}", "1:1 modles"),
    ],
)
def test_a_problem_of_the_file_has_its_place(text, expected):
    assert [expected] == refused(text)


def test_a_model_stands_in_one_file_only():
    with pytest.raises(InvalidPolicyFileError, match="2.yaml:1:10: models.Churn: stands twice, first at 1.yaml:1:10"):
        read("models: {churn: {}}", "models: {Churn: {}}")


def test_the_groups_of_the_file_go_into_the_policies_that_name_them():
    policy = "{approvals: [{role: risk, groups: [risk]}]}"
    (model,) = read(f"groups: {{risk: [cy], other: [dee]}}\nmodels: {{churn: {{aliases: {{production: {policy}}}}}}}")
    assert {"risk": ["cy"]} == model.policies["production"].as_mapping()["groups"]


def test_a_policy_may_have_groups_of_its_own_but_not_hide_the_files():
    policy = "{approvals: [{role: risk, groups: [risk]}], groups: {risk: [cy]}}"
    (model,) = read(f"models: {{churn: {{aliases: {{production: {policy}}}}}}}")
    assert {"risk": ["cy"]} == model.policies["production"].as_mapping()["groups"]
    assert ["2:99 models.churn.aliases.production.groups.risk"] == refused(
        f"groups: {{risk: [dee]}}\nmodels: {{churn: {{aliases: {{production: {policy}}}}}}}"
    )


def test_null_takes_away_what_is_said_of_a_model_and_silence_leaves_it():
    silent, empty = read("models: {a: , b: {team: null, description: null, metadata_schema: null, aliases: null}}")
    assert {} == silent.said
    assert {"team": None, "description": "", "metadata_schema": None} == empty.said


def test_keys_for_anchors_and_the_schema_line_are_left_alone():
    text = """
# yaml-language-server: $schema=policy_file.schema.json
$schema: policy_file.schema.json
x-gates: &gates [{metric: auc, threshold: 0.8, greater_is_better: true}]
models: {churn: {aliases: {staging: {gates: *gates}, production: {gates: *gates, requires: staging}}}}
"""
    (model,) = read(text)
    assert model.policies["staging"].gates == model.policies["production"].gates


def _stepwise(value: Any) -> list[tuple[str | int, ...]]:
    """The ways to all values that are in a value."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [(), *((key, *way) for key, item in inner for way in _stepwise(item))]


@given(POLICIES, st.data())
@settings(max_examples=60)
def test_whatever_is_spoilt_is_refused_with_a_place_in_the_file(policy: Policy, data: st.DataObject) -> None:
    document = {"models": {"churn": {"aliases": {"production": policy.as_mapping()}}}}
    target: Any = document
    *way, last = data.draw(st.sampled_from(_stepwise(document)[1:]))
    for step in way:
        target = target[step]
    target[last] = data.draw(st.sampled_from([{"no": "such"}, [[]], -1.5, "a\nb"]))
    text = yaml.safe_dump(document, sort_keys=False)
    try:
        read(text)
    except InvalidPolicyFileError as error:
        lines = text.split("\n")
        for problem in error.problems:
            assert problem.place.line <= len(lines)
            assert problem.place.column <= len(lines[problem.place.line - 1]) + 1


WRONG_WEBHOOKS = """\
models:
  churn:
    webhooks:
      - name: audit
        url: http://hooks.example.com/
        secret: whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw
        event: [alias.promoted]
      - {name: audit, url: "https://x", events: [alias.promted], secret: signing}
      - https://x
      - {name: none, secret: signing}
  leave: {webhooks: {audit: https://x}}
"""


def test_every_problem_of_webhooks_is_said_at_its_place_and_no_secret():
    assert [
        "5:14 models.churn.webhooks[0].url",
        "6:17 models.churn.webhooks[0].secret",
        "7:9 models.churn.webhooks[0].event",
        "8:16 models.churn.webhooks[1].name",
        "8:50 models.churn.webhooks[1].events[0]",
        "9:9 models.churn.webhooks[2]",
        "10:9 models.churn.webhooks[3]",
        "11:21 models.leave.webhooks",
    ] == refused(WRONG_WEBHOOKS)
    with pytest.raises(InvalidPolicyFileError) as caught:
        read(WRONG_WEBHOOKS)
    assert "MfKQ" not in str(caught.value)


WRONG_RETENTION = """\
retention: {keep_last: 0}
models:
  churn:
    retention:
      keep_lst: 3
      grace: a month
"""


def test_every_problem_of_retention_is_said_at_its_place():
    assert ["1:24 retention.keep_last", "5:7 models.churn.retention.keep_lst", "6:14 models.churn.retention.grace"] == [
        place for place in refused(WRONG_RETENTION) if not place.endswith(".retention")
    ]
