"""For leads: safety separations, what moderators opened, the audit log."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from lessalone.families import actions as families
from lessalone.families.models import SafetySeparation
from lessalone.moderation import log_words, reading
from lessalone.moderation.forms import WhyForm
from lessalone.people.access import lead_required


@lead_required
@require_GET
def separations(request: HttpRequest) -> HttpResponse:
    """Safety separations that wait, and those in force."""
    waiting, cursor = reading.page(
        SafetySeparation.objects.waiting().order_by("pk"), request.GET.get("after")
    )
    in_force = SafetySeparation.objects.in_force()[:100]
    context = {"waiting": waiting, "cursor": cursor, "in_force": in_force}
    return render(request, "moderation/separations.html", context)


@lead_required
@require_http_methods(["GET", "POST"])
def separation(request: HttpRequest, number: int) -> HttpResponse:
    """One request, read in private. The other parent never learns of it."""
    separations = SafetySeparation.objects.current().annotate(
        asker=reading.shown_name("asked_by"), asked_for=reading.shown_name("parent__member")
    )
    found = get_object_or_404(separations.select_related("parent"), pk=number)
    form = WhyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return _answer(request, found, form.cleaned_data["reason"])
    try:
        words = families.read_safety_separation(actor=request.user, separation=found)
    except PermissionDenied:
        return render(request, "moderation/own_family.html")
    context = {
        "asked": found,
        "form": form,
        "words": words,
        "asker": found.asker or _("A member"),
        "parent": found.asked_for or _("A member"),
    }
    return render(request, "moderation/separation.html", context, status=422 if form.errors else 200)


def _answer(request: HttpRequest, found: SafetySeparation, reason: str) -> HttpResponse:
    acts = {
        "grant": families.grant_safety_separation,
        "decline": families.decline_safety_separation,
        "end": families.end_safety_separation,
    }
    act = acts.get(request.POST.get("answer", ""))
    try:
        if act is not None:
            act(actor=request.user, separation=found, reason=reason)
            messages.success(request, _("It is done. The other parent is not told."))
    except PermissionDenied:
        return render(request, "moderation/own_family.html", status=403)
    return redirect("moderation-separations")


@lead_required
@require_GET
def openings(request: HttpRequest) -> HttpResponse:
    """What moderators opened for an hour, and why."""
    rows, cursor = reading.page(reading.openings_by_moderators(), request.GET.get("after"), newest_first=True)
    return render(request, "moderation/openings.html", {"rows": rows, "cursor": cursor})


@lead_required
@require_GET
def audit(request: HttpRequest) -> HttpResponse:
    """The log of everything that someone with a duty did."""
    rows, cursor = reading.page(reading.audit_log(), request.GET.get("after"), newest_first=True)
    said = [(row, log_words.words_for(row.action)) for row in rows]
    return render(request, "moderation/audit.html", {"rows": said, "cursor": cursor})
