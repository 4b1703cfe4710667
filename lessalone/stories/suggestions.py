"""Suggestions of content notes: words that often mean that a story holds something. The writer decides."""

from __future__ import annotations

import re

from lessalone.people.notes import BABY_PHOTOS
from lessalone.stories.contents import Contents

_SIGNS = {
    "birth": r"gave birth|born|birth(ed|ing)?|labou?r|deliver(ed|y)|push(ed|ing)|contractions?",
    "hospital": r"hospitals?|ward|midwi[fv]es?|NICU|surgeons?|theatre|scan(s|ned)?|ultrasound",
    "pregnancy": r"(pregnant|expecting) (again|with)|rainbow|due in|trimester",
    "living-children": r"my (son|daughter|children|kids|toddler|other child)|(his|her) (sister|brother)"
    r"|our (eldest|youngest|children)",
    "tfmr": r"tfmr|terminations?|ended the pregnancy|medical reasons|TOPFA",
    "faith": r"God|pray(er|ed|ing|s)?|church|mosque|temple|synagogue|priest|imam|rabbi|bapti[sz]ed?|heaven",
    "infertility": r"IVF|IUI|embryos?|infertil(e|ity)|donor|trying (for|to conceive)|TTC",
    "suicide": r"suicid(e|al)|kill (my|him|her)self|end my life|self.?harm",
    "abuse": r"abus(e|ed|ive)|violen(t|ce)|hit me|raped?",
    "medical": r"placenta|ha?emorrhage[ds]?|blood|bleed(ing)?|surgery|anomaly|D&C|pre.?eclampsia|sepsis",
    "death-of-baby": r"no heartbeat|died in (my|our|his|her) arms|last breath|stopped breathing|heart stopped",
    "funeral": r"funeral|buried|cremat(ed|ion)|coffin|grave|ashes|wake",
}
_COMPILED = {note: re.compile(rf"\b(?:{pattern})\b", re.IGNORECASE) for note, pattern in _SIGNS.items()}


def notes_for(contents: Contents, has_photos: bool) -> list[str]:
    """The notes that this draft may need, in no order of weight. Pure; nothing is kept."""
    text = f"{contents.title}\n{contents.words}"
    found = [note for note, pattern in _COMPILED.items() if pattern.search(text)]
    return [BABY_PHOTOS, *found] if has_photos else found
