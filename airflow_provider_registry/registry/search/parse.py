"""Reading filters and orderings into trees."""

from __future__ import annotations

from functools import cache
from typing import Any

from lark import Lark, Token, Transformer, v_args
from lark.exceptions import UnexpectedInput, UnexpectedToken

from airflow_provider_registry.errors import InvalidFilterError
from airflow_provider_registry.messages import shown
from airflow_provider_registry.registry.search.problems import UNSTORABLE, Source
from airflow_provider_registry.registry.search.tree import (
    Condition,
    Either,
    Every,
    Field,
    Literal,
    Node,
    Not,
    Operator,
    Term,
    Word,
)

MAX_LENGTH = 10_000
# Each condition may become a subquery, and SQLite takes expressions at most 1,000 deep.
MAX_CONDITIONS = 100
MAX_DEPTH = 50
MAX_TERMS = 5

_TAKEN = {"filter": "a text", "order_by": "a text or a list of texts"}


def parse_filter(text: object) -> tuple[Source, Node | None]:
    """Read a filter.

    Returns:
        the text as source of later errors, and its tree; None for a text that says nothing.

    Raises:
        InvalidFilterError: with the position, what was expected there and what was found.
    """
    source = read_text(text, "filter")
    if not source.text.strip():
        return source, None
    node: Node = _parsed(source, "filter")
    if _size(node) > MAX_CONDITIONS:
        raise source.error(0, f"it has {_size(node)} conditions; at most {MAX_CONDITIONS} are taken.")
    if _depth(node) > MAX_DEPTH:
        raise source.error(0, f"its conditions are nested {_depth(node)} deep; at most {MAX_DEPTH} is taken.")
    return source, node


def parse_order(text: object) -> tuple[Source, tuple[Term, ...]]:
    """Read an ordering: fields joined by `,`, each with `asc` or `desc` behind it or nothing.

    Raises:
        InvalidFilterError: with the position, what was expected there and what was found.
    """
    if isinstance(text, list | tuple) and all(isinstance(part, str) for part in text):
        text = ", ".join(text)
    source = read_text(text, "order_by")
    if not source.text.strip():
        return source, ()
    terms: tuple[Term, ...] = _parsed(source, "ordering")
    if len(terms) > MAX_TERMS:
        raise source.error(0, f"it has {len(terms)} fields; at most {MAX_TERMS} are taken.")
    return source, terms


def read_text(text: object, kind: str) -> Source:
    """What is given as a filter or an ordering, before it is read as one.

    Raises:
        InvalidFilterError: it is no text, too long, or has characters that are never kept.
    """
    if not isinstance(text, str):
        raise InvalidFilterError(f"The {kind} is {_TAKEN[kind]}, not {shown(text, 40)}.")
    if len(text) > MAX_LENGTH:
        raise InvalidFilterError(f"The {kind} has {len(text):,} characters; at most {MAX_LENGTH:,} are taken.")
    source = Source(text, kind)
    if found := UNSTORABLE.search(text):
        raise source.error(found.start(), f"the character {found[0]!r} is never in the registry.")
    return source


def begun(text: str) -> tuple[Field | None, set[str]]:
    """How a filter that somebody is writing could go on.

    Returns:
        the field that was named last, and the grammar's terminals that may follow.

    Raises:
        UnexpectedInput: no filter begins so.
    """
    tokens, terminals = _begun(text, "filter")
    named = [place for place, token in enumerate(tokens) if token.type == "NAME"]
    if not named:
        return None, terminals
    name, *rest = tokens[named[-1] :]
    keyed = len(rest) > 1 and rest[0].type == "DOT"
    return Field(str(name), _at(name), Word(str(rest[1]), _at(rest[1])) if keyed else None), terminals


def _begun(text: str, start: str) -> tuple[list[Token], set[str]]:
    before: Any = _parser(start).parse_interactive(text)
    return before.exhaust_lexer(), set(before.accepts())


