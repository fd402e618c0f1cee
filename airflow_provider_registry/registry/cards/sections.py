"""The sections of a card: which there are, and what each says.

Sections are known by their headings, in the words of https://arxiv.org/abs/1810.03993 and of the Hub's template
(https://huggingface.co/docs/hub/model-card-annotated). "Intended uses & limitations" is two sections with one text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from markdown_it.token import Token

from airflow_provider_registry.prose import parsed

# What a heading may say, by the key that gates ask for; the key itself, with spaces, is always one of them.
HEADINGS: Mapping[str, tuple[str, ...]] = {
    "intended_use": ("intended uses", "uses", "use cases", "direct use", "primary intended uses", "primary uses"),
    "users": ("intended users", "primary intended users"),
    "downstream_use": (),
    "out_of_scope_use": ("out of scope uses", "out of scope use cases", "misuse"),
    "limitations": ("limits", "known limitations", "technical limitations"),
    "bias": ("biases",),
    "risks": (),
    "ethical_considerations": ("ethics", "ethical concerns"),
    "caveats": (),
    "recommendations": (),
    "tradeoffs": ("trade offs", "performance tradeoffs", "performance trade offs"),
    "fairness": ("fairness assessment", "fairness assessments"),
    "training_data": ("training dataset", "training datasets"),
    "evaluation_data": ("testing data", "test data", "evaluation dataset", "evaluation datasets"),
    "training_procedure": ("training",),
    "evaluation": ("evaluation results", "results", "quantitative analyses"),
    "factors": (),
    "environmental_impact": (),
    "contact": ("model card contact",),
}
KEY = re.compile(r"[^\s!-/:-@\[-^`{-~A-Z]{1,100}")

_KNOWN = {words: key for key, others in HEADINGS.items() for words in (key.replace("_", " "), *others)}
_OPTIONAL = re.compile(r"[\[(]optional[\])]", re.IGNORECASE)
_PARTS = re.compile(r"\s*(?:&|,|/|;|\band\b|\bor\b)\s*")
_NUMBER = re.compile(r"\s*\d+(?:\.\d+)*[.)]?\s+")
_NO_WORD = re.compile(r"[\W_]+")
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_PLACEHOLDER = re.compile(r"more information needed", re.IGNORECASE)


def keys_of(heading: str) -> tuple[str, ...]:
    """The keys of a section, from its heading: that of the whole, and those known of its parts.

    `Intended uses & limitations` has intended_uses_limitations, intended_use and limitations.
    """
    text = _OPTIONAL.sub(" ", heading.lower())
    text = text[found.end() :] if (found := _NUMBER.match(text)) else text
    whole = _NO_WORD.sub(" ", text).strip()
    if whole in _KNOWN:
        return (_KNOWN[whole],)
    parts = (_KNOWN.get(_NO_WORD.sub(" ", part).strip()) for part in _PARTS.split(text))
    own = whole.replace(" ", "_")[:100].strip("_")
    return tuple(dict.fromkeys([*([own] if own else []), *filter(None, parts)]))


@dataclass
class _Open:
    """A heading under which the next text stands.

    Attributes:
        known: whether it has a key that `HEADINGS` knows, so that what it says is its own alone.
    """

    level: int
    keys: tuple[str, ...]
    known: bool = field(init=False)

    def __post_init__(self) -> None:
        self.known = any(key in HEADINGS for key in self.keys)


def sections_of(body: str) -> dict[str, list[str]]:
    """What each section says, by its key: a text for each paragraph, item of a list, cell and block of code.

    Only what a reader sees counts: no comments, and no line with the Hub's placeholder "[More Information Needed]". So
    a section that a template left there, without words of somebody's, is not among them. What stands under a heading
    of a deeper level belongs to the section above as well, unless it is known itself: the text of `Out-of-scope use`
    says nothing of the intended use.
    """
    found: dict[str, list[str]] = {}
    for keys, text in _texts(parsed(body)):
        for key in keys:
            found.setdefault(key, []).append(text)
    return found


def _texts(tokens: Iterable[Token]) -> Iterator[tuple[tuple[str, ...], str]]:
    """Each text that says something, with the keys of the sections that it is in."""
    above: list[_Open] = []
    level = 0
    for token in tokens:
        if token.type == "heading_open":
            # A heading inside of a quotation or a list begins no section of the card.
            level = int(token.tag[1:]) if token.level == 0 else 0
        elif token.type == "inline" and level:
            above = [one for one in above if one.level < level]
            above.append(_Open(level, keys_of(_seen(token))))
            level = 0
        elif text := _said(_seen(token)):
            yield _inside(above), text


def _inside(above: list[_Open]) -> tuple[str, ...]:
    keys: list[str] = []
    for one in reversed(above):
        keys += one.keys
        if one.known:
            break
    return tuple(dict.fromkeys(keys))


def _seen(token: Token) -> str:
    """What a reader sees of a token."""
    if token.type == "inline":
        return "".join(map(_seen_inline, token.children or ()))
    if token.type == "html_block":
        return _COMMENT.sub("", token.content)
    return token.content if token.type in ("fence", "code_block") else ""


def _seen_inline(token: Token) -> str:
    if token.type in ("softbreak", "hardbreak"):
        return "\n"
    return _COMMENT.sub("", token.content) if token.type == "html_inline" else token.content


def _said(text: str) -> str:
    """The text without lines that say nothing; empty where no letter or digit is left."""
    left = "\n".join(line for line in text.splitlines() if not _PLACEHOLDER.search(line)).strip()
    return left if any(char.isalnum() for char in left) else ""
