"""Who a session belongs to, with the duties they hold now: one query, for every page of whoever is signed in."""

from __future__ import annotations

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.db.models import Exists, OuterRef, QuerySet

from lessalone.kit.prepared import Marks, Prepared
from lessalone.people.models import Member, Role


class MemberBackend(AuthenticationBackend):
    """allauth's, for signing in; a member of a session is looked up here."""

    def get_user(self, user_id: int) -> Member | None:
        """The member, who may sign in; None for an account that is closed or gone."""
        found: list[Any] = _with_duties.fetch(member=user_id)
        if not found or not self.user_can_authenticate(found[0]):
            return None
        member: Member = found[0]
        member.current_duties = frozenset(
            duty for duty in Role.Duty.values if getattr(member, f"is_now_{duty}")
        )
        return member


def _build(marks: Marks) -> QuerySet[Member]:
    current = Role.objects.filter(member=OuterRef("pk"), ended_at=None)
    held = {f"is_now_{duty}": Exists(current.filter(duty=duty)) for duty in Role.Duty.values}
    return Member.objects.filter(pk=marks["member"]).annotate(**held)


_with_duties = Prepared(_build, member=int)
