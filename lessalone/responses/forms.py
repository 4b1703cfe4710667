"""Forms of answers. What was typed stays in the box after every error."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from lessalone.people import notes
from lessalone.people.models import Voice
from lessalone.responses.actions import LONGEST
from lessalone.ui.forms import FormToken, Radios


def _words(required: str | Promise) -> forms.CharField:
    """The box for words, and what is said when there are none."""
    return forms.CharField(
        label=_("Your words"),
        max_length=LONGEST,
        widget=forms.Textarea({"rows": 7, "autocomplete": "off"}),
        error_messages={
            "required": required,
            "max_length": _(
                "This is longer than fits here. Up to %(limit_value)d letters fit. Nothing was lost."
            ),
        },
    )


class WordsForm(forms.Form):
    """Words for a family, under a voice of the writer's own."""

    says_optional = False
    words = _words(_("Write something first, or go back and answer without words."))
    voice = forms.TypedChoiceField(
        label=_("Name shown with your words"),
        widget=Radios(),
        error_messages={
            "required": _("Choose the name to be shown."),
            "invalid_choice": _("Choose one of your own names."),
        },
    )
    form_token = FormToken()
    to = forms.CharField(required=False, max_length=22, widget=forms.HiddenInput())
    has_seen_note = forms.BooleanField(required=False, widget=forms.HiddenInput())

    def __init__(self, *args: Any, voices: list[Voice], voice: Voice, **options: Any) -> None:
        options["initial"] = {"voice": voice.public_id, **options.get("initial", {})}
        super().__init__(*args, **options)
        chosen: Any = self.fields["voice"]
        chosen.choices = [(one.public_id, one.name) for one in voices]
        chosen.coerce = {one.public_id: one for one in voices}.__getitem__
        self.is_one_voice = len(voices) < 2
        if self.is_one_voice:
            chosen.widget = forms.HiddenInput()


class ChangedWordsForm(forms.Form):
    """The same words again, to be changed."""

    says_optional = False
    words = _words(_("There are no words left. To take them back, go back and choose that."))
    has_seen_note = forms.BooleanField(required=False, widget=forms.HiddenInput())


class HardForMeForm(forms.Form):
    """What was hard to see. Everything can be left out."""

    says_optional = False
    note = forms.ChoiceField(
        label=_("What was hard to see?"),
        help_text=_("From now on we ask you before we show you more of this, or hide it if we asked before."),
        required=False,
        choices=[("", _("I would rather not say")), *((key, notes.LABELS[key]) for key in notes.STORY_KEYS)],
        widget=Radios(),
    )
    suggest = forms.BooleanField(
        label=_("Kindly ask the family to add a note, so that others know before they read"),
        help_text=_("They are not told who asked. We do not keep it either."),
        required=False,
    )
