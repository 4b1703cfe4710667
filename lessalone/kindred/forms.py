"""What is asked in kindred."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from lessalone.families.models import Experience
from lessalone.kindred.actions import MONTH, YEAR
from lessalone.kindred.companions import MOST_A_WEEK
from lessalone.kindred.models import Findable
from lessalone.sharing.models import Item
from lessalone.stories.own import Listed

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


def called(experience: Experience) -> str:
    """What a loss is called on its member's own pages."""
    return gettext("What you told on %(date)s") % {"date": date_format(experience.made_at, "DATE_FORMAT")}


class WhichLossForm(forms.Form):
    """For each story that names no baby: which loss it tells of."""

    def __init__(
        self, data: object, *, stories: Sequence[Listed], losses: Iterable[Experience], said: dict[int, int]
    ) -> None:
        super().__init__(data)  # type: ignore[arg-type]
        self.stories = {one.item.public_id: one for one in stories}
        self.losses = {one.public_id: one for one in losses}
        by_id = {one.pk: public_id for public_id, one in self.losses.items()}
        choices = [("", _("I do not say")), *((key, called(one)) for key, one in self.losses.items())]
        for public_id, one in self.stories.items():
            self.fields[public_id] = forms.ChoiceField(
                label=one.title,
                required=False,
                choices=choices,
                initial=by_id.get(said.get(one.item.pk, 0), ""),
            )

    def chosen(self) -> list[tuple[Item, Experience | None]]:
        """Each story whose answer is another one than before, and its loss."""
        return [
            (self.stories[public_id].item, self.losses.get(self.cleaned_data[public_id]))
            for public_id in self.changed_data
        ]


class HelpedForm(forms.Form):
    """Which story helped, of those that are offered."""

    story = forms.ChoiceField(
        label=_("Did reading someone’s story help you to tell yours?"),
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose a story, or go back."),
            "invalid_choice": _("That story is no longer here."),
        },
    )

    def __init__(self, *args: Any, offered: Mapping[str, str], **kwargs: Any) -> None:
        """`offered`: titles by public id."""
        super().__init__(*args, **kwargs)
        self.fields["story"].choices = list(offered.items())  # type: ignore[attr-defined]
