"""What files would change, the change, and that doing it again changes nothing."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from airflow_provider_registry.errors import (
    DatabaseUnavailableError,
    InvalidPolicyFileError,
    LockedAliasError,
    PartlyAppliedError,
    TooLargeError,
)
from airflow_provider_registry.registry import Registry
from airflow_provider_registry.registry.policies.policy import Policy
from airflow_provider_registry.registry.policy_files.plan import Plan, apply_plan, make_plan
from airflow_provider_registry.registry.policy_files.read import read_policy_files
from airflow_provider_registry.registry.policy_files.show import as_policy_file
from airflow_provider_registry.registry.policy_files.steps import Step, StepKind
from tests.registry.strategies import POLICIES

FILE = """
groups: {risk: [cy, dee]}
models:
  churn:
    team: growth
    aliases:
      staging: {gates: [{metric: auc, threshold: 0.8, greater_is_better: true}]}
      production: {requires: staging, approvals: [{role: risk, groups: [risk]}]}
"""


def plan_of(registry: Registry, text: str, *, prune: bool = False) -> Plan:
    return make_plan(registry, read_policy_files([("p.yaml", text)]), prune=prune)


def apply(registry: Registry, text: str, *, prune: bool = False, reason: str = "") -> Plan:
    plan = plan_of(registry, text, prune=prune)
    apply_plan(registry, plan, reason=reason)
    return plan


def what(plan: Plan) -> list[tuple[str, str, str | None]]:
    return [(step.kind.value, step.model_name, step.alias) for step in plan.steps]


HOOKED = """
models:
  churn:
    webhooks:
      - {name: chat, url: "https://chat.example.com/", secret: chat, aliases: [production]}
      - {name: audit, url: "https://hooks.example.com/", secret: audit}
"""


def test_webhooks_are_set_changed_and_taken_away_and_stay_where_nothing_is_said(world):
    registry = world.registry
    plan = apply(registry, HOOKED, reason="revision 1f2e")
    assert [("create model", "churn", None), ("set webhooks", "churn", None)] == what(plan)
    assert "1 model to create, 1 list of webhooks to set; 0 policies unchanged." == plan.sentence()
    assert ["audit", "chat"] == [webhook.name for webhook in registry.webhooks("churn")]
    assert () == apply(registry, HOOKED).steps == apply(registry, "models: {churn: {team: null}}").steps
    (step,) = apply(registry, HOOKED.replace("[production]", "[staging]")).steps
    assert ("set the webhooks of churn", ["-  - production", "+  - staging"]) == (
        step.title,
        [line for line in step.diff if line[0] in "+-"],
    )
    (step,) = apply(registry, "models: {churn: {webhooks: null}}").steps
    assert ("remove the webhooks of churn", None) == (step.title, step.after)
    assert () == registry.webhooks("churn")
    assert ["model.created", *["webhooks.set"] * 3] == world.types()


RETAINED = """
retention: {keep_last: 10}
models:
  churn: {}
  fraud: {retention: {keep_last: 3, grace: 7d}}
  leave: {retention: null}
