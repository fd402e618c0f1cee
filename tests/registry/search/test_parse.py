from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from airflow_provider_registry.errors import InvalidFilterError
from airflow_provider_registry.registry.search.parse import (
    MAX_CONDITIONS,
    MAX_DEPTH,
    MAX_LENGTH,
    parse_filter,
    parse_order,
)
from airflow_provider_registry.registry.search.tree import Condition, Either, Every, Field, Literal, Not, Operator, Word

A = Condition(Field("a", 0), Operator.EQUAL, 2, (Literal(1, 4),))
WORDS = [
    "and",
    "or",
    "not",
    "in",
    "like",
    "is",
    "null",
    "(",
    ")",
    "[",
    "]",
    ",",
    ".",
    "=",
    "!=",
    ">",
    "'x'",
    "'",
    "`",
    "1",
    "name",
    "metrics",
]


def tree(text):
    return parse_filter(text)[1]


def test_and_binds_closer_than_or_and_not_closest():
    match tree("a = 1 or not a = 2 and a = 3"):
        case Either((Condition(), Every((Not(Condition()), Condition())))):
            return
    pytest.fail("the tree is another")


def test_parentheses_change_nothing_but_the_order():
    assert A == tree("a = 1")
    assert isinstance(tree("((a = 1) or a = 2) and a = 3"), Every)


def test_parentheses_may_be_as_many_as_fit():
    assert isinstance(tree("(" * 4_990 + "a = 1" + ")" * 4_990), Condition)


def test_keywords_may_be_written_in_any_case_and_begin_names():
    assert isinstance(tree("a = 1 AND b = 2 aNd c IN (1) and d ILIKE 'x' And e IS NOT NULL"), Every)
    match tree("android = 1 and notable = 2 or order = 3 and inn = 4"):
        case Either((Every((Condition(Field("android")), Condition(Field("notable")))), Every())):
            return
    pytest.fail("the tree is another")


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("tags.team", "team"),
        ("tags.a.b/c:d-e", "a.b/c:d-e"),
        ("tags.1st", "1st"),
        ("tags.`a b`", "a b"),
        ("tags.```x```", "`x`"),
        ('tags."a""b"', 'a"b'),
        ("tags . x", "x"),
        ("tags.größe", "größe"),
        ("tags.and", "and"),
        ("tags.`and`", "and"),
    ],
)
def test_keys(text, key):
    condition = tree(f"{text} = 'x'")
    assert isinstance(condition, Condition)
    assert condition.field.key is not None
    assert key == condition.field.key.text


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("'x'", "x"),
        ('"x"', "x"),
        ("'it''s'", "it's"),
        ('"a""b"', 'a"b'),
        ("'\\'", "\\"),
        ("''", ""),
        ("1", 1),
        ("-1", -1),
        ("+.5", 0.5),
        ("1.", 1.0),
        ("1e-3", 1e-3),
        ("TRUE", True),
        ("false", False),
    ],
)
def test_values(text, value):
    condition = tree(f"a = {text}")
    assert isinstance(condition, Condition)
    assert (value, type(value)) == (condition.values[0].value, type(condition.values[0].value))


def test_the_place_of_a_metric():
    condition = tree("metrics.auc[phase=training, slice='country=NO'] > 0")
    assert isinstance(condition, Condition)
    phase, slice = (Word("phase", 12), Word("training", 18)), (Word("slice", 28), Word("country=NO", 34))
    assert (phase, slice) == condition.field.place


