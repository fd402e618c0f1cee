"""Every field with every operator, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from airflow_provider_registry.errors import InvalidFilterError
from airflow_provider_registry.registry import Phase, Registry
from tests.registry.search.population import Sample, found, measured, settle
from tests.support.kernel import World

NO = measured("auc", Phase.TRAINING, slice="country=NO")
SAMPLES = [
    Sample(
        model="growth/Churn",
        team="growth",
        created_at=datetime(2026, 1, 1, tzinfo=UTC),
        digest="aa" * 32,
        dag_id="retrain",
        run_id="r1",
        task_id="fit",
        metrics={measured("auc"): 0.9, NO: 0.5, measured("f1 score"): 0.25},
        tags={"team": "Growth", "cost centre": "42", "`odd`": "yes"},
        params={"lr": "0.1"},
        aliases=("production", "Champion"),
    ),
    Sample(
        model="growth/Churn",
        created_at=datetime(2026, 1, 31, 23, 59, 59, 999_999, tzinfo=UTC),
        created_by="bo",
        digest="bb" * 32,
        dag_id="retrain",
        run_id="r2",
        task_id="fit",
        archived=True,
        metrics={measured("auc"): 0.95, measured("auc", dataset="holdout"): 0.7},
        tags={"team": "risk"},
        params={"lr": "0.2"},
    ),
    Sample(model="fraud", created_at=datetime(2026, 2, 1, tzinfo=UTC), digest="cc" * 32, aliases=("staging",)),
]
C1, C2, F1 = "growth/Churn/1", "growth/Churn/2", "fraud/1"
ALL = {C1, C2, F1}

CASES = {
    "": ALL,
    "  \n ": ALL,
    "name = 'growth/Churn'": {C1, C2},
    'NAME = "GROWTH/churn"': {C1, C2},
    "name != 'fraud'": {C1, C2},
    "name != 'nothing'": ALL,
    "not name = 'nothing'": ALL,
    "name in ('fraud', 'nothing')": {F1},
    "name in ('fraud', 'FRAUD')": {F1},
    "name not in ('fraud', 'nothing')": {C1, C2},
    "name like 'growth/C%'": {C1, C2},
    "name like 'growth/c%'": set(),
    "name not like 'growth/%'": {F1},
    "name ilike 'GROWTH/c_urn'": {C1, C2},
    "name is null": set(),
    "version = 2": {C2},
    "version != 2": {C1, F1},
    "version < 2": {C1, F1},
    "version <= 1": {C1, F1},
    "version > 1": {C2},
    "version >= 1": ALL,
    "version in (2, 7)": {C2},
    "version not in (2)": {C1, F1},
    "version < 99999999999999999999999": ALL,
    "version in (2, -99999999999999999999999)": {C2},
    "team = 'growth'": {C1, C2},
    "team != 'risk'": {C1, C2},
    "team in ('growth', 'risk')": {C1, C2},
    "team not in ('growth')": set(),
    "team ilike 'GROW%'": {C1, C2},
    "team is null": {F1},
    "team is not null": {C1, C2},
    "not team = 'growth'": {F1},
    "alias = 'PRODUCTION'": {C1},
    "alias in ('champion', 'staging')": {C1, F1},
    "alias != 'production'": {C2, F1},
    "alias not in ('production', 'staging')": {C2},
    "alias like 'champ%'": set(),
    "alias ilike 'champ%'": {C1},
    "alias not like 'prod%'": {C2, F1},
    "alias is null": {C2},
    "alias is not null": {C1, F1},
    "alias = 'production' and alias = 'champion'": {C1},
    "tags.team = 'Growth'": {C1},
    "tags.team = 'growth'": set(),
    "tags.team ilike 'gr%'": {C1},
    "tags.team like 'gr%'": set(),
    "tags.team != 'risk'": {C1},
    "not tags.team = 'risk'": {C1, F1},
    "tags.team in ('risk', 'Growth')": {C1, C2},
    "tags.team not in ('risk')": {C1},
    "tags.team not like 'r%'": {C1},
    "tags.team not ilike 'G%'": {C2},
    "tags.team is null": {F1},
    "tags.team is not null": {C1, C2},
    "tags.`cost centre` = '42'": {C1},
    'tags."cost centre" = "42"': {C1},
    "tags.```odd``` = 'yes'": {C1},
    "tag.team = 'risk'": {C2},
    "params.lr = '0.1'": {C1},
    "parameters.lr != '0.1'": {C2},
    "params.lr is null": {F1},
    "metrics.auc = 0.9": {C1},
    "metrics.auc != 0.9": {C2},
    "metrics.auc > 0.9": {C2},
    "metrics.auc >= .9": {C1, C2},
    "metrics.auc < 9.5e-1": {C1},
    "metrics.auc <= 0.95": {C1, C2},
    "metrics.auc in (0.9, 1)": {C1},
    "metrics.auc is null": {F1},
    "metrics.`f1 score` > -1": {C1},
    "metrics.auc[phase=training] is null": ALL,
    "metrics.auc[phase=training, slice='country=NO'] = 0.5": {C1},
    "metrics.auc[slice = ' country=NO ', PHASE = training] = 0.5": {C1},
    "metrics.auc[dataset=holdout] >= 0.7": {C2},
    "dag_id = 'retrain'": {C1, C2},
    "dag_id != 'other'": {C1, C2},
    "not dag_id = 'retrain'": {F1},
    "dag_id is null": {F1},
    "producer.run_id = 'r2'": {C2},
    "run_id in ('r1', 'r2')": {C1, C2},
    "task_id not like 'f%'": set(),
    "created_by = 'bo'": {C2},
    "creator ilike 'A%'": {C1, F1},
    "created_at = '2026-01-31'": {C2},
    "created_at != '2026-01-31'": {C1, F1},
    "created_at <= '2026-01-31'": {C1, C2},
    "created_at < '2026-01-31'": {C1},
    "created_at > '2026-01-31'": {F1},
    "created_at >= '2026-01-31'": {C2, F1},
    "created_at = '2026-01-01T00:00:00'": {C1},
    "created_at >= '2026-02-01T01:00:00+01:00'": {F1},
    "created_at > '2026-02-01T00:00:00Z'": set(),
    "created_at is null": set(),
    f"digest = '{'aa' * 32}'": {C1},
    "digest like 'bb%'": {C2},
    "archived = true": {C2},
    "archived = FALSE": {C1, F1},
    "archived != true": {C1, F1},
    "attributes.version = 2 AND attr.name = 'growth/churn'": {C2},
    "name = 'growth/churn' and metrics.auc > 0.9 or alias = 'staging'": {C2, F1},
    "name = 'growth/churn' and (metrics.auc > 0.9 or alias = 'staging')": {C2},
    "not (metrics.auc > 0.9 or alias = 'staging')": {C1},
    "not not version = 2": {C2},
}


@pytest.fixture
def full(registry: Registry) -> Registry:
    settle(registry, SAMPLES)
    return registry


def test_each_condition_finds_what_it_says(full: Registry):
    expected = {filter: {f"models:/{name}" for name in names} for filter, names in CASES.items()}
    assert expected == {filter: set(found(full, filter)) for filter in CASES}


def test_a_former_name_finds_the_renamed_model(full: Registry):
    full.rename_model("fraud", "theft")
    for name in ("fraud", "theft", "Fraud"):
        assert ["models:/theft/1"] == found(full, f"name = '{name}'")
        assert {"models:/theft/1"} == set(found(full, f"name in ('{name}', 'nothing')"))
    assert [] == found(full, "name like 'fraud'")


def test_an_alias_that_moved_on_finds_its_holder_alone(world: World):
    world.versions(0.8, 0.9)
    for version in (1, 2):
        world.registry.promote("churn", version, "production")
    assert ["models:/churn/2"] == found(world.registry, "alias = 'production'")
    assert ["models:/churn/1"] == found(world.registry, "alias is null")


WRONG = [
    ("nam = 'x'", 0, "Did you mean 'name'?"),
    ("metrisc.auc > 1", 0, "Did you mean 'metrics'?"),
    ("version > 1 and zzz = 1", 16, "The fields are name, team"),
    ("tags = 'x'", 0, "tags.<key>"),
    ("name.x = 'x'", 0, "write name alone"),
    ("tags.x[phase=training] = 'x'", 7, "only metrics have a place"),
    ("metrics.auc > 'x'", 14, "metrics.auc is a number; expected a finite number without quotes, found the text 'x'"),
    ("metrics.auc > true", 14, "found true"),
    ("metrics.auc > 1e999", 14, "expected a finite number without quotes, found 1e999"),
    ("metrics.auc like 'x'", 12, "cannot be compared by 'like'"),
    ("metrics.auc[phase=tranining] > 1", 18, "Did you mean 'training'?"),
    ("metrics.auc[where=x] > 1", 12, "phase, dataset, slice"),
    ("metrics.auc[phase=training, phase=training] > 1", 28, "stands twice"),
    ("metrics.auc[slice=NO] > 1", 18, "without '='"),
    ("name > 3", 5, "cannot be compared by '>'"),
    ("name = 3", 7, "expected a text in quotes, found 3"),
    ("params.lr = 0.1", 12, "expected a text in quotes, found 0.1"),
    ("version = '3'", 10, "expected a whole number without quotes"),
    ("version = 1.5", 10, "found 1.5"),
    ("version in (1, 'x')", 15, "found the text 'x'"),
    ("created_at > 'soon'", 13, "such as '2026-01-31'"),
    ("created_at > '2026-02-30'", 13, "such as '2026-01-31'"),
    ("created_at > '0001-01-01T00:00:00+10:00'", 13, "such as '2026-01-31'"),
    ("created_at <= '9999-12-31'", 14, "such as '2026-01-31'"),
    ("created_at <= '20260131'", 14, "such as '2026-01-31'"),
    ("created_at = '2026-W05'", 13, "such as '2026-01-31'"),
    ("created_at > 1767225600000", 13, "such as '2026-01-31'"),
    ("created_at in ('2026-01-01')", 11, "cannot be compared by 'in'"),
    ("created_at not in ('2026-01-01')", 15, "cannot be compared by 'not in'"),
    ("version not like '1%'", 12, "cannot be compared by 'not like'"),
    ("archived = 1", 11, "expected true or false"),
    ("archived = 'true'", 11, "expected true or false"),
    ("archived is null", 9, "cannot be compared by 'is null'"),
    ("version > 1 and archived  is not null", 26, "cannot be compared by 'is not null'"),
]


@pytest.mark.parametrize("backend", ["sqlite"])
def test_what_does_not_fit_is_refused_with_its_position(registry: Registry):
    for filter, position, words in WRONG:
        with pytest.raises(InvalidFilterError) as caught:
            registry.search_versions(filter)
        assert position == caught.value.position, filter
        assert words in str(caught.value)
        lines = str(caught.value).splitlines()
        assert filter == lines[-2].strip()
        assert filter[position:] == lines[-2][lines[-1].index("^") :]


HOSTILE = [
    "' or 1=1 --",
    "'; drop table registry_version; --",
    '"',
    "`",
    "%",
    "_",
    "\\",
    "\\%",
    "%%",
    "a%b",
    "a_b",
    "a\\b",
    "[a]",
    "*",
    "?",
    "[",
    "]",
    "Ünïcödé",
    "ß",
    "🦊",
    "\u202e",
    "a\nb",
    "\t",
    ":name",
    "%(x)s",
    "{}",
    "x" * 500,
    "NULL",
    "",
    "İ",
    "A",
    "a",
]


def test_hostile_values_are_only_values(registry: Registry):
    settle(registry, [Sample(tags={"k": text}, params={f"p{text or '-'}"[:200]: "v"}) for text in HOSTILE])
    for number, text in enumerate(HOSTILE, 1):
        mine = [f"models:/churn/{number}"]
        quoted = "'" + text.replace("'", "''") + "'"
        escaped = quoted.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        assert mine == found(registry, f"tags.k = {quoted}")
        assert mine == found(registry, f"tags.k in ({quoted}, 'nothing')")
        assert mine == found(registry, f"tags.k like {escaped}")
        assert mine == found(registry, 'tags.k = "' + text.replace('"', '""') + '"')
        assert mine == found(registry, "params.`" + f"p{text or '-'}"[:200].replace("`", "``") + "` = 'v'")
        assert len(HOSTILE) - 1 == len(found(registry, f"tags.k != {quoted}"))


def test_values_longer_than_their_index_are_told_apart(registry: Registry):
    long = "x" * 128
    settle(registry, [Sample(tags={"k": long + "1"}), Sample(tags={"k": long + "2"}), Sample(tags={"k": long})])
    assert ["models:/churn/2"] == found(registry, f"tags.k = '{long}2'")
    assert ["models:/churn/3"] == found(registry, f"tags.k = '{long}'")
    assert {"models:/churn/1", "models:/churn/3"} == set(found(registry, f"tags.k in ('{long}', '{long}1')"))
