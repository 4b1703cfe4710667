"""`{% load people %}`: their words, and the names of what they chose. No tag asks a database."""

from __future__ import annotations

from datetime import datetime, tzinfo
from zoneinfo import ZoneInfo

from django import template
from django.template.context import Context
from django.utils.safestring import SafeString, mark_safe

from lessalone.kit import markdown
from lessalone.people.terms import Terms
from lessalone.people.vocabulary import Words, words_for

register = template.Library()


@register.simple_tag(takes_context=True)
def their_words(context: Context) -> Words:
    """`{% their_words as words %}`: the words of whoever is looking; the defaults for a visitor."""
    request = context.get("request")
    return words_for(request.user if request is not None and request.user.is_authenticated else None)


@register.filter
def as_html(terms: Terms) -> SafeString:
    """A text of the terms, to read."""
    return markdown.to_html(terms.text)


@register.filter
def where_they_are(when: datetime, time_zone: str) -> datetime:
    """A time in someone's own zone."""
    zone: tzinfo = ZoneInfo(time_zone or "UTC")
    return when.astimezone(zone)


@register.filter
def safe_svg(drawing: str) -> SafeString:
    """The picture that an app reads, drawn by a library from text of our own. Without its XML line."""
    return mark_safe(drawing[drawing.index("<svg") :])  # noqa: S308 - made by qrcode, nothing typed is in it
