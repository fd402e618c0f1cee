from __future__ import annotations

import re

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Text, literal, select

from airflow_provider_registry.registry import Registry
from airflow_provider_registry.registry.search.likeness import like

# What the two databases could disagree on: wildcards of either's operators, escapes, case, letters beyond ASCII.
LETTERS = st.text(st.sampled_from("aAbzZ%_\\*?[]^-éÉßİ🦊\n"), max_size=8)


@given(text=LETTERS, pattern=LETTERS, fold=st.booleans())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_both_databases_mean_the_same_by_like(registry: Registry, text: str, pattern: str, fold: bool):
    condition = like(literal(text, Text), pattern, registry.engine.dialect.name, fold=fold)
    with registry.engine.connect() as connection:
        assert meant(text, pattern, fold) == bool(connection.execute(select(condition)).scalar_one())


def meant(text: str, pattern: str, fold: bool) -> bool:
    """LIKE in plain Python."""
    if fold:
        text, pattern = _lower(text), _lower(pattern)
    parts = re.findall(r"\\[%_\\]|.", pattern, re.DOTALL)
    wild = {"%": ".*", "_": "."}
    body = "".join(wild.get(part) or re.escape(part[1:] if len(part) > 1 else part) for part in parts)
    return bool(re.fullmatch(body, text, re.DOTALL))


def _lower(text: str) -> str:
    return "".join(letter.lower() if letter.isascii() else letter for letter in text)
