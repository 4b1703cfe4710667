"""Joining, one thing per page: age and terms, a sign-in name, a password or passkey; then the first steps."""

from __future__ import annotations

import secrets
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.internal import flows
from allauth.account.internal.flows.login import record_authentication
from allauth.account.models import Login
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.forms import SignupWebAuthnForm
from allauth.mfa.webauthn.internal import auth as webauthn
from allauth.socialaccount.views import SignupView
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from lessalone.kit import limits
from lessalone.people import actions, handles, telling, terms, tokens, welcome, young
from lessalone.people.forms import AgeAndTermsForm, AgreeForm, NewPasswordForm, TellingForm, VocabularyForm
from lessalone.people.models import Invitation, Member
from lessalone.people.vocabulary import words_for

HOUR = 3600
TRIES_AN_HOUR = 40


# --- Before there is an account ---------------------------------------------------------------------


@login_not_required
@require_http_methods(["GET", "POST"])
def join(request: HttpRequest) -> HttpResponse:
    """Age and terms first. Someone under age is shown where they are helped, and nothing is kept."""
    if request.user.is_authenticated:
        return redirect("/")
    if settings.ENVIRONMENT.joining == "invitation" and invitation_of(request) is None:
        return render(request, "people/join_closed.html")
    form = AgeAndTermsForm(request.POST or None)
    if request.method == "POST":
        if form.is_too_young:
            return too_young(request)
        if form.is_valid() and _may_try(request, form):
            request.session["joining"] = {
                "terms": form.cleaned_data["version"],
                "time_zone": form.chosen_time_zone,
                "handle": handles.issue_handle(),
                "passkey_id": secrets.token_urlsafe(16),
                "once": secrets.token_urlsafe(16),
            }
            return redirect("people-join-name")
    return render(request, "people/join.html", {"form": form, "terms": terms.current(), "narrow": True})


@login_not_required
@require_http_methods(["GET", "POST"])
def join_name(request: HttpRequest) -> HttpResponse:
    """The issued sign-in name; another one for who asks."""
    joining = request.session.get("joining")
    if not joining:
        return redirect("people-join")
    if request.method == "POST" and "another" not in request.POST:
        return redirect("people-join-key")
    if request.method == "POST" and limits.allow(f"handles:{_address(request)}", TRIES_AN_HOUR, HOUR):
        request.session["joining"] = {**joining, "handle": handles.issue_handle()}
        return redirect("people-join-name")
    return render(request, "people/join_name.html", {"handle": joining["handle"], "narrow": True})


@login_not_required
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def join_key(request: HttpRequest) -> HttpResponse:
    """A password or a passkey, and the account is there."""
    joining = request.session.get("joining")
    if not joining:
        return redirect("people-telling" if request.user.is_authenticated else "people-join")
    form = NewPasswordForm(request.POST or None, member=Member(handle=joining["handle"]))
    if request.method == "POST" and form.is_valid() and _may_try(request, form):
        return _make_account(request, joining, password=form.cleaned_data["password"])
    return _key_page(request, joining, form)


@login_not_required
@require_POST
def join_passkey(request: HttpRequest) -> HttpResponse:
    """What a passkey answered: the account is made when it fits, and not before."""
    joining = request.session.get("joining")
    if not joining:
        return redirect("people-telling" if request.user.is_authenticated else "people-join")
    form = SignupWebAuthnForm(request.POST, user=_member_to_be(joining))
    if form.is_valid() and _may_try(request, form):
        return _make_account(request, joining, passkey=form.cleaned_data)
    messages.warning(request, _("The passkey did not work. You can try again, or choose a password."))
    return redirect("people-join-key")


def _key_page(request: HttpRequest, joining: dict[str, Any], form: NewPasswordForm) -> HttpResponse:
    context = {
        "form": form,
        "handle": joining["handle"],
        "passkey": {"creation_options": webauthn.begin_registration(_member_to_be(joining), True)},
        "narrow": True,
    }
    return render(request, "people/join_key.html", context)


def _member_to_be(joining: dict[str, Any]) -> Member:
    return Member(handle=joining["handle"], passkey_id=joining["passkey_id"])


def _make_account(
    request: HttpRequest,
    joining: dict[str, Any],
    *,
    password: str | None = None,
    passkey: dict[str, Any] | None = None,
) -> HttpResponse:
    """Make the member once, even when the button was pressed twice, and sign them in."""
    if not limits.allow(f"joining:{joining['once']}", 1, HOUR):
        return redirect("people-telling")
    try:
        member = actions.join(
            terms=terms.current(),
            handle=joining["handle"],
            password=password,
            passkey_id=joining["passkey_id"],
            invitation=invitation_of(request),
            time_zone=joining["time_zone"],
        )
    except (actions.JoiningClosed, actions.InvitationGone):
        limits.forget(f"joining:{joining['once']}")
        return render(request, "people/join_closed.html", {"narrow": True})
    request.session.pop("joining", None)
    request.session.pop("invitation", None)
    return _sign_in(request, member, passkey)


def _sign_in(request: HttpRequest, member: Member, passkey: dict[str, Any] | None) -> HttpResponse:
    if passkey:
        added = webauthn.WebAuthn.add(member, passkey["name"], passkey["credential"]).instance
        record_authentication(
            request,
            member,
            "mfa",
            id=added.pk,
            type=Authenticator.Type.WEBAUTHN.value,
            passwordless=True,
            reauthenticated=True,
        )
    else:
        record_authentication(request, member, "password", reauthenticated=True)
    login = Login(user=member, redirect_url=reverse("people-telling"), signup=True)
    return flows.login.perform_login(request, login)


