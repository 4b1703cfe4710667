"""For everyone: telling the moderators about something, and what became of one's own that is held."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from lessalone.kit.addresses import network_address
from lessalone.moderation import actions, notices, reading
from lessalone.moderation.forms import ObjectionForm, ReportForm, TellForm
from lessalone.moderation.models import AUTOMATIC, Reason, Report
from lessalone.people.access import member_required
from lessalone.sharing.actions import Refused
from lessalone.sharing.models import Item
from lessalone.sharing.queries import visible_item_or_404


def visible_of_either_kind_or_404(request: HttpRequest, public_id: str) -> Item:
    """A story or a response that the viewer may see."""
    try:
        return visible_item_or_404(request.viewer, public_id, kind=Item.Kind.STORY)
    except Http404:
        return visible_item_or_404(request.viewer, public_id, kind=Item.Kind.RESPONSE)


@login_not_required
@require_http_methods(["GET", "POST"])
def report(request: HttpRequest, public_id: str) -> HttpResponse:
    """What is wrong with this: it breaks the rules, or it is hard to see. With an account or without."""
    try:
        item = visible_of_either_kind_or_404(request, public_id)
    except Http404:
        return _told_already_or_404(request, public_id)
    form = ReportForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return _told(request, item, form)
    return _report_page(request, item, form, status=422 if form.errors else 200)


@login_not_required
@require_http_methods(["GET", "POST"])
def tell_us(request: HttpRequest) -> HttpResponse:
    """For anyone: about something that one cannot open, such as a story about one's own baby."""
    form = TellForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            return _told_us(request, form)
        except Refused as refusal:
            form.add_error(None, str(refusal))
    return render(request, "moderation/tell_us.html", {"form": form}, status=422 if form.errors else 200)


def _told_us(request: HttpRequest, form: TellForm) -> HttpResponse:
    """As a report about the thing itself, if they can see it; else the moderators are told where it is.

    The answer is the same: it never says whether there is anything at an address.
    """
    who = {
        "actor": request.user if request.user.is_authenticated else None,
        "reason": form.cleaned_data["reason"],
        "address": network_address(request),
    }
    where, words = form.cleaned_data["where"], form.cleaned_data["words"]
    item = reading.item_at(where)
    if item is not None and item.is_visible_to(request.viewer):
        actions.report(item=item, words=words, **who)
    else:
        actions.tell(words=f"{where}\n\n{words}".strip(), **who)
    return _told_page(request, who["reason"])


def _told(request: HttpRequest, item: Item, form: ReportForm) -> HttpResponse:
    reason = form.cleaned_data["reason"]
    try:
        actions.report(
            actor=request.user if request.user.is_authenticated else None,
            item=item,
            reason=reason,
            words=form.cleaned_data["words"],
            address=network_address(request),
        )
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return _report_page(request, item, form, status=429)
    return _told_page(request, reason)


def _told_page(request: HttpRequest, reason: str) -> HttpResponse:
    context = {"is_danger": reason == Reason.DANGER, "may_be_hidden": reason in AUTOMATIC}
    return render(request, "moderation/told.html", context)


def _told_already_or_404(request: HttpRequest, public_id: str) -> HttpResponse:
    """The button was pressed twice, and the first press hid it until someone has looked."""
    if request.method != "POST" or not request.user.is_authenticated:
        raise Http404
    told = Report.objects.open().filter(item__public_id=public_id, reporter=request.user, hold__isnull=False)
    found = told.filter(reason=request.POST.get("reason", "")).first()
    if found is None:
        raise Http404
    return _told_page(request, found.reason)


def _report_page(request: HttpRequest, item: Item, form: ReportForm, *, status: int) -> HttpResponse:
    is_answer = item.kind == Item.Kind.RESPONSE
    context = {
        "item": item,
        "form": form,
        "is_answer": is_answer,
        "back_url": reverse("responses-answer" if is_answer else "stories-read", args=[item.public_id]),
    }
    return render(request, "moderation/report.html", context, status=status)


@member_required
@require_http_methods(["GET", "POST"])
def held(request: HttpRequest, public_id: str) -> HttpResponse:
    """For its own people: that it is held or was decided about, why, and how to object."""
    item = Item.objects.owned_by(request.user.pk).filter(public_id=public_id).first()
    notice = notices.notice_of(item, request.user) if item else None
    if item is None or notice is None:
        raise Http404
    form = ObjectionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.object_to(actor=request.user, item=item, words=form.cleaned_data["words"])
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Thank you. Someone who had no part in it looks again."))
            return redirect("moderation-held", item.public_id)
    context = {"item": item, "notice": notice, "form": form}
    return render(request, "moderation/held.html", context, status=422 if form.errors else 200)
