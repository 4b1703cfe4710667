"""Pages of circles. A circle that is not open and that one is not in does not exist."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db.models import Exists, OuterRef, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from lessalone.circles import actions
from lessalone.circles.forms import CircleForm, InviteForm
from lessalone.circles.models import Circle, CircleInvitation, Membership
from lessalone.kit import limits
from lessalone.people import duties
from lessalone.people.access import member_required, moderator_required
from lessalone.ui.confirming import ask_first

TOKEN_TRIES_AN_HOUR = 60


@require_GET
@member_required
def circles(request: HttpRequest) -> HttpResponse:
    """One's own circles, and those one may join."""
    mine = Membership.objects.filter(circle=OuterRef("pk"), member=request.viewer.member_id)
    rows = Circle.objects.filter(ended_at=None).annotate(is_in=Exists(mine)).order_by("name", "pk")
    is_moderator = duties.is_moderator(request.user)
    if not is_moderator:
        rows = rows.filter(Q(is_in=True) | Q(joining=Circle.Joining.OPEN))
    outside = [row for row in rows if not row.is_in]
    context = {
        "mine": [row for row in rows if row.is_in],
        "others": [row for row in outside if row.joining == Circle.Joining.OPEN],
        "closed": [row for row in outside if row.joining != Circle.Joining.OPEN],
        "is_bereaved": request.viewer.is_bereaved,
        "is_moderator": is_moderator,
    }
    return render(request, "circles/circles.html", context)


@require_POST
@member_required
def join(request: HttpRequest, circle: str) -> HttpResponse:
    """Join an open circle."""
    row = get_object_or_404(Circle.objects.open_to_all(), public_id=circle)
    actions.join_circle(actor=request.user, circle=row)
    messages.success(request, _("You are in. Nobody is told, and there is no list of who is there."))
    return redirect("circles-circles")


@member_required
def leave(request: HttpRequest, circle: str) -> HttpResponse:
    """Ask, then leave."""
    row = get_object_or_404(Circle.objects.of(request.user.pk), public_id=circle)
    if request.method == "POST":
        actions.leave_circle(actor=request.user, circle=row)
        messages.success(request, _("You have left. Nobody is told."))
        return redirect("circles-circles")
    sentences = [
        _("You do not see what is shared with it any more."),
        _("What you shared with it stays shared, unless you take it back."),
        _("Nobody is told."),
    ]
    if row.joining == Circle.Joining.INVITATION:
        sentences.append(_("To come back you need a new link."))
    return _confirm(request, _("Leave this circle?"), sentences, _("Leave it"))


@login_not_required
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """What a link into a circle opens."""
    if not request.user.is_authenticated:
        after = urlencode({"next": request.path})
        return render(request, "circles/invitation_outside.html", {"after": after, "narrow": True})
    return _invitation(request, token)


@member_required
def _invitation(request: HttpRequest, token: str) -> HttpResponse:
    if not limits.allow(f"circles.token:{request.user.pk}", TOKEN_TRIES_AN_HOUR, 3600):
        return render(request, "circles/invitation_gone.html", {"narrow": True}, status=429)
    try:
        if request.method == "POST":
            actions.accept_circle_invitation(actor=request.user, token=token)
            messages.success(request, _("You are in. There is no list of who is there."))
            return redirect("circles-circles")
        row = actions.open_circle_invitation(token)
    except actions.InvitationGone:
        return render(request, "circles/invitation_gone.html", {"narrow": True}, status=404)
    return render(request, "circles/invitation.html", {"circle": row.circle, "narrow": True})


# --- For moderators ----------------------------------------------------------------------------------


@moderator_required
def make(request: HttpRequest) -> HttpResponse:
    """Make a circle."""
    form = CircleForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        row = actions.make_circle(actor=request.user, **form.cleaned_data)
        return redirect("circles-tend", row.public_id)
    return render(request, "circles/make.html", {"form": form, "narrow": True})


@moderator_required
def tend(request: HttpRequest, circle: str) -> HttpResponse:
    """Change a circle, and see its open links. Who is in it is not shown, to moderators neither."""
    row = get_object_or_404(Circle, public_id=circle, ended_at=None)
    given = {"name": row.name, "purpose": row.purpose, "joining": row.joining}
    form = CircleForm(request.POST if request.method == "POST" else None, initial=given)
    if request.method == "POST" and form.is_valid():
        actions.change_circle(actor=request.user, circle=row, **form.cleaned_data)
        messages.success(request, _("The change is kept."))
        return redirect("circles-tend", circle)
    open_links = row.invitations.filter(used_at=None, revoked_at=None, expires_at__gt=timezone.now())
    context = {"form": form, "invite": InviteForm(), "circle": row, "links": open_links.order_by("pk")}
    return render(request, "circles/tend.html", context | {"narrow": True})


@require_POST
@moderator_required
def invite(request: HttpRequest, circle: str) -> HttpResponse:
    """Make a link, and show it once."""
    row = get_object_or_404(Circle, public_id=circle, ended_at=None)
    form = InviteForm(request.POST)
    form.full_clean()
    try:
        made, token = actions.invite_to_circle(actor=request.user, circle=row, **form.cleaned_data)
    except actions.TooMany:
        messages.warning(request, _("Many links are open already. Please take some back first."))
        return redirect("circles-tend", circle)
    except actions.InvitationGone:
        messages.warning(
            request, _("The link that you made here opens nothing any more. You can make a new one.")
        )
        return redirect("circles-tend", circle)
    link = request.build_absolute_uri(reverse("circles-invitation", args=[token]))
    return render(
        request, "circles/invited.html", {"circle": row, "made": made, "link": link, "narrow": True}
    )


@require_POST
@moderator_required
def revoke(request: HttpRequest, circle: str, link: int) -> HttpResponse:
    """Take a link back."""
    row = get_object_or_404(CircleInvitation, pk=link, circle__public_id=circle)
    actions.revoke_circle_invitation(actor=request.user, invitation=row)
    messages.success(request, _("The link does not work any more."))
    return redirect("circles-tend", circle)


@moderator_required
def end(request: HttpRequest, circle: str) -> HttpResponse:
    """Ask, then end a circle."""
    row = get_object_or_404(Circle, public_id=circle)
    if row.ended_at is not None:
        raise Http404
    if request.method == "POST":
        actions.end_circle(actor=request.user, circle=row)
        messages.success(request, _("The circle has ended."))
        return redirect("circles-circles")
    sentences = [
        _("What people shared with it is closed to it at once."),
        _("Nobody is in it any more. This cannot be undone."),
    ]
    return _confirm(request, _("End this circle?"), sentences, _("End it"), is_destroying=True)


def _confirm(
    request: HttpRequest, title: str, sentences: list[str], label: str, *, is_destroying: bool = False
) -> HttpResponse:
    back = reverse("circles-circles")
    return ask_first(
        request, title, sentences, confirm_label=label, cancel_url=back, is_destroying=is_destroying
    )