def too_young(request: HttpRequest) -> HttpResponse:
    """Where someone under age is helped. Sets nothing and keeps nothing."""
    return render(request, "people/too_young.html", {"help": young.all_help(), "narrow": True})


@login_not_required
@require_GET
def young_people(request: HttpRequest) -> HttpResponse:
    """The same page, for whoever looks for it."""
    return too_young(request)


@login_not_required
@require_GET
def read_terms(request: HttpRequest) -> HttpResponse:
    """The terms, for everyone to read."""
    return render(request, "people/terms.html", {"terms": terms.current(), "narrow": True})


@login_not_required
@require_GET
def invited(request: HttpRequest, token: str) -> HttpResponse:
    """A one-time link: remembers only its digest, and asks what they want."""
    if not limits.allow(f"invited:{_address(request)}", TRIES_AN_HOUR, HOUR):
        return render(request, "429.html", {"narrow": True}, status=429)
    invitation = actions.find_invitation(digest=tokens.digest_of(token))
    if invitation is None:
        return render(request, "people/invitation_gone.html", {"narrow": True}, status=410)
    request.session["invitation"] = invitation.token_digest
    return redirect("people-invitation")


@login_not_required
@require_http_methods(["GET", "POST"])
def invitation(request: HttpRequest) -> HttpResponse:
    """What the link offers: to join, or to help as a moderator. Nothing is used up by looking."""
    offered = invitation_of(request)
    if offered is None:
        return render(request, "people/invitation_gone.html", {"narrow": True}, status=410)
    if request.method == "POST" and request.user.is_authenticated and offered.duty:
        actions.accept_duty(actor=request.user, invitation=offered)
        request.session.pop("invitation", None)
        messages.success(request, _("Thank you. You are a moderator now."))
        return redirect("people-you")
    return render(request, "people/invitation.html", {"invitation": offered, "narrow": True})


def invitation_of(request: HttpRequest) -> Invitation | None:
    """The invitation that this visitor opened, if it can still be used."""
    digest = request.session.get("invitation")
    return actions.find_invitation(digest=digest) if digest else None


class ProviderJoinView(SignupView):
    """Joining through a provider: the same questions first."""

    def post(self, request: HttpRequest, *args: Any, **options: Any) -> HttpResponse:
        if self.get_form().is_too_young:
            request.session.flush()
            return too_young(request)
        return super().post(request, *args, **options)

    def form_valid(self, form: Any) -> HttpResponse:
        form.invitation = invitation_of(self.request)
        self.sociallogin.state["next"] = reverse("people-telling")
        response = super().form_valid(form)
        self.request.session.pop("invitation", None)
        return response

    def get_context_data(self, **options: Any) -> dict[str, Any]:
        return {**super().get_context_data(**options), "terms": terms.current(), "narrow": True}


def _address(request: HttpRequest) -> str:
    return get_adapter().get_client_ip(request)


def _may_try(request: HttpRequest, form: Any) -> bool:
    """Whether this address may try once more; otherwise the form says so and keeps what was typed."""
    if limits.allow(f"join:{_address(request)}", TRIES_AN_HOUR, HOUR):
        return True
    form.add_error(None, _("Please wait an hour, then try again. Nothing is lost."))
    return False


# --- The first steps --------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def tell(request: HttpRequest) -> HttpResponse:
    """What would you like to be called, and what happened, in your words? May be skipped."""
    form = TellingForm(request.POST or None)
    if telling.keep is None:
        del form.fields["words"]
    if request.method == "POST" and ("skip" in request.POST or form.is_valid()):
        if "skip" not in request.POST:
            _keep_telling(request.user, form.cleaned_data)
        return redirect("people-first-words")
    return render(request, "people/telling.html", {"form": form, "narrow": True})


def _keep_telling(member: Member, told: dict[str, Any]) -> None:
    if told["name"].strip():
        actions.change_shown_name(actor=member, name=told["name"])
    if told.get("words", "").strip():
        actions.tell_of_loss(actor=member, words=told["words"])


@require_http_methods(["GET", "POST"])
def first_words(request: HttpRequest) -> HttpResponse:
    """Their words, before the first sentence that needs them."""
    form = VocabularyForm(request.POST or None, member=request.user, is_first=True)
    if request.method == "POST" and ("skip" in request.POST or form.is_valid()):
        if "skip" not in request.POST:
            actions.set_vocabulary(actor=request.user, choices=form.chosen)
        return redirect("people-welcome")
    return render(request, "people/words.html", {"form": form, "is_first": True, "narrow": True})


@require_GET
def welcomed(request: HttpRequest) -> HttpResponse:
    """The end of the first steps: a story to read, and what can wait."""
    if request.user.approved_at is None:
        return redirect("people-waiting")
    context = {"story_url": welcome.story_to_read(), "words": words_for(request.user), "narrow": True}
    return render(request, "people/welcome.html", context)


@require_GET
def waiting(request: HttpRequest) -> HttpResponse:
    """For someone who waits to be let in."""
    if request.user.approved_at is not None:
        return redirect("/")
    return render(request, "people/waiting.html", {"narrow": True})


@require_http_methods(["GET", "POST"])
def terms_again(request: HttpRequest) -> HttpResponse:
    """Newer terms, before going on."""
    form = AgreeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.accept_current_terms(actor=request.user)
        return redirect("/")
    return render(
        request, "people/terms_again.html", {"form": form, "terms": terms.current(), "narrow": True}
    )
