"""Markdown that others wrote: read, and made HTML of, in which nothing of theirs is obeyed.

CommonMark with tables. Raw HTML is shown as text, but for comments, which are left out as a browser would; images are
links, since a page that loads nothing cannot tell anybody who reads it; links lead to web pages and mail alone.
"""

from __future__ import annotations

import html
import re
from collections.abc import MutableMapping, Sequence
from functools import cache
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token

_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_LINKED = re.compile(r"(?:https?://|mailto:)", re.IGNORECASE)


def parsed(text: str) -> list[Token]:
    """The tokens of a text."""
    return _reader().parse(text)


def rendered(text: str, deeper: int = 0) -> str:
    """HTML of a text, safe to be put into a page.

    Parameters:
        deeper: levels that its headings go down by, for the page's own to stand above.
    """
    reader = _reader()
    env: dict[str, Any] = {}
    tokens = reader.parse(text, env)
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(6, int(token.tag[1:]) + deeper)}"
    made: str = reader.renderer.render(tokens, reader.options, env)
    return made


@cache
def _reader() -> MarkdownIt:
    reader = MarkdownIt("commonmark").enable("table").disable("image")
    reader.validateLink = lambda url: _LINKED.match(url) is not None or url.startswith("#")  # type: ignore[method-assign]
    for kind in ("html_block", "html_inline"):
        reader.add_render_rule(kind, _as_text)
    reader.add_render_rule("link_open", _link)
    return reader


def _as_text(renderer: Any, tokens: Sequence[Token], index: int, options: Any, env: MutableMapping[str, Any]) -> str:
    token = tokens[index]
    left = html.escape(_COMMENT.sub("", token.content))
    if token.type == "html_inline" or not left.strip():
        return left.strip("\n")
    return f"<pre>{left}</pre>\n"


def _link(renderer: Any, tokens: Sequence[Token], index: int, options: Any, env: MutableMapping[str, Any]) -> str:
    tokens[index].attrSet("rel", "noopener noreferrer nofollow")
    made: str = renderer.renderToken(tokens, index, options, env)
    return made
