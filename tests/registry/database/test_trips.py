"""What each act asks of the database, so that none comes to ask more unseen."""

from __future__ import annotations

import pytest

from tests.registry.database.acts import ACTS
from tests.support.kernel import World
from tests.support.trips import counted

# Statements on SQLite; statements on PostgreSQL, and round trips. Reading what was asked for, finding or storing the
# bytes, and giving back the result are counted too. Fewer is better: then write the lower number here.
EXPECTED = {
    "create": (14, 13, 13),
    "update": (8, 7, 6),
    "rename": (12, 11, 10),
    "register": (23, 21, 11),
    "register anew": (19, 17, 11),
    "promote": (13, 17, 5),
    "promote protected": (17, 17, 7),
    "promote again": (13, 17, 5),
    "validate": (17, 16, 17),
    "roll back": (14, 13, 11),
    "clear": (9, 8, 7),
    "set policy": (10, 9, 10),
    "remove policy": (9, 8, 9),
    "tag": (15, 14, 10),
    "untag": (14, 13, 9),
    "describe": (14, 13, 9),
    "check": (8, 7, 5),
    "check what a request reads": (11, 10, 9),
    "validate by a check": (18, 17, 18),
    "measure": (28, 22, 32),
    "feedback": (8, 7, 5),
    "erase feedback": (8, 7, 7),
    "profile": (8, 7, 5),
    "card": (9, 8, 5),
    "card that a request reads": (12, 11, 9),
    "scan": (8, 7, 5),
    "scan what a request reads": (11, 10, 9),
    "validate by a scan": (18, 17, 18),
    "sign": (9, 8, 6),
    "validate by a signature": (30, 28, 30),  # it is asked again once the signature is verified
    "route": (14, 18, 6),
    "route protected": (21, 19, 8),
    "end route": (12, 11, 10),
    "promote, which ends a route": (15, 19, 6),
    "deploy": (9, 8, 5),
    "deploy anew": (10, 9, 5),
    "archive": (18, 17, 13),
    "restore": (14, 13, 9),
    "set retention": (5, 4, 4),
    "archive one version by retention": (34, 33, 33),
    "review": (12, 11, 10),
    "ask": (18, 17, 18),
    "ask and supersede": (20, 19, 20),
    "ask, where the gates fail": (16, 15, 16),
    "promote, which asks": (21, 21, 12),
    "promote what is approved": (21, 21, 11),
    "approve": (17, 16, 18),
    "approve as the last": (18, 17, 19),
    "reject": (18, 17, 18),
    "try to decide": (15, 14, 15),
    "withdraw": (13, 12, 13),
    "override": (20, 19, 19),
    "empty past the policy": (13, 12, 12),
    "set a policy under requests": (13, 12, 13),
    "archive a version that is asked for": (20, 19, 16),
}


@pytest.mark.parametrize("name", ACTS)
def test_an_act_asks_the_database_neither_more_nor_less_than_is_known(world: World, name: str):
    before, doing = ACTS[name]
    before(world)
    with counted(world.registry.engine) as asked:
        doing(world)
    on_sqlite, on_postgresql, trips = EXPECTED[name]
    if world.registry.engine.dialect.name == "sqlite":
        assert (on_sqlite, 0) == (asked.statements, asked.trips)
    else:
        assert (on_postgresql, trips) == (asked.statements, asked.trips)
