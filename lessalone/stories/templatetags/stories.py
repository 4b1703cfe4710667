"""Small things that only pages of stories need."""

from __future__ import annotations

from django import template

from lessalone.ui.templatetags.ui import nearest_ratio
from lessalone.vault.models import Photo

register = template.Library()


@register.filter
def ratio(photo: Photo) -> str:
    """The class that keeps a photo's shape while it is covered."""
    return f"ratio-{nearest_ratio(photo.width, photo.height)}"


@register.inclusion_tag("stories/_keeper_photo.html")
def keeper_photo(photo: Photo) -> dict[str, Photo]:
    """A small picture of a photo that the reader keeps."""
    return {"photo": photo}
