"""The pages of kindred: stories like one's own, who can find oneself, and stories that led to others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from lessalone.kindred import actions, counted, reasons, ripples
from lessalone.kindred import companions as first_stories
from lessalone.kindred.forms import CompanionForm, FindableForm, HelpedForm, WhichLossForm, called
from lessalone.kindred.matched import months_of
from lessalone.kindred.models import Companion, Findable, TellsOf
from lessalone.kindred.near import Asking, Found, askings_of, newest_for, stories_near
from lessalone.kindred.widening import Section, sections
from lessalone.kit import cursors
from lessalone.people.access import member_required
from lessalone.people.bearing import SHOW, BearingMap, bearing_of
from lessalone.responses.inbox import titles_of
from lessalone.sharing.models import Item
from lessalone.sharing.newest import FAR_ID
from lessalone.sharing.queries import own_item_or_404, visible_item_or_404
from lessalone.stories.listing import Listed, listed
from lessalone.stories.own import list_of

NEWEST = 10
SAID_WITH = {"again": "pregnancy", "living": "living-children"}
"""Facets that are not said to a reader who does not want to meet what they are about."""
ENDED = frozenset({"tfmr", "reduction"})
"""Kinds that are not said to a reader who does not want to meet them."""


@dataclass(frozen=True, slots=True)
class Row:
    """A story on the page, and why it is there."""

    one: Listed
    reason: str = ""
    shares: tuple[reasons.Share, ...] = ()


@member_required
@require_GET
def near(request: HttpRequest) -> HttpResponse:
    """Stories like one's own, best first, each with its reason. Without any answer: the newest ones."""
    bearing = bearing_of(request.viewer.member_id)
    askings = askings_of(request.user.pk)
    asking = _chosen(askings, request.GET.get("loss"))
    today = timezone.now().date()
    found = _near(request, asking, bearing)
    parts = sections(asking.mine, found) if asking else []
    by_item = {row.item.pk: row for row in listed([one.item for s in parts for one in s.found], bearing)}
    context = {
        "sections": [(s.sentence, _rows(s, by_item, asking, bearing, months_of(today))) for s in parts],
        "newest": [] if by_item else _newest(request, bearing),
        "losses": [(one, called(one.experience)) for one in askings] if len(askings) > 1 else [],
        "asking": asking,
        "has_told": asking is not None and not asking.mine.is_empty,
        "counted": _counted(asking, bearing),
    }
    return render(request, "kindred/near.html", context)


def _chosen(askings: list[Asking], public_id: str | None) -> Asking | None:
    """The loss that the page is about: the one chosen, or the newest of which anything was told."""
    for asking in askings:
        if asking.experience.public_id == public_id:
            return asking
    told = [asking for asking in askings if not asking.mine.is_empty]
    return next(iter(told or askings), None)


def _near(request: HttpRequest, asking: Asking | None, bearing: BearingMap) -> list[Found]:
    if asking is None:
        return []
    return stories_near(request.viewer, asking, today=timezone.now().date(), without_notes=bearing.left_out)


def _rows(
    section: Section, by_item: dict[int, Listed], asking: Asking | None, bearing: BearingMap, now: int
) -> list[Row]:
    assert asking is not None
    unsaid = frozenset(facet for facet, note in SAID_WITH.items() if bearing.choice(note) != SHOW)
    return [
        Row(
            by_item[one.item.pk],
            reasons.reason(asking.mine, one.sides, now=now, unsaid=unsaid),
            tuple(reasons.shares(asking.mine, one.theirs, one.parts, unsaid)),
        )
        for one in section.found
        if one.item.pk in by_item
    ]


def _counted(asking: Asking | None, bearing: BearingMap) -> list[str]:
    """How many there are like them, where that can be said."""
    if asking is None or asking.mine.is_empty:
        return []
    unsaid = frozenset() if bearing.choice("tfmr") == SHOW else ENDED
    return counted.sentences(asking.mine, asking.said, unsaid)


