"""Who holds a duty now. Fails closed: both the member's row and a current role must say so."""

from __future__ import annotations

from lessalone.people.models import Member, Role

MODERATOR, LEAD = Role.Duty.MODERATOR.value, Role.Duty.LEAD.value


def of(member: Member) -> frozenset[str]:
    """The duties this member holds now. No query for a member whose row says there are none."""
    if not member.has_duty:
        return frozenset()
    if member.current_duties is None:
        current = Role.objects.filter(member=member, ended_at=None).values_list("duty", flat=True)
        member.current_duties = frozenset(current)
    return member.current_duties


def forget(member: Member) -> None:
    """Ask again the next time: a role was given or ended."""
    member.current_duties = None


def is_moderator(member: Member) -> bool:
    """Whether this member may act as a moderator now. A lead is a moderator too."""
    return bool(of(member))


def is_lead(member: Member) -> bool:
    """Whether this member may give and end roles now."""
    return LEAD in of(member)
