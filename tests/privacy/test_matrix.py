"""A story in every state, on every rung, for everyone: written out by hand, to be read.

`x` sees it. Who is who stands in `tests/cast.py`; Carl wrote the stories of one person alone, Ana and Sam the
joint ones, about Jack, whose former parent is Eve and whose grandmother is Gran. Ana has blocked Max.
"""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from lessalone.families import actions as families
from lessalone.families.models import Parent
from lessalone.moderation import actions as moderation
from lessalone.people import actions as people
from lessalone.people.viewer import Viewer
from lessalone.sharing import actions as sharing
from lessalone.sharing.audience import AudienceSpec
from lessalone.sharing.models import Item, Rung
from lessalone.sharing.newest import newest_stories
from tests.cast import gather, shown_voice, viewer_of
from tests.privacy.scene import Scene, a_story, add_jack_again

WHO = [
    "ana",
    "sam",
    "bea",
    "carl",
    "dora",
    "eve",
    "eve2",
    "gran",
    "noa",
    "max",
    "wim",
    "rae",
    "visitor",
    "link",
]

STATES = """
                        ana sam bea carl dora eve eve2 gran noa max wim rae visitor link
joint: draft             x   .   .   .    .    .   .    .    .   .   .   .     .      .
joint: asked             x   .   .   .    .    .   .    .    .   .   .   .     .      .
joint: not yet           x   .   .   .    .    .   .    .    .   .   .   .     .      .
joint: agreed            x   x   x   x    x    x   x    x    x   .   .   .     .      .
joint: in an hour        x   x   .   .    .    .   .    .    .   .   .   .     .      .
joint: edit not agreed   x   x   x   x    x    x   x    x    x   .   .   .     .      .
joint: narrowed by one   x   x   x   .    x    x   x    .    .   .   .   .     .      .
joint: only us by one    x   x   .   .    .    .   .    .    .   .   .   .     .      .
joint: taken back        x   x   .   .    .    .   .    .    .   .   .   .     .      .
joint: held              x   x   .   .    x    .   .    .    .   .   .   .     .      .
joint: reported          x   x   x   x    x    x   x    x    x   .   .   .     .      .
joint: erased            .   .   .   .    .    .   .    .    .   .   .   .     .      .
joint: Sam left          x   x   x   x    x    x   x    x    x   .   .   .     .      .
joint: narrowed, left    x   .   .   .    .    .   .    .    .   .   .   .     .      .
joint: Sam kept apart    x   x   x   x    x    x   x    x    x   .   .   .     .      .
joint: a third parent    x   x   .   .    .    .   .    .    x   .   .   .     .      .
cover: shared            x   .   x   x    x    .   .    .    x   .   .   .     .      .
cover: held              x   .   .   .    x    .   .    .    .   .   .   .     .      .
cover: reported          x   .   x   x    x    .   .    .    x   .   .   .     .      .
alone: draft             .   .   .   x    .    .   .    .    .   .   .   .     .      .
alone: only us           .   .   .   x    .    .   .    .    .   .   .   .     .      .
alone: people            .   .   x   x    .    .   .    .    .   .   .   .     .      .
alone: circles           x   .   x   x    .    .   .    .    .   .   .   .     .      .
alone: circle ended      .   .   .   x    .    .   .    .    .   .   .   .     .      .
alone: bereaved          x   x   x   x    x    x   x    .    .   x   .   .     .      .
alone: members           x   x   x   x    x    x   x    x    x   x   .   .     .      .
alone: link              .   .   .   x    .    .   .    .    .   .   .   .     .      x
alone: link ended        .   .   .   x    .    .   .    .    .   .   .   .     .      .
alone: public            x   x   x   x    x    x   x    x    x   x   x   x     x      x
alone: until yesterday   .   .   .   x    .    .   .    .    .   .   .   .     .      .
alone: in an hour        .   .   .   x    .    .   .    .    .   .   .   .     .      .
alone: taken back        .   .   .   x    .    .   .    .    .   .   .   .     .      .
alone: held              .   .   .   x    x    .   .    .    .   .   .   .     .      .
alone: glass broken      .   .   .   x    x    .   .    .    .   .   .   .     .      .
alone: erased            .   .   .   .    .    .   .    .    .   .   .   .     .      .
"""


def table() -> dict[str, set[str]]:
    """Who sees each state."""
    head, *rows = STATES.strip("\n").splitlines()
    assert head.split() == WHO
    found = {}
    for row in rows:
        name, marks = row[:25].strip(), row[25:].split()
        assert len(marks) == len(WHO), row
        found[name] = {one for one, mark in zip(WHO, marks, strict=True) if mark == "x"}
    return found


