"""The people that tests speak of. Each is a real row, made by `gather()` or one at a time by `a_member`.

    def test_bea_reads_it(cast):
        assert story.is_visible_to(viewer_of(cast.bea))

Everyone has a sign-in name that no page may show, and a shown name that is not part of it.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, fields

from django.utils import timezone

from lessalone.circles.models import Circle, Membership
from lessalone.families.models import Baby, BabyPage, Parent, Precision, Relation
from lessalone.people.models import Member, Role, Voice
from lessalone.people.viewer import VISITOR, Viewer
from lessalone.vault.models import Shelf
from lessalone.vault.shelves import open_shelf

PASSWORD = "a quiet river at dusk"
"""Everyone's. Tests sign in with `client.force_login`; this is for the pages that ask for one."""

TRUE_FACTS = {
    "born_on": dt.date(2024, 3, 9),
    "born_precision": Precision.DAY,
    "died_on": dt.date(2024, 3, 9),
    "died_precision": Precision.DAY,
    "due_on": dt.date(2024, 7, 24),
    "due_precision": Precision.DAY,
    "weeks": 20,
    "days": 3,
}
"""Everything about Jack that somebody who was there knows."""


@dataclass(frozen=True, slots=True)
class Cast:
    """Everyone, and what is between them."""

    ana: Member
    """Jack's mother. She writes the story, and asks Sam."""
    sam: Member
    """Jack's father. He is asked, and says when he is ready."""
    bea: Member
    """A bereaved member, a stranger to them: she was admitted, and reads."""
    carl: Member
    """A plain member: approved, and has told of no loss."""
    dora: Member
    """A moderator. She sees what members see, and what was reported."""
    lea: Member
    """The lead moderator, who gives roles and hears of safety separations."""
    eve: Member
    """The ex: she was a parent of Jack with them once, and left. She knows every true fact."""
    eve2: Member
    """Eve's second account, bereaved and admitted; nothing but those facts connects it with her."""
    gran: Member
    """Jack's grandmother: a relation, without a voice in consent."""
    noa: Member
    """A friend of the family, who reads responses first when asked to."""
    max: Member
    """A bereaved member whom Ana has blocked, when a test says so (`people.actions.block`)."""
    wim: Member
    """He joined, and waits to be let in."""
    rae: Member
    """A bereaved member whose account rests."""
    jack: Baby
    """Ana and Sam's baby."""
    circle: Circle
    """The circle that Ana and Bea are in."""

    def members(self) -> dict[str, Member]:
        """Everyone with an account, by name."""
        return {
            f.name: getattr(self, f.name) for f in fields(self) if isinstance(getattr(self, f.name), Member)
        }


def gather() -> Cast:
    """The whole cast, with Jack, his page and shelf, and one circle."""
    people = {name: a_member(name, **as_they_are) for name, as_they_are in _PEOPLE.items()}
    give_duty(people["dora"], Role.Duty.MODERATOR)
    give_duty(people["lea"], Role.Duty.LEAD)
    jack = a_baby(people["ana"], people["sam"])
    former = Parent.objects.create(
        baby=jack, member=people["eve"], page=_a_page(jack), shelf=a_shelf(people["eve"])
    )
    former.left_at = timezone.now() - dt.timedelta(days=300)
    former.save(update_fields=["left_at"])
    Relation.objects.create(
        baby=jack, member=people["gran"], kind=Relation.Kind.GRANDPARENT, invited_by=people["ana"]
    )
    circle = a_circle(people["dora"], people["ana"], people["bea"])
    return Cast(**people, jack=jack, circle=circle)


_PLAIN: dict[str, bool] = {}
_BEREAVED = {"is_bereaved": True}
_PEOPLE: dict[str, dict[str, bool]] = {
    "ana": _BEREAVED,
    "sam": _BEREAVED,
    "bea": _BEREAVED,
    "carl": _PLAIN,
    "dora": _BEREAVED,
    "lea": _BEREAVED,
    "eve": _BEREAVED,
    "eve2": _BEREAVED,
    "gran": _PLAIN,
    "noa": _PLAIN,
    "max": _BEREAVED,
    "wim": {"is_approved": False},
    "rae": {"is_bereaved": True, "is_resting": True},
}


def a_member(
    name: str = "someone", *, is_bereaved: bool = False, is_approved: bool = True, is_resting: bool = False
) -> Member:
    """A member with a shown voice. The sign-in name holds no part of the shown one."""
    now = timezone.now()
    number = Member.objects.count()
    member = Member(
        handle=f"quiet-meadow-{number:04}",
        approved_at=now if is_approved else None,
        told_of_loss_at=now if is_bereaved else None,
        admitted_at=now if is_bereaved else None,
        resting_since=now if is_resting else None,
    )
    member.set_password(PASSWORD)
    member.save()
    Voice.objects.create(member=member, name=name.capitalize())
    return member


def shown_voice(member: Member) -> Voice:
    """The voice with the member's shown name."""
    return Voice.objects.get(member=member, is_cover=False)


def a_cover_voice(member: Member, name: str = "Willow") -> Voice:
    """A cover name."""
    return Voice.objects.create(member=member, name=name, is_cover=True)


def give_duty(member: Member, duty: str) -> Role:
    """A current role."""
    Member.objects.filter(pk=member.pk).update(has_duty=True)
    member.has_duty = True
    return Role.objects.create(member=member, duty=duty)


def a_shelf(*keepers: Member) -> Shelf:
    """A shelf kept by these members."""
    return open_shelf(keepers=keepers)


def a_baby(*parents: Member) -> Baby:
    """A baby whose parents share one page, with every true fact on it, and one shelf."""
    baby = Baby.objects.create(made_by=parents[0])
    page, shelf = _a_page(baby), a_shelf(*parents)
    Parent.objects.bulk_create(Parent(baby=baby, member=member, page=page, shelf=shelf) for member in parents)
    return baby


def _a_page(baby: Baby) -> BabyPage:
    return BabyPage.objects.create(baby=baby, **TRUE_FACTS)


def a_circle(maker: Member, *members: Member, name: str = "Evening circle") -> Circle:
    """A circle by invitation."""
    circle = Circle.objects.create(name=name, made_by=maker, joining=Circle.Joining.INVITATION)
    Membership.objects.bulk_create(Membership(circle=circle, member=member) for member in members)
    return circle


def viewer_of(member: Member | None, *, links: frozenset[int] = frozenset()) -> Viewer:
    """The viewer that this member is, read fresh from the rows; None is a visitor."""
    if member is None:
        return Viewer(links=links) if links else VISITOR
    member = Member.objects.get(pk=member.pk)
    is_member = member.approved_at is not None and member.resting_since is None
    return Viewer(
        member_id=member.pk,
        is_member=is_member,
        is_bereaved=is_member and member.admitted_at is not None,
        is_moderator=is_member and Role.objects.filter(member=member, ended_at=None).exists(),
        links=links,
    )