def _parsed(source: Source, start: str) -> Any:
    parser = _parser(start)
    try:
        return parser.parse(source.text)
    except UnexpectedInput as error:
        position = _stopped(error, len(source.text))
        # What the parser says it expected leaves out what it gave up before it saw that nothing fits: ask it again,
        # of the text up to there.
        raise source.unexpected(position, _begun(source.text[:position], start)[1]) from None


def _stopped(error: UnexpectedInput, end: int) -> int:
    position: Any = error.pos_in_stream
    at_end = isinstance(error, UnexpectedToken) and error.token.type == "$END"
    return end if at_end or position is None else int(position)


@cache
def _parser(start: str) -> Lark:
    # The trees are built while parsing, from the leaves up: nothing here recurses, however deep the parentheses.
    return Lark.open("filter.lark", rel_to=__file__, start=start, parser="lalr", transformer=_TreeBuilder())


@v_args(inline=True)
class _TreeBuilder(Transformer[Token, Any]):
    """Makes our nodes of what the grammar's rules find; each method is named as its rule."""

    def filter(self, node: Node) -> Node:
        return node

    def either(self, *parts: Node) -> Node:
        return parts[0] if len(parts) == 1 else Either(parts)

    def every(self, *parts: Node) -> Node:
        return parts[0] if len(parts) == 1 else Every(parts)

    def negation(self, _: Token, part: Node) -> Not:
        return Not(part)

    def comparison(self, field: Field, sign: Token, value: Literal) -> Condition:
        operator = Operator.EQUAL if sign == "!=" else Operator(str(sign))
        return Condition(field, operator, _at(sign), (value,), negated=sign == "!=")

    def likeness(self, field: Field, negation: Token | None, like: Token, value: Literal) -> Condition:
        return Condition(field, Operator(like.lower()), _at(like), (value,), negated=negation is not None)

    def membership(self, field: Field, negation: Token | None, among: Token, *values: Literal) -> Condition:
        return Condition(field, Operator.IN, _at(among), values, negated=negation is not None)

    def absence(self, field: Field, sign: Token, negation: Token | None) -> Condition:
        return Condition(field, Operator.PRESENT, _at(sign), negated=negation is None)

    def field(self, name: Token, key: Word | None, place: tuple[tuple[Word, Word], ...] | None = None) -> Field:
        return Field(str(name), _at(name), key, place or ())

    def key(self, token: Token) -> Word:
        return Word(_unquoted(token) if token.type == "QUOTED_KEY" else str(token), _at(token))

    def place(self, *pairs: tuple[Word, Word]) -> tuple[tuple[Word, Word], ...]:
        return pairs

    def where(self, name: Token, value: Token) -> tuple[Word, Word]:
        text = _unquoted(value) if value.type == "TEXT" else str(value)
        return Word(str(name), _at(name)), Word(text, _at(value))

    def value(self, token: Token) -> Literal:
        if token.type == "TEXT":
            return Literal(_unquoted(token), _at(token))
        if token.type == "TRUTH":
            return Literal(token.lower() == "true", _at(token))
        # Python reads whole numbers of so many digits at most; one that long is no version, and infinite as a metric.
        whole = token.lstrip("+-").isdecimal() and len(token) < 400
        return Literal(int(token) if whole else float(token), _at(token))

    def ordering(self, *terms: Term) -> tuple[Term, ...]:
        return terms

    def term(self, field: Field, direction: Token | None) -> Term:
        return Term(field, descending=direction is not None and direction.lower() == "desc")


def _at(token: Token) -> int:
    return token.start_pos or 0


def _unquoted(token: Token) -> str:
    quote = token[0]
    return str(token[1:-1]).replace(quote * 2, quote)


def _size(node: Node) -> int:
    """Number of conditions; without recursion, since how deep the tree is is not known yet."""
    return sum(1 for each, _ in _walk(node) if isinstance(each, Condition))


def _depth(node: Node) -> int:
    return max(depth for _, depth in _walk(node))


def _walk(node: Node) -> list[tuple[Node, int]]:
    found = [(node, 1)]
    for each, depth in found:  # grows while it is walked
        match each:
            case Not(part):
                found.append((part, depth + 1))
            case Every(parts) | Either(parts):
                found.extend((part, depth + 1) for part in parts)
    return found
