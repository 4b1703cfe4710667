"""How each question about a baby is put, in the member's own words; and what a page says of the answers."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from lessalone.families import facts
from lessalone.families.facts import PageWords
from lessalone.families.models import BabyPage
from lessalone.people.vocabulary import DEATHS, Words

COURT = "court"


@dataclass(frozen=True, slots=True)
class Question:
    """One page: what it is called, and what is said before it is asked."""

    title: str
    sentences: tuple[str, ...] = ()
    notes_court: bool = False
    """The answer is one that a court could ask for: the page says so."""


def day_of_death(words: Words) -> str:
    """ "the day of the loss", in their words; "the day of the death" where their word is about the birth."""
    if words.day == DEATHS["stillborn"][4]:
        return str(DEATHS["died"][4])
    return str(words.day)


def question_for(step: str, words: Words, called: str) -> Question:
    """The question of a step, for a member with these words, about a baby called so."""
    return {
        "name": Question(
            _("The name"),
            (_("If there is a name, it will be used on your pages."),),
        ),
        "born": Question(_("The day of the birth"), (_("If there was one, and you know it."),)),
        "died": Question(capfirst(day_of_death(words)), (_("As far as you know it."),)),
        "due": Question(_("The due date"), (_("The day when the birth was expected."),)),
        "weeks": Question(_("How many weeks"), (_("How long the pregnancy was."),), notes_court=True),
        "kinds": Question(
            _("What happened"),
            (_("This is for you, and later for finding others like you, if you want that."),),
            notes_court=True,
        ),
        "together": Question(_("One of twins, or more")),
        "words": Question(
            _("In your own words"),
            (_("What happened, what you want to keep. As much or as little as you like."),),
        ),
    }[step]


@dataclass(frozen=True, slots=True)
class Answer:
    """One line of the summary: what it is called, what is there (perhaps several lines), its step."""

    step: str
    term: str
    lines: tuple[str, ...]


def answers_of(page: BabyPage, opened: PageWords, words: Words) -> list[Answer]:
    """The whole page as a list that can be changed. An empty answer has no lines."""

    def lines(*texts: str) -> tuple[str, ...]:
        return tuple(text for text in texts if text)

    plurality = str(page.get_plurality_display()) if page.plurality else ""
    return [
        Answer("name", _("Name"), lines(opened.name, facts.say_list(opened.nicknames))),
        Answer("born", _("Born"), lines(facts.say_date(page, "born"))),
        Answer("died", capfirst(day_of_death(words)), lines(facts.say_date(page, "died"))),
        Answer("due", _("Due date"), lines(facts.say_date(page, "due"))),
        Answer("weeks", _("How many weeks"), lines(facts.say_weeks(page))),
        Answer("kinds", _("What happened"), lines(*page.kind_labels(), opened.kind_words)),
        Answer("together", _("One of twins, or more"), lines(plurality)),
        Answer("words", _("In your own words. Only you can read this."), lines(opened.own_words)),
    ]


def called_by(words: Words, name: str) -> str:
    """The baby's name when there is one, else "your baby" as the member says it."""
    return name or str(words.your_baby)
