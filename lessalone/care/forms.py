"""Choosing a country, for this visit."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from lessalone.care import reviewed


class CountryForm(forms.Form):
    """A country that the list knows, or "another country"."""

    country = forms.ChoiceField(label=_("Where are you?"), required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        named = [(one.code, gettext(one.name)) for one in reviewed.helplines().values()]
        field = self.fields["country"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [*sorted(named, key=lambda one: one[1]), ("", _("Another country"))]
