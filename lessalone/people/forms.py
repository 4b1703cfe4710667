"""What people are asked, one thing per page."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.socialaccount.adapter import get_adapter as get_provider_adapter
from django import forms
from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from lessalone.people import actions, notes, places, terms, vocabulary
from lessalone.people.models import Bearing, Invitation, Member
from lessalone.people.signin_forms import NEW_PASSWORD_HINT
from lessalone.ui import leaving
from lessalone.ui.forms import FormToken

YES, NO = "yes", "no"


class AgeAndTermsForm(forms.Form):
    """Old enough, and agreed to the terms that were shown. `version` is the text that was on the page."""

    age = forms.ChoiceField(widget=forms.RadioSelect)
    agree = forms.BooleanField(
        required=False,
        label=_("I have read the terms and agree to them"),
    )
    version = forms.CharField(widget=forms.HiddenInput)
    time_zone = forms.CharField(required=False, widget=forms.HiddenInput(attrs={"data-time-zone": ""}))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        years = {"years": settings.ENVIRONMENT.minimum_age}
        age: Any = self.fields["age"]
        age.label = gettext("Are you %(years)s or older?") % years
        age.choices = [
            (YES, gettext("Yes, I am %(years)s or older") % years),
            (NO, gettext("No, I am younger")),
        ]
        age.error_messages["required"] = gettext("Please say whether you are %(years)s or older.") % years
        self.fields["version"].initial = terms.current().version

    @property
    def is_too_young(self) -> bool:
        """They said so. Whatever else is wrong with the form does not matter then."""
        return self.data.get(self.add_prefix("age")) == NO

    @property
    def chosen_time_zone(self) -> str:
        """The zone that the browser guessed, if it is one; UTC otherwise."""
        guess = self.cleaned_data.get("time_zone", "")
        return guess if places.is_time_zone(guess) else "UTC"

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not cleaned.get("agree"):
            self.add_error(
                "agree", _("To join, please agree to the terms. You can read first, without joining.")
            )
        elif cleaned.get("version") != terms.current().version:
            self.add_error(
                "agree", _("The terms changed while you were reading. Please look at them once more.")
            )
        return cleaned


class AgreeForm(forms.Form):
    """Agree to newer terms."""

    agree = forms.BooleanField(
        label=_("I have read the terms and agree to them"),
        error_messages={
            "required": _("To go on, please agree to the terms. Or let your account rest, or leave.")
        },
    )


class NewPasswordForm(forms.Form):
    """A password for an account that is being made, or was recovered."""

    password = forms.CharField(
        label=_("Password"),
        help_text=NEW_PASSWORD_HINT,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        error_messages={"required": _("Please choose a password.")},
    )

    def __init__(self, *args: Any, member: Member | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        self.member = member

    def clean_password(self) -> str:
        return get_adapter().clean_password(self.cleaned_data["password"], user=self.member or Member())


class TellingForm(forms.Form):
    """The one question of joining. Everything may be left out."""

    name = forms.CharField(
        required=False,
        max_length=80,
        label=_("What would you like to be called?"),
        help_text=_("Any name. Others may have the same one. People see it beside what you share."),
        widget=forms.TextInput(attrs={"autocomplete": "nickname"}),
    )
    words = forms.CharField(
        required=False,
        max_length=20_000,
        label=_("What happened, in your words?"),
        help_text=_("Only you can see this. Nobody is told. You can share it later, or never."),
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    says_optional = False


class NameForm(forms.Form):
    """Another shown name."""

    name = forms.CharField(
        max_length=80,
        label=_("The name others see"),
        help_text=_("Any name. It changes everywhere you shared in your own name."),
        error_messages={"required": _("Please write a name, or go back.")},
    )


def _choices(table: dict[str, Any], own_label: Any = None) -> list[tuple[str, Any]]:
    found = [(key, row[0] if isinstance(row, tuple) else row) for key, row in table.items()]
    return [*found, (vocabulary.OWN, own_label)] if own_label else found


def _own(label: Any, hint: Any) -> forms.CharField:
    return forms.CharField(required=False, max_length=vocabulary.OWN_LENGTH, label=label, help_text=hint)


class VocabularyForm(forms.Form):
    """Their words: whole phrases to choose, or their own."""

    baby = forms.ChoiceField(
        choices=_choices(vocabulary.BABIES, _("in other words")),
        widget=forms.RadioSelect,
        label=_("Who do you speak of?"),
        required=False,
    )
    own_baby = _own(
        _("Your words for your baby"),
        _("As we would say them to you: “your little bean”. Please keep names for the baby’s own page."),
    )
    died = forms.ChoiceField(
        choices=_choices(vocabulary.DEATHS, _("in other words")),
        widget=forms.RadioSelect,
        label=_("How do you say what happened?"),
        required=False,
    )
    own_died = _own(_("Your words for what happened"), _("As after “my baby …”, such as “slipped away”."))
    loss = forms.ChoiceField(
        choices=_choices(vocabulary.LOSSES, _("in other words")),
        widget=forms.RadioSelect,
        label=_("What do you call it?"),
        required=False,
    )
    own_loss = _own(_("Your words for it"), "")
    rainbow = forms.ChoiceField(
        choices=[(NO, _("pregnancy after loss")), (YES, _("rainbow baby, rainbow pregnancy"))],
        widget=forms.RadioSelect,
        label=_("A pregnancy that comes later"),
        required=False,
    )
    angel = forms.ChoiceField(
        choices=[(NO, _("a baby who died")), (YES, _("an angel baby"))],
        widget=forms.RadioSelect,
        label=_("A baby who died"),
        required=False,
    )
    light = forms.ChoiceField(
        choices=_choices(vocabulary.LIGHTS),
        widget=forms.RadioSelect,
        label=_("To remember, I would"),
        required=False,
    )
    says_optional = False
    OWN_PARTS = ("baby", "died", "loss")

    FIRST = ("baby", "own_baby", "died", "own_died", "loss", "own_loss")

    def __init__(self, *args: Any, member: Member, is_first: bool = False, **options: Any) -> None:
        stored = {**vocabulary.DEFAULT, **(member.vocabulary or {})}
        stored["rainbow"] = YES if stored.get("rainbow") else NO
        stored["angel"] = YES if stored.get("angel") else NO
        super().__init__(*args, initial=stored, **options)
        self.stored = dict(member.vocabulary or {})
        light: Any = self.fields["light"]
        light.choices = [(key, row[1]) for key, row in vocabulary.LIGHTS.items()]
        if is_first:
            self.fields = {name: self.fields[name] for name in self.FIRST}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for part in self.OWN_PARTS:
            own = " ".join((cleaned.get(f"own_{part}") or "").split())
            if cleaned.get(part) == vocabulary.OWN and not own:
                self.add_error(f"own_{part}", _("Please write your words, or choose others."))
            cleaned[f"own_{part}"] = own if cleaned.get(part) == vocabulary.OWN else ""
        return cleaned

    @property
    def chosen(self) -> dict[str, Any]:
        """As `actions.set_vocabulary` takes them. What was not asked stays as it was."""
        found = {**self.stored, **self.cleaned_data}
        for part in ("rainbow", "angel"):
            if part in self.cleaned_data:
                found[part] = self.cleaned_data[part] == YES
        return found


SPANS = [
    ("", _("Until I change them")),
    ("tonight", _("For tonight, until 8 in the morning")),
    ("week", _("For a week")),
]


class BearingForm(forms.Form):
    """One choice for each kind of content note, and for how long."""

    span = forms.ChoiceField(
        choices=SPANS,
        widget=forms.RadioSelect,
        required=False,
        label=_("How long should these choices hold?"),
        initial="",
    )
    says_optional = False

    def __init__(self, *args: Any, holding: dict[str, str], **options: Any) -> None:
        super().__init__(*args, **options)
        for key in notes.KEYS:
            self.fields[key] = forms.ChoiceField(
                choices=Bearing.Choice.choices,
                widget=forms.RadioSelect,
                label=notes.LABELS[key],
                initial=holding[key],
            )

    @property
    def note_fields(self) -> list[Any]:
        """The choices, without the span."""
        return [self[key] for key in notes.KEYS]

    @property
    def chosen(self) -> dict[str, str]:
        """As `actions.set_bearing` takes them."""
        return {key: self.cleaned_data[key] for key in notes.KEYS}


class PlaceForm(forms.Form):
    """Country and time zone."""

    country = forms.ChoiceField(
        required=False,
        label=_("Country"),
        help_text=_("To show you helplines and help where you live. Nobody else sees it."),
        widget=forms.Select(attrs={"autocomplete": "country"}),
    )
    time_zone = forms.ChoiceField(
        required=False,
        label=_("Time zone"),
        help_text=_("So that “tonight” and “at 19:00” are right for you."),
        widget=forms.Select(attrs={"data-time-zone": ""}),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        country: Any = self.fields["country"]
        zone: Any = self.fields["time_zone"]
        country.choices = [("", gettext("I would rather not say")), *places.countries()]
        zone.choices = [("UTC", gettext("Not chosen (UTC)")), *places.time_zones()]


LEAVE_KEYS = {
    "": _("None"),
    leaving.ESCAPE: _("Esc, three times in a row"),
    leaving.SHIFT: _("Shift, three times in a row"),
    leaving.F2: _("F2, three times in a row"),
}


class LeavingForm(forms.Form):
    """A key that leaves a page. None until one is switched on."""

    leave_key = forms.ChoiceField(
        choices=list(LEAVE_KEYS.items()),
        widget=forms.RadioSelect,
        required=False,
        label=_("Which key should leave the page?"),
        help_text=_("It works where JavaScript runs in the browser, on every device where you sign in."),
    )
    says_optional = False


class RecoverForm(forms.Form):
    """Sign-in name and one line of the recovery sheet."""

    handle = forms.CharField(
        label=_("Sign-in name"),
        max_length=100,
        help_text=_("The three words. They are at the top of your sheet."),
        widget=forms.TextInput(attrs={"autocomplete": "username"}),
        error_messages={"required": _("Please write your sign-in name.")},
    )
    code = forms.CharField(
        label=_("One line from your sheet"),
        max_length=60,
        help_text=_("One that you have not used yet. Spaces and capitals do not matter."),
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
        error_messages={"required": _("Please write one line from your sheet.")},
    )


class ModeratorLinkForm(forms.Form):
    """A link for someone who helps: nothing is asked, the button says for which duty."""

    form_token = FormToken()
    is_lead = forms.BooleanField(required=False)


class InviteForm(forms.Form):
    """An invitation to join."""

    form_token = FormToken()
    is_vouching = forms.BooleanField(
        required=False,
        label=_("I know this person lost a baby"),
        help_text=_("They can read what is meant for bereaved members as soon as they tell of it."),
    )


class ReasonForm(forms.Form):
    """Why: goes to the log."""

    reason = forms.CharField(
        max_length=500,
        label=pgettext_lazy("of a decision", "Reason"),
        help_text=_("Goes to the log. Please write no names."),
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Please write a reason.")},
    )


class ProviderJoinForm(AgeAndTermsForm):
    """Joining through a provider: age and terms are asked all the same. Makes the member."""

    account_already_exists = False
    invitation: Invitation | None = None

    def __init__(self, *args: Any, sociallogin: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.sociallogin = sociallogin
        self.member: Member | None = None

    def try_save(self, request: HttpRequest) -> tuple[Member, None]:
        """As allauth's forms: the member, and no other answer."""
        self.member = actions.join(
            terms=terms.current(), invitation=self.invitation, time_zone=self.chosen_time_zone
        )
        get_provider_adapter().save_user(request, self.sociallogin, form=self)
        return self.member, None
