"""Model versions over HTTP."""

from __future__ import annotations

import hashlib

import pytest

from tests.support.skin import THRESHOLD


@pytest.fixture
def churn(skin_registry, artifact):
    """Two versions, of which the second is better."""
    for number, auc in ((1, 0.81), (2, 0.82)):
        artifact.write_bytes(b"weights %d" % number)
        skin_registry.register_version(
            "churn",
            artifact,
            metrics={"auc": auc},
            params={"depth": number},
            inputs=["s3://lake/customers"],
            tags={"owner": "ana"},
        )
    return skin_registry


def get(asked_by, route, **params):
    return asked_by("vic").get(route, params=params)


def test_a_version_has_all_that_is_known_of_it(churn, asked_by):
    answer = get(asked_by, "version", reference="models:/churn/2").json()
    version = churn.get_version("models:/churn/2")
    assert (2, version.digest, version.uri, 9) == tuple(answer[key] for key in ("version", "digest", "uri", "size"))
    measured = {"name": "auc", "value": 0.82, "phase": "validation", "dataset": "", "slice": ""}
    assert ([measured], {"depth": "2"}, {"owner": "ana"}) == tuple(answer[k] for k in ("metrics", "params", "tags"))
    assert ["s3://lake/customers"] == [one["uri"] for one in answer["inputs"]]
    assert (
        churn.environment("models:/churn/2") == get(asked_by, "version/environment", reference="models:/churn/2").json()
    )


def test_an_etag_changes_with_whatever_is_said_of_the_version(churn, asked_by):
    def again(tag):
        return asked_by("vic").get("version?reference=models:/churn/2", headers={"If-None-Match": f'"other", {tag}'})

    first = get(asked_by, "version", reference="models:/churn/2").headers["etag"]
    unchanged = again(first)
    assert (304, b"", first) == (unchanged.status_code, unchanged.content, unchanged.headers["etag"])
    churn.set_tag("models:/churn/2", "seen", "yes")
    changed = again(first)
    assert (200, "yes") == (changed.status_code, changed.json()["tags"]["seen"])
    assert first != changed.headers["etag"]


def test_a_search_finds_versions_page_by_page(churn, asked_by):
    first = get(asked_by, "versions", filter="name = 'churn'", order_by="metrics.auc desc", page_size=1).json()
    again = {"filter": "name = 'churn'", "order_by": "metrics.auc desc", "page_size": 1}
    second = get(asked_by, "versions", **again, page_token=first["next_page_token"]).json()
    assert [[2], [1]] == [[one["version"] for one in page["versions"]] for page in (first, second)]


def test_files_come_page_by_page_with_sizes_and_digests(skin_registry, tmp_path, asked_by):
    folder = tmp_path / "model"
    folder.mkdir()
    for name in "cab":
        (folder / name).write_bytes(b"weights")
    version = skin_registry.register_version("churn", folder)
    first = get(asked_by, "version/files", reference="models:/churn/1", limit=2).json()
    second = get(asked_by, "version/files", reference="models:/churn/1", limit=2, first=first["next"]).json()
    assert [["a", "b"], ["c"]] == [[file["path"] for file in page["files"]] for page in (first, second)]
    assert {(7, hashlib.sha256(b"weights").hexdigest())} == {(f["size"], f["sha256"]) for f in first["files"]}
    assert (3, None) == (version.file_count, second["next"])


def test_metrics_over_time_are_thinned_for_a_plot(churn, asked_by):
    for day in range(1, 9):
        window = (f"2026-03-0{day}T00:00:00Z", f"2026-03-0{day + 1}T00:00:00Z")
        churn.record_metrics("models:/churn/2", {"auc": day / 10, "f1": 0.5}, window=window)
    (series,) = get(asked_by, "version/metrics", reference="models:/churn/2", name="auc", points=4).json()
    assert ("auc", "production", 4) == (series["name"], series["phase"], len(series["spans"]))
    assert (8, 0.8) == (sum(span["count"] for span in series["spans"]), series["spans"][-1]["maximum"])
    assert 2 == len(get(asked_by, "version/metrics", reference="models:/churn/2", slice="").json())


def test_gate_reports_have_their_numbers(churn, asked_by):
    churn.set_policy("churn", "production", {"gates": [{**THRESHOLD["gates"][0], "threshold": 0.815}]}, reason="r")
    for number in (1, 2):
        churn.validate("churn", number, alias="production")
    failed, passed = (
        get(asked_by, "version/gate-reports", reference=f"models:/churn/{number}", alias="production").json()[0]
        for number in (1, 2)
    )
    assert (False, True) == (failed["passed"], passed["passed"])
    (result,) = failed["results"]
    assert ("failed", 0.81, 0.815) == tuple(result[key] for key in ("verdict", "candidate_value", "bound"))


def test_two_versions_stand_side_by_side(churn, asked_by):
    answer = get(asked_by, "comparison", first="models:/churn/1", second="models:/churn/2").json()
    rows = {(row["aspect"], row["name"]): row for row in answer["rows"]}
    assert (0.81, 0.82, False) == tuple(rows["metric", "auc"][key] for key in ("first", "second", "equal"))
    assert pytest.approx(0.01) == rows["metric", "auc"]["change"]
    assert rows["input", "s3://lake/customers.uri"]["equal"]
    assert (1, 2) == (answer["first"]["version"], answer["second"]["version"])
