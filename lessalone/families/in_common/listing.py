"""What a member told so that others like them are found, as they themselves read it. Nobody else sees it here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.http import Http404
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from lessalone.families import facts, questions
from lessalone.families.experiences import OF_LOSS, answers_about, experience_of, experiences_of
from lessalone.families.in_common import wordings
from lessalone.families.models import Experience, Parent
from lessalone.people.facets import OWN, Answer, Facet, Purpose, Text
from lessalone.people.vocabulary import Words


@dataclass(frozen=True, slots=True)
class Line:
    """One facet in a list: what it is called, what was answered, for what, and where it is asked."""

    key: str
    term: Text
    url: str
    said: tuple[str, ...] = ()
    use: Text = ""


@dataclass(frozen=True, slots=True)
class Told:
    """The facets of one loss, or of the member, sorted by what became of them."""

    answered: list[Line] = field(default_factory=list)
    to_add: list[Line] = field(default_factory=list)
    others: list[Line] = field(default_factory=list)
    """Not asked, because they do not seem to fit; they can be answered all the same."""
    skipped: list[Line] = field(default_factory=list)
    next_url: str = ""
    """The next question, if there is one to ask."""


@dataclass(frozen=True, slots=True)
class Loss:
    """An experience as its member calls it."""

    experience: Experience
    answers: dict[str, Answer]
    parent: Parent | None
    """They as a parent of the baby, with a page; None where there is none, or it is theirs no more."""
    called: str
    apart: str
    """What tells losses without a page apart: "2019, 20 weeks"."""

    @property
    def url(self) -> str:
        """Its page."""
        return reverse("families-loss", args=[self.experience.public_id])

    def url_of(self, key: str) -> str:
        """Where a facet of it is asked."""
        return reverse("families-facet-loss", args=[self.experience.public_id, key])


def losses_of(member_id: int, words: Words) -> tuple[list[Loss], list[tuple[Parent, str]]]:
    """All losses that a member told of; and the babies on whose pages they could begin, with their names."""
    experiences = experiences_of(member_id)
    parents = {parent.baby_id: parent for parent in _own_pages(member_id)}
    opened = facts.words_of_many([parent.page for parent in parents.values() if parent.page])
    names = {
        baby_id: questions.called_by(words, opened[parent.page_id].name)
        for baby_id, parent in parents.items()
        if parent.page_id in opened
    }
    told = {one.baby_id for one in experiences}
    losses = [
        _loss(one, parents.get(one.baby_id or 0), names.get(one.baby_id or 0, "")) for one in experiences
    ]
    return losses, [(one, names[pk]) for pk, one in parents.items() if pk not in told]


def loss_or_404(member_id: int, public_id: str, words: Words) -> Loss:
    """One of this member's own losses; to anyone else it does not exist."""
    experience = experience_of(member_id, public_id)
    if experience is None:
        raise Http404
    parent = _own_pages(member_id).filter(baby=experience.baby_id).first() if experience.baby_id else None
    name = questions.called_by(words, facts.words_of(parent.page).name) if parent else ""
    return _loss(experience, parent, name)


def _own_pages(member_id: int):  # type: ignore[no-untyped-def]
    rows = Parent.objects.own_pages().filter(member_id=member_id, page__isnull=False)
    return rows.select_related("baby", "page").order_by("pk")


def _loss(experience: Experience, parent: Parent | None, name: str) -> Loss:
    answers = answers_about(experience)
    said = [
        wordings.say(OF_LOSS[key], value)
        for key in ("since", "weeks")
        if key in answers
        for value in answers[key].values
    ]
    added = formats.date_format(timezone.localtime(experience.made_at), "DATE_FORMAT")
    apart = "" if name else ", ".join(said) or _("Added on %(day)s") % {"day": added}
    return Loss(experience, answers, parent, capfirst(name) if name else _("A loss without a page"), apart)


def told_of_loss(loss: Loss, asked: list[str], next_key: str | None) -> Told:
    """The facets of a loss."""
    urls = {key: loss.url_of(key) for key in OF_LOSS}
    return _told(OF_LOSS, loss.answers, urls, asked, next_key)


def told_of_member(answers: Mapping[str, Answer], asked: list[str], next_key: str | None) -> Told:
    """The facets of the member."""
    urls = {key: reverse("families-facet-own", args=[key]) for key in OWN}
    return _told(OWN, answers, urls, asked, next_key)


def _told(
    facets: Mapping[str, Facet],
    answers: Mapping[str, Answer],
    urls: Mapping[str, str],
    asked: list[str],
    next_key: str | None,
) -> Told:
    told = Told(next_url=f"{urls[next_key]}?on" if next_key else "")
    for key, facet in facets.items():
        term, answer = wordings.WORDINGS[key].term, answers.get(key)
        if answer is None:
            (told.to_add if key in asked else told.others).append(Line(key, term, urls[key]))
        elif answer.is_skipped:
            told.skipped.append(Line(key, term, urls[key]))
        else:
            said = tuple(wordings.say(facet, value) for value in answer.values)
            told.answered.append(Line(key, term, urls[key], said, wordings.USES[answer.use]))
    return told


def said_for(purpose: Purpose, losses: list[Loss], own: Mapping[str, Answer]) -> list[str]:
    """What goes with consent for a purpose: "Jack: how many weeks, what happened"."""
    said = []
    for called, facets, answers in [
        *[
            (f"{loss.called} ({loss.apart})" if loss.apart else loss.called, OF_LOSS, loss.answers)
            for loss in losses
        ],
        (_("You"), OWN, own),
    ]:
        terms = [
            str(wordings.WORDINGS[key].term)
            for key, facet in facets.items()
            if facet.purpose == purpose and key in answers and answers[key].values
        ]
        if terms:
            said.append(f"{called}: {' · '.join(terms)}")
    return said
