"""Help now, and the first days. For everyone, signed in or not; nothing of it is written down."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from lessalone.care import reviewed
from lessalone.care.forms import OTHER, CountryForm

ASKED = "care_country"
"""The country chosen on this visit: in the session only, never with the member."""


def _country_code(request: HttpRequest) -> str | None:
    """What was chosen on this visit; else the member's own country; else None: nobody has said."""
    if ASKED in request.session:
        return request.session[ASKED]  # type: ignore[no-any-return]
    return getattr(request.user, "country", "") or None


def _country_form(code: str | None) -> CountryForm:
    """Where the reader is; "another country" when the list has none; a question when nobody said."""
    known = code if code is None or code in reviewed.helplines() else OTHER
    return CountryForm(initial={"country": known or ""})


@login_not_required
@require_safe
def help_now(request: HttpRequest) -> HttpResponse:
    """People who answer, in the reader's country, or a plain question where they are."""
    code = _country_code(request)
    country = reviewed.helplines().get(code or "")
    context = {
        "country": country,
        "has_said": code is not None,
        "form": _country_form(code),
        "groups": _groups(country) if country else [],
        "narrow": True,
    }
    return render(request, "care/help.html", context)


def _groups(country: reviewed.Country) -> list[tuple[str, str, list[reviewed.Line]]]:
    named = [
        ("crisis", _("Someone to talk to now"), country.lines_for("crisis")),
        ("loss", _("When a baby has died"), country.lines_for("loss", "mind", "health")),
    ]
    return [group for group in named if group[2]]


@login_not_required
@require_safe
def first_days(request: HttpRequest) -> HttpResponse:
    """Milk, papers, saying goodbye, work: what often comes in the first days, in the reader's country."""
    code = _country_code(request) or ""
    everything = reviewed.first_days()
    days = everything.get(code, everything[""])
    context = {
        "days": days,
        "country_name": days.name if days.code else "",
        "topics": [(topic, _topic_names()[topic], text) for topic, text in reviewed.first_days_for(code)],
        "form": _country_form(code or None),
        "narrow": True,
    }
    return render(request, "care/first_days.html", context)


def _topic_names() -> dict[str, str]:
    return {
        "milk": _("Milk"),
        "registration": _("Papers and registration"),
        "goodbye": _("Time together, and saying goodbye"),
        "work": _("Work, leave and money"),
    }


@login_not_required
@require_POST
def choose_country(request: HttpRequest) -> HttpResponse:
    """Remember the country for this visit, and go back to the page that asked."""
    form = CountryForm(request.POST)
    if form.is_valid() and form.cleaned_data["country"]:
        request.session[ASKED] = form.cleaned_data["country"]
    back = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts=None):
        back = reverse("care-help")
    return redirect(back)