@pytest.mark.parametrize(
    ("text", "position", "expected", "hint"),
    [
        ("metrics.auc >", 13, ("a text in quotes", "a number", "true or false"), "found the end"),
        ("name = churn", 7, ("a text in quotes", "a number", "true or false"), "Text stands in quotes: 'churn'."),
        ("name == 'x'", 6, ("a text in quotes", "a number", "true or false"), "one '='"),
        ("name <> 'x'", 6, ("a text in quotes", "a number", "true or false"), "'!='"),
        ("name = 'x", 7, ("a text in quotes", "a number", "true or false"), "not closed"),
        ("name = `x`", 7, ("a text in quotes", "a number", "true or false"), "Backticks are for keys"),
        ("tags.'x' = 1", 5, ("a key", "a key in backticks"), "stand in backticks"),
        ("a = 1 && b = 2", 6, ("'and'", "'or'", "the end"), "'and' and 'or'"),
        ("(a = 1", 6, ("')'", "'and'", "'or'"), "found the end"),
        ("a = 1)", 5, ("'and'", "'or'", "the end"), "found ')'"),
        ("and a = 1", 0, ("a field", "'not'", "'('"), "found 'and a = 1'"),
        ("a in ()", 6, ("a text in quotes", "a number", "true or false"), "found ')'"),
        ("a in 1", 5, ("'('",), ""),
        ("a is 1", 5, ("'not'", "'null'"), ""),
        ("a = 'it's'", 8, ("'and'", "'or'", "the end"), "A quote within quotes is written twice."),
        ("metrics.auc[slice=a=b] > 0", 19, ("']'", "','"), "digits and _ . + - stands in quotes"),
        ("a = 1 b = 2", 6, ("'and'", "'or'", "the end"), ""),
        ("metrics.auc[", 12, ("phase, dataset or slice",), ""),
    ],
)
def test_a_bad_filter_is_told_where_and_what_was_expected(text, position, expected, hint):
    with pytest.raises(InvalidFilterError) as caught:
        parse_filter(text)
    assert (position, expected) == (caught.value.position, caught.value.expected)
    assert hint in str(caught.value)
    assert str(caught.value).endswith(f"\n    {text}\n    {' ' * position}^")


def test_a_long_filter_is_shown_around_the_place():
    text = "a = 1 and " * 30 + "a = ! and b = 3" + " and a = 1" * 30
    with pytest.raises(InvalidFilterError) as caught:
        parse_filter(text)
    excerpt, caret = str(caught.value).splitlines()[1:]
    assert len(excerpt) < 100
    assert "!" == excerpt[caret.index("^")]


@pytest.mark.parametrize(
    "text",
    [
        "a" * (MAX_LENGTH + 1),
        "not " * MAX_DEPTH + "a = 1",
        " or ".join(["a = 1"] * (MAX_CONDITIONS + 1)),
        "a = 'x\x00'",
        "a = '\ud800'",
        None,
        3,
        ["a = 1"],
    ],
)
def test_what_is_too_large_or_no_text_is_refused(text):
    with pytest.raises(InvalidFilterError):
        parse_filter(text)


def test_a_number_of_thousands_of_digits_is_infinite():
    condition = tree("a = " + "9" * 9_000)
    assert isinstance(condition, Condition)
    assert float("inf") == condition.values[0].value


@given(st.text() | st.lists(st.sampled_from(WORDS)).map(" ".join))
@example("a = 1 \x0c and b = 2")
def test_any_text_is_read_or_refused_with_a_position_in_it(text):
    try:
        parse_filter(text)
    except InvalidFilterError as error:
        assert 0 <= error.position <= len(text)
        str(error).encode()


def test_orderings():
    terms = parse_order("metrics.auc DESC, created_at, tags.`a b` asc")[1]
    expected = [("metrics.auc", True), ("created_at", False), ("tags.a b", False)]
    assert expected == [(str(term.field), term.descending) for term in terms]
    assert terms == parse_order(["metrics.auc DESC", "created_at", "tags.`a b` asc"])[1]
    assert () == parse_order(" ")[1]


@pytest.mark.parametrize(
    ("text", "position"),
    [("a foo", 2), ("a,", 2), (", a", 0), ("a desc asc", 7), ("a = 1", 2), (", ".join("abcdef"), 0)],
)
def test_a_bad_ordering_is_told_where(text, position):
    with pytest.raises(InvalidFilterError, match="order_by") as caught:
        parse_order(text)
    assert position == caught.value.position


def test_an_ordering_that_is_no_text_is_told_what_is_taken():
    with pytest.raises(InvalidFilterError, match="a text or a list of texts, not \\['a', 5\\]"):
        parse_order(["a", 5])


def test_time_is_not_part_of_the_language():
    """There is no now(): the same text means the same whenever it is read, as page tokens need."""
    with pytest.raises(InvalidFilterError):
        parse_filter("created_at < now()")
