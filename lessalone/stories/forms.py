"""Forms of the writing pages: one thing per page."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lessalone.circles.models import Circle
from lessalone.families.models import Baby
from lessalone.people.models import Member, Voice
from lessalone.people.notes import LABELS, STORY_KEYS
from lessalone.sharing.audience import AudienceSpec
from lessalone.sharing.models import Answers, Item, Rung, Seat
from lessalone.stories.contents import Contents
from lessalone.stories.known import Known, known_voices
from lessalone.ui.forms import FormToken

MOST_WORDS = 40_000


class Radios(forms.RadioSelect):
    """Radios with a sentence under each choice."""

    def __init__(self, descriptions: dict[Any, Any]) -> None:
        super().__init__()
        self.descriptions = descriptions


class StartForm(forms.Form):
    """Whom the story is about."""

    baby = forms.ChoiceField(label=_("Who is this story about?"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, babies: list[tuple[Baby, str]], **more: Any) -> None:
        super().__init__(*args, **more)
        self.babies = {baby.public_id: baby for baby, _name in babies}
        self.fields["baby"].choices = [
            *((baby.public_id, name) for baby, name in babies),
            ("none", _("None of them, or I would rather not say")),
        ]

    def chosen(self) -> Baby | None:
        """The baby, or None."""
        return self.babies.get(self.cleaned_data["baby"])


class WordsForm(forms.Form):
    """Title and words. Nothing is required while it is being written."""

    says_optional = False
    title = forms.CharField(label=_("Title"), max_length=140, required=False)
    words = forms.CharField(
        label=_("Your words"),
        max_length=MOST_WORDS,
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 14, "data-autosave-field": ""}),
        help_text=_("As much or as little as you like."),
    )
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)


class NamingForm(forms.Form):
    """Under which name, and what is in it."""

    says_optional = False
    naming = forms.ChoiceField(
        label=_("Under which name?"),
        choices=[("shown", _("Under my name here")), ("cover", _("Under a cover name"))],
        widget=Radios(
            {
                "shown": _("Or as “Jack’s parents”, or what you like. Every parent here has to agree."),
                "cover": _(
                    "Your name is not shown. Someone who knows you well may still know your words. Without a "
                    "photo and without the baby’s name, you can share your own words alone."
                ),
            }
        ),
    )
    told_by = forms.CharField(
        label=_("Told by"),
        max_length=80,
        required=False,
        help_text=_("Such as “Jack’s parents”. Leave it empty to use your name here."),
    )
    cover_name = forms.CharField(
        label=_("Cover name"),
        max_length=80,
        required=False,
        help_text=_("For example “A father” or a name that is not yours."),
    )
    notes = forms.MultipleChoiceField(
        label=_("What is in it?"),
        required=False,
        choices=[(key, LABELS[key]) for key in STORY_KEYS],
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Some people need to know before they read. Nobody is kept out by this."),
    )

    @classmethod
    def of(cls, contents: Contents, suggested: list[str]) -> NamingForm:
        """Filled with what the draft has; suggestions are ticked only when nothing was chosen before."""
        return cls(
            initial={
                "naming": "cover" if contents.is_cover else "shown",
                "told_by": contents.told_by,
                "cover_name": contents.cover_name,
                "notes": list(contents.notes) or suggested,
            }
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("naming") == "cover" and not (cleaned.get("cover_name") or "").strip():
            self.add_error("cover_name", _("Write the cover name that people will see."))
        return cleaned


class AudienceForm(forms.Form):
    """Who may see it, and until when."""

    says_optional = False
    rung = forms.TypedChoiceField(
        label=_("Who may see it?"),
        coerce=int,
        choices=Rung.choices,
        widget=Radios(
            {
                Rung.ONLY_US: _("Nobody but your family here."),
                Rung.PEOPLE: _("You name them. Each gets a link that works once."),
                Rung.CIRCLES: _("Smaller groups here. You choose which."),
                Rung.BEREAVED: _("Members who say they have lost a baby too. We cannot check."),
                Rung.MEMBERS: _("Everyone who has an account here."),
                Rung.LINK: _("Family and friends without an account. You can set a password and an end."),
                Rung.PUBLIC: _("Also people without an account. It can be read by anyone on the internet."),
            }
        ),
    )
    seats = forms.MultipleChoiceField(
        label=_("People you choose"), required=False, widget=forms.CheckboxSelectMultiple
    )
    known = forms.MultipleChoiceField(
        label=_("People you know from here"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    new_seat = forms.CharField(
        label=_("Add a person"),
        max_length=80,
        required=False,
        help_text=_("What you call them, such as “Mum”. You get a link to hand to them."),
    )
    form_token = FormToken()
    circles = forms.MultipleChoiceField(
        label=_("Circles"), required=False, widget=forms.CheckboxSelectMultiple
    )
    ends_on = forms.DateField(
        label=_("Until"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("After this day it is only for your family again. Leave it empty for no end."),
    )
    may_index = forms.BooleanField(label=_("Search engines may find it"), required=False)

    def __init__(self, *args: Any, item: Item, member: Member, contents: Contents, **more: Any) -> None:
        self.item, self.member = item, member
        initial = {
            "rung": int(contents.audience.rung),
            "seats": [str(pk) for pk in contents.audience.seats],
            "circles": [str(pk) for pk in contents.audience.circles],
            "ends_on": contents.audience.ends_at
            and timezone.localtime(contents.audience.ends_at, self._zone()).date(),
            "may_index": contents.may_index,
        }
        super().__init__(*args, initial=initial, **more)
        seats = Seat.objects.filter(item=item).order_by("pk")
        self.fields["seats"].choices = [(str(seat.pk), seat.label) for seat in seats]
        known = known_voices(member)
        self.voices = {voice.public_id: voice for voice in known.voices}
        self.alike = known.alike
        taken = {(seat.member_id, seat.label) for seat in seats}
        pressed = self.data.getlist("known") if self.is_bound else ()  # pressing twice is the same as once
        self.fields["known"].choices = [
            (voice.public_id, voice.label)
            for voice in self.voices.values()
            if (voice.member_id, voice.name) not in taken or voice.public_id in pressed
        ]
        circles = Circle.objects.of(member.pk).order_by("name")
        self.fields["circles"].choices = [(str(circle.pk), circle.name) for circle in circles]

    def _zone(self) -> ZoneInfo:
        return ZoneInfo(self.member.time_zone or "UTC")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        rung = cleaned.get("rung")
        if rung == Rung.CIRCLES and not cleaned.get("circles"):
            self.add_error("circles", _("Choose at least one circle, or someone else to share with."))
        named = (cleaned.get("seats"), cleaned.get("known"), cleaned.get("new_seat"))
        if rung == Rung.PEOPLE and not any(named):
            self.add_error("new_seat", _("Name at least one person, or choose someone else to share with."))
        return cleaned

    def chosen_voices(self) -> list[Voice]:
        """The people that were newly chosen by their voice."""
        return [self.voices[public_id] for public_id in self.cleaned_data["known"]]

    def audience(self, more_seats: frozenset[int] = frozenset()) -> AudienceSpec:
        """The audience that was chosen."""
        cleaned = self.cleaned_data
        ends_on = cleaned.get("ends_on")
        return AudienceSpec(
            rung=Rung(cleaned["rung"]),
            seats=(frozenset(map(int, cleaned["seats"])) | more_seats)
            if cleaned["rung"] == Rung.PEOPLE
            else frozenset(),
            circles=frozenset(map(int, cleaned["circles"]))
            if cleaned["rung"] == Rung.CIRCLES
            else frozenset(),
            ends_at=dt.datetime.combine(ends_on, dt.time(23, 59), self._zone()).astimezone(dt.UTC)
            if ends_on
            else None,
        )


class AnsweringForm(forms.Form):
    """Who may answer, and from when it is there."""

    says_optional = False
    answers = forms.ChoiceField(label=_("Who may answer?"), choices=Answers.choices, widget=forms.RadioSelect)
    when = forms.ChoiceField(
        label=_("When?"),
        choices=[
            ("now", _("At once, or as soon as everyone has agreed")),
            ("morning", _("Tomorrow morning")),
            ("at", _("On a day and at an hour that I choose")),
        ],
        widget=forms.RadioSelect,
    )
    at = forms.DateTimeField(
        label=_("Day and hour"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
        help_text=_("In your own time, such as 15 October at 19:00."),
    )

    def __init__(self, *args: Any, member: Member, contents: Contents, **more: Any) -> None:
        self.zone = ZoneInfo(member.time_zone or "UTC")
        initial = {
            "answers": contents.answers,
            "when": contents.when,
            "at": contents.at and timezone.localtime(contents.at, self.zone).strftime("%Y-%m-%dT%H:%M"),
        }
        super().__init__(*args, initial=initial, **more)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("when") == "at":
            if not cleaned.get("at"):
                if "at" not in self.errors:
                    self.add_error("at", _("Choose the day and the hour."))
            else:
                cleaned["at"] = cleaned["at"].replace(tzinfo=self.zone).astimezone(dt.UTC)
                if cleaned["at"] <= timezone.now():
                    self.add_error("at", _("That hour is already past. Choose a later one, or “At once”."))
        return cleaned


class LineForm(forms.Form):
    """A private line between the parents."""

    said = forms.CharField(
        label=_("Your words"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Only the parents of this baby read this."),
    )


class FirstReaderForm(forms.Form):
    """Who reads responses before the family does."""

    says_optional = False
    reader = forms.ChoiceField(label=_("Who reads answers first?"), required=False)

    def __init__(self, *args: Any, known: Known, **more: Any) -> None:
        super().__init__(*args, **more)
        self.alike = known.alike
        self.voices = {voice.public_id: voice for voice in known.voices}
        self.fields["reader"].choices = [
            ("", _("Nobody else")),
            *((voice.public_id, voice.label) for voice in known.voices),
        ]

    def chosen(self) -> Voice | None:
        """The voice, or None."""
        return self.voices.get(self.cleaned_data["reader"])


class LinkForm(forms.Form):
    """A secret address for people without an account."""

    password = forms.CharField(
        label=_("Password"),
        required=False,
        min_length=6,
        max_length=128,
        help_text=_("Tell it to them another way than the link. Leave it empty for none."),
    )
    ends_on = forms.DateField(
        label=_("Until"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    form_token = FormToken()


class LinkPasswordForm(forms.Form):
    """Asked of whoever opens a link with a password."""

    password = forms.CharField(label=_("Password"), widget=forms.PasswordInput, max_length=128)
