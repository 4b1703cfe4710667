"""What people may have in common: each facet, how it is asked, what it is asked for, and who may know.

Every facet is optional. An answer is kept with its use: to find others and never be named to them (the default), to
be said to those it brings together, or for nothing. Some are of a special kind by law (health, belief, origin,
orientation): they are kept only with consent for that purpose, and go with it. Those of a person are here; those of a
loss are in `families.experiences`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import models, transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lessalone.people import places
from lessalone.people.models import FacetConsent, Member, OwnFacets
from lessalone.ui.forms import PartialDate

Text = str | Promise


class Use(models.TextChoices):
    """What an answer may be used for."""

    MATCH = "match", _("Only to find others. It is never said to anyone.")
    SHOWN = "shown", _("To find others, and to say what we have in common")
    HIDDEN = "hidden", _("For nothing. It stays with me.")


class Purpose(models.TextChoices):
    """What the law asks explicit consent for."""

    NONE = "", ""
    HEALTH = "health", _("About my health, and the pregnancy")
    BELIEF = "belief", _("About faith or belief")
    ORIGIN = "origin", _("About where I come from")
    ORIENTATION = "orientation", _("About my sexuality or gender")


class Shape(models.TextChoices):
    """What an answer looks like."""

    ONE = "one", "one of its values"
    SEVERAL = "several", "some of its values, and perhaps words of one's own"
    WEEKS = "weeks", "weeks, perhaps with days: 20 or 20+3"
    DATE = "date", "a day, a month or a year"


MOST_OWN = 5
OWN_LENGTH = 40


@dataclass(frozen=True, slots=True)
class Facet:
    """One thing that people may have in common."""

    key: str
    title: Text
    """The question, at the head of its page."""
    values: Mapping[str, Text]
    """Every value with its label. Empty where the shape says what an answer is."""
    shape: Shape = Shape.ONE
    purpose: Purpose = Purpose.NONE
    sentence: Text = ""
    """Said below the question."""
    takes_own: bool = False
    """Also words of one's own, in lower case, kept as `own:…`."""

    def cleaned(self, values: Iterable[str]) -> list[str]:
        """The values that are an answer to this, each once, in their order. ValueError when one is none."""
        given = list(dict.fromkeys(values))
        if self.shape in (Shape.ONE, Shape.WEEKS, Shape.DATE) and len(given) > 1:
            raise ValueError("one answer, not several")
        for value in given:
            self._check(value)
        order = {value: number for number, value in enumerate(self.values)}
        return sorted(given, key=lambda value: order.get(value, len(order)))

    def _check(self, value: str) -> None:
        if self.shape == Shape.WEEKS:
            weeks, _plus, days = value.partition("+")
            if not 0 <= int(weeks) <= 45 or not 0 <= int(days or 0) <= 6:
                raise ValueError("no pregnancy is as long")
        elif self.shape == Shape.DATE:
            PartialDate.parse(value)
        elif value.startswith("own:") and self.takes_own:
            if not 0 < len(value) - 4 <= OWN_LENGTH:
                raise ValueError("too long")
        elif value not in self.values:
            raise ValueError("not an answer to this")

    def label(self, value: str) -> str:
        """A value as people read it."""
        return value[4:] if value.startswith("own:") else str(self.values.get(value, value))


_LANGUAGES: dict[str, Text] = {
    "ar": "العربية",
    "bn": "বাংলা",
    "cs": "Čeština",
    "cy": "Cymraeg",
    "da": "Dansk",
    "de": "Deutsch",
    "el": "Ελληνικά",
    "en": "English",
    "es": "Español",
    "fa": "فارسی",
    "fi": "Suomi",
    "fr": "Français",
    "ga": "Gaeilge",
    "gu": "ગુજરાતી",
    "he": "עברית",
    "hi": "हिन्दी",
    "hu": "Magyar",
    "id": "Bahasa Indonesia",
    "it": "Italiano",
    "ja": "日本語",
    "ko": "한국어",
    "lt": "Lietuvių",
    "nl": "Nederlands",
    "no": "Norsk",
    "pa": "ਪੰਜਾਬੀ",
    "pl": "Polski",
    "pt": "Português",
    "ro": "Română",
    "ru": "Русский",
    "so": "Soomaali",
    "sv": "Svenska",
    "sw": "Kiswahili",
    "ta": "தமிழ்",
    "tl": "Tagalog",
    "tr": "Türkçe",
    "uk": "Українська",
    "ur": "اردو",
    "vi": "Tiếng Việt",
    "zh": "中文",
    "sign": _("A sign language"),
}

