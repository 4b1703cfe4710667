"""What a circle is called, what it is for, and how one joins."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from lessalone.circles.models import Circle
from lessalone.ui.forms import FormToken, Radios


class CircleForm(forms.Form):
    name = forms.CharField(
        label=_("Name"), max_length=80, error_messages={"required": _("Please give the circle a name.")}
    )
    purpose = forms.CharField(
        label=_("What it is for"),
        help_text=_("A sentence or two. Everyone who may join can read it."),
        max_length=600,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    joining = forms.ChoiceField(
        label=_("How one joins"),
        choices=Circle.Joining.choices,
        initial=Circle.Joining.OPEN,
        widget=Radios(
            descriptions={
                Circle.Joining.OPEN: _("It is in the list of circles."),
                Circle.Joining.INVITATION: _("It is in no list. You hand out links, each for one person."),
            }
        ),
        error_messages={"required": _("Please choose how one joins.")},
    )


class InviteForm(forms.Form):
    """A link into a circle: nothing is asked."""

    form_token = FormToken()
