"""Where rights on assets count, it is FAB's that do; and whoever comes without a login acts as nobody."""

from __future__ import annotations

import pytest

from tests.support.fab import IS_3_8

OP = ["read", "decide", "administer"] if IS_3_8 else ["read"]


@pytest.mark.parametrize(
    ("user", "rights"),
    [
        ("admin", OP),
        ("ida", OP),
        ("uli", ["read"]),  # may create asset events, and may not change assets
        ("vic", ["read"]),
        ("ana", []),
        ("dee", []),
    ],
)
def test_users_have_the_rights_of_their_roles_on_assets(as_user_of_assets, user, rights):
    client = as_user_of_assets(user)
    assert rights == client.get("me").json()["rights"]
    assert (200 if rights else 403) == client.get("models").status_code
    acts = {"promotions": {"reference": "models:/none/1", "alias": "production"}, "requests/4711/decisions": {}}
    may = {"promotions": 404, "requests/4711/decisions": 422} if "administer" in rights else dict.fromkeys(acts, 403)
    assert may == {route: client.post(route, json=said).status_code for route, said in acts.items()}


@pytest.mark.skipif(not IS_3_8, reason="a public role lets nobody in")
def test_whoever_comes_without_a_login_reads_at_most(as_user_of_assets):
    """`[fab] auth_role_public` makes them an Op; the record could not say who they were."""
    nobody = as_user_of_assets(None)
    assert {"id": "", "name": "Anonymous", "rights": ["read"]}.items() <= nobody.get("me").json().items()
    assert 200 == nobody.get("models").status_code
    acts = {"promotions": {"reference": "models:/none/1", "alias": "a"}, "requests/1/withdrawal": {"reason": "r"}}
    assert [403, 403] == [nobody.post(route, json=said).status_code for route, said in acts.items()]
