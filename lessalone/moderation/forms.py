"""Forms of moderation. What was typed stays in the box after every error."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from lessalone.moderation.actions import LONGEST
from lessalone.moderation.models import AUTOMATIC, Decision, Reason, Report
from lessalone.ui.forms import Radios

_HIDES = _("We hide it until someone has looked.")
_TOO_LONG = _("This is longer than fits here. Up to %(limit_value)d letters fit. Nothing was lost.")


class Words(forms.CharField):
    """A few words, with a limit that is said kindly."""

    def __init__(self, **options: object) -> None:
        options.setdefault("widget", forms.Textarea({"rows": 4}))
        super().__init__(max_length=LONGEST, **options)  # type: ignore[arg-type]
        self.error_messages["max_length"] = _TOO_LONG


class ReportForm(forms.Form):
    """What breaks the rules."""

    says_optional = False
    reason = forms.ChoiceField(
        label=_("What is wrong with it?"),
        choices=Reason.choices,
        widget=Radios(descriptions=dict.fromkeys(AUTOMATIC, _HIDES)),
        error_messages={"required": _("Choose what is wrong with it, or “Something else”.")},
    )
    words = Words(
        label=_("Anything that helps us understand"),
        help_text=_(
            "You can leave this out. If you want an answer, write how we can reach you. "
            "Only moderators read it."
        ),
        required=False,
    )


class TellForm(forms.Form):
    """Something that one cannot open, or that is about this place."""

    says_optional = False
    reason = forms.ChoiceField(
        label=_("What is wrong?"),
        choices=Reason.choices,
        widget=Radios(),
        error_messages={"required": _("Choose what is wrong, or “Something else”.")},
    )
    where = forms.CharField(
        label=_("Where it is, if you know"),
        help_text=_("The address of the page. You can leave this out."),
        max_length=500,
        required=False,
    )
    words = Words(
        label=_("What happened"),
        help_text=_("If you want an answer, write how we can reach you. Only moderators read it."),
        error_messages={"required": _("Write a few words, so that we understand.")},
    )


class ReasonForm(forms.Form):
    """One reason of the list."""

    says_optional = False
    reason = forms.ChoiceField(
        label=_("Why"), choices=Reason.choices, error_messages={"required": _("Choose a reason.")}
    )


class DecisionForm(ReasonForm):
    """What a moderator decides, and what its author is told."""

    verdict = forms.ChoiceField(
        label=_("What you decide"),
        choices=Decision.Verdict.choices,
        widget=Radios(
            descriptions={
                Decision.Verdict.OUT.value: _("It is hidden at once. A second moderator has to agree."),
                Decision.Verdict.IN.value: _("Every hold on it ends."),
            }
        ),
        error_messages={"required": _("Choose one of the two.")},
    )
    outcome = forms.ChoiceField(
        label=_("What you say to the report"),
        choices=Report.Outcome.choices,
        widget=Radios(
            descriptions={
                Report.Outcome.WRONGFUL.value: _(
                    "Only if you are sure. After two of these, their reports hide nothing any more."
                )
            }
        ),
        required=False,
    )
    words = Words(
        label=_("What its author is told"),
        help_text=_("Say why, plainly and kindly. Do not say that someone reported it, nor who."),
        required=False,
    )
    field_order = ["verdict", "reason", "words", "outcome"]


class ObjectionForm(forms.Form):
    """Why someone should look again."""

    words = Words(
        label=_("Why you think it should be seen"),
        error_messages={"required": _("Write a few words, so that whoever looks again understands.")},
    )


class ObjectionAnswerForm(forms.Form):
    """What a moderator who had no part in it answers."""

    says_optional = False
    is_upheld = forms.ChoiceField(
        label=_("What you decide"),
        choices=[("yes", _("Let it be seen again")), ("no", _("It stays out of sight"))],
        widget=Radios(),
        error_messages={"required": _("Choose one of the two.")},
    )
    words = Words(
        label=_("What its author is told"),
        error_messages={"required": _("Write a few kind words that say why.")},
    )


class GlassForm(forms.Form):
    """Opening something that a moderator would not see."""

    says_optional = False
    address = forms.CharField(
        label=_("The address of the page"),
        max_length=500,
        error_messages={"required": _("Paste the address of the page.")},
    )
    reason = Words(
        label=_("Why you need to see it"),
        help_text=_("The lead moderators read this. You see it for one hour."),
        error_messages={"required": _("Write why. Without a reason it stays closed.")},
    )


class WhyForm(forms.Form):
    """A reason for the log."""

    says_optional = False
    reason = Words(
        label=_("Why"),
        help_text=_("For the log. Write no names."),
        error_messages={"required": _("Write why, for the log.")},
    )
