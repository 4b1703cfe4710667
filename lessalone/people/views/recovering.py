"""The recovery sheet: made, shown once to print, and used."""

from __future__ import annotations

from allauth.account.adapter import get_adapter
from allauth.account.decorators import reauthentication_required
from allauth.account.internal import flows
from allauth.account.internal.flows.login import get_authentication_records, record_authentication
from allauth.account.models import Login
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from lessalone.kit import limits
from lessalone.people import handles, mail, recovery
from lessalone.people.forms import NewPasswordForm, RecoverForm
from lessalone.people.models import Member
from lessalone.people.signin import RECOVERY

MINUTES_15 = 900


@reauthentication_required(app="allauth.account")
@require_http_methods(["GET", "POST"])
def recovery_sheet(request: HttpRequest) -> HttpResponse:
    """Make a sheet and show it once, to be printed or written down."""
    context = {"has_codes": request.user.recovery_codes.filter(used_at=None).exists(), "narrow": True}
    if request.method == "POST":
        context["codes"] = recovery.make_recovery_sheet(actor=request.user)
    return render(request, "people/recovery_sheet.html", context)


@login_not_required
@sensitive_post_parameters("code")
@require_http_methods(["GET", "POST"])
def recover(request: HttpRequest) -> HttpResponse:
    """Open an account with a line of its sheet. One answer for every name and every wrong code."""
    if request.user.is_authenticated:
        return redirect("people-you")
    form = RecoverForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        member = _recovered(request, form)
        if member is not None:
            record_authentication(request, member, RECOVERY, reauthenticated=True)
            login = Login(user=member, redirect_url=reverse("people-recover-password"))
            return flows.login.perform_login(request, login)
    return render(
        request, "people/recover.html", {"form": form, "can_mail": mail.is_possible(), "narrow": True}
    )


def _recovered(request: HttpRequest, form: RecoverForm) -> Member | None:
    """The member, or None with an error on the form that is the same for every reason."""
    handle = handles.as_typed(form.cleaned_data["handle"])
    address = get_adapter().get_client_ip(request)
    # Both are counted always, so that neither tells anything about the other.
    allowed = [
        limits.allow(f"recover:{handle}", 10, MINUTES_15),
        limits.allow(f"recover-ip:{address}", 30, MINUTES_15),
    ]
    if not all(allowed):
        form.add_error(None, _("Please wait 15 minutes, then try again. Nothing is lost."))
        return None
    member = recovery.use_recovery_code(handle=handle, code=form.cleaned_data["code"])
    if member is None:
        form.add_error(
            None, _("That name and line do not go together, or the line was used. Please try another.")
        )
    return member


@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def recover_password(request: HttpRequest) -> HttpResponse:
    """A new password, right after the sheet was used. Signs out all other devices."""
    member = request.user
    if not _just_recovered(request):
        return redirect("people-you")
    form = NewPasswordForm(request.POST or None, member=member)
    if request.method == "POST" and form.is_valid():
        get_adapter(request).set_password(member, form.cleaned_data["password"])
        update_session_auth_hash(request, member)
        messages.success(request, _("Your new password is set. Other devices are signed out."))
        return redirect("people-you")
    return render(request, "people/recover_password.html", {"form": form, "narrow": True})


def _just_recovered(request: HttpRequest) -> bool:
    records = get_authentication_records(request, request.user)
    return (
        bool(records)
        and records[-1].get("method") == RECOVERY
        and (flows.reauthentication.did_recently_reauthenticate(request))
    )
