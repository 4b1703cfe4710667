"""How facets are spoken of: what each is called, what another might read, and what is asked before it is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext_lazy as _

from lessalone.families import facts
from lessalone.people.facets import Facet, Purpose, Shape, Text, Use
from lessalone.ui.forms import PartialDate


@dataclass(frozen=True, slots=True)
class Wording:
    """A facet in a list, and sentences such as another reads who offered the same."""

    term: Text
    examples: Mapping[str, Text] = field(default_factory=dict)
    """By answer, as the page of those who are near says it: nobody is given an example of what was not theirs."""


WORDINGS: dict[str, Wording] = {
    "role": Wording(
        _("Who you are to the baby"),
        {
            "mother": _("You are each a mother, or the parent who was pregnant."),
            "father": _("You are both fathers."),
            "grandparent": _("You are both grandparents."),
        },
    ),
    "weeks": Wording(_("How many weeks")),
    "kinds": Wording(_("What happened"), {"ectopic": _("For each of you it was an ectopic pregnancy.")}),
    "child": Wording(
        _("A son, a daughter"),
        {"son": _("For each of you it was a boy."), "daughter": _("For each of you it was a girl.")},
    ),
    "since": Wording(_("When it was")),
    "lived": Wording(
        _("How long the baby lived"), {"hours": _("For each of you the baby lived for minutes or hours.")}
    ),
    "plurality": Wording(_("One baby, or twins or more"), {"twin": _("For each of you one of twins died.")}),
    "cause": Wording(_("Whether you know why"), {"unknown": _("Nobody could tell either of you why.")}),
    "causes": Wording(_("What was found")),
    "losses": Wording(
        _("Whether it was the first"),
        {
            "first": _("It was the first loss for each of you."),
            "second": _("It was the second loss for each of you."),
        },
    ),
    "conception": Wording(
        _("How the pregnancy began"), {"assisted": _("Each pregnancy began with IVF or other help.")}
    ),
    "photos": Wording(_("Photos"), {"wished": _("You both wish that there were photos.")}),
    "funeral": Wording(
        _("A funeral or a goodbye"), {"wished": _("You both wish that there had been a goodbye.")}
    ),
    "living": Wording(_("Living children"), {"none": _("Neither of you has a living child.")}),
    "again": Wording(_("Another pregnancy"), {"hoping": _("You both hope for another pregnancy.")}),
    "country": Wording(_("Where you live")),
    "language": Wording(_("Languages")),
    "faith": Wording(_("Faith, or none"), {"none": _("Neither of you has a faith.")}),
    "culture": Wording(_("Where you come from")),
    "lgbtq": Wording(_("LGBTQ+"), {"yes": _("You are both LGBTQ+.")}),
    "partnered": Wording(_("With a partner, or alone"), {"alone": _("You each carry it alone.")}),
    "age": Wording(_("Your age")),
}

USES: dict[Use, Text] = {
    Use.MATCH: _("Only to find others"),
    Use.SHOWN: _("May be said"),
    Use.HIDDEN: _("For nothing"),
}
"""A use in a list."""

NOTES_COURT = frozenset({"weeks", "kinds", "cause", "causes"})
"""What a court could ask for: its page says so."""


@dataclass(frozen=True, slots=True)
class ConsentWords:
    """What is agreed to, and why it is asked."""

    agree: Text
    because: Text


CONSENTS: dict[Purpose, ConsentWords] = {
    Purpose.HEALTH: ConsentWords(
        _(
            "I agree that you keep and compare what I say here about my health and the pregnancy. You may also compare "
            "the words of stories that I share under my name here."
        ),
        _("The law guards what is about health. So we keep and compare it only if you agree."),
    ),
    Purpose.BELIEF: ConsentWords(
        _("I agree that you keep and compare what I say here about faith or belief."),
        _("The law guards what people believe. So we keep it only if you agree."),
    ),
    Purpose.ORIGIN: ConsentWords(
        _("I agree that you keep and compare what I say here about where I come from."),
        _("The law guards where people come from. So we keep it only if you agree."),
    ),
    Purpose.ORIENTATION: ConsentWords(
        _("I agree that you keep and compare what I say here about my sexuality or gender."),
        _("The law guards what is about sexuality and gender. So we keep it only if you agree."),
    ),
}


def say(facet: Facet, value: str) -> str:
    """A value as its member reads it: "20 weeks and 3 days", "March 2024", "The father"."""
    if facet.shape == Shape.WEEKS:
        weeks, _plus, days = value.partition("+")
        return facts.say_length(int(weeks), int(days or 0))
    if facet.shape == Shape.DATE:
        return PartialDate.parse(value).words
    return facet.label(value)
