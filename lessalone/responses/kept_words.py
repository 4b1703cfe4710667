"""The words of responses as every reader gets them: unsealed and made safe once, then kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from zlib import crc32

from django.utils.html import format_html
from django.utils.safestring import SafeString

from lessalone.kit import markdown
from lessalone.kit.derived import kept
from lessalone.responses.actions import CONTEXT
from lessalone.responses.models import Response
from lessalone.vault import words

PART = "response"


def html_of(rows: Iterable[tuple[int, int, str]]) -> dict[int, SafeString]:
    """The name and words of each (item id, revision, voice's name), by item id. Gone words are left out.

    One query when all are kept. Whoever asks has asked policy before.
    """
    rows = list(rows)
    names = {item_id: name for item_id, _, name in rows}
    wanted = [(item_id, _version(revision, name)) for item_id, revision, name in rows]
    return kept.get_many(PART, wanted, lambda missing: _render(missing, names))


def words_of(item_ids: Iterable[int]) -> dict[int, str]:
    """The plain words of responses, by item id, as they were written. Gone words are left out."""
    rows = Response.objects.filter(item__in=list(item_ids)).values_list("item_id", "item__key_id", "sealed")
    texts = words.unseal_many((key_id, bytes(sealed), CONTEXT) for _, key_id, sealed in rows)
    return {row[0]: text for row, text in zip(rows, texts, strict=True) if text is not None}


def _version(revision: int, name: str) -> int:
    """Another number when the words or the shown name changed."""
    return crc32(name.encode()) << 20 | revision


def _render(item_ids: list[int], names: Mapping[int, str]) -> dict[int, SafeString]:
    return {
        item_id: format_html(
            '<p class="response-voice">{}</p><div class="read">{}</div>',
            names[item_id],
            markdown.to_html(text),
        )
        for item_id, text in words_of(item_ids).items()
    }
