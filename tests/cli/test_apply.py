from __future__ import annotations

import io
import json
import shlex
import sys
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator
from rich.console import Console

from airflow_provider_registry.cli import apply as module
from airflow_provider_registry.errors import DatabaseUnavailableError
from airflow_provider_registry.registry import Registry

FILE = """\
groups: {risk: [cy, dee]}
models:
  churn:
    team: growth
    aliases:
      staging: {gates: [{metric: auc, threshold: 0.8, greater_is_better: true}]}
      production:
        requires: staging
        approvals: [{role: risk, groups: [risk]}]
"""


EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"


@pytest.fixture
def file(tmp_path):
    """A policy file."""
    path = tmp_path / "policies.yaml"
    path.write_text(FILE)
    return path


def test_a_dry_run_shows_what_would_change_exits_with_2_and_changes_nothing(run, world, file):
    code, out = run.exits("apply", "-f", file, "--dry-run")
    assert 2 == code
    assert "Create the model churn\n  @@ -0,0 +1 @@\n  +team: growth\n" in out
    assert "Set the policy of production of churn\n" in out
    assert "  +requires: staging\n" in out
    assert out.endswith("1 model to create, 2 policies to set; 0 policies unchanged.\n")
    assert "" == run.err
    assert [] == list(world.registry.events())


def test_applying_says_what_was_done_and_again_changes_nothing(run, world, file):
    code, out = run.exits("apply", "-f", file, "--reason", "revision 1f2e")
    assert (0, "Done: set the policy of production of churn.") == (code, out.splitlines()[-1])
    assert {"revision 1f2e"} == {event.reason for event in world.registry.events()}
    for more in ((), ("--dry-run",)):
        assert (0, "No change: 2 policies in force as the files say.\n") == run.exits("apply", "-f", file, *more)
    assert 3 == len(world.types())


def test_the_record_says_that_the_command_line_did_it(run, world, file):
    run("apply", "-f", file)
    assert {"cli"} == {event.via for event in world.registry.events()}


def test_what_changes_in_a_policy_is_a_diff(run, world, file):
    run("apply", "-f", file)
    file.write_text(FILE.replace("[cy, dee]", "[cy, ed]"))
    code, out = run.exits("apply", "-f", file, "-n")
    assert 2 == code
    assert "Replace the policy of production of churn\n" in out
    assert ["  -  - dee", "  +  - ed"] == [line for line in out.splitlines() if line.startswith(("  +", "  -"))]


def test_prune_says_loudly_that_the_alias_is_locked(run, world, file):
    run("apply", "-f", file)
    file.write_text("models: {churn: {aliases: {}}}")
    assert "No change" in run("apply", "-f", file)
    assert "the policy of production of churn is in no file. --prune would remove it, and lock it." in run.err
    code, out = run.exits("apply", "-f", file, "--prune", "-n")
    assert 2 == code
    assert "Remove the policy of staging of churn: the alias is LOCKED until it gets another\n" in out
    assert "WARNING: staging of churn would be without a policy, and LOCKED" in run.err
    run("apply", "-f", file, "--prune")
    assert "WARNING: staging of churn is without a policy, and LOCKED" in run.err
    assert {} == world.registry.policies("churn")


def test_several_files_and_standard_input_are_one_application(run, world, file, tmp_path, monkeypatch):
    other, third = tmp_path / "other.yaml", tmp_path / "third.yaml"
    other.write_text("models: {other: }")
    third.write_text("models: {third: }")
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"models: {piped: }")))
    run("apply", "-f", file, other, "-f", third, "-f", "-")
    assert {"churn", "other", "third", "piped"} == {model.name for model in world.registry.search_models()}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "Which policy files? Give -f policies.yaml"),
        (("-f", "-", "-"), "Standard input (-f -) can be read only once."),
        (("-f", "{folder}"), "is a folder: name the files in it"),
        (("-f", "{folder}/none.yaml"), "none.yaml: No such file or directory."),
    ],
)
def test_files_that_cannot_be_read_are_an_error(run, world, tmp_path, arguments, said):
    assert said in run.fails("apply", *(text.format(folder=tmp_path) for text in arguments))


