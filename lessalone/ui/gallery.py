"""What the gallery shows: a form with every kind of field, and a few made-up lines."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from lessalone.ui.forms import Checkboxes, PartialDateField, Radios


class GalleryForm(forms.Form):
    """Every kind of field there is."""

    name = forms.CharField(
        label=_("What would you like to be called?"),
        help_text=_("It need not be your real name."),
        max_length=60,
    )
    weeks = forms.IntegerField(
        label=_("How many weeks was it?"), help_text=_("“Not sure” is an answer too."), required=False
    )
    day = PartialDateField(
        label=_("When did it happen?"),
        help_text=_("The year alone is enough. So is the month and the year."),
        required=False,
    )
    audience = forms.ChoiceField(
        label=_("Who may read it?"),
        choices=[
            ("us", _("Only us")),
            ("bereaved", _("Members who have lost a baby too")),
            ("members", _("All members")),
            ("public", _("Anyone, on the open web")),
        ],
        widget=Radios(
            descriptions={
                "us": _("You and the other parents named on the page."),
                "bereaved": _("People who say they have lost a baby. We cannot check."),
                "members": _("Anyone who has joined."),
                "public": _("Search engines may find it. Someone may keep a copy."),
            }
        ),
    )
    notes = forms.MultipleChoiceField(
        label=_("What is in it?"),
        help_text=_("So that others can choose what they meet."),
        choices=[("photos", _("Photos")), ("birth", _("Birth")), ("hospital", _("Hospital"))],
        widget=Checkboxes(descriptions={"photos": _("They stay covered until someone asks to see them.")}),
        required=False,
    )
    country = forms.ChoiceField(
        label=_("Where do you live?"),
        choices=[("", _("I would rather not say")), ("ie", _("Ireland")), ("de", _("Germany"))],
        required=False,
    )
    words = forms.CharField(
        label=_("What happened, in your words?"),
        help_text=_("Only you can see this until you say otherwise."),
        widget=forms.Textarea,
        required=False,
    )
    photo = forms.FileField(label=_("A photo"), help_text=_("Only you will have it."), required=False)
    agree = forms.BooleanField(
        label=_("I am 18 or older"), help_text=_("You can leave this place at any time.")
    )


class ThreeForm(forms.Form):
    """Three short answers that weigh the same."""

    photos = forms.ChoiceField(
        label=_("Photos"),
        choices=[("show", _("Show")), ("ask", _("Ask first")), ("hide", _("Hide"))],
        widget=Radios,
        initial="ask",
    )


WRONG = {"name": "", "weeks": "many", "day_day": "9", "day_year": "2024", "audience": "", "country": "fr"}


def forms_shown() -> dict[str, forms.Form]:
    """The form untouched, filled in, and sent with mistakes."""
    filled = {
        "name": "Ana",
        "weeks": 20,
        "day": "2024-03-09",
        "audience": "bereaved",
        "notes": ["photos", "birth"],
        "words": "I asked him to bring the camera. He did not want to.",
        "agree": True,
    }
    wrong = GalleryForm(WRONG, auto_id="wrong_%s")
    wrong.is_valid()
    return {
        "empty": GalleryForm(auto_id="empty_%s"),
        "filled": GalleryForm(initial=filled, auto_id="filled_%s"),
        "wrong": wrong,
        "three": ThreeForm(auto_id="three_%s"),
    }
