"""For moderators: who joins and is admitted, pages about the same baby, deciding without a parent."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from lessalone.families import actions as families
from lessalone.families import facts
from lessalone.families.models import (
    Baby,
    BabyPage,
    LoneConsentApproval,
    LoneConsentRequest,
    Parent,
    SameBaby,
)
from lessalone.moderation import reading
from lessalone.moderation.forms import WhyForm
from lessalone.people import actions as people
from lessalone.people.access import moderator_required
from lessalone.people.actions import log_audit
from lessalone.people.models import Member

# --- Joining.


@moderator_required
@require_GET
def joining(request: HttpRequest) -> HttpResponse:
    """Who waits to be let in, and who told of a loss and waits to be a bereaved member."""
    waiting, cursor = reading.page(
        Member.objects.waiting().annotate(shown_name=reading.shown_name("pk")).order_by("pk"),
        request.GET.get("after"),
    )
    told, told_cursor = reading.page(
        Member.objects.to_be_admitted().annotate(shown_name=reading.shown_name("pk")).order_by("pk"),
        request.GET.get("told"),
    )
    context = {"waiting": waiting, "cursor": cursor, "told": told, "told_cursor": told_cursor}
    return render(request, "moderation/joining.html", context)


@moderator_required
@require_POST
def let_in(request: HttpRequest, member: int) -> HttpResponse:
    """Let someone in who waits."""
    people.approve_member(actor=request.user, member=get_object_or_404(Member.objects.waiting(), pk=member))
    messages.success(request, _("They are let in."))
    return redirect("moderation-joining")


@moderator_required
@require_http_methods(["GET", "POST"])
def decline(request: HttpRequest, member: int) -> HttpResponse:
    """Do not let someone in, with a reason."""
    waiting = get_object_or_404(
        Member.objects.waiting().annotate(shown_name=reading.shown_name("pk")), pk=member
    )
    form = WhyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        people.decline_member(actor=request.user, member=waiting, reason=form.cleaned_data["reason"])
        messages.success(request, _("They are not let in. Their account is closed."))
        return redirect("moderation-joining")
    context = {"form": form, "member": waiting}
    return render(request, "moderation/decline.html", context, status=422 if form.errors else 200)


@moderator_required
@require_POST
def admit(request: HttpRequest, member: int) -> HttpResponse:
    """Make someone a bereaved member who told of a loss."""
    told = get_object_or_404(Member.objects.to_be_admitted(), pk=member)
    people.admit(actor=request.user, member=told)
    messages.success(request, _("They are a bereaved member now."))
    return redirect("moderation-joining")


# --- Pages about the same baby.


@moderator_required
@require_GET
def same_baby(request: HttpRequest) -> HttpResponse:
    """Pairs of pages that may be about the same baby."""
    rows, cursor = reading.page(SameBaby.objects.unsettled().order_by("pk"), request.GET.get("after"))
    return render(request, "moderation/same_baby.html", {"rows": rows, "cursor": cursor})


@moderator_required
@require_http_methods(["GET", "POST"])
def pair(request: HttpRequest, number: int) -> HttpResponse:
    """One pair: what matched, who belongs to each, and the way to say that they are different."""
    found = get_object_or_404(SameBaby.objects.unsettled(), pk=number)
    form = WhyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return _settled(request, found, form)
    if not is_outside(request.user, found.first_id, found.second_id):
        return render(request, "moderation/own_family.html")
    log_audit(actor=request.user, action="same-baby.read", subject=f"same-baby:{found.pk}")
    context = {"pair": found, "form": form, "sides": _sides(found.first_id, found.second_id)}
    return render(request, "moderation/pair.html", context, status=422 if form.errors else 200)


def _settled(request: HttpRequest, found: SameBaby, form: WhyForm) -> HttpResponse:
    try:
        families.settle_as_different(actor=request.user, pair=found, reason=form.cleaned_data["reason"])
    except PermissionDenied:
        return render(request, "moderation/own_family.html", status=403)
    messages.success(request, _("They are taken as different babies from now on."))
    return redirect("moderation-same-baby")


def _sides(*baby_ids: int) -> list[dict[str, Any]]:
    """What a moderator needs to compare: of each, the dates that matched, and who the parents are."""
    pages = {
        page.baby_id: page
        for page in BabyPage.objects.filter(baby__in=baby_ids).select_related("baby").order_by("-pk")
    }
    parents = list(
        Parent.objects.filter(baby__in=baby_ids)
        .annotate(shown_name=reading.shown_name("member"))
        .order_by("pk")
    )
    return [
        _side(pages.get(baby_id), [parent for parent in parents if parent.baby_id == baby_id])
        for baby_id in baby_ids
    ]


def _side(page: BabyPage | None, parents: list[Parent]) -> dict[str, Any]:
    dates = [
        (label, facts.say_date(page, which))
        for which, label in (("born", _("Born")), ("died", _("Died")), ("due", _("Due")))
        if page is not None
    ]
    return {
        "made_at": page.baby.made_at if page else None,
        "dates": [(label, said) for label, said in dates if said],
        "weeks": facts.say_weeks(page) if page else "",
        "parents": [(parent.shown_name, parent.left_at is not None) for parent in parents],
    }


def is_outside(member: Member, *baby_ids: int) -> bool:
    """Whether this member neither is nor was of these families: nobody decides about their own."""
    return not Baby.objects.filter(families.is_of_family(member.pk), pk__in=baby_ids).exists()


# --- Deciding without a parent.


@moderator_required
@require_GET
def lone_consents(request: HttpRequest) -> HttpResponse:
    """Requests to decide without a parent who cannot be reached, or who died; and notices that run."""
    waiting, cursor = reading.page(
        LoneConsentRequest.objects.waiting().order_by("pk"), request.GET.get("after")
    )
    in_notice = LoneConsentRequest.objects.in_notice()[:100]
    context = {"waiting": waiting, "cursor": cursor, "in_notice": in_notice, "days": families.NOTICE_DAYS}
    return render(request, "moderation/lone_consents.html", context)


@moderator_required
@require_http_methods(["GET", "POST"])
def lone_consent(request: HttpRequest, number: int) -> HttpResponse:
    """One request: the reason, who agreed, and the two ways to answer. Two different moderators agree."""
    approvals = LoneConsentApproval.objects.filter(request=OuterRef("pk"))
    requests = LoneConsentRequest.objects.open().annotate(
        asker=reading.shown_name("asked_by"),
        asked_for=reading.shown_name("parent__member"),
        has_agreed=Exists(approvals.filter(moderator=request.user.pk)),
        is_half=Exists(approvals),
    )
    found = get_object_or_404(requests.select_related("parent"), pk=number)
    form = WhyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return _answer_lone_consent(request, found, form)
    try:
        reason = families.read_lone_consent_reason(actor=request.user, request=found)
    except PermissionDenied:
        return render(request, "moderation/own_family.html")
    context = {
        "asked": found,
        "form": form,
        "reason": reason,
        "asker": found.asker or _("A member"),
        "parent": found.asked_for or _("A member"),
        "is_unreachable": found.because == LoneConsentRequest.Because.UNREACHABLE,
        "has_agreed": found.has_agreed,
        "is_half": found.is_half,
        "days": families.NOTICE_DAYS,
    }
    return render(request, "moderation/lone_consent.html", context, status=422 if form.errors else 200)


def _answer_lone_consent(request: HttpRequest, found: LoneConsentRequest, form: WhyForm) -> HttpResponse:
    reason = form.cleaned_data["reason"]
    is_unreachable = found.because == LoneConsentRequest.Because.UNREACHABLE
    try:
        if "refuse" in request.POST:
            families.refuse_lone_consent(actor=request.user, request=found, reason=reason)
        elif is_unreachable:
            families.approve_waiver(actor=request.user, request=found, reason=reason)
        else:
            families.approve_death(actor=request.user, request=found, reason=reason)
    except PermissionDenied:
        return render(request, "moderation/own_family.html", status=403)
    except families.NothingToDo:
        raise Http404 from None
    messages.success(request, _("Your answer is kept."))
    return redirect("moderation-lone-consents")
