"""Suggestions of content notes: words that often mean that a story holds something. The writer decides."""

from __future__ import annotations

import re

from lessalone.people.notes import BABY_PHOTOS
from lessalone.stories.contents import Contents

_SIGNS = {
    "birth": r"\bgave birth|\bborn\b|\bbirth(ed|ing)?\b|\blabou?r\b|\bdeliver(ed|y)\b|\bpush(ed|ing)\b|\bcontractions?\b",
    "hospital": r"\bhospital|\bward\b|\bmidwi[fv]e|\bNICU\b|\bsurgeon|\btheatre\b|\bscan(s|ned)?\b|\bultrasound",
    "pregnancy": r"\bpregnant again|\bexpecting again|\brainbow|\bdue in\b|\bpregnant with\b|\btrimester",
    "living-children": r"\bmy (son|daughter|children|kids|toddler|other child)|\bhis (sister|brother)|\bher (sister|brother)|\bour (eldest|youngest|children)",
    "tfmr": r"\btfmr\b|\btermination|\bended the pregnancy|\bmedical reasons|\bTOPFA\b",
    "faith": r"\bGod\b|\bpray(er|ed|ing)?\b|\bchurch\b|\bmosque\b|\btemple\b|\bsynagogue\b|\bpriest\b|\bimam\b|\brabbi\b|\bbapti[sz]|\bheaven",
    "infertility": r"\bIVF\b|\bIUI\b|\bembryo|\binfertil|\bdonor\b|\btrying (for|to conceive)|\bTTC\b",
    "suicide": r"\bsuicid|\bkill (myself|himself|herself)|\bend my life|\bself.?harm",
    "abuse": r"\babus(e|ed|ive)|\bviolen(t|ce)|\bhit me\b|\brape",
    "medical": r"\bplacenta|\bhaemorrhag|\bhemorrhag|\bblood\b|\bbleed|\bsurgery|\banomaly|\bD&C\b|\bpre.?eclampsia|\bsepsis",
    "death-of-baby": r"\bno heartbeat|\bdied in (my|our|his|her) arms|\btook (his|her|their) last breath|\bstopped breathing|\bheart stopped",
    "funeral": r"\bfuneral|\bburied|\bcremat|\bcoffin|\bgrave\b|\bashes\b|\bwake\b",
}
_COMPILED = {note: re.compile(pattern, re.IGNORECASE) for note, pattern in _SIGNS.items()}


def notes_for(contents: Contents, has_photos: bool) -> list[str]:
    """The notes that this draft may need, in no order of weight. Pure; nothing is kept."""
    text = f"{contents.title}\n{contents.words}"
    found = [note for note, pattern in _COMPILED.items() if pattern.search(text)]
    return [BABY_PHOTOS, *found] if has_photos else found
