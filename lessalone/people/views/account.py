"""Everything about oneself: what can wait until later, and what can be changed at any time."""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from lessalone.people import actions, bearing, devices, duties, handles, mail, places, recovery
from lessalone.people.access import member_required
from lessalone.people.forms import (
    LEAVE_KEYS,
    BearingForm,
    LeavingForm,
    NameForm,
    PlaceForm,
    VocabularyForm,
)
from lessalone.people.models import Block, Voice
from lessalone.people.vocabulary import words_for


@require_GET
def you(request: HttpRequest) -> HttpResponse:
    """Your account: one page that leads to the others. Also "Later", after joining."""
    member = request.user
    kinds = set(Authenticator.objects.filter(user=member).values_list("type", flat=True))
    context = {
        "shown_name": Voice.objects.filter(member=member, is_cover=False)
        .values_list("name", flat=True)
        .first(),
        "words": words_for(member),
        "country": dict(places.countries()).get(member.country, ""),
        "city": member.time_zone.rpartition("/")[2].replace("_", " "),
        "has_passkey": Authenticator.Type.WEBAUTHN in kinds,
        "has_second_step": Authenticator.Type.TOTP in kinds,
        "device_count": len(devices.of(member, request.session.session_key)),
        "needs_sheet": recovery.needs_recovery_sheet(member),
        "can_mail": mail.is_possible(),
        "has_provider": bool(settings.SOCIALACCOUNT_PROVIDERS),
        "duties": duties.of(member),
        "leave_key": LEAVE_KEYS.get(member.leave_key, ""),
    }
    return render(request, "people/you.html", context)


@require_http_methods(["GET", "POST"])
def name(request: HttpRequest) -> HttpResponse:
    """The shown name."""
    voice = actions.shown_voice(request.user)
    form = NameForm(request.POST or None, initial={"name": voice.name})
    if request.method == "POST" and form.is_valid():
        actions.change_shown_name(actor=request.user, name=form.cleaned_data["name"])
        return _done(request, _("Your name is changed."))
    return render(request, "people/name.html", {"form": form, "narrow": True})


@require_http_methods(["GET", "POST"])
def sign_in_name(request: HttpRequest) -> HttpResponse:
    """Another issued sign-in name, seen before it is taken."""
    if request.method == "POST" and "take" in request.POST:
        offered = request.session.pop("offered_handle", None)
        if offered:
            member = actions.change_handle(actor=request.user, handle=offered)
            return _done(request, _("Your sign-in name is now %(name)s.") % {"name": member.handle})
    if request.method == "POST" or "offered_handle" not in request.session:
        request.session["offered_handle"] = handles.issue_handle()
    if request.method == "POST":
        return redirect("people-sign-in-name")
    context = {"offered": request.session["offered_handle"], "narrow": True}
    return render(request, "people/sign_in_name.html", context)


@require_http_methods(["GET", "POST"])
def words(request: HttpRequest) -> HttpResponse:
    """Their words for it."""
    form = VocabularyForm(request.POST or None, member=request.user)
    if request.method == "POST" and form.is_valid():
        actions.set_vocabulary(actor=request.user, choices=form.chosen)
        return _done(request, _("We use your words from now on."))
    return render(
        request, "people/words.html", {"form": form, "words": words_for(request.user), "narrow": True}
    )


@require_http_methods(["GET", "POST"])
def what_you_meet(request: HttpRequest) -> HttpResponse:
    """Bearing: show, ask first or hide, for each kind of content note."""
    member = request.user
    form = BearingForm(request.POST or None, holding=bearing.lasting_of(member))
    if request.method == "POST" and form.is_valid():
        actions.set_bearing(
            actor=member, choices=form.chosen, until=_until(request, form.cleaned_data["span"])
        )
        messages.success(request, _("We keep to these choices."))
        return redirect("people-bearing")
    context = {"form": form, "now_holds": bearing.bearing_of(member), "narrow": True}
    return render(request, "people/bearing.html", context)


