"""Who may do what where the registry's own rights count, and who the record says it was."""

from __future__ import annotations

from itertools import count

import pytest

POLICY = {
    "gates": [{"metric": "auc", "threshold": 0.8, "greater_is_better": True}],
    "approvals": [{"role": "ml-lead", "users": ["ana", "dee", "ida"]}],
    "four_eyes": True,
    "via": ["airflow-ui"],
}
NUMBERS = count(1)


@pytest.fixture
def model(registry, tmp_path):
    """A model of the test's own with two versions, whose alias production people decide on."""
    name = f"churn-{next(NUMBERS)}"
    registry.create_model(name)
    registry.set_policy(name, "production", POLICY, reason="people decide")
    for number in (1, 2):
        (tmp_path / "model.txt").write_text(f"weights {number}")
        registry.register_version(name, tmp_path / "model.txt", metrics={"auc": 0.9}, environment=False)
    return name


def promotion(model, version=1, alias="production"):
    return {"reference": f"models:/{model}/{version}", "alias": alias}


def rollback(model, alias="production"):
    return {"model_name": model, "alias": alias, "reason": "it was worse"}


@pytest.fixture
def opened(as_user, model):
    """The request for its first version, which ida has opened."""
    return as_user("ida").post("requests", json=promotion(model)).json()


def decide(client, request, **more):
    said = {"verdict": "approve", "report": request["report_digest"], **more}
    return client.post(f"requests/{request['request_id']}/decisions", json=said)


@pytest.mark.parametrize(
    ("user", "rights"),
    [
        ("admin", ["read", "decide", "administer"]),
        ("ida", ["read", "decide", "administer"]),
        ("uli", ["read"]),
        ("vic", ["read"]),
        ("ana", ["read", "decide"]),
        ("dee", ["decide"]),
        ("nix", []),
    ],
)
def test_users_have_the_rights_of_their_roles(as_user, user, rights):
    me = as_user(user).get("me").json()
    assert (user, True, rights) == (me["name"], me["id"].isdigit(), me["rights"])


def test_without_a_login_there_is_nothing(as_user):
    nobody = as_user(None)
    wrong = {"Authorization": "Bearer wrong"}
    answers = [nobody.get("me"), nobody.get("models"), nobody.get("models", headers=wrong), nobody.post("rollbacks")]
    assert [401, 401, 403, 401] == [answer.status_code for answer in answers]


def test_who_may_read_changes_nothing(as_user, model, opened):
    reader = as_user("vic")
    assert [model] == [request["model_name"] for request in reader.get("requests", params={"model": model}).json()]
    refused = [
        decide(reader, opened),
        reader.post(f"requests/{opened['request_id']}/withdrawal", json={"reason": "r"}),
        reader.post("requests", json=promotion(model, 2)),
        reader.post("promotions", json=promotion(model, alias="staging")),
        reader.post("rollbacks", json=rollback(model)),
    ]
    assert [403] * 5 == [answer.status_code for answer in refused]
    assert "vic may not decide in the model registry." == refused[0].json()["detail"]
    assert "open" == reader.get(f"requests/{opened['request_id']}").json()["state"]


def test_who_has_no_right_of_ours_neither_reads_nor_changes_anything(as_user, model, opened):
    guest = as_user("nix")
    refused = [guest.get("models"), guest.get("requests"), decide(guest, opened)]
    assert [403] * 3 == [answer.status_code for answer in refused]


def test_who_may_decide_moves_nothing(as_user, model, opened):
    reviewer, decider = as_user("ana"), as_user("dee")
    for client in (reviewer, decider):
        acts = {
            "requests": promotion(model, 2),
            "promotions": promotion(model, alias="staging"),
            "rollbacks": rollback(model),
        }
        assert [403] * 3 == [client.post(route, json=said).status_code for route, said in acts.items()]
    assert [200, 403] == [client.get("requests").status_code for client in (reviewer, decider)]
    assert [200, "approved"] == [(answer := decide(reviewer, opened)).status_code, answer.json()["state"]]


def test_a_decision_is_of_the_user_who_is_logged_in_whatever_the_request_says(as_user, model, opened, registry):
    claims = {"by": "ana", "user": "ana", "actor": {"name": "ana"}, "name": "ana", "via": "cli", "authenticated": False}
    decider = as_user("dee")
    (decided,) = decide(decider, opened, **claims).json()["decisions"]
    assert "dee" == decided["by"]
    event = registry.model_events(model)[-1]
    actor = {"issuer": "airflow:airflow", "subject": decider.get("me").json()["id"], "name": "dee"}
    assert (actor, "dee", "airflow-ui", True, None) == (
        event.private["actor"],
        event.by,
        event.via,
        event.authenticated,
        event.task,
    )


def test_what_the_policy_asks_comes_on_top(as_user, opened):
    """The one asked for it herself; the other is an administrator whom the policy does not name."""
    for user in ("ida", "admin"):
        answer = decide(as_user(user), opened)
        assert (403, "urn:model-registry:DecisionRefusedError") == (answer.status_code, answer.json()["type"])
        assert user in answer.json()["detail"]


def test_who_may_administer_moves_aliases(as_user, model, opened):
    administrator = as_user("ida")
    assert 409 == administrator.post("promotions", json=promotion(model)).status_code
    decide(as_user("ana"), opened)
    promoted = administrator.post("promotions", json=promotion(model)).json()
    assert (1, "ida", opened["request_id"]) == (promoted["version"], promoted["by"], promoted["request"])
    for version in (1, 2):
        assert 200 == administrator.post("promotions", json=promotion(model, version, "staging")).status_code
    held = administrator.post("rollbacks", json=rollback(model, "staging")).json()
    assert (1, "alias.rolled_back", "ida") == (held["version"], held["act"], held["by"])