TABLE = table()


@pytest.fixture
def scene():
    scene = Scene(gather())
    people.block(actor=scene.cast.ana, blocked=shown_voice(scene.cast.max))
    return scene


def fresh(item: Item) -> Item:
    return Item.objects.get(pk=item.pk)


def asked(scene, rung=Rung.MEMBERS, **how):
    return a_story(scene, scene.cast.ana, rung, words="We took them.", baby=scene.cast.jack, **how)[0]


def agreed(scene, rung=Rung.MEMBERS, **how):
    item = asked(scene, rung, **how)
    sharing.answer(actor=scene.cast.sam, version=item.versions.get(), choice="agree")
    return fresh(item)


def parent(scene, name):
    return Parent.objects.get(baby=scene.cast.jack, member=getattr(scene.cast, name))


def joint_draft(scene):
    return asked(scene, is_asked=False)


def joint_not_yet(scene):
    item = asked(scene)
    sharing.answer(actor=scene.cast.sam, version=item.versions.get(), choice="not-yet")
    return item


def joint_in_an_hour(scene):
    return agreed(scene, when="at", at=timezone.now() + dt.timedelta(hours=1))


def joint_edit_not_agreed(scene):
    item = agreed(scene)
    sharing.ask(
        actor=scene.cast.ana,
        item=item,
        digest="another",
        spec=AudienceSpec(Rung.PUBLIC),
        is_joint=True,
        voice=shown_voice(scene.cast.ana),
    )
    return item


def joint_narrowed_by_one(scene):
    item = agreed(scene)
    sharing.lower(actor=scene.cast.sam, item=item, spec=AudienceSpec(Rung.BEREAVED))
    return item


def joint_only_us_by_one(scene):
    item = agreed(scene)
    sharing.lower(actor=scene.cast.ana, item=item, spec=AudienceSpec(Rung.ONLY_US))
    return item


def joint_taken_back(scene):
    item = agreed(scene)
    sharing.take_back(actor=scene.cast.sam, item=item)
    return item


def joint_held(scene):
    item = agreed(scene)
    moderation.hold(actor=scene.cast.dora, item=item, reason="cruel")
    return item


def joint_reported(scene):
    item = agreed(scene)
    moderation.report(actor=scene.cast.carl, item=item, reason="cruel", words="Look at this.")
    return item


def joint_erased(scene):
    item = agreed(scene)
    sharing.erase(actor=scene.cast.ana, item=item)
    return item


def joint_sam_left(scene):
    item = agreed(scene, Rung.MEMBERS)
    families.leave_family(actor=scene.cast.sam, parent=parent(scene, "sam"))
    return item


def joint_narrowed_left(scene):
    """What one narrowed is not widened by their leaving: that needs a new version."""
    item = agreed(scene)
    sharing.lower(actor=scene.cast.sam, item=item, spec=AudienceSpec(Rung.ONLY_US))
    families.leave_family(actor=scene.cast.sam, parent=parent(scene, "sam"))
    return item


def joint_sam_kept_apart(scene):
    """He sees it as any member does, not as a parent."""
    item = agreed(scene)
    Parent.objects.filter(pk=parent(scene, "sam").pk).update(suspended_at=timezone.now())
    return item


def joint_a_third_parent(scene):
    """Who joins starts at only us."""
    item = agreed(scene)
    Parent.objects.create(baby=scene.cast.jack, member=scene.cast.noa)
    return item


def cover(scene):
    return a_story(scene, scene.cast.ana, words="My own words.", cover="Willow", baby=scene.cast.jack)[0]


def cover_held(scene):
    item = cover(scene)
    moderation.hold(actor=scene.cast.dora, item=item, reason="cruel")
    return item


def cover_reported(scene):
    item = cover(scene)
    moderation.report(actor=scene.cast.carl, item=item, reason="cruel", words="Look at this.")
    return item


def alone(scene, rung=Rung.MEMBERS, **how):
    return a_story(scene, scene.cast.carl, rung, words="A story.", **how)[0]


def alone_circle_ended(scene):
    item = alone(scene, Rung.CIRCLES, circles_named=[scene.cast.circle])
    scene.cast.circle.ended_at = timezone.now()
    scene.cast.circle.save(update_fields=["ended_at"])
    return item


