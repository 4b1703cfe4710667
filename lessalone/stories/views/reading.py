"""Reading a story, and its photos one by one. Every page asks policy; nothing here decides who may see."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from lessalone.kit.addresses import network_address
from lessalone.kit.limits import allow, allow_all
from lessalone.people.access import member_required
from lessalone.people.bearing import ASK, bearing_of
from lessalone.people.notes import BABY_PHOTOS, labels
from lessalone.sharing import actions as sharing
from lessalone.sharing.models import Item
from lessalone.sharing.queries import visible_item_or_404
from lessalone.stories import rendering, slots
from lessalone.stories.forms import LinkPasswordForm

STORY = Item.Kind.STORY.value


@login_not_required
@require_GET
def read(request: HttpRequest, public_id: str) -> HttpResponse:
    """One story. Photos as this reader chose; notes that they want to be asked about come first."""
    item = visible_item_or_404(request.viewer, public_id, kind=STORY)
    bearing = bearing_of(request.viewer.member_id)
    notes = [note for note in item.notes if note != BABY_PHOTOS and bearing.choice(note) == ASK]
    if notes and not item.is_own and "read" not in request.GET:
        return render(request, "stories/ask_first.html", {"item": item, "notes": labels(notes)})
    body = rendering.page_body(item) if item.current_id else None
    if body is None:
        if item.is_own:
            return redirect("stories-family", item.public_id)
        raise Http404
    response = render(
        request,
        "stories/read.html",
        {
            "item": item,
            "body": rendering.for_reader(
                item,
                body,
                choice=rendering.photo_choice(bearing),
                asked_for=set(request.GET.getlist("show")),
            ),
            "below": slots.filled("below-story", request, item),
        },
    )
    if item.may_index:
        response["X-Robots-Tag"] = "noimageindex"
    return response


@login_not_required
@require_GET
def still(request: HttpRequest, public_id: str) -> HttpResponse:
    """Whether the story is still there for this viewer: an open page asks, so that what is taken back goes."""
    visible_item_or_404(request.viewer, public_id, kind=STORY)
    return HttpResponse(status=204)


@member_required
@require_GET
def seat(request: HttpRequest, token: str) -> HttpResponse:
    """A one-time link for a chosen person: whoever opens it first, signed in, is that person."""
    if not allow(f"seat:{request.user.pk}", 20, 3600):
        return render(request, "stories/link_gone.html", status=429)
    item = sharing.take_seat(actor=request.user, token=token)
    if item is None:
        return render(request, "stories/link_gone.html", status=404)
    if item.is_visible_to(request.viewer):
        return redirect("stories-read", item.public_id)
    return render(request, "stories/seat_taken.html")


@login_not_required
@require_http_methods(["GET", "POST"])
def link(request: HttpRequest, token: str) -> HttpResponse:
    """A secret address for people without an account, perhaps with a password. Wrong and ended look the same."""
    form = LinkPasswordForm(request.POST or None)
    password = form.cleaned_data["password"] if request.method == "POST" and form.is_valid() else ""
    if password and not _may_try(request, token):
        return render(request, "stories/link_password.html", {"form": form, "is_wrong": True}, status=429)
    opened = sharing.open_link(token=token, password=password)
    if opened is None:
        if sharing.asks_for_password(token=token):
            return render(request, "stories/link_password.html", {"form": form, "is_wrong": bool(password)})
        return render(request, "stories/link_gone.html", status=404)
    request.session["links"] = sorted({*request.session.get("links", ()), opened.pk})[-50:]
    return redirect(reverse("stories-read", args=[opened.item.public_id]))


def _may_try(request: HttpRequest, token: str) -> bool:
    """A few tries at a password from one place, and for one link from all places together: who has many addresses
    does not have more tries."""
    link = sharing.digest_of(token)
    return allow_all((f"link:{link}:{network_address(request)}", 10, 900), (f"link:{link}", 60, 3600))
