"""What is known of babies: names and words opened, dates and weeks said plainly. Reads only.

Dates, weeks and kinds are columns of `BabyPage`; nothing here decides who may see them.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lessalone.families.models import Baby, BabyPage, Parent, Precision
from lessalone.families.names import mentions_name
from lessalone.ui.forms import PartialDate
from lessalone.vault import words

NAME, NICKNAMES, KIND_WORDS = "baby.name", "baby.nicknames", "baby.kind-words"
OWN_WORDS, TELLING = "parent.words", "telling.words"
SEPARATION_WORDS, LONE_CONSENT_REASON = "separation.words", "lone-consent.reason"
DATES = ("born", "died", "due")

Sealed = tuple[UUID | None, bytes | memoryview, str]


@dataclass(frozen=True, slots=True)
class PageWords:
    """What is sealed on a page, opened. Empty where nothing was written, or its key was destroyed."""

    name: str = ""
    nicknames: tuple[str, ...] = ()
    kind_words: str = ""
    own_words: str = ""
    """Of the parent whose page it is, where that was asked for."""

    @property
    def names(self) -> list[str]:
        """Everything the baby is called."""
        return [name for name in (self.name, *self.nicknames) if name]


def open_words(rows: Iterable[Sealed]) -> list[str]:
    """Sealed texts opened with one query; empty for an empty one and for one whose key is gone."""
    wanted = list(rows)
    filled = [(key, bytes(sealed), context) for key, sealed, context in wanted if key and sealed]
    opened = iter(words.unseal_many(filled) if filled else [])
    return [(next(opened) or "") if key and sealed else "" for key, sealed, _context in wanted]


def words_of(page: BabyPage | None) -> PageWords:
    """The sealed words of one page."""
    return words_of_many([page] if page else []).get(page.pk if page else 0, PageWords())


def words_of_many(pages: Iterable[BabyPage]) -> dict[int, PageWords]:
    """The sealed words of several pages by the page's id, with one query."""
    return words_of_many_and(pages, ())[0]


def words_of_many_and(
    pages: Iterable[BabyPage], others: Iterable[Sealed]
) -> tuple[dict[int, PageWords], list[str]]:
    """The same, and other sealed texts opened with it, all with one query."""
    rows: list[Sealed] = []
    kept = list(pages)
    for page in kept:
        rows += [
            (page.key_id, page.name_sealed, NAME),
            (page.key_id, page.nicknames_sealed, NICKNAMES),
            (page.key_id, page.kind_words_sealed, KIND_WORDS),
        ]
    texts = open_words([*rows, *others])
    opened = {
        page.pk: PageWords(texts[3 * i], tuple(texts[3 * i + 1].splitlines()), texts[3 * i + 2])
        for i, page in enumerate(kept)
    }
    return opened, texts[len(rows) :]


def words_for_parent(parent: Parent) -> PageWords:
    """The sealed words of this parent's page, and their own words, with one query."""
    page = parent.page
    if page is None:
        return PageWords()
    name, nicknames, kind_words, own_words = open_words(
        [
            (page.key_id, page.name_sealed, NAME),
            (page.key_id, page.nicknames_sealed, NICKNAMES),
            (page.key_id, page.kind_words_sealed, KIND_WORDS),
            (parent.key_id, parent.words_sealed, OWN_WORDS),
        ]
    )
    return PageWords(name, tuple(nicknames.splitlines()), kind_words, own_words)


def name_for(baby: Baby, member_id: int) -> str:
    """The baby's name on this parent's own page; empty when there is none, or they have no page."""
    parent = Parent.objects.own_pages().filter(baby=baby, member_id=member_id).select_related("page").first()
    return words_of(parent.page).name if parent else ""


def names_of(baby: Baby) -> list[str]:
    """Every name and nickname on every page of this baby: what none may say alone."""
    pages = BabyPage.objects.filter(baby=baby)
    return [name for opened in words_of_many(pages).values() for name in opened.names]


def mentions_baby(text: str, baby: Baby) -> bool:
    """Whether any name of this baby is in the text, also misspelt (`names.mentions_name`)."""
    return mentions_name(text, names_of(baby))


# --- Said plainly -----------------------------------------------------------------------------------


def date_of(page: BabyPage, which: str) -> PartialDate | None:
    """The `born`, `died` or `due` date as it is known."""
    day: datetime.date | None = getattr(page, f"{which}_on")
    precision = getattr(page, f"{which}_precision")
    if day is None:
        return None
    return PartialDate(
        day.year,
        day.month if precision in (Precision.MONTH, Precision.DAY) else None,
        day.day if precision == Precision.DAY else None,
    )


def say_date(page: BabyPage, which: str) -> str:
    """ "9 March 2024", "March 2024", "2024", "Not sure", or nothing."""
    if getattr(page, f"{which}_precision") == Precision.UNSURE:
        return _("Not sure")
    date = date_of(page, which)
    return date.words if date else ""


def say_weeks(page: BabyPage) -> str:
    """ "20 weeks and 3 days", "20 weeks", "Not sure", or nothing."""
    if page.is_unsure_of_weeks:
        return _("Not sure")
    return "" if page.weeks is None else say_length(page.weeks, page.days)


def say_length(weeks: int, days: int | None) -> str:
    """ "20 weeks and 3 days", "20 weeks"."""
    said = ngettext("%(count)d week", "%(count)d weeks", weeks) % {"count": weeks}
    if not days:
        return said
    more = ngettext("%(count)d day", "%(count)d days", days) % {"count": days}
    return _("%(weeks)s and %(days)s") % {"weeks": said, "days": more}


def say_years(page: BabyPage) -> str:
    """The one date by which a family knows the baby: of the death, else of the birth, else nothing."""
    for which in ("died", "born"):
        if date := date_of(page, which):
            return date.words
    return ""


def say_list(names: Iterable[object]) -> str:
    """ "Ana", "Ana and Sam", "Ana, Sam and Kim"."""
    said = [str(name) for name in names]
    if len(said) < 2:
        return "".join(said)
    return _("%(all_but_last)s and %(last)s") % {"all_but_last": ", ".join(said[:-1]), "last": said[-1]}