"""


def test_retention_of_a_file_is_of_all_its_models_that_say_none_of_their_own(world):
    registry = world.registry
    for name in ("churn", "leave"):
        registry.create_model(name)
    registry.set_retention("leave", {"keep_last": 5})
    plan = plan_of(registry, RETAINED)
    assert [("set retention", "churn", None), ("create model", "fraud", None), ("set retention", "fraud", None),
            ("set retention", "leave", None)] == what(plan)  # fmt: skip
    assert "1 model to create, 3 retentions to set; 0 policies unchanged." == plan.sentence()
    assert ["set the retention of churn", "remove the retention of leave"] == [
        plan.steps[place].title for place in (0, 3)
    ]
    apply(registry, RETAINED)
    assert [10, 3, None] == [
        (kept := registry.retention(name)) and kept.keep_last for name in ("churn", "fraud", "leave")
    ]
    assert () == plan_of(registry, RETAINED).steps
    assert () == plan_of(registry, "models: {churn: {}, fraud: {}}").steps


def test_a_file_that_retention_is_shown_as_changes_nothing(world):
    world.registry.create_model("churn")
    world.registry.set_retention("churn", {"keep_last": 5})
    shown = as_policy_file(world.registry, ["churn"])
    assert {"keep_last": 5, "keep_aliased_within": "365d", "grace": "30d"} == shown["models"]["churn"]["retention"]
    assert () == plan_of(world.registry, yaml.safe_dump(shown)).steps


def test_webhooks_are_shown_as_a_file_says_them(world):
    apply(world.registry, HOOKED)
    shown = as_policy_file(world.registry, ["churn"])
    assert () == plan_of(world.registry, yaml.safe_dump(shown)).steps
    assert ["audit", "chat"] == [webhook["name"] for webhook in shown["models"]["churn"]["webhooks"]]


def test_a_plan_writes_nothing(world):
    plan = plan_of(world.registry, FILE)
    assert [
        ("create model", "churn", None),
        ("set policy", "churn", "staging"),
        ("set policy", "churn", "production"),
    ] == what(plan)
    assert "1 model to create, 2 policies to set; 0 policies unchanged." == plan.sentence()
    assert [] == list(world.registry.events())


def test_applying_makes_an_event_for_each_change_with_its_reason_and_again_none(world):
    apply(world.registry, FILE, reason="revision 1f2e")
    assert ["model.created", "policy.set", "policy.set"] == world.types()
    assert {"revision 1f2e"} == {event.reason for event in world.registry.events()}
    again = apply(world.registry, FILE)
    assert () == again.steps
    assert "No change: 2 policies in force as the files say." == again.sentence()
    assert 3 == len(world.types())


def test_only_what_differs_is_changed(world):
    apply(world.registry, FILE)
    plan = apply(world.registry, FILE.replace("[cy, dee]", "[cy, ed]").replace("growth", "risk"))
    assert [("update model", "churn", None), ("set policy", "churn", "production")] == what(plan)
    assert ["@@ -1 +1 @@", "-team: growth", "+team: risk"] == plan.steps[0].diff
    assert {"-  - dee", "+  - ed"} == {line for line in plan.steps[1].diff if line[0] in "+-"}
    assert "risk" == world.registry.get_model("churn").team


def test_the_order_in_which_people_and_keys_are_written_changes_nothing(world):
    apply(world.registry, FILE)
    assert () == plan_of(world.registry, FILE.replace("[cy, dee]", "[dee, cy]")).steps
    assert () == plan_of(world.registry, FILE.replace("churn:", "CHURN:").replace("staging: {g", "Staging: {g")).steps


def test_what_a_file_does_not_say_of_a_model_stays_and_null_takes_it_away(world):
    world.registry.create_model("churn", team="growth", description="said", metadata_schema={"type": "object"})
    assert () == plan_of(world.registry, "models: {churn: }").steps
    apply(world.registry, "models: {churn: {team: null, description: null, metadata_schema: null}}")
    model = world.registry.get_model("churn")
    assert (None, "", None) == (model.team, model.description, model.metadata_schema)


def test_a_schema_that_allows_everything_is_not_none(world):
    apply(world.registry, "models: {churn: {metadata_schema: {}}}")
    assert {} == world.registry.get_model("churn").metadata_schema
    assert 1 == len(plan_of(world.registry, "models: {churn: {metadata_schema: {a: true}}}").steps)


def test_without_prune_policies_that_no_file_has_stay_and_are_named(world):
    apply(world.registry, FILE)
    shorter = "models: {churn: {aliases: {}}}"
    plan = plan_of(world.registry, shorter)
    assert () == plan.steps
    assert (("churn", "production"), ("churn", "staging")) == plan.not_in_files


def test_prune_removes_them_of_the_models_in_the_files_alone_and_locks_the_aliases(world):
    apply(world.registry, FILE)
    apply(world.registry, FILE.replace("churn", "other"))
    plan = apply(world.registry, "models: {churn: }", prune=True, reason="gone from Git")
    assert [("remove policy", "churn", "production"), ("remove policy", "churn", "staging")] == what(plan)
    assert all("LOCKED" in step.title for step in plan.steps)
    assert () == apply(world.registry, "models: {churn: }", prune=True).steps
    assert {"production", "staging"} == set(world.registry.policies("other"))
    world.register(auc=0.9)
    with pytest.raises(LockedAliasError):
        world.registry.promote("churn", 1, "staging")


def test_a_locked_alias_gets_its_policy_again(world):
    apply(world.registry, FILE)
    world.registry.remove_policy("churn", "staging", reason="a test")
    assert [("set policy", "churn", "staging")] == what(apply(world.registry, FILE))


def test_a_former_name_leads_to_the_model_and_may_not_stand_beside_the_present_one(world):
    apply(world.registry, FILE)
    world.registry.rename_model("churn", "attrition")
    assert () == plan_of(world.registry, FILE).steps
    with pytest.raises(InvalidPolicyFileError, match="p.yaml:1:19: .* is the same model as 'churn' at p.yaml:1:10"):
        plan_of(world.registry, "models: {churn: , attrition: }")


def test_a_policy_ends_the_requests_that_were_for_the_former_one(world):
    apply(world.registry, FILE)
    world.register(auc=0.9)
    world.registry.promote("churn", 1, "staging")
    request = world.registry.request_promotion("churn", 1, "production")
    apply(world.registry, FILE.replace("[cy, dee]", "[cy]"))
    assert "invalidated" == world.registry.get_request(request.request_id).state


def test_a_failure_in_the_middle_says_what_was_done_and_applying_again_finishes(world, monkeypatch):
    plan = plan_of(world.registry, FILE)
    done: list[Step] = []
    real = Registry.set_policy

    def fails(self: Registry, model: str, alias: str, *args: Any, **more: Any) -> Policy:
        if alias == "staging":
            raise DatabaseUnavailableError("The database went away.")
        return real(self, model, alias, *args, **more)

    monkeypatch.setattr(Registry, "set_policy", fails)
    with pytest.raises(PartlyAppliedError) as caught:
        apply_plan(world.registry, plan, done=done.append)
    assert (
        "Could not set the policy of staging of churn: The database went away. 1 of 3 changes were made before it. "
        "Not tried: to set the policy of production of churn. Apply again to go on from there."
    ) == str(caught.value)
    assert [StepKind.CREATE_MODEL] == [step.kind for step in done] == [step.kind for step in caught.value.done]
    monkeypatch.undo()
    assert 2 == len(apply(world.registry, FILE).steps)
    assert () == plan_of(world.registry, FILE).steps


def test_a_reason_that_cannot_be_kept_is_refused_before_anything_is_done(world):
    with pytest.raises(TooLargeError):
        apply(world.registry, FILE, reason="x" * 2_000_000)
    assert [] == list(world.registry.events())


def test_a_policy_that_somebody_removed_meanwhile_is_gone_as_was_wanted(world):
    apply(world.registry, FILE)
    plan = plan_of(world.registry, "models: {churn: }", prune=True)
    world.registry.remove_policy("churn", "staging", reason="a test")
    apply_plan(world.registry, plan)
    assert {} == world.registry.policies("churn")


_TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=20)
_SCHEMAS = st.sampled_from(
    [None, {}, {"type": "object", "required": ["owner"]}, {"properties": {"é\n": {"const": 1e-9}}}]
)
_SAID = st.fixed_dictionaries(
    {}, optional={"team": st.none() | _TEXT, "description": st.none() | _TEXT, "metadata_schema": _SCHEMAS}
)


def _with_other_people(policy: dict[str, Any]) -> dict[str, Any]:
    """The policy with another group of the same name."""
    if "audit" not in policy.get("groups", {}):
        return policy
    return {**policy, "groups": {**policy["groups"], "audit": ["zoe"]}}


_WRITTEN = POLICIES.map(Policy.as_mapping)
_ALIASES = st.dictionaries(st.sampled_from(["production", "canary"]), _WRITTEN | _WRITTEN.map(_with_other_people))
_MODEL = st.none() | st.builds(lambda said, aliases: {**said, "aliases": aliases}, _SAID, _ALIASES)
_FILES = st.fixed_dictionaries({"models": st.dictionaries(st.sampled_from(["churn", "growth/churn", "a.b"]), _MODEL)})


@pytest.mark.parametrize("backend", ["sqlite"])
@given(document=_FILES, prune=st.booleans())
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_applying_again_and_applying_what_is_shown_change_nothing(registry, document, prune):
    """The registry stays from one example to the next: files are applied to whatever those before them left."""
    text = yaml.safe_dump(document)
    apply(registry, text, prune=prune)
    assert () == plan_of(registry, text, prune=prune).steps
    shown = as_policy_file(registry, [model.name for model in registry.search_models()])
    assert () == plan_of(registry, yaml.safe_dump(shown), prune=True).steps
