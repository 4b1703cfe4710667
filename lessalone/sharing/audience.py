"""Audiences as values: what they say, and which is provably narrower."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from lessalone.circles.models import Circle
from lessalone.sharing.models import Audience, AudienceCircle, AudienceSeat, Ceiling, Rung, Seat

# Every audience on the first rung is within every audience on the others, whatever these name.
_WITHIN: dict[Rung, frozenset[Rung]] = {
    Rung.ONLY_US: frozenset(Rung),
    Rung.PEOPLE: frozenset({Rung.MEMBERS, Rung.PUBLIC}),
    Rung.CIRCLES: frozenset({Rung.MEMBERS, Rung.PUBLIC}),
    Rung.BEREAVED: frozenset({Rung.BEREAVED, Rung.MEMBERS, Rung.PUBLIC}),
    Rung.MEMBERS: frozenset({Rung.MEMBERS, Rung.PUBLIC}),
    Rung.LINK: frozenset({Rung.LINK, Rung.PUBLIC}),
    Rung.PUBLIC: frozenset({Rung.PUBLIC}),
}


@dataclass(frozen=True, slots=True)
class AudienceSpec:
    """Who something is meant for: a rung, what it names on that rung, and perhaps an end."""

    rung: Rung
    seats: frozenset[int] = field(default_factory=frozenset)
    circles: frozenset[int] = field(default_factory=frozenset)
    ends_at: dt.datetime | None = None

    def as_json(self) -> dict[str, object]:
        """A stable form, for drafts and digests."""
        return {
            "rung": int(self.rung),
            "seats": sorted(self.seats),
            "circles": sorted(self.circles),
            "ends_at": self.ends_at.isoformat() if self.ends_at else None,
        }

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> AudienceSpec:
        """The other way round. Unknown rungs become "only us"."""
        try:
            rung = Rung(value.get("rung", 0))
        except ValueError:
            rung = Rung.ONLY_US
        ends_at = value.get("ends_at")
        return cls(
            rung=rung,
            seats=frozenset(value.get("seats", ())),
            circles=frozenset(value.get("circles", ())),
            ends_at=dt.datetime.fromisoformat(ends_at) if ends_at else None,
        )


ONLY_US = AudienceSpec(Rung.ONLY_US)


def is_provably_narrower(new: AudienceSpec, old: AudienceSpec) -> bool:
    """True when everyone whom `new` admits is admitted by `old`, by what the two say alone. Equal counts too.

    What is not provably narrower counts as wider.
    """
    if new.rung == Rung.ONLY_US:
        return True
    if old.ends_at is not None and (new.ends_at is None or new.ends_at > old.ends_at):
        return False
    if old.rung in _WITHIN[new.rung]:
        return True
    if new.rung == old.rung == Rung.PEOPLE:
        return new.seats <= old.seats
    if new.rung == old.rung == Rung.CIRCLES:
        return new.circles <= old.circles
    return False


def store(spec: AudienceSpec) -> Audience:
    """A row for this audience."""
    audience = Audience.objects.create(rung=spec.rung, ends_at=spec.ends_at)
    if spec.rung == Rung.PEOPLE:
        AudienceSeat.objects.bulk_create(
            AudienceSeat(audience=audience, seat_id=s) for s in sorted(spec.seats)
        )
    if spec.rung == Rung.CIRCLES:
        AudienceCircle.objects.bulk_create(
            AudienceCircle(audience=audience, circle_id=c) for c in sorted(spec.circles)
        )
    return audience


def load(audience: Audience) -> AudienceSpec:
    """The value of a row."""
    return AudienceSpec(
        rung=Rung(audience.rung),
        seats=frozenset(audience.seats.values_list("seat", flat=True)),
        circles=frozenset(audience.circles.values_list("circle", flat=True)),
        ends_at=audience.ends_at,
    )


@dataclass(frozen=True, slots=True)
class Allowed:
    """What one person allows of one version, and the names of whom that means."""

    member_id: int
    spec: AudienceSpec
    names: list[str]

    def __str__(self) -> str:
        return describe(self.spec, self.names)


def allowed(version_ids: Iterable[int]) -> dict[int, list[Allowed]]:
    """By version id, what each person allows of it, with one query."""
    ceilings = Ceiling.objects.filter(version__in=list(version_ids)).order_by("pk")
    rows = ceilings.values_list(
        *("pk", "version_id", "member_id", "audience__rung", "audience__ends_at"),
        *("audience__seats__seat", "audience__seats__seat__label"),
        *("audience__circles__circle", "audience__circles__circle__name"),
    )
    found: dict[int, list[Allowed]] = {}
    for (_pk, version_id, member_id, rung, ends_at), named in _grouped(rows):
        seats = {seat: label for seat, label, _circle, _name in named if seat}
        circles = {circle: name for _seat, _label, circle, name in named if circle}
        spec = AudienceSpec(Rung(rung), frozenset(seats), frozenset(circles), ends_at)
        names = sorted([*seats.values(), *circles.values()])
        found.setdefault(version_id, []).append(Allowed(member_id, spec, names))
    return found


def _grouped(rows: Iterable[tuple[Any, ...]]) -> Iterable[tuple[tuple[Any, ...], list[tuple[Any, ...]]]]:
    """Rows that begin alike (one ceiling) together with how they go on (whom it names)."""
    return [(key, [row[5:] for row in same]) for key, same in groupby(rows, key=lambda row: row[:5])]


def describe(spec: AudienceSpec, names: list[str] | None = None) -> str:
    """Who would see it, in a sentence for the family. `names` of those whom it means are looked up unless given."""
    if names is None:
        names = _seat_labels(spec.seats) or _circle_names(spec.circles)
    said = {
        Rung.ONLY_US: _("Only the baby’s family here. Nobody else."),
        Rung.PEOPLE: _("Only the people you choose: %(names)s.") % {"names": _names(names)},
        Rung.CIRCLES: _("Members of these circles: %(names)s.") % {"names": _names(names)},
        Rung.BEREAVED: _("Members who say they have lost a baby too. We cannot check. Not the public."),
        Rung.MEMBERS: _("All members. Not the public."),
        Rung.LINK: _("Anyone who has the link, also without an account."),
        Rung.PUBLIC: _("Everyone, also people without an account."),
    }[spec.rung]
    if spec.ends_at:
        said += " " + _("Until %(date)s.") % {"date": timezone.localtime(spec.ends_at).strftime("%-d %B %Y")}
    return str(said)


def _seat_labels(seats: Iterable[int]) -> list[str]:
    return (
        list(Seat.objects.filter(pk__in=seats).order_by("label").values_list("label", flat=True))
        if seats
        else []
    )


def _circle_names(circles: Iterable[int]) -> list[str]:
    return (
        list(Circle.objects.filter(pk__in=circles).order_by("name").values_list("name", flat=True))
        if circles
        else []
    )


def _names(names: list[str]) -> str:
    return ", ".join(names) or _("nobody yet")