def alone_link_ended(scene):
    item = alone(scene, Rung.LINK)
    link, _ = sharing.make_link(actor=scene.cast.carl, item=item)
    sharing.end_link(actor=scene.cast.carl, link=link)
    return item


def alone_until_yesterday(scene):
    item = alone(scene, Rung.PUBLIC)
    ceiling = item.ceilings.get()
    ceiling.audience.ends_at = timezone.now() - dt.timedelta(days=1)
    ceiling.audience.save(update_fields=["ends_at"])
    return item


def alone_taken_back(scene):
    item = alone(scene)
    sharing.take_back(actor=scene.cast.carl, item=item)
    return item


def alone_held(scene):
    item = alone(scene)
    moderation.hold(actor=scene.cast.dora, item=item, reason="cruel")
    return item


def alone_glass_broken(scene):
    item = alone(scene, Rung.ONLY_US)
    moderation.break_glass(actor=scene.cast.dora, item=item, reason="A call from the hospital.")
    return item


def alone_erased(scene):
    item = alone(scene)
    sharing.erase(actor=scene.cast.carl, item=item)
    return item


def alone_link(scene):
    item = alone(scene, Rung.LINK)
    sharing.make_link(actor=scene.cast.carl, item=item)
    return item


MAKING = {
    "joint: draft": joint_draft,
    "joint: asked": asked,
    "joint: not yet": joint_not_yet,
    "joint: agreed": agreed,
    "joint: in an hour": joint_in_an_hour,
    "joint: edit not agreed": joint_edit_not_agreed,
    "joint: narrowed by one": joint_narrowed_by_one,
    "joint: only us by one": joint_only_us_by_one,
    "joint: taken back": joint_taken_back,
    "joint: held": joint_held,
    "joint: reported": joint_reported,
    "joint: erased": joint_erased,
    "joint: Sam left": joint_sam_left,
    "joint: narrowed, left": joint_narrowed_left,
    "joint: Sam kept apart": joint_sam_kept_apart,
    "joint: a third parent": joint_a_third_parent,
    "cover: shared": cover,
    "cover: held": cover_held,
    "cover: reported": cover_reported,
    "alone: draft": lambda scene: alone(scene, is_asked=False),
    "alone: only us": lambda scene: alone(scene, Rung.ONLY_US),
    "alone: people": lambda scene: alone(scene, Rung.PEOPLE, seats=[("Bea", scene.cast.bea)]),
    "alone: circles": lambda scene: alone(scene, Rung.CIRCLES, circles_named=[scene.cast.circle]),
    "alone: circle ended": alone_circle_ended,
    "alone: bereaved": lambda scene: alone(scene, Rung.BEREAVED),
    "alone: members": alone,
    "alone: link": alone_link,
    "alone: link ended": alone_link_ended,
    "alone: public": lambda scene: alone(scene, Rung.PUBLIC),
    "alone: until yesterday": alone_until_yesterday,
    "alone: in an hour": lambda scene: alone(scene, when="at", at=timezone.now() + dt.timedelta(hours=1)),
    "alone: taken back": alone_taken_back,
    "alone: held": alone_held,
    "alone: glass broken": alone_glass_broken,
    "alone: erased": alone_erased,
}


def looking(scene, item: Item) -> dict[str, Viewer]:
    """Everyone as a viewer; `link` is a visitor who has opened a link to it, and Eve2's page looks like Jack's."""
    viewers = {one: viewer_of(getattr(scene.cast, one)) for one in WHO if one not in ("visitor", "link")}
    viewers["visitor"] = viewer_of(None)
    viewers["link"] = viewer_of(None, links=frozenset(item.links.values_list("pk", flat=True)))
    return viewers


def test_the_table_and_its_makers_name_the_same_states():
    assert set(TABLE) == set(MAKING)


@pytest.mark.parametrize("state", TABLE)
def test_who_sees_a_story(scene, state):
    add_jack_again(scene.cast.eve2)
    item = MAKING[state](scene)
    seen = {one for one, viewer in looking(scene, item).items() if fresh(item).is_visible_to(viewer)}
    assert seen == TABLE[state]


@pytest.mark.parametrize("state", ["joint: agreed", "joint: taken back", "alone: public", "alone: held"])
def test_the_home_page_shows_no_more_than_that(scene, state):
    item = MAKING[state](scene)
    for one, viewer in looking(scene, item).items():
        is_listed = item.pk in {found.pk for found in newest_stories(viewer)}
        assert not is_listed or one in TABLE[state], one
