"""For moderators: who joins and is admitted, pages about the same baby, deciding without a parent."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import OuterRef, Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from lessalone.families import actions as families
from lessalone.families import facts
from lessalone.families.models import BabyPage, LoneConsentRequest, Parent, SameBaby
from lessalone.moderation import reading
from lessalone.moderation.forms import WhyForm
from lessalone.people import actions as people
from lessalone.people.access import moderator_required
from lessalone.people.actions import log_audit
from lessalone.people.models import Member, Voice


def _shown_name(member: str) -> Subquery:
    shown = Voice.objects.filter(member=OuterRef(member), is_cover=False)
    return Subquery(shown.values("name")[:1])


# --- Joining.


@moderator_required
@require_GET
def joining(request: HttpRequest) -> HttpResponse:
    """Who waits to be let in, and who told of a loss and waits to be a bereaved member."""
    waiting, cursor = reading.page(
        Member.objects.waiting().annotate(shown_name=_shown_name("pk")).order_by("pk"),
        request.GET.get("after"),
    )
    told, told_cursor = reading.page(
        Member.objects.to_be_admitted().annotate(shown_name=_shown_name("pk")).order_by("pk"),
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
    waiting = get_object_or_404(Member.objects.waiting().annotate(shown_name=_shown_name("pk")), pk=member)
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
    context = {"pair": found, "form": form, "sides": [_side(found.first_id), _side(found.second_id)]}
    return render(request, "moderation/pair.html", context, status=422 if form.errors else 200)


def _settled(request: HttpRequest, found: SameBaby, form: WhyForm) -> HttpResponse:
    try:
        families.settle_as_different(actor=request.user, pair=found, reason=form.cleaned_data["reason"])
    except PermissionDenied:
        return render(request, "moderation/own_family.html", status=403)
    messages.success(request, _("They are taken as different babies from now on."))
    return redirect("moderation-same-baby")


def _side(baby_id: int) -> dict[str, Any]:
    """What a moderator needs to compare: the dates that matched, and who the parents are."""
    page = BabyPage.objects.filter(baby=baby_id).order_by("pk").first()
    parents = Parent.objects.filter(baby=baby_id).annotate(shown_name=_shown_name("member"))
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
    belongs = Parent.objects.filter(baby__in=baby_ids, member=member).exists()
    return not belongs and not member.relations.filter(baby__in=baby_ids).exists()


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
    found = get_object_or_404(LoneConsentRequest.objects.open().select_related("parent"), pk=number)
    form = WhyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return _answer_lone_consent(request, found, form)
    if not is_outside(request.user, found.parent.baby_id):
        return render(request, "moderation/own_family.html")
    context = {
        "asked": found,
        "form": form,
        "reason": families.read_lone_consent_reason(actor=request.user, request=found),
        "asker": name_of(found.asked_by_id),
        "parent": name_of(found.parent.member_id),
        "is_unreachable": found.because == LoneConsentRequest.Because.UNREACHABLE,
        "has_agreed": found.approvals.filter(moderator=request.user.pk).exists(),
        "is_half": found.approvals.exists(),
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


def name_of(member_id: int) -> str:
    """The name that a member shows."""
    name = Voice.objects.filter(member=member_id, is_cover=False).values_list("name", flat=True).first()
    return name or _("A member")
