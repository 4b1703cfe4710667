"""For moderators: reports, what they are about, holds, decisions by two, objections, breaking the glass."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from lessalone.kindred import companions
from lessalone.moderation import actions, reading
from lessalone.moderation.forms import DecisionForm, GlassForm, ObjectionAnswerForm, ReasonForm
from lessalone.moderation.models import Decision, Objection, Report
from lessalone.moderation.views.telling import visible_of_either_kind_or_404
from lessalone.people import duties
from lessalone.people.access import moderator_required
from lessalone.people.bearing import bearing_of
from lessalone.sharing.actions import Refused
from lessalone.sharing.models import Item
from lessalone.stories.listing import listed

MOST_UNANSWERED = 50
PAGES = [
    ("reports", "moderation-reports", _lazy("What people told us"), _lazy("Reports, the soonest due first.")),
    ("holds", "moderation-holds", _lazy("What is held"), _lazy("Out of sight at the moment.")),
    (
        "decisions",
        "moderation-decisions",
        _lazy("A second moderator is needed"),
        _lazy("To keep something out of sight, two have to agree."),
    ),
    (
        "objections",
        "moderation-objections",
        _lazy("Someone asks us to look again"),
        _lazy("Answered by someone who had no part in it."),
    ),
    (
        "joining",
        "moderation-joining",
        _lazy("Who joins"),
        _lazy("Who waits to be let in, and who told of a loss."),
    ),
    ("", "people-invitations", _lazy("Invitations"), _lazy("Links by which someone can join.")),
    (
        "",
        "moderation-unanswered",
        _lazy("First stories without an answer"),
        _lazy("Nobody found words for them yet."),
    ),
    (
        "same-baby",
        "moderation-same-baby",
        _lazy("The same baby?"),
        _lazy("Pages, made apart, that may be about one baby."),
    ),
    (
        "lone-consent",
        "moderation-lone-consents",
        _lazy("Deciding without a parent"),
        _lazy("Who cannot be reached, or died. Two have to agree."),
    ),
    (
        "",
        "moderation-glass",
        _lazy("Open something that you do not see"),
        _lazy("For one hour, with a reason that leads read."),
    ),
]
LEAD_PAGES = [
    (
        "separations",
        "moderation-separations",
        _lazy("Parents who ask to be kept safe"),
        _lazy("Only leads see this."),
    ),
    ("", "moderation-openings", _lazy("What moderators opened"), _lazy("And why.")),
    ("", "people-team", _lazy("Who looks after this place"), _lazy("Give and end roles.")),
    ("", "moderation-audit", _lazy("The log"), _lazy("What everyone with a duty did.")),
]


@moderator_required
@require_GET
def desk(request: HttpRequest) -> HttpResponse:
    """Where a moderator begins: what waits, and every page of theirs."""
    waits = reading.what_waits(request.user)
    pages = PAGES + (LEAD_PAGES if duties.is_lead(request.user) else [])
    context = {
        "waiting": {
            "joining" if name == "losses" else name for name, is_waiting in waits.items() if is_waiting
        },
        "pages": [(name, reverse(url_name), title, sentence) for name, url_name, title, sentence in pages],
    }
    return render(request, "moderation/desk.html", context)


@moderator_required
@require_GET
def reports(request: HttpRequest) -> HttpResponse:
    """Open reports: those of nobody and one's own, or all; the soonest due first."""
    is_all = "all" in request.GET
    rows, cursor = reading.page_of_reports(
        reading.reports_for(request.user, is_all=is_all), request.GET.get("after")
    )
    return render(request, "moderation/reports.html", {"rows": rows, "cursor": cursor, "is_all": is_all})


@moderator_required
@require_GET
def report(request: HttpRequest, public_id: str) -> HttpResponse:
    """One report, and what it is about."""
    found = get_object_or_404(Report.objects.select_related("item"), public_id=public_id)
    if found.item is None:
        context = {
            "report": found,
            "words": actions.words_of(found.key_id, found.words_sealed, actions.REPORT_WORDS),
            "is_taken_by_me": found.taken_by_id == request.user.pk,
            "outcomes": Report.Outcome.choices,
        }
        return render(request, "moderation/general.html", context)
    return _item_page(request, _reported(request, found.item), report=found)