@require_POST
def what_you_meet_for_a_while(request: HttpRequest) -> HttpResponse:
    """The quick switch: ask first about everything, for tonight or for a week; or end it."""
    span = request.POST.get("span")
    if span == "end":
        actions.end_bearing_for_a_while(actor=request.user)
        messages.success(request, _("Your lasting choices hold again."))
    else:
        until = _until(request, span)
        if until is None:
            raise Http404
        actions.cover_everything(actor=request.user, until=until)
        messages.success(request, _("We ask you first about everything. You can end this at any time."))
    return redirect("people-bearing")


def _until(request: HttpRequest, span: str | None) -> Any:
    if span == "tonight":
        return bearing.end_of_tonight(request.user)
    return bearing.end_of_week() if span == "week" else None


@require_http_methods(["GET", "POST"])
def place(request: HttpRequest) -> HttpResponse:
    """Country and time zone."""
    member = request.user
    form = PlaceForm(request.POST or None, initial={"country": member.country, "time_zone": member.time_zone})
    if request.method == "POST" and form.is_valid():
        actions.set_place(actor=member, **form.cleaned_data)
        return _done(request, _("This is kept."))
    return render(request, "people/place.html", {"form": form, "narrow": True})


@require_http_methods(["GET", "POST"])
def a_key_for_leaving(request: HttpRequest) -> HttpResponse:
    """The key that does what "Leave this page" does. Off until it is switched on."""
    form = LeavingForm(request.POST or None, initial={"leave_key": request.user.leave_key})
    if request.method == "POST" and form.is_valid():
        key = form.cleaned_data["leave_key"]
        actions.set_leave_key(actor=request.user, key=key)
        is_on = _("The key is on. You can try it here: it leaves this page.")
        messages.success(request, is_on if key else _("No key leaves a page now."))
        return redirect("people-leaving")
    return render(request, "people/leaving.html", {"form": form, "narrow": True})


@require_http_methods(["GET", "POST"])
def devices_page(request: HttpRequest) -> HttpResponse:
    """Where one is signed in; sign out there, or everywhere else."""
    key = request.session.session_key
    if request.method == "POST":
        if "others" in request.POST:
            devices.end_others(request.user, key)
        elif request.POST.get("device", "").isdigit():
            devices.end(request.user, int(request.POST["device"]))
        messages.success(request, _("Signed out there."))
        return redirect("people-devices")
    return render(request, "people/devices.html", {"devices": devices.of(request.user, key), "narrow": True})


# --- Blocks -----------------------------------------------------------------------------------------


@member_required
@require_GET
def blocks(request: HttpRequest) -> HttpResponse:
    """Whom this member does not want to meet, by the name they met them under."""
    rows = Block.objects.filter(blocker=request.user).select_related("voice").order_by("-made_at", "-id")
    return render(request, "people/blocks.html", {"blocks": rows[:200], "narrow": True})


@member_required
@require_http_methods(["GET", "POST"])
def block(request: HttpRequest, voice: str) -> HttpResponse:
    """Ask once, then stop meeting this voice."""
    met = get_object_or_404(Voice.objects.exclude(member=request.user), public_id=voice)
    if request.method == "POST":
        actions.block(actor=request.user, blocked=met)
        messages.success(request, _("You will not meet this person any more. They are not told."))
        return redirect("people-blocks")
    return render(request, "people/block.html", {"voice": met, "narrow": True})


@member_required
@require_POST
def unblock(request: HttpRequest, voice: str) -> HttpResponse:
    """Meet this voice again."""
    actions.unblock(actor=request.user, voice_public_id=voice)
    messages.success(request, _("You may meet again. They are not told."))
    return redirect("people-blocks")


# --- Resting ----------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def rest(request: HttpRequest) -> HttpResponse:
    """Let the account rest: silent for as long as they like."""
    if request.method == "POST":
        actions.rest(actor=request.user)
        return redirect("people-wake")
    return render(request, "people/rest.html", {"narrow": True})


@require_http_methods(["GET", "POST"])
def wake(request: HttpRequest) -> HttpResponse:
    """Welcome someone whose account rested."""
    if request.user.resting_since is None:
        return redirect("/")
    if request.method == "POST":
        actions.wake(actor=request.user)
        messages.success(request, _("Your account is awake. Everything is where you left it."))
        return redirect("/")
    return render(request, "people/wake.html", {"narrow": True})


def _done(request: HttpRequest, sentence: str) -> HttpResponse:
    messages.success(request, sentence)
    return redirect("people-you")