OWN: dict[str, Facet] = {
    one.key: one
    for one in (
        Facet(
            "living",
            _("Do you have living children?"),
            {
                "none": _("No"),
                "before": _("Yes, born before this loss"),
                "after": _("Yes, born after this loss"),
            },
            Shape.SEVERAL,
            sentence=_("Some want to meet only those who have none. Some only those who have."),
        ),
        Facet(
            "again",
            _("Are you thinking of another pregnancy?"),
            {
                "hoping": _("We hope for one"),
                "not-trying": _("Not now, or not again"),
                "cannot": _("It is not possible for us"),
                "pregnant": _("We are expecting now"),
                "parenting": _("A baby came after our loss"),
            },
            purpose=Purpose.HEALTH,
        ),
        Facet("country", _("Which country do you live in?"), dict(places.countries())),
        Facet(
            "language",
            _("Which languages do you speak?"),
            _LANGUAGES,
            Shape.SEVERAL,
        ),
        Facet(
            "faith",
            _("Is there a faith, or none, that matters in your grief?"),
            {
                "none": _("None"),
                "buddhist": _("Buddhist"),
                "christian": _("Christian"),
                "hindu": _("Hindu"),
                "jewish": _("Jewish"),
                "muslim": _("Muslim"),
                "sikh": _("Sikh"),
                "searching": _("I am searching, or I lost it"),
            },
            Shape.SEVERAL,
            Purpose.BELIEF,
            takes_own=True,
        ),
        Facet(
            "culture",
            _("Is there a people, a place or a culture you come from?"),
            {},
            Shape.SEVERAL,
            Purpose.ORIGIN,
            _("In your own words. Others are found who wrote the same."),
            takes_own=True,
        ),
        Facet(
            "lgbtq",
            _("Would you like to find others who are LGBTQ+?"),
            {"yes": _("Yes, I am")},
            purpose=Purpose.ORIENTATION,
        ),
        Facet(
            "partnered",
            _("Are you carrying this with a partner?"),
            {
                "together": _("With a partner"),
                "alone": _("Alone"),
                "parted": _("We parted since"),
                "widowed": _("My partner died"),
            },
        ),
        Facet(
            "age",
            _("How old are you?"),
            {
                "to-24": _("Up to 24"),
                "25-34": _("25 to 34"),
                "35-44": _("35 to 44"),
                "45-54": _("45 to 54"),
                "55-64": _("55 to 64"),
                "from-65": pgettext_lazy("age", "65 or older"),
            },
        ),
    )
}
"""The facets of a person, in the order they are asked. The country that they keep with their place (`Member.country`)
is for helplines only; it is offered as an answer here."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered, and its use. No values and `is_skipped`: it is not asked again."""

    values: tuple[str, ...] = ()
    use: Use = Use.MATCH
    is_skipped: bool = False

    def kept(self) -> dict[str, Any]:
        """As it lies in the database."""
        if self.is_skipped:
            return {"skipped": True}
        return {"values": list(self.values), "use": self.use.value}

    @classmethod
    def read(cls, kept: Mapping[str, Any] | None) -> Answer | None:
        """From what lies in the database; None where nothing does."""
        if kept is None:
            return None
        if kept.get("skipped"):
            return cls(is_skipped=True)
        return cls(tuple(kept["values"]), Use(kept["use"]))

    @property
    def is_used(self) -> bool:
        """Whether it may bring people together."""
        return bool(self.values) and self.use != Use.HIDDEN


def answers_of(kept: Mapping[str, Any], facets: Mapping[str, Facet]) -> dict[str, Answer]:
    """All answers of a row, of those facets that there are."""
    return {key: answer for key in facets if (answer := Answer.read(kept.get(key)))}


# --- Rooms above that keep more answers, or something made of them. They act in the same transaction: what someone
# takes back is gone at once.

_forgetting: list[Callable[[int, Purpose], None]] = []
_following: list[Callable[[int], None]] = []


def forgets(function: Callable[[int, Purpose], None]) -> Callable[[int, Purpose], None]:
    """Decorate what forgets a member's answers for a purpose: `(member_id, purpose)`. Repeatable."""
    _forgetting.append(function)
    return function


