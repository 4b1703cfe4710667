"""Why a story is near, in whole sentences. Named is only what both offered to say; nothing else leaves a trace.

Every sentence is one whole phrase, so that it can be translated. Weeks are "around"; a date is never said.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from lessalone.families.experiences import OF_LOSS
from lessalone.kindred import codes
from lessalone.kindred.likeness import Part
from lessalone.kindred.matched import Matched
from lessalone.kindred.near import Side
from lessalone.people.facets import OWN

Text = str | Promise
MOST_SENTENCES = 3
AROUND = 1
"""Weeks that may lie between two losses of which "around" is said."""
AS_LONG = 0.7
"""The part of the longer time that the shorter has to be, to say that it is about as long ago."""

ROLES: dict[str, Text] = {
    "mother": gettext_lazy("You are each a mother, or the parent who was pregnant."),
    "father": gettext_lazy("You are both fathers."),
    "partner": gettext_lazy("You are both the other mother, or the partner."),
    "intended": gettext_lazy("You are both parents by surrogacy or adoption."),
    "grandparent": gettext_lazy("You are both grandparents."),
    "sibling": gettext_lazy("You are both a brother or a sister."),
    "kin": gettext_lazy("You are both of the wider family."),
    "friend": gettext_lazy("You were both there as a friend."),
    "professional": gettext_lazy("You were both there in your work."),
}
CHILDREN: dict[str, tuple[Text, Text, Text, Text]] = {
    "son": (
        gettext_lazy("You both lost a son at around %(weeks)s weeks."),
        gettext_lazy("You both lost a son."),
        gettext_lazy("For each of you it was a boy, at around %(weeks)s weeks."),
        gettext_lazy("For each of you it was a boy."),
    ),
    "daughter": (
        gettext_lazy("You both lost a daughter at around %(weeks)s weeks."),
        gettext_lazy("You both lost a daughter."),
        gettext_lazy("For each of you it was a girl, at around %(weeks)s weeks."),
        gettext_lazy("For each of you it was a girl."),
    ),
}
"""For two parents, with weeks and without; for others, with weeks and without."""
KINDS: dict[str, Text] = {
    "chemical": gettext_lazy("For each of you it was a chemical pregnancy."),
    "miscarriage-to-13": gettext_lazy("For each of you it was a miscarriage before 14 weeks."),
    "miscarriage-from-14": gettext_lazy("For each of you it was a miscarriage at 14 weeks or after."),
    "missed": gettext_lazy("For each of you it was a missed miscarriage."),
    "ectopic": gettext_lazy("For each of you it was an ectopic pregnancy."),
    "molar": gettext_lazy("For each of you it was a molar pregnancy."),
    "before-labour": gettext_lazy("For each of you the baby died before labour."),
    "in-labour": gettext_lazy("For each of you the baby died during labour."),
    "stillborn": gettext_lazy("For each of you the baby was stillborn."),
    "tfmr": gettext_lazy("For each of you a pregnancy was ended for medical reasons."),
    "reduction": gettext_lazy("For each of you there was a selective reduction."),
    "first-month": gettext_lazy("For each of you the baby died in the first weeks of life."),
    "first-year": gettext_lazy("For each of you the baby died in the first year of life."),
    "sudden": gettext_lazy("For each of you the baby died suddenly."),
}
YEARS: tuple[Text, ...] = (
    gettext_lazy("It was within the last year for each of you."),
    gettext_lazy("It was about a year ago for each of you."),
    gettext_lazy("It was about two years ago for each of you."),
    gettext_lazy("It was about three years ago for each of you."),
    gettext_lazy("It was about four years ago for each of you."),
    gettext_lazy("It was about five years ago for each of you."),
    gettext_lazy("It was about six years ago for each of you."),
    gettext_lazy("It was about seven years ago for each of you."),
    gettext_lazy("It was about eight years ago for each of you."),
    gettext_lazy("It was about nine years ago for each of you."),
)
OTHERS: dict[tuple[str, str], Text] = {
    ("living", "none"): gettext_lazy("Neither of you has a living child."),
    ("living", "before"): gettext_lazy("You both had a child before."),
    ("living", "after"): gettext_lazy("You both had a child afterwards."),
    ("again", "hoping"): gettext_lazy("You both hope for another pregnancy."),
    ("again", "not-trying"): gettext_lazy("Another pregnancy is not for now, for each of you."),
    ("again", "cannot"): gettext_lazy("Another pregnancy is not possible, for each of you."),
    ("again", "pregnant"): gettext_lazy("You are both expecting now."),
    ("again", "parenting"): gettext_lazy("For each of you a baby came afterwards."),
    ("plurality", "twin"): gettext_lazy("For each of you one of twins died."),
    ("plurality", "twins"): gettext_lazy("For each of you both twins died."),
    ("plurality", "more"): gettext_lazy("For each of you there were three or more babies."),
    ("lived", "hours"): gettext_lazy("For each of you the baby lived for minutes or hours."),
    ("lived", "1-6"): gettext_lazy("For each of you the baby lived for some days."),
    ("lived", "7-27"): gettext_lazy("For each of you the baby lived for some weeks."),
    ("lived", "28-364"): gettext_lazy("For each of you the baby lived for some months."),
    ("lived", "longer"): gettext_lazy("For each of you the child lived longer than a year."),
    ("losses", "first"): gettext_lazy("It was the first loss for each of you."),
    ("losses", "second"): gettext_lazy("It was the second loss for each of you."),
    ("losses", "more"): gettext_lazy("It was the third loss or a later one for each of you."),
    ("cause", "unknown"): gettext_lazy("Nobody could tell either of you why."),
    ("cause", "waiting"): gettext_lazy("You are both waiting to hear why."),
    ("conception", "assisted"): gettext_lazy("Each pregnancy began with IVF or other help."),
    ("conception", "donor"): gettext_lazy("Each pregnancy began with a donor."),
    ("conception", "surrogacy"): gettext_lazy("Each pregnancy was by surrogacy."),
    ("lgbtq", "yes"): gettext_lazy("You are both LGBTQ+."),
    ("partnered", "alone"): gettext_lazy("You each carry it alone."),
    ("partnered", "parted"): gettext_lazy("You each parted from your partner since."),
    ("partnered", "widowed"): gettext_lazy("For each of you the partner died."),
    ("photos", "wished"): gettext_lazy("You both wish that there were photos."),
    ("funeral", "wished"): gettext_lazy("You both wish that there had been a goodbye."),
    ("faith", "none"): gettext_lazy("Neither of you has a faith."),
    ("faith", "searching"): gettext_lazy("You are both searching for what to believe."),
}
"""What is worth a sentence. (That both have what most have is not.)"""
SAME_WORDS: dict[str, Text] = {
    "causes": gettext_lazy("The same was found for each of you: “%(what)s”."),
    "faith": gettext_lazy("You named the same faith: “%(what)s”."),
    "culture": gettext_lazy("You named the same origin: “%(what)s”."),
    "country": gettext_lazy("You live in the same country: %(what)s."),
}
SOMETHING: Text = gettext_lazy("Something in your stories is alike.")
ANOTHER: Text = gettext_lazy("This is another parent’s story too. You and that parent have this in common.")
"""Before what is not said of who wrote it."""

TITLES: dict[str, Text] = {
    "role": gettext_lazy("Who you are to the baby"),
    "weeks": gettext_lazy("How many weeks it was"),
    "kinds": gettext_lazy("What happened"),
    "child": gettext_lazy("A son or a daughter"),
    "since": gettext_lazy("How long ago it was"),
    "lived": gettext_lazy("How long the baby lived"),
    "plurality": gettext_lazy("One baby, or more"),
    "cause": gettext_lazy("Whether you know why"),
    "causes": gettext_lazy("Why it happened"),
    "losses": gettext_lazy("Which loss it was"),
    "conception": gettext_lazy("How the pregnancy began"),
    "photos": gettext_lazy("Photos"),
    "funeral": gettext_lazy("A goodbye"),
    "living": gettext_lazy("Living children"),
    "again": gettext_lazy("Another pregnancy"),
    "language": gettext_lazy("Languages"),
    "faith": gettext_lazy("Faith, or none"),
    "culture": gettext_lazy("Where you come from"),
    "lgbtq": gettext_lazy("Being LGBTQ+"),
    "partnered": gettext_lazy("With a partner, or alone"),
    "age": gettext_lazy("How old you are"),
    "country": gettext_lazy("Where you live"),
    codes.WORDS: gettext_lazy("What you each wrote"),
}
REST: Text = gettext_lazy("Other things")
SHARES: tuple[tuple[float, Text], ...] = (
    (0.85, gettext_lazy("nearly all of it")),
    (0.6, gettext_lazy("most of it")),
    (0.4, gettext_lazy("about half of it")),
    (0.28, gettext_lazy("about a third of it")),
    (0.15, gettext_lazy("some of it")),
    (0.0, gettext_lazy("a little of it")),
)


def may_say(mine: Matched, theirs: Matched, unsaid: frozenset[str] = frozenset()) -> frozenset[str]:
    """The facets that both offered to say; less those in `unsaid`, which this reader does not want to meet."""
    return (mine.shown & theirs.shown) - unsaid


def reason(mine: Matched, sides: Sequence[Side], *, now: int, unsaid: frozenset[str] = frozenset()) -> str:
    """At most three sentences: of the loss, of who they are, of the time, and of what else counts most. They are of one
    of those whose story it is: the one of whom most may be said. Of another than who wrote it, that is said first.
    """
    said = [(side, *_sentences(mine, side, now, unsaid)) for side in sides]
    speaking = [(points, side.is_author, sentences) for side, points, sentences in said if sentences]
    if not speaking:
        return str(SOMETHING)
    _points, is_author, sentences = max(speaking, key=lambda one: one[:2])
    return " ".join(sentences if is_author else [str(ANOTHER), *sentences])


def _sentences(mine: Matched, side: Side, now: int, unsaid: frozenset[str]) -> tuple[int, list[str]]:
    """What all counts that may be said of the two, and the sentences."""
    theirs = side.theirs
    said = may_say(mine, theirs, unsaid)
    named = [part for part in side.parts if part.facet in said and part.facet != codes.WORDS]
    sentences = [*_loss(mine, theirs, said), *_role(named), *_since(mine, theirs, said, now), *_others(named)]
    return sum(part.points for part in named), sentences[:MOST_SENTENCES]


def _loss(mine: Matched, theirs: Matched, said: frozenset[str]) -> Iterator[str]:
    child = mine.one("child")
    has_child = "child" in said and child in CHILDREN and theirs.one("child") == child
    are_parents = "role" in said and {mine.one("role"), theirs.one("role")} <= codes.PARENTS
    weeks = mine.weeks
    is_near = (
        "weeks" in said
        and weeks is not None
        and theirs.weeks is not None
        and abs(weeks - theirs.weeks) <= AROUND
    )
    if has_child and child is not None:
        phrase = CHILDREN[child][(0 if are_parents else 2) + (0 if is_near else 1)]
        yield str(phrase) % {"weeks": weeks} if is_near else str(phrase)
    elif is_near:
        if are_parents:
            yield _("You both lost a baby at around %(weeks)s weeks.") % {"weeks": weeks}
        else:
            yield _("For each of you it was at around %(weeks)s weeks.") % {"weeks": weeks}
    if "weeks" in said and weeks is not None and theirs.weeks_band == codes.weeks_band(weeks):
        yield _band(theirs.weeks_band)


def _band(first: int) -> str:
    after = next((week for week in codes.WEEKS if week > first), None)
    if first == 0:
        return _("For each of you it was before 6 weeks.")
    if after is None:
        return _("For each of you it was at 37 weeks or later.")
    return _("For each of you it was at %(first)s to %(last)s weeks.") % {"first": first, "last": after - 1}


def _role(named: list[Part]) -> Iterator[str]:
    for part in named:
        if part.facet == "role":
            for role in part.values:
                yield str(ROLES[role])


def _since(mine: Matched, theirs: Matched, said: frozenset[str], now: int) -> Iterator[str]:
    if "since" not in said or mine.since is None:
        return
    ago = max(now - mine.since, 0)
    if theirs.since is not None and _is_as_long(ago, max(now - theirs.since, 0)):
        yield _years(round(ago / 12))
    elif theirs.year is not None and theirs.year == mine.since // 12:
        yield _("It was in the same year for each of you.")


def _is_as_long(one: int, other: int) -> bool:
    """Within the last year, both; or about as many years."""
    if max(one, other) < 12:
        return True
    shorter, longer = sorted((one, other))
    return shorter >= 12 * AS_LONG and shorter >= longer * AS_LONG


def _years(years: int) -> str:
    if years < len(YEARS):
        return str(YEARS[years])
    return ngettext(
        "It was about %(count)d year ago for each of you.",
        "It was about %(count)d years ago for each of you.",
        years,
    ) % {"count": years}


def _others(named: list[Part]) -> Iterator[str]:
    for part in named:
        for value in sorted(part.values):
            if part.facet == "kinds":
                yield str(KINDS[value])
            elif (part.facet, value) in OTHERS:
                yield str(OTHERS[part.facet, value])
            elif part.facet in SAME_WORDS:
                label = {**OF_LOSS, **OWN}[part.facet].label(value)
                yield str(SAME_WORDS[part.facet]) % {"what": label}


@dataclass(frozen=True, slots=True)
class Share:
    """One line of "Why this one?": what, and which part of it all."""

    what: str
    how_much: str


def shares(
    mine: Matched, theirs: Matched, parts: Iterable[Part], unsaid: frozenset[str] = frozenset()
) -> list[Share]:
    """Each part's share in words, the most first; what not both offered to say is together, without a name."""
    said = may_say(mine, theirs, unsaid)
    points = [(part.facet, part.points) for part in parts]
    total = sum(number for _facet, number in points) or 1
    named = [(TITLES[facet], number) for facet, number in points if facet in said]
    rest = sum(number for facet, number in points if facet not in said)
    rows = [*named, *([(REST, rest)] if rest else [])]
    return [Share(str(what), _share(number / total)) for what, number in rows]


def _share(part: float) -> str:
    return next(str(words) for least, words in SHARES if part >= least)
