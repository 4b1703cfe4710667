"""One question on a page. Every answer can be left out, and "not sure" is one.

Each fact form says what is on the page now (`initial_of`) and keeps an answer (`keep`). Nothing that was
typed is lost on an error: the page comes back with it.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lessalone.families import actions, facts
from lessalone.families.facts import PageWords
from lessalone.families.models import (
    BabyPage,
    Invitation,
    LoneConsentRequest,
    LossKind,
    Parent,
    Precision,
    Relation,
)
from lessalone.people.models import Member
from lessalone.ui.forms import Checkboxes, FormToken, PartialDateField, Radios

OWN_WORDS_LENGTH = 20_000
SHORT_WORDS_LENGTH = 2_000
NAME_LENGTH = 120


class FactForm(forms.Form):
    """A form for one fact of a page. `says_optional` is off: the page says once that all can be left out."""

    says_optional = False

    @classmethod
    def initial_of(cls, parent: Parent, opened: PageWords) -> dict[str, Any]:
        """What the page says now."""
        raise NotImplementedError

    def keep(self, *, actor: Member, parent: Parent) -> None:
        """Keep what was answered."""
        raise NotImplementedError


class NameForm(FactForm):
    name = forms.CharField(label=_("Name"), max_length=NAME_LENGTH, required=False)
    nicknames = forms.CharField(
        label=_("Other names for them"),
        help_text=_("Pet names, or a name from before. One on each line."),
        max_length=600,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    @classmethod
    def initial_of(cls, parent: Parent, opened: PageWords) -> dict[str, Any]:
        return {"name": opened.name, "nicknames": "\n".join(opened.nicknames)}

    def keep(self, *, actor: Member, parent: Parent) -> None:
        given = self.cleaned_data
        nicknames = given["nicknames"].splitlines()
        actions.name_baby(actor=actor, parent=parent, name=given["name"], nicknames=nicknames)


class DateForm(FactForm):
    which = ""
    date = PartialDateField(
        label=_("Date"), help_text=_("As much as you know. The year alone is enough."), required=False
    )
    is_unsure = forms.BooleanField(label=_("I am not sure"), required=False)

    @classmethod
    def initial_of(cls, parent: Parent, opened: PageWords) -> dict[str, Any]:
        assert parent.page is not None
        precision = getattr(parent.page, f"{cls.which}_precision")
        return {"date": facts.date_of(parent.page, cls.which), "is_unsure": precision == Precision.UNSURE}

    def keep(self, *, actor: Member, parent: Parent) -> None:
        given = self.cleaned_data
        actions.set_date(
            actor=actor, parent=parent, which=self.which, date=given["date"], is_unsure=given["is_unsure"]
        )


class BornForm(DateForm):
    which = "born"


class DiedForm(DateForm):
    which = "died"


class DueForm(DateForm):
    which = "due"


class WeeksForm(FactForm):
    weeks = forms.IntegerField(
        label=_("Weeks"),
        min_value=0,
        max_value=45,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "maxlength": 2, "autocomplete": "off"}),
        error_messages={
            "invalid": _("Please write the weeks as a number, such as 20."),
            "max_value": _("Please check the weeks: a number up to 45."),
            "min_value": _("Please check the weeks: a number up to 45."),
        },
    )
    days = forms.IntegerField(
        label=_("And days"),
        min_value=0,
        max_value=6,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "maxlength": 1, "autocomplete": "off"}),
        error_messages={
            "invalid": _("Please write the days as a number from 0 to 6."),
            "max_value": _("Please check the days: a number from 0 to 6."),
            "min_value": _("Please check the days: a number from 0 to 6."),
        },
    )
    is_unsure = forms.BooleanField(label=_("I am not sure"), required=False)

    @classmethod
    def initial_of(cls, parent: Parent, opened: PageWords) -> dict[str, Any]:
        page = parent.page
        assert page is not None
        return {"weeks": page.weeks, "days": page.days, "is_unsure": page.is_unsure_of_weeks}

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("days") is not None and given.get("weeks") is None and "weeks" not in self.errors:
            self.add_error("weeks", _("There are days but no weeks. Please give both, or leave both out."))
        return given

    def keep(self, *, actor: Member, parent: Parent) -> None:
        given = self.cleaned_data
        is_unsure = given["is_unsure"] and given["weeks"] is None
        actions.set_weeks(
            actor=actor, parent=parent, weeks=given["weeks"], days=given["days"], is_unsure=is_unsure
        )


class KindsForm(FactForm):
    kinds = forms.MultipleChoiceField(
        label=_("Choose any that you would say"),
        help_text=_("You can leave them all out."),
        choices=LossKind.choices,
        required=False,
        widget=Checkboxes(),
    )
    own_words = forms.CharField(
        label=_("Or as you call it"),
        help_text=_("Every parent on this page can read this."),
        max_length=SHORT_WORDS_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    @classmethod
    def initial_of(cls, parent: Parent, opened: PageWords) -> dict[str, Any]:
        assert parent.page is not None
        return {"kinds": parent.page.kinds, "own_words": opened.kind_words}

    def keep(self, *, actor: Member, parent: Parent) -> None:
        given = self.cleaned_data
        actions.set_kinds(actor=actor, parent=parent, kinds=given["kinds"], own_words=given["own_words"])


class PluralityForm(FactForm):
    plurality = forms.ChoiceField(
        label=_("Choose one"),
        help_text=_("If more than one of your babies died, each can have a page."),
        choices=[
            *[choice for choice in BabyPage.Plurality.choices if choice[0]],
            ("", _("Leave this out")),
        ],
        required=False,
        widget=Radios(),
    )

    @classmethod
    def initial_of(cls, parent: Parent, opened: PageWords) -> dict[str, Any]:
        assert parent.page is not None
        return {"plurality": parent.page.plurality}

    def keep(self, *, actor: Member, parent: Parent) -> None:
        actions.set_plurality(actor=actor, parent=parent, plurality=self.cleaned_data["plurality"])


class OwnWordsForm(FactForm):
    own_words = forms.CharField(
        label=_("Your words"),
        help_text=_("Only you can read this. Nobody else, and no other parent."),
        max_length=OWN_WORDS_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"rows": 8}),
    )

    @classmethod
    def initial_of(cls, parent: Parent, opened: PageWords) -> dict[str, Any]:
        return {"own_words": opened.own_words}

    def keep(self, *, actor: Member, parent: Parent) -> None:
        actions.set_own_words(actor=actor, parent=parent, own_words=self.cleaned_data["own_words"])


STEPS: dict[str, type[FactForm]] = {
    "name": NameForm,
    "born": BornForm,
    "died": DiedForm,
    "due": DueForm,
    "weeks": WeeksForm,
    "kinds": KindsForm,
    "together": PluralityForm,
    "words": OwnWordsForm,
}
"""The questions about a baby, in their order. Each key is in an address."""


class InviteForm(forms.Form):
    kind = forms.ChoiceField(
        label=_("Who is it?"),
        choices=Invitation.KINDS,
        widget=Radios(
            descriptions={
                Invitation.PARENT: _("Sees this page, and has a say in what is shared."),
                Relation.Kind.GRANDPARENT: _("Sees the name and one date. Has no say in what is shared."),
                Relation.Kind.SIBLING: _("Sees the name and one date. Has no say in what is shared."),
                Relation.Kind.KIN: _("Sees the name and one date. Has no say in what is shared."),
                Relation.Kind.FRIEND: _("Sees the name and one date. Has no say in what is shared."),
                Relation.Kind.SURROGATE: _("They choose: as a parent with a say, or without one."),
            }
        ),
        error_messages={"required": _("Please choose who it is.")},
    )
    with_photos = forms.BooleanField(
        label=_("A parent may also see the photos that are here now"),
        help_text=_("They keep them too, from then on. Without this they see only what is added later."),
        required=False,
    )
    form_token = FormToken()


class AcceptForm(forms.Form):
    """Only a surrogate is asked anything: whether as a parent."""

    as_parent = forms.TypedChoiceField(
        label=_("How do you want to belong?"),
        choices=[
            ("no", pgettext_lazy("surrogate", "As someone who carried the baby")),
            ("yes", pgettext_lazy("surrogate", "As a parent")),
        ],
        coerce=lambda value: value == "yes",
        empty_value=False,
        required=False,
        initial="no",
        widget=Radios(
            descriptions={
                "no": _("You see the name and one date. You have no say in what is shared."),
                "yes": _("You see the page, and nothing is shared unless you agree too."),
            }
        ),
    )


class OtherParentForm(forms.Form):
    """Which of the other parents is meant. Not asked when there is only one."""

    parent = forms.ModelChoiceField(
        label=_("Which parent is it about?"),
        queryset=Parent.objects.none(),
        empty_label=None,
        widget=Radios(),
        error_messages={"required": _("Please choose who it is about.")},
    )

    def __init__(self, *args: Any, others: list[Any], **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["parent"]
        field.queryset = Parent.objects.filter(pk__in=[other.pk for other in others])
        names = {other.pk: other.name for other in others}
        field.label_from_instance = lambda parent: names[parent.pk]
        if len(others) == 1:
            field.initial = others[0].pk
            field.widget = forms.HiddenInput()


class SafetyForm(OtherParentForm):
    own_words = forms.CharField(
        label=_("What should the lead know?"),
        help_text=_("A few words are enough. You do not need proof. You can leave this empty."),
        max_length=SHORT_WORDS_LENGTH * 2,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
    )


class AloneForm(OtherParentForm):
    because = forms.ChoiceField(
        label=_("Why can they not be asked?"),
        choices=LoneConsentRequest.Because.choices,
        widget=Radios(
            descriptions={
                LoneConsentRequest.Because.UNREACHABLE: _(
                    "Two moderators look at it. Then they are told, and have 90 days to stop it."
                ),
                LoneConsentRequest.Because.DIED: _("Two moderators look at it."),
            }
        ),
        error_messages={"required": _("Please choose one.")},
    )
    reason = forms.CharField(
        label=_("What should the moderators know?"),
        help_text=_("How you tried to reach them, or when they died."),
        max_length=SHORT_WORDS_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Please say a few words, so that the moderators can decide.")},
    )
