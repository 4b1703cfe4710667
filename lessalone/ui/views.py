"""The interface's own few pages: leaving, light or dark, the manifest, the gallery."""

from __future__ import annotations

from urllib.parse import urlsplit

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET, require_http_methods

from lessalone.ui import gallery as samples
from lessalone.ui import icons, look, navigation
from lessalone.ui.forms import Radios


@login_not_required
@require_GET
def leave(request: HttpRequest) -> HttpResponse:
    """A neutral page. What the browser kept of ours is cleared, unless another site sent them here."""
    response = render(request, "ui/leave.html")
    if request.headers.get("Sec-Fetch-Site", "none") in ("same-origin", "none"):
        response["Clear-Site-Data"] = '"cache", "storage"'
    return response


class LookForm(forms.Form):
    look = forms.ChoiceField(
        label=_("How should the pages look?"),
        choices=[
            (look.SYSTEM, _("As this device is set")),
            (look.LIGHT, _("Light, like paper")),
            (look.DARK, _("Dark, for the night")),
        ],
        widget=Radios,
    )


@login_not_required
@require_http_methods(["GET", "POST"])
def look_page(request: HttpRequest) -> HttpResponse:
    """Choose light or dark for this device, then go back to where one was."""
    back = _way_back(request, request.POST.get("next") or request.GET.get("next") or "")
    form = LookForm(request.POST or None, initial={"look": look.chosen(request)})
    if request.method == "POST" and form.is_valid():
        response = redirect(back)
        look.keep(response, form.cleaned_data["look"])
        return response
    return render(request, "ui/look.html", {"form": form, "next": back})


def _way_back(request: HttpRequest, wanted: str) -> str:
    """A path of this site, or home."""
    if url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()}):
        return urlsplit(wanted)._replace(scheme="", netloc="").geturl()
    return navigation.address("home")


@login_not_required
@require_GET
@cache_control(public=True, max_age=86400)
def manifest(request: HttpRequest) -> HttpResponse:
    """For a phone's home screen: the neutral name, and a drawing that says nothing."""
    return JsonResponse(
        {
            "name": settings.ENVIRONMENT.neutral_name,
            "short_name": settings.ENVIRONMENT.neutral_name,
            "start_url": navigation.address("home"),
            "display": "minimal-ui",
            "background_color": "#fdfaf4",
            "theme_color": "#fdfaf4",
            "icons": [{"src": static("ui/mark.svg"), "sizes": "any", "type": "image/svg+xml"}],
        },
        content_type="application/manifest+json",
    )


@login_not_required
@require_GET
def gallery(request: HttpRequest) -> HttpResponse:
    """Every component in every state. In development and under test only."""
    if not (settings.DEBUG or settings.TESTING):
        raise Http404
    messages.success(request, _("Your words are kept. Only you can see them."))
    messages.warning(request, _("One photo could not be read. The others are kept."))
    context = {
        **samples.forms_shown(),
        "answers": [("share", _("Share this")), ("not-yet", _("Not yet")), ("only-us", _("Only us"))],
        "doors": [(_("Like yours"), "#doors", True), (_("Newest"), "#doors"), (_("Your circles"), "#doors")],
        "contents": [_("photos of a baby who died"), _("birth"), _("hospital")],
        "icons": icons.names(),
    }
    return render(request, "ui/gallery.html", context)
