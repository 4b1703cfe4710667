"""Whoever makes a baby's page, or joins one as a parent, has told of a loss: so they can be admitted."""

from __future__ import annotations

from lessalone.families import actions
from lessalone.people.models import Member
from tests.cast import a_member


def test_making_a_page_tells_of_a_loss():
    carl = a_member("Carl")
    assert carl.told_of_loss_at is None
    actions.add_baby(actor=carl)
    assert Member.objects.get(pk=carl.pk).told_of_loss_at is not None
