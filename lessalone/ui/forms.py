"""Form pieces that Django has not: dates of any precision, and choices with a description."""

from __future__ import annotations

import calendar
import datetime
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.utils import formats
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A day, a month or a year: whatever is known. A day needs its month; a month its year.

    The text form is ISO 8601's, cut short: `2024`, `2024-03`, `2024-03-09`.
    """

    year: int
    month: int | None = None
    day: int | None = None

    def __post_init__(self) -> None:
        if self.day is not None and self.month is None:
            raise ValueError("a day needs its month")
        if self.month is not None and not 1 <= self.month <= 12:
            raise ValueError("there is no such month")
        datetime.date(self.year, self.month or 1, self.day or 1)

    def __str__(self) -> str:
        parts = [f"{self.year:04d}"]
        parts += [f"{part:02d}" for part in (self.month, self.day) if part is not None]
        return "-".join(parts)

    @property
    def precision(self) -> str:
        """`day`, `month` or `year`."""
        return "day" if self.day else "month" if self.month else "year"

    @property
    def first_day(self) -> datetime.date:
        """The first day it could be."""
        return datetime.date(self.year, self.month or 1, self.day or 1)

    @property
    def last_day(self) -> datetime.date:
        """The last day it could be."""
        month = self.month or 12
        return datetime.date(self.year, month, self.day or calendar.monthrange(self.year, month)[1])

    @property
    def words(self) -> str:
        """As one would say it, in the active language: "9 March 2024", "March 2024", "2024"."""
        if self.day:
            return formats.date_format(self.first_day, "DATE_FORMAT")
        if self.month:
            return formats.date_format(self.first_day, "YEAR_MONTH_FORMAT")
        return str(self.year)

    @classmethod
    def parse(cls, text: str) -> PartialDate:
        """From the text form. ValueError when it is not one."""
        return cls(*(int(part) for part in text.split("-")))


class PartialDateWidget(forms.MultiWidget):
    """Three boxes: day, month, year. Never a calendar: these dates are known by heart, or not at all."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        box = {"inputmode": "numeric", "autocomplete": "off"}
        super().__init__(
            {
                "day": forms.TextInput({**box, "maxlength": 2}),
                "month": forms.TextInput({**box, "maxlength": 2}),
                "year": forms.TextInput({**box, "maxlength": 4}),
            },
            attrs,
        )

    def decompress(self, value: PartialDate | datetime.date | str | None) -> list[int | None]:
        if not value:
            return [None, None, None]
        if isinstance(value, str):
            try:
                value = PartialDate.parse(value)
            except (ValueError, TypeError):
                return [None, None, None]
        return [value.day, value.month, value.year]


class PartialDateField(forms.MultiValueField):
    """A `PartialDate`, or None. Day may be left out, and month too.

    `earliest` and `latest` are dates, or functions that give one; by default the latest is today plus
    a year, so that a due date fits.
    """

    widget = PartialDateWidget
    default_error_messages = {
        "number": _("Use numbers for the date, such as 9 3 2024."),
        "year": _("Please give the year too, in four numbers. Or leave the whole date out."),
        "month": _("There is a day but no month. Please give the month, or leave the day out."),
        "unknown": _("There is no such day. Please check the day, the month and the year."),
        "outside": _("Please check the year."),
        "required": _("Please give the year. The day and the month can be left out."),
    }

    def __init__(
        self, *, earliest: Any = datetime.date(1900, 1, 1), latest: Any = None, **options: Any
    ) -> None:
        self.earliest, self.latest = earliest, latest
        part = {"required": False, "max_length": 4}
        fields = (forms.CharField(**part), forms.CharField(**part), forms.CharField(**part))
        super().__init__(fields=fields, require_all_fields=False, **options)

    def compress(self, parts: list[str]) -> PartialDate | None:
        texts = [(part or "").strip() for part in parts] or ["", "", ""]
        if not any(texts):
            return None
        try:
            day, month, year = (int(text) if text else None for text in texts)
        except ValueError:
            raise ValidationError(self.error_messages["number"], code="number") from None
        if year is None or year < 1000:
            raise ValidationError(self.error_messages["year"], code="year")
        if day is not None and month is None:
            raise ValidationError(self.error_messages["month"], code="month")
        try:
            value = PartialDate(year, month, day)
        except ValueError:
            raise ValidationError(self.error_messages["unknown"], code="unknown") from None
        if value.last_day < _day(self.earliest) or value.first_day > self._latest():
            raise ValidationError(self.error_messages["outside"], code="outside")
        return value

    def _latest(self) -> datetime.date:
        if self.latest is not None:
            return _day(self.latest)
        return datetime.datetime.now(tz=datetime.UTC).date() + datetime.timedelta(days=366)


def _day(value: Any) -> datetime.date:
    return value() if callable(value) else value


class Described:
    """For radios and checkboxes: a sentence under each choice, by the choice's value."""

    def __init__(self, *args: Any, descriptions: dict[str, Any] | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        self.descriptions = descriptions or {}


class Radios(Described, forms.RadioSelect):
    """`Radios(descriptions={"members": _("Anyone who has joined.")})`"""


class Checkboxes(Described, forms.CheckboxSelectMultiple):
    """The same with several answers."""


class FormToken(forms.UUIDField):
    """What tells one page from another, so that sending it twice can be the same as once. None where it is no UUID."""

    def __init__(self) -> None:
        super().__init__(required=False, initial=uuid4, widget=forms.HiddenInput())

    def clean(self, value: Any) -> UUID | None:
        try:
            return super().clean(value)  # type: ignore[no-any-return]
        except ValidationError:
            return None
