"""What is asked in kindred."""

from __future__ import annotations

import datetime as dt

from django import forms
from django.utils.translation import gettext_lazy as _

from lessalone.kindred.actions import MONTH, YEAR
from lessalone.kindred.companions import MOST_A_WEEK
from lessalone.kindred.models import Findable

NOBODY = ""
SPANS: dict[str, tuple[dt.timedelta | None, object]] = {
    "month": (MONTH, _("For a month")),
    "year": (YEAR, _("For a year")),
    "open": (None, _("Until I change it")),
}


class FindableForm(forms.Form):
    """Who can find oneself, and for how long."""

    who = forms.ChoiceField(
        label=_("Who can find you?"),
        required=False,
        widget=forms.RadioSelect,
        choices=[(NOBODY, _("Nobody")), *Findable.Who.choices],
    )
    span = forms.ChoiceField(
        label=_("For how long?"),
        help_text=_("Afterwards nobody can find you, until you choose again."),
        required=False,
        widget=forms.RadioSelect,
        choices=[(span, label) for span, (_time, label) in SPANS.items()],
    )

    @property
    def time(self) -> dt.timedelta | None:
        """How long it was chosen for; a month, where nothing was said."""
        return SPANS[self.cleaned_data["span"] or "month"][0]


class CompanionForm(forms.Form):
    """How often a first story may be brought to them."""

    a_week = forms.TypedChoiceField(
        label=_("How many in a week, at most?"),
        coerce=int,
        choices=[(number, str(number)) for number in range(1, MOST_A_WEEK + 1)],
    )
