"""Choosing a country, for this visit."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from lessalone.care import reviewed

OTHER = "ZZ"
"""Another country: a code that no country will ever have (ISO 3166-1, user-assigned)."""


class CountryForm(forms.Form):
    """A country that the list knows, or "another country"; before anything was said, a line that asks."""

    country = forms.ChoiceField(label=_("Where are you?"), required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        named = [(one.code, gettext(one.name)) for one in reviewed.helplines().values()]
        field = self.fields["country"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [
            *([] if self.initial.get("country") else [("", _("Choose a country"))]),
            *sorted(named, key=lambda one: one[1]),
            (OTHER, _("Another country")),
        ]