def _newest(request: HttpRequest, bearing: BearingMap) -> list[Row]:
    items = newest_for(request.viewer, bearing.left_out, limit=NEWEST)
    return [Row(one) for one in listed(items, bearing)]


@member_required
@require_http_methods(["GET", "POST"])
def found(request: HttpRequest) -> HttpResponse:
    """Who can find oneself. Nobody, until they choose."""
    now = Findable.objects.filter(member=request.user).first()
    initial = {
        "who": now.who if now and _holds(now) else "",
        "span": "open" if now and not now.until else "month",
    }
    form = FindableForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        actions.choose_who_finds(actor=request.user, who=form.cleaned_data["who"], span=form.time)
        messages.success(request, _("This is kept. You can change it at any time."))
        return redirect("kindred-found")
    context: dict[str, Any] = {
        "form": form,
        "now": now if now and _holds(now) else None,
        "is_established": request.viewer.is_bereaved,
        "narrow": True,
    }
    return render(request, "kindred/found.html", context)


def _holds(choice: Findable) -> bool:
    return choice.until is None or choice.until > timezone.now()


@member_required
@require_http_methods(["GET", "POST"])
def which_loss(request: HttpRequest) -> HttpResponse:
    """Which of one's losses each story tells of that names no baby."""
    mine = [
        one
        for one in list_of(request.user).own
        if one.item.author_id == request.user.pk and not one.item.baby_id
    ]
    form = WhichLossForm(
        request.POST or None,
        stories=mine,
        losses=request.user.experiences.order_by("-pk"),
        said=dict(TellsOf.objects.filter(item__author=request.user).values_list("item", "experience")),
    )
    if request.method == "POST" and form.is_valid():
        actions.say_which_losses(actor=request.user, chosen=form.chosen())
        messages.success(request, _("This is kept. You can change it at any time."))
        return redirect("kindred-near")
    context = {"form": form, "narrow": True}
    return render(request, "kindred/which_loss.html", context, status=422 if form.errors else 200)


# --- First stories that nobody has answered.


@member_required
@require_http_methods(["GET", "POST"])
def companions(request: HttpRequest) -> HttpResponse:
    """Offer to be there for first stories; what was brought, and how to stop."""
    now = Companion.objects.filter(member=request.user).first()
    form = CompanionForm(request.POST or None, initial={"a_week": now.a_week if now else 2})
    if request.method == "POST" and request.viewer.is_bereaved and form.is_valid():
        first_stories.offer(actor=request.user, a_week=form.cleaned_data["a_week"])
        messages.success(request, _("This is kept. You can stop at any time, without a reason."))
        return redirect("kindred-companions")
    waiting = list(first_stories.waiting_for(request.viewer)[:NEWEST]) if now else []
    context: dict[str, Any] = {
        "form": form,
        "now": now,
        "waiting": listed(waiting, bearing_of(request.viewer.member_id)),
        "is_established": request.viewer.is_bereaved,
    }
    return render(request, "kindred/companions.html", context)


@member_required
@require_POST
def companions_stop(request: HttpRequest) -> HttpResponse:
    """No longer, at one press."""
    first_stories.step_back(actor=request.user)
    messages.success(request, _("Nothing is brought to you any more. Thank you for having been there."))
    return redirect("kindred-companions")


@member_required
@require_POST
def pass_on(request: HttpRequest, story: str) -> HttpResponse:
    """Not this one. It looks the same for a story that was never brought to them."""
    first_stories.pass_on(actor=request.user, public_id=story)
    messages.success(request, _("It goes to someone else. Nobody is told."))
    return redirect("kindred-companions")


# --- Stories that led to others.


