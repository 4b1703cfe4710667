"""What someone looks for."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from lessalone.kit.derived.words import Wanted, wanted


class SearchForm(forms.Form):
    """Words, anywhere in a story or near each other. `wanted` is what they ask for."""

    says_optional = False

    words = forms.CharField(
        label=_("Words to look for"),
        help_text=_("Put words in “quotes” to find them in that order."),
        max_length=200,
        error_messages={
            "required": _("Type a word or two first."),
            "max_length": _("These are more words than we can look for. A few are enough."),
        },
        widget=forms.TextInput(
            attrs={
                "type": "search",
                "autocomplete": "off",
                "autocapitalize": "none",
                "enterkeyhint": "search",
            }
        ),
    )
    are_near = forms.BooleanField(label=_("Only where they stand close together"), required=False)

    @property
    def wanted(self) -> Wanted:
        return wanted(self.cleaned_data["words"], are_near=self.cleaned_data["are_near"])

    def clean_words(self) -> Any:
        words = self.cleaned_data["words"]
        if not wanted(words):
            raise ValidationError(_("There is no word in this that we can look for. Please try another one."))
        return words
