"""The cast is who it says it is, by the same rule that the pages use."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory

from lessalone.families.models import Parent
from lessalone.people import middleware
from tests.cast import viewer_of


def seen_by_the_pages(member):
    request = RequestFactory().get("/")
    request.user, request.session = member or AnonymousUser(), {}
    return middleware.viewer_of(request)


def test_everyone_looks_as_the_pages_see_them(cast):
    assert viewer_of(None) == seen_by_the_pages(None)
    for name, member in cast.members().items():
        assert viewer_of(member) == seen_by_the_pages(member), name


@pytest.mark.parametrize(
    ("name", "is_member", "is_bereaved", "is_moderator"),
    [
        ("ana", True, True, False),
        ("carl", True, False, False),
        ("dora", True, True, True),
        ("wim", False, False, False),
        ("rae", False, False, False),
    ],
)
def test_each_is_who_their_comment_says(cast, name, is_member, is_bereaved, is_moderator):
    viewer = viewer_of(getattr(cast, name))
    assert (viewer.is_member, viewer.is_bereaved, viewer.is_moderator) == (
        is_member,
        is_bereaved,
        is_moderator,
    )


def test_ana_and_sam_have_a_voice_and_eve_has_none(cast):
    with_voice = Parent.objects.with_voice().filter(baby=cast.jack).values_list("member", flat=True)
    assert set(with_voice) == {cast.ana.pk, cast.sam.pk}
    assert Parent.objects.filter(baby=cast.jack, member=cast.eve).exists()