def follows(function: Callable[[int], None]) -> Callable[[int], None]:
    """Decorate what makes anew what is made of a member's answers: `(member_id)`. Repeatable."""
    _following.append(function)
    return function


def changed(member_id: int) -> None:
    """A member's answers are others than before."""
    for following in _following:
        following(member_id)


# --- Of a person.


class NeedsConsent(Exception):
    """Explicit consent for this purpose was not given."""


def own_answers(member: Member) -> dict[str, Answer]:
    """What a member answered about themselves."""
    row = OwnFacets.objects.filter(member=member).first()
    return answers_of(row.answers if row else {}, OWN)


def answer_own(*, actor: Member, key: str, answer: Answer, is_agreed: bool = False) -> None:
    """Keep a member's answer about themselves; one without values and not skipped takes it away.

    With `is_agreed` they consent to its purpose in the same step. ValueError for what is no answer to it.
    NeedsConsent where the purpose asks for it.
    """
    answer_all_own(actor=actor, answers={key: answer}, is_agreed=is_agreed)


def answer_all_own(*, actor: Member, answers: Mapping[str, Answer], is_agreed: bool = False) -> None:
    """Keep several answers at once, as `answer_own` keeps one: all of them, or none."""
    with transaction.atomic():
        settle_consent(actor=actor, facets=OWN, answers=answers, is_agreed=is_agreed)
        row, _made = OwnFacets.objects.select_for_update().get_or_create(member=actor)
        put_all(row.answers, OWN, answers)
        row.save(update_fields=["answers", "saved_at"])
        changed(actor.pk)


def put_all(kept: dict[str, Any], facets: Mapping[str, Facet], answers: Mapping[str, Answer]) -> None:
    """Put answers into what is kept of a row, or take them out. Consent is settled before."""
    for key, answer in answers.items():
        if values := tuple(facets[key].cleaned(answer.values)):
            kept[key] = Answer(values, answer.use).kept()
        elif answer.is_skipped:
            kept[key] = Answer(is_skipped=True).kept()
        else:
            kept.pop(key, None)


# --- Consent.


def purposes_of(member: Member) -> set[str]:
    """The purposes that this member consents to now."""
    current = FacetConsent.objects.filter(member=member, taken_back_at=None)
    return set(current.values_list("purpose", flat=True))


def settle_consent(
    *, actor: Member, facets: Mapping[str, Facet], answers: Mapping[str, Answer], is_agreed: bool
) -> None:
    """See that there is consent for all of these answers, or record it with `is_agreed`; else NeedsConsent.

    Inside a transaction and before any row of answers is locked: whoever takes consent back meanwhile waits for
    these answers and then forgets them too.
    """
    needed = {facets[key].purpose for key, answer in answers.items() if answer.values} - {Purpose.NONE}
    if not needed:
        return
    current = FacetConsent.objects.select_for_update().filter(member=actor, taken_back_at=None)
    for purpose in sorted(needed - set(current.values_list("purpose", flat=True))):
        if not is_agreed:
            raise NeedsConsent
        consent(actor=actor, purpose=Purpose(purpose))


def consent(*, actor: Member, purpose: Purpose) -> None:
    """Record explicit consent. A second time changes nothing."""
    if purpose:
        FacetConsent.objects.get_or_create(member=actor, purpose=purpose, taken_back_at=None)


def take_back_consent(*, actor: Member, purpose: Purpose) -> None:
    """End it: every answer for this purpose is forgotten at once, here and in the rooms above."""
    with transaction.atomic():
        FacetConsent.objects.filter(member=actor, purpose=purpose, taken_back_at=None).update(
            taken_back_at=timezone.now()
        )
        for row in OwnFacets.objects.select_for_update().filter(member=actor):
            forget(row.answers, OWN, purpose)
            row.save(update_fields=["answers", "saved_at"])
        for forgetting in _forgetting:
            forgetting(actor.pk, purpose)
        changed(actor.pk)


def forget(answers: dict[str, Any], facets: Mapping[str, Facet], purpose: Purpose) -> None:
    """Take all answers for this purpose out of what is kept of a row."""
    for key, facet in facets.items():
        if facet.purpose == purpose:
            answers.pop(key, None)