def test_every_problem_begins_its_line_with_file_line_and_column(run, world, file):
    file.write_text(FILE.replace("0.8", "'0.8'").replace("[risk]", "[rsik]"))
    heading, *lines = run.fails("apply", "-f", file).splitlines()
    assert "airflow model-registry: The policy files cannot be applied, for 2 problems:" == heading
    assert [f"{file}:6:50: ", f"{file}:9:42: "] == [line[: len(f"{file}:6:50: ")] for line in lines]
    assert [] == list(world.registry.events())


def test_nothing_is_applied_where_a_later_file_is_wrong(run, world, file, tmp_path):
    (tmp_path / "wrong.yaml").write_text("models: [")
    run.fails("apply", "-f", file, tmp_path / "wrong.yaml")
    assert [] == list(world.registry.events())


def test_a_failure_in_the_middle_says_what_was_done(run, world, file, monkeypatch):
    def fails(*_, **__):
        raise DatabaseUnavailableError("The database went away.")

    with monkeypatch.context() as broken:
        broken.setattr(Registry, "set_policy", fails)
        code, out = run.exits("apply", "-f", file)
    assert 1 == code
    assert "Done: create the model churn.\n" in out
    assert "The database went away. 1 of 3 changes were made before it." in run.err
    assert 0 == run.exits("apply", "-f", file)[0]
    assert {"production", "staging"} == set(world.registry.policies("churn"))


def test_programs_get_the_steps(run, world, file):
    code, out = run.exits("apply", "-f", file, "-n", "-o", "json")
    steps = json.loads(out)
    assert 2 == code
    assert ["create model", "set policy", "set policy"] == [step["step"] for step in steps]
    assert {False} == {step["applied"] for step in steps}
    assert "staging" == steps[2]["after"]["requires"]
    assert {True} == {step["applied"] for step in yaml.safe_load(run("apply", "-f", file, "-o", "yaml"))}
    assert [] == run.json("apply", "-f", file)


def test_a_terminal_gets_colours_and_no_control_characters(run, world, file, monkeypatch):
    file.write_text('models: {churn: {description: "\\e[2Jgone \\u202e"}}')
    monkeypatch.setattr(module, "_console", lambda: Console(file=sys.stdout, force_terminal=True, markup=False))
    _, out = run.exits("apply", "-f", file, "-n")
    assert "\x1b[32m  +description:" in out
    assert "\x1b[2J" not in out
    assert "\u202e" not in out


@pytest.mark.parametrize("output", ["yaml", "json"])
def test_applying_what_policy_show_prints_changes_nothing(run, world, file, tmp_path, output):
    run("apply", "-f", file)
    for alias in ("staging", "production"):
        shown = tmp_path / f"{alias}.{output}"
        shown.write_text(run("policy", "show", "churn", alias, "-o", output))
        assert "No change: 1 policy in force as the files say.\n" == run("apply", "-f", shown)


def test_the_schema_is_printed_in_one_piece(run, world):
    schema = json.loads(run("policy", "schema"))
    Draft202012Validator(schema).validate(yaml.safe_load(FILE))


def edited(*changes: tuple[str, str]) -> str:
    """The policy file of the documentation, with some texts replaced."""
    text = (EXAMPLES / "policies.yaml").read_text()
    for before, after in changes:
        assert before in text
        text = text.replace(before, after)
    return text


def test_the_page_shows_what_a_dry_run_prints(run, world, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    run("apply", "-f", EXAMPLES / "policies.yaml")
    Path("policies.yaml").write_text(edited(("0.80", "0.82"), ("[cy, dee,", "[cy, dee, gil,"), ("7d", "3d")))
    assert (2, (EXAMPLES / "apply.txt").read_text()) == run.exits("apply", "-f", "policies.yaml", "--dry-run")


def test_the_page_shows_how_mistakes_are_said(run, world, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("policies.yaml").write_text(
        edited(("threshold: 0.80", 'treshold: "high"'), ("[risk]", "[rsik]"), ("7d", "1 week"))
    )
    assert (EXAMPLES / "apply_errors.txt").read_text() == run.fails("apply", "-f", "policies.yaml")


def test_the_ci_of_the_page_runs_commands_that_there_are(parser):
    (job,) = yaml.safe_load((EXAMPLES / "ci.yaml").read_text())["jobs"].values()
    lines = [line for step in job["steps"] for line in step.get("run", "").splitlines()]
    commands = [shlex.split(line)[1:] for line in lines if line.startswith("airflow ")]
    assert 2 == len(commands)
    for words in commands:
        args = parser.parse_args(words[: words.index("||")] if "||" in words else words)
        assert args.prune
