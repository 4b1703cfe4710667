"""Their words: how a member's baby and loss are spoken of. Whole phrases, chosen, never glued together.

A template says `{% their_words as words %}` (library `people`), then `{{ words.your_baby }}`. Each choice
carries every form that sentences need, so that a translator translates phrases and never grammar.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lessalone.people.models import Member

Phrase = str | Promise
OWN = "own"
OWN_LENGTH = 40
"""The longest phrase of their own, in characters."""

# Each choice: its key, its label on the form, its phrases.
BABIES: dict[str, tuple[Phrase, Phrase, Phrase]] = {
    # label, how we say it to them ("your baby"), how they say it ("my baby")
    "baby": (_("my baby"), _("your baby"), _("my baby")),
    "name": (_("my baby’s name"), _("your baby"), _("my baby")),
    "babies": (_("my babies"), _("your babies"), _("my babies")),
    "son": (_("my son"), _("your son"), _("my son")),
    "daughter": (_("my daughter"), _("your daughter"), _("my daughter")),
    "child": (_("my child"), _("your child"), _("my child")),
    "little-one": (_("my little one"), _("your little one"), _("my little one")),
    "pregnancy": (_("my pregnancy"), _("your pregnancy"), _("my pregnancy")),
    "grandchild": (_("my grandchild"), _("your grandchild"), _("my grandchild")),
    "sibling": (_("my brother or sister"), _("your brother or sister"), _("my brother or sister")),
}
DEATHS: dict[str, tuple[Phrase, Phrase, Phrase, Phrase, Phrase]] = {
    # label and past tense for one; for several; the whole clause for one; for several; the day
    "died": (
        pgettext_lazy("a baby", "died"),
        pgettext_lazy("babies", "died"),
        _("%(baby)s died"),
        pgettext_lazy("several", "%(baby)s died"),
        _("the day of the death"),
    ),
    "lost": (
        _("was lost"),
        _("were lost"),
        _("%(baby)s was lost"),
        _("%(baby)s were lost"),
        _("the day of the loss"),
    ),
    "stillborn": (
        _("was stillborn"),
        _("were stillborn"),
        _("%(baby)s was stillborn"),
        _("%(baby)s were stillborn"),
        _("the day of the birth"),
    ),
    "born-sleeping": (
        _("was born sleeping"),
        _("were born sleeping"),
        _("%(baby)s was born sleeping"),
        _("%(baby)s were born sleeping"),
        _("the day of the birth"),
    ),
    "miscarried": (
        _("was miscarried"),
        _("were miscarried"),
        _("%(baby)s was miscarried"),
        _("%(baby)s were miscarried"),
        _("the day of the miscarriage"),
    ),
    "ended": (
        pgettext_lazy("a pregnancy", "ended"),
        pgettext_lazy("pregnancies", "ended"),
        _("%(baby)s ended"),
        pgettext_lazy("several", "%(baby)s ended"),
        _("the day it ended"),
    ),
}
OWN_CLAUSE = _("%(baby)s %(died)s")
LOSSES: dict[str, Phrase] = {
    "pregnancy-loss": _("pregnancy loss"),
    "baby-loss": _("baby loss"),
    "miscarriage": _("miscarriage"),
    "stillbirth": _("stillbirth"),
    "tfmr": _("TFMR"),
    "ending": _("ending a wanted pregnancy"),
    "ectopic": _("ectopic pregnancy"),
    "death": _("the death of a baby"),
}
LIGHTS: dict[str, tuple[Phrase, Phrase]] = {
    "candle": (_("a candle"), _("light a candle")),
    "stone": (_("a stone"), _("lay a stone")),
    "leaf": (_("a leaf"), _("leave a leaf")),
}
LATER_PREGNANCIES: dict[bool, Phrase] = {
    False: _("a pregnancy after loss"),
    True: _("a rainbow pregnancy"),
}
ANGELS: dict[bool, Phrase] = {False: _("a baby who died"), True: _("an angel baby")}

DEFAULT = {"baby": "baby", "died": "died", "loss": "pregnancy-loss", "light": "candle"}


@dataclass(frozen=True, slots=True)
class Words:
    """Whole phrases for one member. Every attribute can stand in a sentence as it is."""

    your_baby: Phrase
    """To them: "your baby", "your son", "your pregnancy"."""
    my_baby: Phrase
    """By them, on their buttons: "my baby"."""
    died: Phrase
    """Past tense, after "your baby" or a name: "died", "was stillborn"."""
    your_baby_died: Phrase
    """The whole clause: "your baby died", "your babies were lost"."""
    day: Phrase
    """"the day of the death"."""
    loss: Phrase
    """"pregnancy loss", "miscarriage"."""
    later_pregnancy: Phrase
    """"a pregnancy after loss" or "a rainbow pregnancy"."""
    a_baby_who_died: Phrase
    """"a baby who died" or "an angel baby"."""
    light: Phrase
    """"a candle", "a stone", "a leaf"."""
    give_light: Phrase
    """"light a candle"."""
    light_key: str = "candle"
    says_rainbow: bool = False
    says_angel: bool = False

    @property
    def baby(self) -> Phrase:
        """The same as `your_baby`, for short."""
        return self.your_baby


def words_for(member: Member | None) -> Words:
    """This member's words; the defaults for a visitor. No query: they are a column of the member."""
    chosen: Mapping[str, object] = getattr(member, "vocabulary", None) or {}
    return words_from(chosen)


