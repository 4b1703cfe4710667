"""Asked of many people at once, policy answers as when it is asked of one."""

from __future__ import annotations

from lessalone.sharing.models import Item
from lessalone.sharing.queries import who_may_see
from lessalone.stories.known import viewer_for
from tests.privacy import scene as scenes


def test_whoever_may_see_a_story_is_found_among_many_and_nobody_else():
    scene = scenes.build()
    members = list(scene.cast.members().values())
    found = set()
    for name, item in scene.items.items():
        if item.kind != Item.Kind.STORY:
            continue
        one_by_one = {
            member.pk
            for member in members
            if viewer_for(member).is_member
            and item.is_visible_to(viewer_for(member))
            and not Item.objects.owned_by(member.pk).filter(pk=item.pk).exists()
        }
        assert who_may_see(item, {member.pk for member in members}) == one_by_one, name
        found |= {(name, pk) for pk in one_by_one}
    assert found, "someone has to see something, or nothing is proved"
    assert {name for name, _ in found} < set(scene.items), "and not everything"


def test_whoever_was_not_asked_about_is_not_found():
    scene = scenes.build()
    public = scene.items["public"]
    assert who_may_see(public, set()) == set()
    assert who_may_see(public, {scene.cast.bea.pk}) == {scene.cast.bea.pk}