@member_required
@require_http_methods(["GET", "POST"])
def what_helped(request: HttpRequest, public_id: str) -> HttpResponse:
    """Which story helped to tell this one: whoever wrote it may say so; each of its people may take it back."""
    story = ripples.own_story_or_404(request.user.pk, public_id)
    said = ripples.said_of(request.viewer, story)
    if said is not None:
        return _what_is_said(request, story, said)
    if story.author_id != request.user.pk or not story.is_told:
        raise Http404
    offered = {one.public_id: one for one in ripples.offered(request.viewer, story)}
    titles = titles_of(offered.values())
    form = HelpedForm(
        request.POST or None, offered={key: titles.get(one.pk, "") for key, one in offered.items()}
    )
    if request.method == "POST" and form.is_valid():
        helped = offered[form.cleaned_data["story"]]
        actions.say_what_helped(actor=request.user, item=story, story=helped, viewer=request.viewer)
        messages.success(request, _("It is said. You can take it back at any time."))
        return redirect("kindred-helped", public_id)
    context = {"story": story, "form": form, "offered": offered, "narrow": True}
    return render(request, "kindred/helped.html", context, status=422 if form.errors else 200)


def _what_is_said(request: HttpRequest, story: Any, said: Any) -> HttpResponse:
    helped = ripples.helped(request.viewer, said)
    context = {
        "story": story,
        "said": said,
        "helped": helped,
        "title": titles_of([helped]).get(helped.pk, "") if helped else "",
        "is_author": story.author_id == request.user.pk,
        "narrow": True,
    }
    return render(request, "kindred/helped_said.html", context)


@member_required
@require_POST
def take_back_helped(request: HttpRequest, public_id: str) -> HttpResponse:
    """Take back what was said to have helped: one press."""
    story = ripples.own_story_or_404(request.user.pk, public_id)
    actions.take_back_what_helped(actor=request.user, item=story)
    messages.success(request, _("It is taken back. Nobody is told any more."))
    return redirect("stories-family", public_id)


@member_required
@require_GET
def told_after_yours(request: HttpRequest, public_id: str) -> HttpResponse:
    """For the family of a story: what was told after reading it, of what each of them may see."""
    story = own_item_or_404(request.user.pk, public_id, kind=Item.Kind.STORY)
    keys = cursors.decode(request.GET.get("after"))
    before = keys[0] if keys and isinstance(keys[0], int) else FAR_ID
    found = ripples.led_to(request.viewer, story, before)
    page = found[: ripples.ON_A_PAGE]
    context = {
        "story": story,
        "shown": listed(page, bearing_of(request.viewer.member_id)),
        "cursor": cursors.encode(page[-1].ripple_id) if len(found) > len(page) else None,
    }
    return render(request, "kindred/told_after_yours.html", context)


@member_required
@require_GET
def told_after(request: HttpRequest, public_id: str) -> HttpResponse:
    """For readers of a story: the newest that were told after it. Where they are led nowhere there is no page."""
    story = visible_item_or_404(request.viewer, public_id, kind=Item.Kind.STORY)
    shown = listed(ripples.links_of(request.viewer, story), bearing_of(request.viewer.member_id))
    if not shown:
        raise Http404
    return render(request, "kindred/told_after.html", {"story": story, "shown": shown})


@member_required
@require_POST
def lead(request: HttpRequest, public_id: str) -> HttpResponse:
    """One of either family lets readers be led on."""
    return _led(request, public_id, actions.agree_to_lead, _("This is kept. You can change it at any time."))


@member_required
@require_POST
def lead_no_more(request: HttpRequest, public_id: str) -> HttpResponse:
    """One of either family does not want it any more."""
    return _led(request, public_id, actions.stop_leading, _("Readers are not led there, from this moment."))


def _led(request: HttpRequest, public_id: str, act: Any, sentence: str) -> HttpResponse:
    ripple = ripples.ripple_or_404(request.viewer, public_id)
    act(actor=request.user, ripple=ripple, viewer=request.viewer)
    messages.success(request, sentence)
    if ripple.is_teller:
        return redirect("kindred-helped", public_id)
    return redirect("kindred-told-after-yours", ripple.led_by.public_id)