def words_from(chosen: Mapping[str, object]) -> Words:
    """Words of stored choices. What is missing or no longer offered falls back to the default."""
    baby_key, died_key, loss_key, light_key = (str(chosen.get(part) or DEFAULT[part]) for part in DEFAULT)
    _label, your_baby, my_baby = BABIES.get(baby_key, BABIES["baby"])
    if baby_key == "pregnancy" and not chosen.get("died"):
        died_key = "ended"
    died, clause, day = _death(died_key, is_several=baby_key == "babies")
    your_baby = _own(chosen, "baby", your_baby)
    loss = LOSSES.get(loss_key, LOSSES["pregnancy-loss"])
    light_key = light_key if light_key in LIGHTS else "candle"
    light, give_light = LIGHTS[light_key]
    says_rainbow, says_angel = bool(chosen.get("rainbow")), bool(chosen.get("angel"))
    return Words(
        your_baby=your_baby,
        my_baby=_own(chosen, "baby", my_baby),
        died=_own(chosen, "died", died),
        your_baby_died=_clause(chosen, clause, your_baby),
        day=day,
        loss=_own(chosen, "loss", loss),
        later_pregnancy=LATER_PREGNANCIES[says_rainbow],
        a_baby_who_died=ANGELS[says_angel],
        light=light,
        give_light=give_light,
        light_key=light_key,
        says_rainbow=says_rainbow,
        says_angel=says_angel,
    )


def _death(key: str, *, is_several: bool) -> tuple[Phrase, Phrase, Phrase]:
    """Past tense, whole clause and day, for one or for several."""
    one, several, clause, clause_for_several, day = DEATHS.get(key, DEATHS["died"])
    return (several, clause_for_several, day) if is_several else (one, clause, day)


def _clause(chosen: Mapping[str, object], clause: Phrase, your_baby: Phrase) -> str:
    """The clause with the baby in it; with their own word for the death if that is what they chose."""
    own_death = _own(chosen, "died", "")
    if own_death:
        return str(OWN_CLAUSE) % {"baby": your_baby, "died": own_death}
    return str(clause) % {"baby": your_baby}


def _own(chosen: Mapping[str, object], part: str, otherwise: Phrase) -> Phrase:
    """Their own phrase for this part, if that is what they chose."""
    if chosen.get(part) != OWN:
        return otherwise
    return str(chosen.get(f"own_{part}") or "")[:OWN_LENGTH] or otherwise
