"""The kinds of content note: what may be in a story, in plain words. A fixed list; keys are never renamed."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

PHOTOS = "photos"
BABY_PHOTOS = "baby-photos"

LABELS = {
    PHOTOS: _("Photos"),
    BABY_PHOTOS: _("Photos of a baby"),
    "birth": _("Birth"),
    "hospital": _("Hospital"),
    "pregnancy": pgettext_lazy("content note", "Pregnancy"),
    "living-children": _("Living children"),
    "tfmr": _("Ending a pregnancy for medical reasons"),
    "faith": _("Faith"),
    "infertility": _("Trying for a baby, and infertility"),
    "suicide": _("Suicide or self-harm"),
    "abuse": _("Abuse or violence"),
    "medical": _("Medical detail"),
    "death-of-baby": _("The moment a baby died"),
    "funeral": _("Funeral or goodbye"),
}
"""Every key with its label, in the order pages show them."""

WITHIN = {
    PHOTOS: pgettext_lazy("within a sentence", "photos"),
    BABY_PHOTOS: pgettext_lazy("within a sentence", "photos of a baby"),
    "birth": pgettext_lazy("within a sentence", "birth"),
    "hospital": pgettext_lazy("within a sentence", "hospital"),
    "pregnancy": pgettext_lazy("within a sentence", "pregnancy"),
    "living-children": pgettext_lazy("within a sentence", "living children"),
    "tfmr": pgettext_lazy("within a sentence", "ending a pregnancy for medical reasons"),
    "faith": pgettext_lazy("within a sentence", "faith"),
    "infertility": pgettext_lazy("within a sentence", "trying for a baby, and infertility"),
    "suicide": pgettext_lazy("within a sentence", "suicide or self-harm"),
    "abuse": pgettext_lazy("within a sentence", "abuse or violence"),
    "medical": pgettext_lazy("within a sentence", "medical detail"),
    "death-of-baby": pgettext_lazy("within a sentence", "the moment a baby died"),
    "funeral": pgettext_lazy("within a sentence", "funeral or goodbye"),
}
"""The same within a sentence: "In this story: birth, hospital." Words of their own, for no rule of letters
fits every language and every name."""

KEYS = tuple(LABELS)
STORY_KEYS = tuple(key for key in KEYS if key != PHOTOS)
"""What an author can say is in a story. That it has photos is seen by itself."""


def is_note(key: str) -> bool:
    """Whether this is a key of the list."""
    return key in LABELS


def labels(keys: Iterable[str]) -> list[str]:
    """These keys in words that stand within a sentence, in the list's own order; unknown keys are left out."""
    wanted = set(keys)
    return [str(WITHIN[key]) for key in KEYS if key in wanted]
