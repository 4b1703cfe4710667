"""A small safe Markdown: paragraphs, emphasis, quotes, lists, line breaks. No HTML, no images."""

from __future__ import annotations

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

_parser = MarkdownIt("js-default", {"html": False, "linkify": False, "breaks": True}).disable(
    [
        "image",
        "table",
        "code",
        "fence",
        "html_block",
        "html_inline",
        "backticks",
        "reference",
        "link",
        "autolink",
    ]
)
_TAGS = {"p", "br", "em", "strong", "blockquote", "ul", "ol", "li", "hr", "h3", "h4", "h5", "h6", "s"}


def to_html(words: str) -> SafeString:
    """The words as safe HTML. Links stay plain text: nothing a member writes leads elsewhere in one press."""
    html = _parser.render(words)
    for level in (1, 2):
        html = html.replace(f"<h{level}>", "<h3>").replace(f"</h{level}>", "</h3>")
    return mark_safe(nh3.clean(html, tags=_TAGS, attributes={}))  # noqa: S308


def to_text(words: str) -> str:
    """The words without markup, on one line: for the beginning of a story on a card."""
    return " ".join(nh3.clean(to_html(words), tags=set()).split())