@moderator_required
@require_GET
def item(request: HttpRequest, public_id: str) -> HttpResponse:
    """Something that this moderator sees: held or not, and what was decided."""
    about = reading.seen_by(request.viewer, public_id)
    if about is None:
        raise Http404
    return _item_page(request, about)


def _reported(request: HttpRequest, about: Item) -> Item | None:
    """What a report or objection is about, as this moderator may see it; also when it was erased since."""
    if about.erased_at is not None:
        return reading.erased(about, request.user)
    return reading.seen_by(request.viewer, about.public_id)


def _item_page(
    request: HttpRequest,
    about: Item | None,
    *,
    report: Report | None = None,
    form: DecisionForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """Without what it is about when the moderator may not see it (any more)."""
    if about is None:
        return render(request, "moderation/not_open.html", {"report": report})
    looked = reading.look_at(about)
    context = {
        "is_open": True,
        "report": report,
        "looked": looked,
        "item": about,
        "form": form or DecisionForm(initial={"reason": report.reason} if report else None),
        "hold_form": ReasonForm(auto_id="hold_%s"),
        "is_taken_by_me": bool(report and report.taken_by_id == request.user.pk),
        "may_second": bool(
            looked.decision
            and not looked.decision.is_in_force
            and looked.decision.made_by_id != request.user.pk
        ),
    }
    return render(request, "moderation/item.html", context, status=status)


@moderator_required
@require_POST
def take(request: HttpRequest, public_id: str) -> HttpResponse:
    """Look after a report, or give it back."""
    found = get_object_or_404(Report.objects.open(), public_id=public_id)
    act = actions.give_back_report if "back" in request.POST else actions.take_report
    act(actor=request.user, report=found)
    return redirect("moderation-report", found.public_id)


@moderator_required
@require_POST
def hold(request: HttpRequest, public_id: str) -> HttpResponse:
    """Stop something at once."""
    about = visible_of_either_kind_or_404(request, public_id)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        messages.warning(request, _("Choose a reason."))
        return redirect("moderation-item", about.public_id)
    actions.hold(actor=request.user, item=about, reason=form.cleaned_data["reason"])
    messages.success(request, _("It is held. Nobody but its own people and moderators sees it."))
    return redirect("moderation-item", about.public_id)


@moderator_required
@require_POST
def decide(request: HttpRequest, public_id: str) -> HttpResponse:
    """Decide about something, and settle the reports about it that one looks after."""
    about = visible_of_either_kind_or_404(request, public_id)
    form = DecisionForm(request.POST)
    if not form.is_valid():
        return _item_page(request, _reported(request, about), form=form, status=422)
    try:
        _decide(request, about, form.cleaned_data)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return _item_page(request, _reported(request, about), form=form, status=409)
    messages.success(request, _sentence(form.cleaned_data["verdict"]))
    return redirect("moderation-reports")


def _decide(request: HttpRequest, about: Item, chosen: dict[str, Any]) -> None:
    actions.decide(
        actor=request.user,
        item=about,
        verdict=chosen["verdict"],
        reason=chosen["reason"],
        words=chosen["words"],
    )
    if chosen["outcome"]:
        for one in Report.objects.open().filter(item=about).exclude(reporter=request.user.pk):
            actions.settle_report(actor=request.user, report=one, outcome=chosen["outcome"])


def _sentence(verdict: str) -> str:
    if verdict == Decision.Verdict.OUT:
        return _("It is out of sight. A second moderator has to agree.")
    return _("It can be seen again.")


@moderator_required
@require_POST
def settle(request: HttpRequest, public_id: str) -> HttpResponse:
    """Say what came of one report, without deciding about the thing."""
    found = get_object_or_404(Report.objects.open(), public_id=public_id)
    outcome = request.POST.get("outcome", "")
    if outcome not in Report.Outcome.values:
        raise Http404
    try:
        actions.settle_report(actor=request.user, report=found, outcome=outcome)
    except (Refused, PermissionDenied):
        messages.warning(request, _("Another moderator has to settle this one."))
        return redirect("moderation-report", found.public_id)
    messages.success(request, _("It is settled."))
    return redirect("moderation-reports")


@moderator_required
@require_GET
def holds(request: HttpRequest) -> HttpResponse:
    """What is held now."""
    rows, cursor = reading.page(reading.current_holds(), request.GET.get("after"))
    return render(request, "moderation/holds.html", {"rows": rows, "cursor": cursor})


@moderator_required
@require_GET
def decisions(request: HttpRequest) -> HttpResponse:
    """Decisions that wait for a second moderator."""
    rows, cursor = reading.page(reading.decisions_to_second(request.user), request.GET.get("after"))
    return render(request, "moderation/decisions.html", {"rows": rows, "cursor": cursor})


@moderator_required
@require_POST
def second(request: HttpRequest, public_id: str) -> HttpResponse:
    """Agree, as another moderator, that something stays out of sight."""
    decision = get_object_or_404(Decision.objects.to_second().select_related("item"), public_id=public_id)
    try:
        actions.second(actor=request.user, decision=decision)
    except Refused as refusal:
        messages.warning(request, str(refusal))
        return redirect("moderation-decisions")
    messages.success(request, _("Two moderators agree now. It stays out of sight."))
    return redirect("moderation-decisions")


@moderator_required
@require_GET
def objections(request: HttpRequest) -> HttpResponse:
    """Objections that wait."""
    rows, cursor = reading.page(reading.objections_open(), request.GET.get("after"))
    return render(request, "moderation/objections.html", {"rows": rows, "cursor": cursor})


@moderator_required
@require_http_methods(["GET", "POST"])
def objection(request: HttpRequest, public_id: str) -> HttpResponse:
    """One objection, what it is about, and the answer by someone who had no part in it."""
    found = get_object_or_404(
        Objection.objects.select_related("item").filter(answered_at=None), public_id=public_id
    )
    about = reading.seen_by(request.viewer, found.item.public_id)
    if about is None:
        return render(request, "moderation/not_open.html")
    form = ObjectionAnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            return _answered(request, found, form)
        except Refused as refusal:
            form.add_error(None, str(refusal))
    looked = reading.look_at(about, found)
    context = {
        "objection": found,
        "words": looked.objection,
        "looked": looked,
        "may_answer": not about.had_part,
        "form": form,
    }
    return render(request, "moderation/objection.html", context, status=422 if form.errors else 200)


def _answered(request: HttpRequest, found: Objection, form: ObjectionAnswerForm) -> HttpResponse:
    actions.answer_objection(
        actor=request.user,
        objection=found,
        is_upheld=form.cleaned_data["is_upheld"] == "yes",
        words=form.cleaned_data["words"],
    )
    messages.success(request, _("Your answer is sent."))
    return redirect("moderation-objections")


@moderator_required
@require_http_methods(["GET", "POST"])
def glass(request: HttpRequest) -> HttpResponse:
    """See something that one would not see, for an hour, with a reason that leads read."""
    form = GlassForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        about = reading.item_at(form.cleaned_data["address"])
        if about is not None:
            actions.break_glass(actor=request.user, item=about, reason=form.cleaned_data["reason"])
            return redirect("moderation-item", about.public_id)
        form.add_error("address", _("There is nothing at this address."))
    return render(request, "moderation/glass.html", {"form": form}, status=422 if form.errors else 200)


# --- First stories.


@moderator_required
@require_GET
def unanswered(request: HttpRequest) -> HttpResponse:
    """First stories that nobody has answered, after everyone who offered to be there had a turn."""
    waiting = companions.left_unanswered(request.viewer)[:MOST_UNANSWERED]
    return render(
        request,
        "moderation/unanswered.html",
        {"stories": listed(waiting, bearing_of(request.viewer.member_id))},
    )
