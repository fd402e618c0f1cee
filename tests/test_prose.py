"""Markdown of others: shown, and never obeyed."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_registry.prose import rendered

TAGS = {
    *("p", "h1", "h2", "h3", "h4", "h5", "h6", "em", "strong", "a", "code", "pre", "ul", "ol", "li", "blockquote"),
    *("hr", "br", "table", "thead", "tbody", "tr", "th", "td"),
}
ATTRIBUTES = {"href", "title", "rel", "class", "start", "style"}
PIECES = st.sampled_from(
    [
        *("<script>", "</script>", "<img src=x onerror=alert(1)>", "<a href='javascript:alert(1)'>", "<!--", "-->"),
        *("[a](javascript:alert(1))", "[a](data:text/html,x)", "![a](https://e.org/x.png)", "<https://e.org>", "[a]:"),
        *("[a](https://e.org 'x\" onclick=y')", '```x" onload="y', "# ", "- ", "> ", "|", "\n", "\n\n", "&lt;", '"'),
        *("*", "_", "`", "    ", "<style>", "<svg/onload=x>", "<iframe>", "]]>", "<?x?>", "<!X>", "<![CDATA[", "|---|"),
    ]
)


class _Seen(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: dict[str, set[str]] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        for name, value in attrs:
            self.attributes.setdefault(name, set()).add(value or "")

    def handle_comment(self, data: str) -> None:
        self.tags.add("!--")


@given(st.lists(PIECES | st.text(max_size=10), max_size=20).map("".join))
def test_nothing_but_the_tags_of_markdown_comes_out(text: str) -> None:
    seen = _Seen()
    seen.feed(rendered(text))
    seen.close()
    assert seen.tags <= TAGS
    assert set(seen.attributes) <= ATTRIBUTES
    links = seen.attributes.get("href", set())
    assert [url for url in links if not url.lower().startswith(("http://", "https://", "mailto:", "#"))] == []
    assert seen.attributes.get("style", set()) <= {"text-align:left", "text-align:right", "text-align:center"}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("<script>alert(1)</script>", "<pre>&lt;script&gt;alert(1)&lt;/script&gt;</pre>\n"),
        ("a <b>b</b>", "<p>a &lt;b&gt;b&lt;/b&gt;</p>\n"),
        ("a <!-- hidden --> b", "<p>a  b</p>\n"),
        ("<!-- hidden -->\n\nb", "<p>b</p>\n"),
        ("[a](javascript:x)", "<p>[a](javascript:x)</p>\n"),
        ("# Title", "<h3>Title</h3>\n"),
    ],
)
def test_html_is_shown_as_text_and_comments_are_left_out(text: str, shown: str) -> None:
    assert rendered(text, deeper=2) == shown
