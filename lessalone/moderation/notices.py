"""What its own people are told when something of theirs is held: why, in kind words, and how to object.

Never that it was reported, nor by whom, nor with which reason: to someone in hiding, the reason alone would
say who.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from lessalone.moderation import actions
from lessalone.moderation.models import Decision, Objection, Reason
from lessalone.people.models import Member
from lessalone.responses.below_story import standing_on_page
from lessalone.sharing.models import Hold, Item

WHY = {
    Reason.CRUEL.value: _("It may hurt someone who reads it."),
    Reason.DANGER.value: _("We are worried about someone, perhaps about you."),
    Reason.SELLING.value: _("It looks as if it sells something, or as if it is not true."),
    Reason.ADDRESS.value: _("It shows private things about a person, such as where they live."),
    Reason.MY_BABY.value: _("There is a question about it that has to be answered first."),
    Reason.SEXUAL.value: _("It may show a sexual image."),
    Reason.OTHER.value: _("It does not fit our rules."),
}


@dataclass(frozen=True, slots=True)
class Notice:
    """What its own people are told now."""

    is_held: bool
    is_looked_at: bool
    """A moderator has decided, or placed the hold; not only an automatic one."""
    why: str
    words: str
    since: datetime | None
    is_final: bool
    """Two moderators agreed."""
    objection: Objection | None
    answer: str


def notice_of(item: Item, member: Member) -> Notice | None:
    """What this member, whose item it is, is told; None when no moderator had anything to do with it."""
    held = Hold.objects.filter(item=item, released_at=None).order_by("placed_at").first()
    decision = Decision.objects.standing().filter(item=item).first()
    objection = Objection.objects.filter(item=item, member=member).order_by("-pk").first()
    if held is None and decision is None:
        return None
    reason = decision.reason if decision else held.reason if held and held.placed_by_id else ""
    words = (
        actions.words_of(decision.key_id, decision.words_sealed, actions.DECISION_WORDS) if decision else ""
    )
    return Notice(
        is_held=held is not None,
        is_looked_at=bool(decision or (held and held.placed_by_id)),
        why=str(WHY.get(reason, "")) if held else "",
        words=words,
        since=held.placed_at if held else decision.made_at if decision else None,
        is_final=bool(decision and decision.seconded_at),
        objection=objection,
        answer=_answer(objection),
    )


def _answer(objection: Objection | None) -> str:
    if objection is None or not objection.answered_at:
        return ""
    return actions.words_of(objection.key_id, objection.answer_sealed, actions.OBJECTION_ANSWER)


def for_its_own_people(request: HttpRequest, item: Item) -> SafeString:
    """On the page of one's own story or response: that it is held, and the way to why. For nobody else."""
    if not getattr(item, "is_own", False) and item.author_id != request.user.pk:
        return SafeString("")
    if not (standing_on_page(request, item) if item.kind == Item.Kind.STORY else item).is_held:
        return SafeString("")
    return mark_safe(render_to_string("moderation/_held.html", {"item": item}, request))  # noqa: S308


def on_family_page(request: HttpRequest, item: Item) -> SafeString:
    """On the family's page of a story, which already says that it is held: the way to why."""
    if not standing_on_page(request, item).is_held:
        return SafeString("")
    url = reverse("moderation-held", args=[item.public_id])
    return format_html('<p><a href="{}">{}</a></p>', url, _("Why it is held, and what you can do"))


def way_to_tell(request: HttpRequest, item: Item) -> SafeString:
    """Under a story or response of someone else: the way to say that something is wrong. No query."""
    if getattr(item, "is_own", False) and item.kind == Item.Kind.STORY:
        return SafeString("")
    context = {"item": item, "is_moderator": request.viewer.is_moderator}  # type: ignore[attr-defined]
    return mark_safe(render_to_string("moderation/_way_to_tell.html", context, request))  # noqa: S308
