"""What is wrong with a filter or an ordering, said so that a person can mend it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from airflow_provider_registry.errors import InvalidFilterError

# PostgreSQL keeps no NUL, and no encoding has lone surrogates.
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")

# How much of a long text is shown on each side of where it went wrong.
_AROUND = 36

# What people call the grammar's terminals.
_WORDS = {
    "NAME": "a field",
    "NOT": "'not'",
    "LPAR": "'('",
    "RPAR": "')'",
    "LSQB": "'['",
    "RSQB": "']'",
    "COMMA": "','",
    "DOT": "'.' and a key",
    "EQUAL": "'='",
    "COMPARATOR": "a comparison (= != < <= > >=)",
    "LIKE": "'like' or 'ilike'",
    "IN": "'in'",
    "IS": "'is null' or 'is not null'",
    "_NULL": "'null'",
    "_AND": "'and'",
    "_OR": "'or'",
    "KEY": "a key",
    "QUOTED_KEY": "a key in backticks",
    "ASPECT": "phase, dataset or slice",
    "WORD": "a word",
    "TEXT": "a text in quotes",
    "NUMBER": "a number",
    "TRUTH": "true or false",
    "DIRECTION": "asc or desc",
    "$END": "the end",
}

# What stands there, the terminal that could have (empty: whichever), and what helps.
_HINTS = (
    (re.compile(r"(?<=[=!])="), "", "Equality is written with one '='."),
    (re.compile(r"(?<=<)>"), "", "Inequality is written '!='."),
    (re.compile(r"&&?|\|\|?"), "", "Conditions are joined by 'and' and 'or'."),
    (re.compile(r"!"), "", "A condition is turned around by 'not'."),
    (re.compile(r"(?<=['\"])\w"), "_AND", "A quote within quotes is written twice."),
    (re.compile(r"(['\"`])(?!.*\1)", re.DOTALL), "", "The quote that opens here is not closed."),
    (re.compile(r"`"), "", "Backticks are for keys; text stands in single or double quotes."),
    (re.compile(r"'"), "KEY", "Keys with other characters than letters, digits and _ . / : - stand in backticks."),
    (
        re.compile(r"(?<=\w)[^\s\],]"),
        "RSQB",
        "A value of other characters than letters, digits and _ . + - stands in quotes.",
    ),
)
_UNQUOTED = re.compile(r"[^\W\d][\w.-]*")


@dataclass(frozen=True, slots=True)
class Source:
    """A text that is being read.

    Attributes:
        kind: what it is, for messages: `filter` or `order_by`.
    """

    text: str
    kind: str

    def error(self, position: int, message: str, expected: Iterable[str] = ()) -> InvalidFilterError:
        """The error that something in the text is wrong, with the text around it and a caret below it."""
        start, end = max(0, position - _AROUND), position + _AROUND
        excerpt = re.sub(r"[\x00-\x1f\x7f]", " ", self.text[start:end])
        before, after = "…" if start else "", "…" if end < len(self.text) else ""
        caret = " " * (position - start + len(before)) + "^"
        head = f"The {self.kind} is wrong at position {position}: {message}"
        shown = f"{head}\n    {before}{excerpt}{after}\n    {caret}"
        return InvalidFilterError(shown.encode(errors="replace").decode(), position, list(expected))

    def unexpected(self, position: int, terminals: Collection[str]) -> InvalidFilterError:
        """The error that the text cannot be read further, in words.

        Parameters:
            position: where reading stopped.
            terminals: of the grammar, which could have stood there.
        """
        expected = [word for terminal, word in _WORDS.items() if terminal in terminals]
        found = repr(self.text[position : position + 20]) if position < len(self.text) else "the end"
        hint = self._hint(position, terminals)
        message = f"expected {_joined(expected)}, found {found}.{' ' + hint if hint else ''}"
        return self.error(position, message, expected)

    def _hint(self, position: int, terminals: Collection[str]) -> str:
        for pattern, terminal, hint in _HINTS:
            if pattern.match(self.text, position) and (not terminal or terminal in terminals):
                return hint
        if "TEXT" in terminals and (word := _UNQUOTED.match(self.text, position)):
            return f"Text stands in quotes: '{word[0]}'."
        return ""


def meant(word: str, known: Iterable[str]) -> str:
    """What was perhaps meant by an unknown word, as a part of a message; empty where nothing is near."""
    near = get_close_matches(word.lower(), list(known), n=1)
    return f" Did you mean {near[0]!r}?" if near else ""


def _joined(words: Sequence[str]) -> str:
    return " or ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)
