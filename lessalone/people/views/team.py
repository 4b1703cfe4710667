"""Who looks after this place: roles for leads, invitations for moderators."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import OuterRef, Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from lessalone.people import actions, duties
from lessalone.people.access import lead_required, moderator_required
from lessalone.people.forms import InviteForm, ModeratorLinkForm, ReasonForm
from lessalone.people.models import Invitation, Role, Voice


@moderator_required
@require_GET
def team(request: HttpRequest) -> HttpResponse:
    """Who holds which duty now."""
    shown_name = Voice.objects.filter(member=OuterRef("member"), is_cover=False).values("name")[:1]
    roles = (
        Role.objects.filter(ended_at=None)
        .annotate(shown_name=Subquery(shown_name))
        .order_by("given_at", "id")
    )
    context = {"roles": roles, "is_lead": duties.is_lead(request.user), "invite": ModeratorLinkForm()}
    return render(request, "people/team.html", {**context, "narrow": True})


@lead_required
@require_POST
def team_invite(request: HttpRequest) -> HttpResponse:
    """A one-time link for a new moderator, shown once."""
    form = ModeratorLinkForm(request.POST)
    form.full_clean()
    try:
        path = actions.invite_moderator(actor=request.user, **form.cleaned_data)
    except actions.InvitationGone:
        return _say_gone(request, "people-team")
    return _show_link(request, path, hours=actions.MODERATOR_LINK_HOURS)


@moderator_required
@require_http_methods(["GET", "POST"])
def role_end(request: HttpRequest, role: int) -> HttpResponse:
    """End a duty: a lead anyone's, a moderator their own."""
    held = get_object_or_404(Role.objects.filter(ended_at=None).select_related("member"), pk=role)
    if held.member_id != request.user.pk and not duties.is_lead(request.user):
        raise Http404
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return _end_role(request, held, form.cleaned_data["reason"])
    return render(request, "people/role_end.html", {"role": held, "form": form, "narrow": True})


def _end_role(request: HttpRequest, held: Role, reason: str) -> HttpResponse:
    try:
        actions.end_role(actor=request.user, member=held.member, duty=held.duty, reason=reason)
    except actions.LastLead:
        messages.warning(request, _("Someone has to be lead moderator. Please make another lead first."))
    else:
        messages.success(request, _("That duty has ended. Thank you for what was done."))
    return redirect("people-team" if held.member_id != request.user.pk else "people-you")


@moderator_required
@require_http_methods(["GET", "POST"])
def invitations(request: HttpRequest) -> HttpResponse:
    """Invitations to join: make one, see those that are open."""
    form = InviteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            path = actions.invite_to_join(actor=request.user, **form.cleaned_data)
        except actions.InvitationGone:
            return _say_gone(request, "people-invitations")
        return _show_link(request, path, days=actions.INVITATION_DAYS)
    open_ones = Invitation.objects.usable().filter(made_by=request.user).order_by("-made_at", "-id")
    return render(request, "people/invitations.html", {"form": form, "open": open_ones[:100], "narrow": True})


@moderator_required
@require_POST
def invitation_end(request: HttpRequest, invitation: str) -> HttpResponse:
    """Take an unused invitation back."""
    found = get_object_or_404(Invitation, public_id=invitation)
    try:
        actions.end_invitation(actor=request.user, invitation=found)
    except PermissionDenied:
        raise Http404 from None
    messages.success(request, _("That link no longer works."))
    return redirect("people-invitations")


def _show_link(request: HttpRequest, path: str, *, hours: int = 0, days: int = 0) -> HttpResponse:
    context = {"link": request.build_absolute_uri(path), "hours": hours, "days": days, "narrow": True}
    return render(request, "people/link_once.html", context)


def _say_gone(request: HttpRequest, page: str) -> HttpResponse:
    messages.warning(
        request, _("The link that you made here opens nothing any more. You can make a new one.")
    )
    return redirect(page)
