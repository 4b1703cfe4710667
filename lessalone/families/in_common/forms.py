"""The form of one facet: an answer, what it may be used for, and consent where its purpose asks for it."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as now
from django.utils.translation import gettext_lazy as _

from lessalone.families.forms import WeeksForm
from lessalone.families.in_common.wordings import CONSENTS, WORDINGS
from lessalone.people.facets import MOST_OWN, OWN_LENGTH, Answer, Facet, Shape, Use
from lessalone.ui.forms import Checkboxes, PartialDateField, Radios

LONG_LIST = 60
"""From so many choices on they are a list that opens, not boxes to press."""
SKIP, CLEAR = "skip", "clear"


def _today() -> datetime.date:
    return timezone.localdate() + datetime.timedelta(days=1)  # it may be tomorrow where they are


class FacetForm(forms.Form):
    """Asks one facet. Nothing that was typed is lost on an error: the page comes back with it."""

    says_optional = False

    def __init__(
        self,
        data: Any = None,
        *,
        facet: Facet,
        answer: Answer | None,
        offered: Sequence[str] = (),
        needs_consent: bool = False,
    ) -> None:
        self.facet = facet
        self.answered = answer if answer and answer.values else None
        self.is_skipped = answer is not None and answer.is_skipped
        self.is_offered = answer is None and bool(offered)
        values = self.answered.values if self.answered else tuple(offered) if self.is_offered else ()
        super().__init__(data, initial=self._initial(values))
        self.fields |= self._of_shape()
        self.fields["use"] = forms.ChoiceField(
            label=_("What may we use it for?"),
            choices=Use.choices,
            widget=Radios(descriptions={Use.SHOWN.value: self._example(values)}),
            error_messages={"required": _("Please choose what we may use it for.")},
        )
        if needs_consent:
            self.fields["agrees"] = forms.BooleanField(label=CONSENTS[facet.purpose].agree, required=False)

    def _initial(self, values: Sequence[str]) -> dict[str, Any]:
        use = self.answered.use if self.answered else Use.MATCH
        own = "\n".join(value[4:] for value in values if value.startswith("own:"))
        initial: dict[str, Any] = {"use": use.value, "own": own}
        if self.facet.shape == Shape.SEVERAL:
            return initial | {"values": [value for value in values if not value.startswith("own:")]}
        first = values[0] if values else ""
        weeks, _plus, days = first.partition("+")
        if self.facet.shape == Shape.WEEKS:
            return initial | {"weeks": weeks, "days": days}
        return initial | {"values": first}

    def _example(self, values: Sequence[str]) -> str:
        """Of what they told, as the page shows it; not while they may have chosen otherwise."""
        examples = WORDINGS[self.facet.key].examples
        told = () if self.is_bound else values
        example = next((examples[value] for value in told if value in examples), "")
        if not example:
            return now("Someone who offers the same may then read that this is alike.")
        return now("Someone who offers the same may then read: “%(example)s”") % {"example": example}

    def _of_shape(self) -> dict[str, forms.Field]:
        facet = self.facet
        if facet.shape == Shape.WEEKS:
            return {name: WeeksForm().fields[name] for name in ("weeks", "days")}
        if facet.shape == Shape.DATE:
            label, hint = _("Date"), _("As much as you know. The year alone is enough.")
            return {"values": PartialDateField(label=label, help_text=hint, required=False, latest=_today)}
        fields: dict[str, forms.Field] = {}
        if facet.values:
            fields["values"] = _several(facet) if facet.shape == Shape.SEVERAL else _one(facet)
        if facet.takes_own:
            fields["own"] = forms.CharField(
                label=_("In your own words") if not facet.values else _("Or in your own words"),
                help_text=_("One on each line, at most %(most)d. Only the same words find each other.")
                % {"most": MOST_OWN},
                required=False,
                max_length=4000,
                widget=forms.Textarea(attrs={"rows": 3, "autocapitalize": "none"}),
            )
        return fields

    def clean_own(self) -> list[str]:
        """Words as they are compared: in small letters, with single spaces, each once."""
        lines = [" ".join(line.lower().split()) for line in self.cleaned_data["own"].splitlines()]
        words = list(dict.fromkeys(line for line in lines if line))
        if len(words) > MOST_OWN:
            raise forms.ValidationError(
                now("Please write at most %(most)d, one on each line.") % {"most": MOST_OWN}
            )
        if any(len(word) > OWN_LENGTH for word in words):
            raise forms.ValidationError(
                now("Please keep each line to %(most)d letters.") % {"most": OWN_LENGTH}
            )
        return words

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("days") is not None and given.get("weeks") is None and "weeks" not in self.errors:
            self.add_error("weeks", _("There are days but no weeks. Please give both, or leave both out."))
        if self.errors:
            return given
        given["answer"] = Answer(tuple(self._values(given)), Use(given["use"]))
        if "agrees" in self.fields and given["answer"].values and not given["agrees"]:
            self.add_error(
                "agrees",
                _(
                    "We keep none of it unless you agree. What you chose is still here. You can also leave it out."
                ),
            )
        return given

    def _values(self, given: dict[str, Any]) -> list[str]:
        if self.facet.shape == Shape.WEEKS:
            weeks, days = given["weeks"], given["days"]
            return [] if weeks is None else [f"{weeks}+{days}" if days else str(weeks)]
        chosen = given.get("values") or []
        values = list(chosen) if isinstance(chosen, list) else [str(chosen)]
        return self.facet.cleaned([*values, *(f"own:{word}" for word in given.get("own") or [])])

    def given(self) -> Answer | None:
        """What was said by pressing a button: an answer, "do not ask again", "take it away"; None with errors."""
        if not self.is_bound:
            return None
        if SKIP in self.data:
            return Answer(is_skipped=True)
        if CLEAR in self.data:
            return Answer()
        return self.cleaned_data["answer"] if self.is_valid() else None

    @property
    def is_agreed(self) -> bool:
        """Whether they consent in this step."""
        return bool(getattr(self, "cleaned_data", {}).get("agrees"))


def _one(facet: Facet) -> forms.Field:
    label, nothing = _("Choose one"), ("", _("I leave this out"))
    if len(facet.values) >= LONG_LIST:
        choices = [nothing, *facet.values.items()]
        return forms.ChoiceField(label=label, choices=choices, required=False)
    choices = [*facet.values.items(), nothing]
    return forms.ChoiceField(label=label, choices=choices, required=False, widget=Radios())


def _several(facet: Facet) -> forms.Field:
    return forms.MultipleChoiceField(
        label=_("Choose any that you would say"),
        choices=list(facet.values.items()),
        required=False,
        widget=Checkboxes(),
    )


class LossForm(forms.Form):
    """Which loss: of a baby who has a page, or one without. Not asked where there is no choice."""

    WITHOUT = "without"

    baby = forms.ChoiceField(
        label=_("Which loss is it?"),
        widget=Radios(),
        error_messages={
            "required": _("Please choose which loss it is."),
            "invalid_choice": _("Please choose which loss it is."),
        },
    )

    def __init__(self, *args: Any, babies: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["baby"]
        assert isinstance(field, forms.ChoiceField)
        if not babies:
            field.widget, field.initial = forms.HiddenInput(), self.WITHOUT
        field.choices = [*babies, (self.WITHOUT, _("A loss without a page here"))]
