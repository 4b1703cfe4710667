"""Pages hold nothing that the content policy would refuse, and nothing unescaped without a reason."""

from __future__ import annotations

import ast
import re

from tests.architecture.rooms import python_files, shown, templates

MARKED_SAFE = {
    "kit/markdown.py": "cleaned by nh3 to a list of tags without attributes",
    "kit/derived/kept.py": "kept as a template rendered it",
    "responses/listing.py": "each answer’s line, of parts escaped once for the page: templates cost too much",
    "stories/rendering.py": "words cleaned by kit.markdown, figures made by a template",
    "people/templatetags/people.py": "a QR code drawn by a library, in which nothing typed appears",
    "ui/templatetags/ui.py": "what its own templates rendered, which escape by themselves",
    "ui/icons.py": "drawings from files of the project",
}
"""Files that may call HTML safe, and why it is."""

_INLINE = {
    "a script in the page": re.compile(r"<script(?![^>]*\bsrc=)", re.I),
    "a style in the page": re.compile(r"<style\b", re.I),
    "a style on an element": re.compile(r"<[^>]*\sstyle\s*=", re.I),
    "a script on an element": re.compile(r"<[^>]*\son[a-z]+\s*=", re.I),
    "an address that is a script": re.compile(r"""["']\s*javascript:""", re.I),
    "something of another host": re.compile(
        r"""<(?:script|link|img|iframe|source|video|audio)\b[^>]*["']https?://""", re.I
    ),
}
_UNESCAPED = re.compile(r"\|\s*safe(?:seq)?\b|{%\s*autoescape\s+off")


def inline(text: str) -> set[str]:
    """What in a page the content policy refuses."""
    return {what for what, pattern in _INLINE.items() if pattern.search(text)}


def test_this_lint_sees_what_the_policy_refuses_and_accepts_the_rest():
    assert inline("<script>alert(1)</script>") == {"a script in the page"}
    assert inline('<p class="a" style="color: red">') == {"a style on an element"}
    assert inline('<style media="print">p{}</style>') == {"a style in the page"}
    assert inline('<button type="button" onclick="go()">') == {"a script on an element"}
    assert inline("<a href='javascript:go()'>") == {"an address that is a script"}
    assert inline('<img alt="" src="https://elsewhere.example/a.png">') == {"something of another host"}
    assert inline('<script src="/static/a.js" defer></script><p data-style="x">one = two</p>') == set()


def test_no_page_holds_what_the_content_policy_refuses():
    assert {shown(file): found for file in templates() if (found := inline(file.read_text()))} == {}


def test_templates_escape_everything():
    assert [shown(file) for file in templates() if _UNESCAPED.search(file.read_text())] == []
    assert _UNESCAPED.search("{{ words|safe }}")
    assert _UNESCAPED.search("{% autoescape off %}")
    assert not _UNESCAPED.search("{{ words|safely_shortened }} {% is_safe %}")


def calls_safe(source: str) -> bool:
    """Whether anything is called safe but a plain text, or what a template rendered, which escapes by itself."""
    return any(
        called(call) in {"mark_safe", "SafeString"}
        and not isinstance(call.args[0], ast.Constant)
        and called(call.args[0]) != "render_to_string"
        for call in ast.walk(ast.parse(source))
        if isinstance(call, ast.Call) and call.args
    )


def called(node: ast.AST) -> str:
    return node.func.id if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) else ""


def test_only_files_with_a_reason_call_html_safe():
    found = {shown(file) for file in python_files() if calls_safe(file.read_text())}
    assert calls_safe("x = mark_safe(words)")
    assert not calls_safe("def f() -> SafeString: ...")
    assert not calls_safe('SafeString("") + mark_safe(render_to_string("a.html", {}))')
    assert found <= set(MARKED_SAFE), "give the reason in MARKED_SAFE, or use format_html"
    assert set(MARKED_SAFE) <= found, "a reason that nobody needs any more"
