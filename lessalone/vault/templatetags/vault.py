"""`{% load vault %}`: the photos of a shelf, as its keeper sees them."""

from __future__ import annotations

from typing import Any

from django import template
from django.template.context import Context

from lessalone.ui.templatetags.ui import nearest_ratio, ratio_class
from lessalone.vault import album
from lessalone.vault.models import Photo, Shelf

register = template.Library()


@register.simple_tag(takes_context=True)
def album_of(context: Context, shelf: Shelf) -> album.Album:
    """`{% album_of shelf as album %}`: what the member who is looking keeps of it."""
    request: Any = context["request"]
    return album.album_of(shelf, request.user, without_sheet=bool(request.session.get("vault-without-sheet")))


@register.filter
def shape(photo: Photo) -> str:
    """The class that keeps the photo's shape before it is there."""
    return ratio_class(nearest_ratio(photo.width, photo.height))
