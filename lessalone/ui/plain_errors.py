"""Django's own words for mistakes in forms, said our way. A form may still say it better for its field."""

from __future__ import annotations

from django import forms
from django.core import validators
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

WORDS: dict[type[forms.Field], dict[str, object]] = {
    forms.Field: {"required": _("Please fill this in.")},
    forms.IntegerField: {"invalid": _("Please give a whole number, such as 20.")},
    forms.DateField: {"invalid": _("Please give a day, such as 9 March 2024.")},
    forms.DateTimeField: {"invalid": _("Please give a day and a time.")},
    forms.URLField: {"invalid": _("Please give a whole web address, such as https://example.org.")},
    forms.FileField: {
        "required": _("Please choose a file."),
        "invalid": _("The file did not arrive. Please choose it once more."),
        "missing": _("The file did not arrive. Please choose it once more."),
        "empty": _("There is nothing in this file. Please choose another one."),
    },
    forms.ChoiceField: {
        "required": _("Please choose one."),
        "invalid_choice": _("Please choose one of the answers here."),
    },
    forms.MultipleChoiceField: {
        "required": _("Please choose at least one."),
        "invalid_choice": _("Please choose from the answers here."),
        "invalid_list": _("Please choose from the answers here."),
    },
    forms.ModelChoiceField: {
        "required": _("Please choose one."),
        "invalid_choice": _("Please choose one of the answers here."),
    },
    forms.BooleanField: {"required": _("Please tick this box if you want to go on.")},
}


def speak() -> None:
    """Put our words in the place of Django's. Called once, when the apps are ready."""
    for field, words in WORDS.items():
        field.default_error_messages = {**field.default_error_messages, **words}  # type: ignore[dict-item]
    validators.EmailValidator.message = _("Please give a whole e-mail address, such as name@example.org.")
    validators.validate_email.message = validators.EmailValidator.message
    validators.MaxLengthValidator.message = ngettext_lazy(
        "This is too long. There is room for %(limit_value)d letter, and you have %(show_value)d.",
        "This is too long. There is room for %(limit_value)d letters, and you have %(show_value)d.",
        "limit_value",
    )
    validators.MinLengthValidator.message = ngettext_lazy(
        "This is too short. It needs %(limit_value)d letter, and you have %(show_value)d.",
        "This is too short. It needs %(limit_value)d letters, and you have %(show_value)d.",
        "limit_value",
    )
    validators.MinValueValidator.message = _("This must be %(limit_value)s or more.")
    validators.MaxValueValidator.message = _("This must be %(limit_value)s or less.")
